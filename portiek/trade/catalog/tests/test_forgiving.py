"""A search that forgives: synonyms, typing mistakes, compounds; and never a word of what one does not see."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.imports.tests.test_people import carried_out, outcomes
from portiek.trade.catalog import actions, queries, rules, spelling
from portiek.trade.catalog.models import Synonym, VocabularyWord
from portiek.trade.catalog.records import ProductRecord


def names(actor, search):
    with scope(actor):
        return [item.sku for item in queries.page(actor, search=search).rows]


@pytest.mark.parametrize(("typed", "meant", "far"), [("gipsplat", "gipsplaat", 1), ("gispplaat", "gipsplaat", 1), ("gipsplaatt", "gipsplaat", 1), ("hgipsplat", "gipsplaat", 2), ("plaat", "plaat", 0), ("abcd", "wxyz", 4)])
def test_the_distance_between_words(typed: str, meant: str, far: int):
    assert spelling.distance(typed, meant) == spelling.distance(meant, typed) == far


@pytest.mark.parametrize("typed", ["gipsplat", "gispplaat", "gipsplaatt", "gpsplaat", "gipspladt", "fgipsplat", "gipsplta", "ipsplat"])
def test_words_that_are_near_share_a_key(typed: str):
    assert set(spelling.near_keys(typed, 1)) & set(spelling.near_keys("gipsplaat", 1))
    assert not set(spelling.near_keys(typed, 2)) & set(spelling.near_keys("gipsplaat", 1)), "of another portal"


def test_the_nearest_word_comes_first_and_a_far_one_not_at_all():
    assert spelling.nearest("gipsplat", ["hipsplat", "gipsplaat", "gipsplaten", "glasplaat"]) == ["gipsplaat", "hipsplat", "gipsplaten"]
    assert spelling.nearest("plat", ["plaat", "staal", "balk"]) == ["plaat"]


def test_words_of_one_meaning_are_read_however_they_are_written():
    assert spelling.terms("Gipsplaat = gips-plaat, RIGIPS;gipsplaat\n\tgeïmpregneerd ==") == ("gipsplaat", "gips plaat", "rigips", "geimpregneerd")


def test_a_product_brings_along_what_it_is_also_called():
    groups = spelling.synonyms([("gipsplaat", "rigips"), ("metal stud", "stalen profiel"), ("schroef", "vijs")])
    assert spelling.also_called(rules.lexemes("", "Gipsplaten brandwerend"), groups) == ["gipsplaat", "rigips"]
    assert spelling.also_called(rules.lexemes("", "Snelbouwschroeven"), groups) == ["schroef", "vijs"], "the end of a compound"
    assert spelling.also_called(rules.lexemes("", "Gipsplaatschroef"), groups) == ["schroef", "vijs"], "a screw for a board is no board"
    assert spelling.also_called(rules.lexemes("", "Stalen deur"), groups) == []


def test_fillers_ask_nothing_unless_they_are_all_there_is():
    assert rules.word_queries("schroef voor gipsplaat") == rules.word_queries("schroef gipsplaat")
    assert rules.told("voor de") == [["voor"], ["de"]]


def make(cast, *, outside: bool = True, **named: str):
    """Bring products in that only the whole assortment holds: Bakker sees them, Els does not."""
    with scope(cast.system):
        actions.apply_products(cast.system, records=[ProductRecord(external_id=sku, sku=sku, name=name) for sku, name in named.items()])


@pytest.mark.parametrize(("typed", "first", "meant"), [
    ("gipspaat", "GP-125-2600", "gipsplaat"), ("snelbouwshroef", "SS-3535", "snelbouwschroef"), ("glaswoll rol", "GW-75-81", "glaswol rol"), ("kozijnprofeil wit", "KZ-9016", "kozijnprofiel wit"),
    ("mulitplex", "MP-18", "multiplex"), ("plasterbord", "GP-125-2600", "plasterboard"),
])
def test_a_typing_mistake_is_put_right(cast, typed, first, meant):
    assert names(cast.sanne, typed) == []
    with scope(cast.sanne):
        assert queries.forgiven(cast.sanne, typed).instead[0] == meant
        assert queries.guessed(cast.sanne, typed, size=5)[0].sku == first


def test_compounds_are_parted_and_joined(cast):
    make(cast, **{"X-1": "Schroef voor gipsplaat 35 mm", "X-2": "Vloertegellijm 25 kg"})
    assert names(cast.sanne, "gipsplaatschroef") == []
    with scope(cast.sanne):
        assert queries.forgiven(cast.sanne, "gipsplaatschroef").instead == ["gipsplaat schroef"]
        assert [item.sku for item in queries.guessed(cast.sanne, "gipsplaatschroeven", size=5)] == ["X-1"]
        assert [item.sku for item in queries.guessed(cast.sanne, "gipsplatenschroef", size=5)] == ["X-1"], "the letters between"
    assert names(cast.sanne, "schroef voor gipsplaat")[0] == "X-1"
    assert names(cast.sanne, "lijm voor vloertegel") == names(cast.sanne, "vloer tegel lijm") == ["X-2"]


def test_what_is_outside_the_assortment_is_not_guessed(cast, client_of):
    make(cast, **{"X-1": "Zonnewijzer brons"})
    with scope(cast.els):
        for typed in ("zonnewijzr", "zonewijzer", "zonnewijzer", "zonnewijzerbrons", "keilbot", "brons zonnewijser"):
            found = queries.forgiven(cast.els, typed)
            assert "zonnewijzer" not in str(found.instead) and "keilbout" not in str(found.instead) and not found.instead, typed
            assert queries.guessed(cast.els, typed, size=5) == []
    assert "onnewijzer</a>" not in client_of("els").get("/catalog/?q=zonnewijzr").content.decode()
    with scope(cast.sanne):
        assert queries.forgiven(cast.sanne, "zonnewijzr").instead == ["zonnewijzer"]
        assert queries.forgiven(cast.sanne, "keilbot").instead == ["keilbout"]
    with scope(cast.otto):
        assert not queries.forgiven(cast.otto, "zonnewijzr").instead, "another portal"


def test_a_party_reads_neither_the_vocabulary_nor_the_synonyms(cast):
    for model in (VocabularyWord, Synonym):
        with pytest.raises(ProgrammingError, match="permission denied"), scope(cast.sanne):
            model.objects.count()
    with scope(cast.otto):
        assert not VocabularyWord.objects.filter(word="gipsplaat").exists()


def test_a_side_that_is_not_one_s_own_is_refused(cast):
    from django.db import connection

    for function in ("ctx.catalog_near('staff', '{1}')", "ctx.catalog_has('staff', '{gips}')"):
        with pytest.raises(ProgrammingError), scope(cast.els), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {function}")


def test_with_a_word_less(cast):
    with scope(cast.sanne):
        found = queries.forgiven(cast.sanne, "gipsplaat turquoise")
        assert (found.instead, found.without) == ([], [("gipsplaat", "turquoise")])
        assert [item.code for item in found.branches] == []
        both = queries.forgiven(cast.sanne, "gipsplaat balk")
        assert {word for _text, word in both.without} == {"gipsplaat", "balk"}
        assert [item.code for item in queries.forgiven(cast.sanne, "isolatie turquoise").branches] == ["isolatie"]
        assert queries.forgiven(cast.sanne, "").instead == queries.forgiven(cast.sanne, "%%%").without == []


def test_words_of_one_meaning_find_the_same(cast, client_of):
    olga = client_of("olga")
    assert names(cast.sanne, "voegmiddel") == [] and names(cast.sanne, "vijzen")[0] == "SS-3535", "of the demo"
    assert olga.post("/catalog/synonyms/", {"terms": "voegenvuller = voegmiddel = kneedvuller"}).status_code == 302
    run_jobs()
    assert names(cast.sanne, "voegmiddel") == names(cast.sanne, "kneedv") == ["VV-25"]
    with scope(cast.sanne):
        assert queries.forgiven(cast.sanne, "voegmidel").instead == ["voegmiddel"], "a synonym is a word as well"
    assert "voegmiddel, kneedvuller" in olga.get("/catalog/synonyms/").content.decode()
    with scope(cast.olga):
        key = Synonym.objects.get(name="voegenvuller").pk
    assert olga.post("/catalog/synonyms/", {"terms": "karton = voegmiddel"}).status_code == 422
    assert olga.post("/catalog/synonyms/", {"terms": "alleen"}).status_code == 422
    assert olga.post(f"/catalog/synonyms/{key}/", {"terms": "voegenvuller = kneedvuller"}).status_code == 302
    run_jobs()
    assert names(cast.sanne, "voegmiddel") == [] != names(cast.sanne, "kneedvuller")
    assert olga.post(f"/catalog/synonyms/{key}/remove/").status_code == 302
    run_jobs()
    assert names(cast.sanne, "kneedvuller") == []


def test_a_new_product_is_found_by_the_words_that_mean_the_same(cast):
    with scope(cast.system):
        actions.make_synonym(cast.system, terms=["zonnescherm", "markies", "uitval scherm"])
    make(cast, **{"X-1": "Zonneschermen 3 m"})
    assert names(cast.sanne, "markies") == names(cast.sanne, "uitval") == ["X-1"]


def test_who_keeps_the_words(cast, client_of):
    with scope(cast.olga):
        made = actions.make_synonym(cast.olga, terms=["een ding", "ander ding"])
    for who, status in (("sanne", 404), ("otto", 404)):
        assert client_of(who).get(f"/catalog/synonyms/{made.pk}/").status_code == status
        assert client_of(who).post(f"/catalog/synonyms/{made.pk}/remove/").status_code == status
    assert client_of("sanne").get("/catalog/synonyms/").status_code == 404
    assert client_of("peter").get("/catalog/synonyms/").status_code == 403
    for actor in (cast.sanne, cast.peter):
        with scope(actor), pytest.raises((Forbidden, NotFound)):
            actions.make_synonym(actor, terms=["a b", "c d"])
    with scope(cast.olga), pytest.raises(Refused):
        actions.make_synonym(cast.olga, terms=["een ding", "iets"])


def test_words_from_a_spreadsheet(cast, client_of):
    carried_out(client_of("olga"), "synoniemen\nvoegenvuller = voegmiddel\nvoegmiddel = kneedvuller\nrolbandmaat, meetlint\nmeetlint = kneedvuller\nalleen\n", path="/imports/new/synonyms/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "changed", "new", "refused", "refused"]
    run_jobs()
    assert names(cast.sanne, "kneedvuller") == ["VV-25"] and names(cast.sanne, "meetlint") == ["STK-5M"]


def test_the_vocabulary_forgets_what_is_gone(cast):
    make(cast, **{"X-1": "Zonnewijzer brons"})
    with scope(cast.system):
        VocabularyWord.objects.filter(word="gipsplaat").delete()
        actions.apply_products(cast.system, records=[ProductRecord(external_id="X-1", sku="X-1", name="Tuinbeeld")])
        actions.keep_vocabulary(cast.system)
        assert set(VocabularyWord.objects.filter(word__in=["gipsplaat", "zonnewijzer", "tuinbeeld"]).values_list("word", flat=True)) == {"gipsplaat", "tuinbeeld"}
    with scope(cast.olga), pytest.raises(Forbidden):
        actions.keep_vocabulary(cast.olga)


def test_a_search_that_finds_costs_nothing_more_and_one_that_does_not_little(cast, statements_of):
    sanne = cast.sanne
    with scope(sanne):
        queries.page(sanne)  # the transaction begins
        assert statements_of(lambda: queries.page(sanne, search="gipsplaat")) == statements_of(lambda: queries.page(sanne)) + 1, "that of own numbers"
        assert statements_of(lambda: queries.forgiven(sanne, "gipspaat brandwerennd isolatiepaat 75 turquoise")) == 7


def test_the_page_says_what_it_did(cast, client_of):
    sanne = client_of("sanne")
    page = sanne.get("/catalog/?q=gipspaat").content.decode()
    assert "gipspaat" in page and "GP-125-2600" in page and 'value="gipspaat"' in page
    assert "/catalog/?q=gipsplaat" in sanne.get("/catalog/?q=gipsplaat+turquoise").content.decode()
    assert "GP-125-2600" in sanne.get("/search/?q=gipspaat&palette=1").content.decode()
    nothing = sanne.get("/catalog/?q=zzzz").content.decode()
    assert "mailto:" in nothing or "tel:" in nothing
    assert "/catalog/synonyms/?words=bouwdroger" in client_of("olga").get("/catalog/fruitless/").content.decode()
    assert 'value="bouwdroger = "' in client_of("olga").get("/catalog/synonyms/?words=bouwdroger").content.decode()

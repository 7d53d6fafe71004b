"""Searches that found nothing: counted by words and day, of nobody, and read by staff alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.trade.catalog import actions, queries, rules
from portiek.trade.catalog.models import FruitlessSearch


@pytest.mark.parametrize(("search", "kept"), [
    ("  Blauwe   Verf ", "blauwe verf"), ("GP-125-2600", "gp-125-2600"), ("9,5 mm", "9,5 mm"), ("x" * 90, "x" * 60), ("a", ""), ("", ""), ("ab\0\u202ec", "ab c"),
    ("sanne@bakker.example", ""), ("naam @ huis", ""), ("06 12 34 56 78", ""), ("+31 (0)38-444 12 11", ""), ("NL91ABNA0417164300", ""), ("12-03-1980", ""), ("8710000000012", ""), ("1234567", "1234567"),
])  # fmt: skip
def test_what_is_counted(search: str, kept: str):
    assert rules.countable(search) == kept


def counted(cast):
    with scope(cast.system):
        return {row.words: row.times for row in FruitlessSearch.objects.filter(day=timezone.localdate())}


def test_a_search_that_finds_nothing_is_counted_once_each_time_and_one_that_finds_is_not(cast, client_of, machine_of):
    sanne = client_of("sanne")
    for query in ("Zonnewijzer", "zonnewijzer ", "gipsplaat", "els@nergens.example", "0612345678"):
        assert sanne.get("/catalog/", {"q": query}).status_code == 200
    sanne.get("/catalog/", {"q": "zonnewijzer", "after": "x"})  # a later page of a list is no other search
    client_of("dirk").get("/search/", {"q": "zonnewijzer"})
    client_of("dirk").get("/search/", {"q": "zonnew", "palette": "1"})  # as it is typed
    assert machine_of(cast.sanne).get("/products", search="zonnewijzer").json()["items"] == []
    client_of("olga").get("/catalog/", {"q": "van onszelf"})
    assert counted(cast) == {}  # the page itself writes nothing
    run_jobs()
    assert counted(cast) == {"zonnewijzer": 4}
    with scope(cast.otto):
        assert not FruitlessSearch.objects.filter(words="zonnewijzer").exists()


def test_staff_read_what_is_missed_most_often_first(cast, client_of):
    peter = client_of("olga")
    page = peter.get("/catalog/fruitless/").content.decode()
    assert page.index("bouwdroger") < page.index("stucloper 65 cm") < page.index("dakkapel") and 'href="/catalog/?q=kozijn%20op%20maat"' in page
    with scope(cast.olga):
        found = queries.fruitless_searches(cast.olga, since=timezone.localdate() - timedelta(days=30))
    assert (found[0]["words"], found[0]["often"], found[0]["last"]) == ("bouwdroger", 15, timezone.localdate() - timedelta(days=2))
    with scope(cast.olga):
        assert [row["often"] for row in queries.fruitless_searches(cast.olga, since=timezone.localdate() - timedelta(days=3))] == [9, 7, 4]
    assert "bouwdroger" not in client_of("otto").get("/catalog/fruitless/?days=365").content.decode()
    assert peter.get("/catalog/fruitless/?days=; DROP").status_code == 200


def test_parties_read_and_write_none_of_it(cast, client_of):
    assert client_of("sanne").get("/catalog/fruitless/").status_code == 404 and client_of("fatima").get("/catalog/fruitless/").status_code in (200, 403)
    with pytest.raises(ProgrammingError, match="permission denied"), scope(cast.sanne):
        FruitlessSearch.objects.count()
    for actor in (cast.sanne, cast.olga):
        with scope(actor), pytest.raises(Forbidden):
            actions.count_fruitless(actor, words="van mij", day=date(2026, 11, 22))


def test_a_day_has_an_end_and_so_has_a_year(cast, monkeypatch):
    monkeypatch.setattr(rules, "MOST_COUNTED", 2)
    day = date(2020, 1, 1)
    with scope(cast.system):
        for words in ("een", "twee", "drie", "een"):
            actions.count_fruitless(cast.system, words=words, day=day)
        assert dict(FruitlessSearch.objects.filter(day=day).values_list("words", "times")) == {"een": 2, "twee": 1}
        left = FruitlessSearch.objects.exclude(day=day).count()
        assert actions.drop_old_searches(cast.system, now=timezone.now()) == 2
        assert FruitlessSearch.objects.count() == left

"""Half-made requests, offers and counter-proposals: kept, gone on with, sent or thrown away; nobody else has them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core import jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.trade.quotes import actions, queries, rules
from portiek.trade.quotes.models import Draft, Quote
from portiek.trade.quotes.tests.test_quotes import NOW, _asked, _offered
from portiek.trade.quotes.tests.test_views import _hidden

TYPED = {"rows": "4", "key": "half", "what-0": "GP-125-2600", "quantity-0": "veel", "what-3": "Plint", "reference": "Kade 8"}


def _drafts(actor) -> list[str]:
    with scope(actor):
        return [item.key for item in queries.drafts(actor)]


def test_a_request_is_kept_as_it_was_typed(cast, client_of):
    """By its button and by asking for more lines, wrong figures and all; the list leads back to it, and sending it ends it."""
    sanne = client_of("sanne")
    assert sanne.post("/quotes/new/", {**TYPED, "next": "draft"}).url == "/quotes/"
    html = sanne.get("/quotes/").content.decode()
    assert "Concept" in html and "Kade 8" in html and "/quotes/new/?draft=half" in html
    html = sanne.get("/quotes/new/?draft=half").content.decode()
    assert 'value="veel"' in html and 'value="Plint"' in html and _hidden(html, "key") == "half"
    assert sanne.post("/quotes/new/", {**TYPED, "what-0": "GP-95-2600", "next": "more"}).status_code == 200
    with scope(cast.sanne):
        assert Draft.objects.get().values["what-0"] == "GP-95-2600", "one draft, kept anew"
    sent = {**TYPED, "quantity-0": "60", "quantity-3": "4", "next": "send"}
    assert sanne.post("/quotes/new/", sent).status_code == 302 and _drafts(cast.sanne) == []
    assert sanne.post("/quotes/new/", {**TYPED, "next": "draft"}).status_code == 302 and sanne.post("/quotes/new/", sent).status_code == 302, "sent a second time from a page that was left open"
    assert _drafts(cast.sanne) == []


def test_what_says_nothing_is_not_kept(cast, client_of):
    """An empty form, and one of which the fields are none of it; more lines are there all the same."""
    sanne = client_of("sanne")
    answer = sanne.post("/quotes/new/", {"rows": "2", "key": "leeg", "slipped": "x", "what-9999": "x", "next": "draft"})
    assert answer.status_code == 422 and "Vul van minstens" in answer.content.decode()
    assert sanne.post("/quotes/new/", {"rows": "2", "key": "leeg", "next": "more"}).status_code == 200 and _drafts(cast.sanne) == []
    with scope(cast.sanne):
        kept = actions.keep_request(cast.sanne, key="lang", sent={"what-0": "x\0" + "y" * 3000, "note": " ", "number": "9"}, now=NOW())
        assert list(kept.values) == ["what-0"] and kept.values["what-0"] == "x" + "y" * (rules.LONGEST - 1)
        for number in range(rules.MOST_DRAFTS - 1):
            actions.keep_request(cast.sanne, key=f"k{number}", sent={"what-0": "x"}, now=NOW())
        with pytest.raises(Refused) as refused:
            actions.keep_request(cast.sanne, key="nog een", sent={"what-0": "x"}, now=NOW())
        assert refused.value.code == "quotes.too_many_drafts" and actions.keep_request(cast.sanne, key="k1", sent={"what-0": "y"}, now=NOW()).values == {"what-0": "y"}


def test_an_offer_is_kept_and_gone_on_with(cast, client_of):
    """By who makes it alone; a colleague finds the quote as it was. A newer version takes over what still holds."""
    quote, peter = _asked(cast.sanne), client_of("peter")
    path = f"/quotes/{quote.number}/offer/"
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    typed = {"rows": "5", "version": "1", "what-0": "GP-125-2600", "quantity-0": "600", "price-0": "5,71", "remark-0": "per pallet", "what-2": "MS-C75-26", "valid_until": until, "conditions": "Franco werk"}
    assert peter.post(path, {**typed, "next": "draft"}).url == "/quotes/"
    assert quote.number in peter.get("/quotes/").content.decode() and "Concept" in peter.get("/quotes/").content.decode()
    html = peter.get(path).content.decode()
    assert 'value="5,71"' in html and "Franco werk" in html and 'value="MS-C75-26"' in html and until in html
    assert "5,71" not in client_of("olga").get(path).content.decode() and "Concept" not in client_of("olga").get("/quotes/").content.decode()
    _offered(cast, quote, price="6.10", staff=cast.olga)
    html = peter.get(path).content.decode()
    assert 'value="5,71"' in html and "nieuwere versie" in html and _hidden(html, "version") == "2" and "Franco werk" in html
    assert peter.post(path, {**typed, "version": "2", "what-2": "", "next": "send"}).status_code == 302 and _drafts(cast.peter) == []
    peter.post(path, {**typed, "next": "draft"})
    with scope(cast.sanne):
        actions.withdraw_quote(cast.sanne, quote=queries.quote(cast.sanne, quote.number), now=NOW())
    assert _drafts(cast.peter) == [], "nothing can be offered any more"


def test_a_counter_proposal_is_kept_and_gone_on_with(cast, client_of):
    """By who types it alone, beside the version that he saw; sending it ends it, and so does a quote that can no longer be countered."""
    quote, sanne = _offered(cast, _asked(cast.sanne)), client_of("sanne")
    path = f"/quotes/{quote.number}/counter/"
    typed = {"rows": "4", "version": "2", "what-0": "GP-125-2600", "quantity-0": "veel", "target-0": "5,05", "remark-0": "in twee keer", "what-3": "Plint", "note": "Graag voor week 3"}
    assert sanne.post(path, {"rows": "4", "version": "2", "next": "draft"}).status_code == 422 and _drafts(cast.sanne) == []
    assert sanne.post(path, {**typed, "next": "draft"}).url == "/quotes/"
    html = sanne.get("/quotes/").content.decode()
    assert f'href="{path}"' in html and "Concept" in html
    html = sanne.get(path).content.decode()
    assert 'value="veel"' in html and 'value="5,05"' in html and 'value="Plint"' in html and "Graag voor week 3" in html and _hidden(html, "version") == "2"
    assert sanne.get(f"/quotes/new/?draft={quote.number}").status_code == 404
    youssef = client_of("youssef").get(path)
    assert youssef.status_code in (403, 404) or "5,05" not in youssef.content.decode()
    assert "5,05" not in client_of("peter").get(f"/quotes/{quote.number}/offer/").content.decode()
    _offered(cast, quote, price="6.10")
    html = sanne.get(path).content.decode()
    assert 'value="5,05"' in html and "nieuwere versie" in html and _hidden(html, "version") == "3"
    assert sanne.post(path, {**typed, "next": "more"}).status_code == 200 and _drafts(cast.sanne) == [quote.number]
    assert sanne.post(path, {**typed, "version": "3", "quantity-0": "500", "what-3": "", "next": "send"}).status_code == 302 and _drafts(cast.sanne) == []
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.keep_counter(cast.dirk, quote=quote, version=2, sent={"what-0": "x"}, now=NOW())
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.keep_counter(cast.peter, quote=quote, version=2, sent={"what-0": "x"}, now=NOW())
    _offered(cast, quote, price="5.50")
    sanne.post(path, {**typed, "version": "5", "next": "draft"})
    assert _drafts(cast.sanne) == [quote.number]
    with scope(cast.sanne):
        actions.withdraw_quote(cast.sanne, quote=queries.quote(cast.sanne, quote.number), now=NOW())
    assert _drafts(cast.sanne) == [], "nothing can be proposed any more"


def test_a_draft_is_thrown_away(cast, client_of):
    """By its writer, once."""
    sanne = client_of("sanne")
    sanne.post("/quotes/new/", {**TYPED, "next": "draft"})
    assert sanne.get("/quotes/drafts/half/drop/").status_code == 405
    assert sanne.post("/quotes/drafts/half/drop/").url == "/quotes/" and _drafts(cast.sanne) == []
    assert sanne.post("/quotes/drafts/half/drop/").status_code == 404 and sanne.get("/quotes/new/?draft=half").status_code == 404


def test_a_draft_goes_by_the_clock(cast):
    """After as many days as the portal keeps it; nobody but the portal does that."""
    with scope(cast.sanne):
        actions.keep_request(cast.sanne, key="oud", sent={"what-0": "x"}, now=NOW() - timedelta(days=31))
        actions.keep_request(cast.sanne, key="nieuw", sent={"what-0": "x"}, now=NOW() - timedelta(days=29))
        with pytest.raises(NotFound):
            actions.drop_old_drafts(cast.sanne, now=NOW())
    jobs.run_now(jobs.jobs()["quotes.drafts"], cast.sanne.portal_id, {})
    run_jobs()
    assert _drafts(cast.sanne) == ["nieuw"]


# What must not be


@pytest.mark.parametrize("key", ["youssef", "dirk", "otto", "peter", "nadia2"])
def test_nobody_else_has_it(cast, client_of, key):
    """Not a colleague, the seller, another company or another portal: 404, as for one that never was; nothing in the list."""
    client_of("sanne").post("/quotes/new/", {**TYPED, "next": "draft"})
    client = client_of(key)
    for name in ("half", "never"):
        assert client.post(f"/quotes/drafts/{name}/drop/").status_code == 404
        assert client.get(f"/quotes/new/?draft={name}").status_code in (403, 404)
    assert "Kade 8" not in client.get("/quotes/").content.decode()
    assert _drafts(cast.sanne) == ["half"]


def test_the_database_keeps_them_apart(cast):
    """A page that forgot to ask: a colleague reads and changes nothing, and no customer reads or writes what staff type."""
    quote = _asked(cast.sanne)
    with scope(cast.sanne):
        actions.keep_request(cast.sanne, key="half", sent={"what-0": "x"}, now=NOW())
    with scope(cast.peter):
        actions.keep_offer(cast.peter, quote=quote, version=1, sent={"price-0": "5"}, now=NOW())
    with scope(cast.youssef):
        assert not Draft.objects.exists() and Draft.objects.update(values={}) == 0
    with scope(cast.sanne):
        assert [item.side for item in Draft.objects.all()] == ["party"] and Quote.objects.exists()
        for values in ({"user_id": cast.youssef.user_id, "side": "party"}, {"user_id": cast.sanne.user_id, "side": "staff"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Draft.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, key="anders", changed_at=NOW(), **values)

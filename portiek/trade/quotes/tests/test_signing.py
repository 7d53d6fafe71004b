"""Accepting is signing: who, in which capacity and on which conditions stands with the quote; nobody signs for another."""

from __future__ import annotations

import io

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pypdf import PdfReader

from portiek.core.db import scope
from portiek.core.errors import Conflict, Forbidden, Refused
from portiek.core.models import FactRow
from portiek.trade.orders import actions as ordering
from portiek.trade.orders.models import Order
from portiek.trade.orders.queries import Details
from portiek.trade.quotes import actions, queries, rules
from portiek.trade.quotes.actions import Signature
from portiek.trade.quotes.models import Acceptance, Terms
from portiek.trade.quotes.tests.test_quotes import NOW, _accept, _asked, _fresh, _offered
from portiek.trade.quotes.tests.test_views import _hidden

TERMS = {"name": "Algemene verkoopvoorwaarden", "version": "2026-01", "link": "https://voorwaarden.example/2026-01.pdf"}


def _named(cast, **others) -> None:
    with scope(cast.peter):
        actions.set_terms(cast.peter, days=30, late=False, **{**TERMS, **others})


def _signed(actor, quote, signature, key="a" * 64) -> Order:
    with scope(actor):
        quote = queries.quote(actor, quote.number)
        return actions.accept_quote(actor, quote=quote, seen=queries.detail(actor, quote).offer.version.content_hash, keys=None, details=Details(reference="Kade 8"), key=key, signature=signature, now=NOW(), today=timezone.localdate())


def _paper(client, quote) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(client.get(f"/quotes/{quote.number}/pdf/").content)).pages).split())


def test_who_accepts_signs_on_the_page(cast, client_of):
    """Without name, capacity or agreement nothing is ordered and each field says so; with them it stands on the page of both sides and on the paper, with the moment."""
    _named(cast)
    quote, sanne = _offered(cast, _asked(cast.sanne)), client_of("sanne")
    path = f"/quotes/{quote.number}/"
    html = sanne.get(f"{path}accept/").content.decode()
    assert 'value="Sanne Bakker"' in html and TERMS["link"] in html and "Ik ga akkoord met Algemene verkoopvoorwaarden, 2026-01" in html
    sent = {"seen": _hidden(html, "seen"), "key": _hidden(html, "key"), "sign-terms": _hidden(html, "sign-terms"), "next": "order"}
    answer = sanne.post(f"{path}accept/", {**sent, "sign-name": "", "sign-capacity": ""})
    html = answer.content.decode()
    assert answer.status_code == 422 and all(f'href="#id_sign-{name}"' in html for name in ("name", "capacity", "agree"))
    with scope(cast.sanne):
        assert not Order.objects.exclude(agreed="").exists() and not Acceptance.objects.exists()
    assert sanne.post(f"{path}accept/", {**sent, "next": "look"}).status_code == 200, "who calculates signs nothing yet"
    answer = sanne.post(f"{path}accept/", {**sent, "sign-name": "S. Bakker", "sign-capacity": "Directeur", "sign-agree": "on"})
    assert answer.status_code == 302
    with scope(cast.sanne):
        made = Acceptance.objects.select_related("order").get()
        assert (made.name, made.capacity, made.terms, made.terms_link, made.user_id, made.version, made.order.number) == ("S. Bakker", "Directeur", "Algemene verkoopvoorwaarden, 2026-01", TERMS["link"], cast.sanne.user_id, 2, answer.url.split("/")[-2])
        assert made.content_hash == queries.detail(cast.sanne, quote).offer.version.content_hash
        assert FactRow.objects.get(name="quotes.quote.accepted").changes["conditions"][1] == "Algemene verkoopvoorwaarden, 2026-01"
    for key in ("sanne", "peter"):
        html = client_of(key).get(path).content.decode()
        assert "Geaccepteerd door" in html and "S. Bakker, Directeur" in html and "Akkoord met: Algemene verkoopvoorwaarden, 2026-01" in html
    paper = _paper(sanne, quote)
    assert "Geaccepteerd door S. Bakker, Directeur, op" in paper and str(timezone.localdate().year) in paper and "Akkoord met: Algemene verkoopvoorwaarden, 2026-01." in paper
    other = _offered(cast, _asked(cast.sanne, "k2"))
    assert 'value="Directeur"' in sanne.get(f"/quotes/{other.number}/accept/").content.decode(), "as last time"


def test_conditions_that_changed_are_read_first(cast, client_of):
    """Staff name another version meanwhile: nothing is ordered, and the page shows the new one unticked."""
    _named(cast)
    quote, sanne = _offered(cast, _asked(cast.sanne)), client_of("sanne")
    path = f"/quotes/{quote.number}/accept/"
    html = sanne.get(path).content.decode()
    _named(cast, version="2026-07")
    sent = {"seen": _hidden(html, "seen"), "key": _hidden(html, "key"), "sign-terms": "2026-01", "sign-name": "Sanne", "sign-capacity": "Inkoper", "sign-agree": "on", "next": "order"}
    answer = sanne.post(path, sent)
    html = answer.content.decode()
    assert answer.status_code == 422 and _hidden(html, "sign-terms") == "2026-07" and "zijn nu andere" in html and 'value="Inkoper"' in html
    assert "checked" not in html.partition('name="sign-agree"')[2].partition(">")[0]
    for signature, error in ((Signature("S", "", "2026-01"), Conflict), (Signature("S"), Refused), (Signature("S", "", "iets"), Conflict)):
        with pytest.raises(error):
            _signed(cast.sanne, quote, signature)
    with scope(cast.sanne):
        assert not Acceptance.objects.exists()
    assert _signed(cast.sanne, quote, Signature("S", "", "2026-07")).status == "submitted"


def test_what_was_signed_stays_as_it_was(cast):
    """Later conditions change nothing of it; nobody changes or adds a signature, nor signs as a colleague: the database refuses."""
    _named(cast)
    quote = _offered(cast, _asked(cast.sanne))
    order = _signed(cast.sanne, quote, Signature("S. Bakker", "Directeur", "2026-01"))
    _named(cast, version="2027-01")
    own = {"portal_id": quote.portal_id, "party_id": quote.party_id, "quote": quote, "order": order, "version": 2, "content_hash": "x", "name": "x", "at": NOW()}
    with scope(cast.sanne):
        assert Acceptance.objects.get().terms_version == "2026-01"
        for attack in (lambda: Acceptance.objects.update(name="x"), lambda: Acceptance.objects.all().delete(), lambda: Acceptance.objects.create(**own, user_id=cast.youssef.user_id)):
            with pytest.raises(DatabaseError), transaction.atomic():
                attack()
    with scope(cast.peter), pytest.raises(DatabaseError), transaction.atomic():
        Acceptance.objects.update(terms_version="2027-01")
    for actor in (cast.dirk, cast.otto):
        with scope(actor):
            assert not Acceptance.objects.exists() and queries.acceptances(actor, quote) == []


def test_each_part_is_signed_and_what_is_not_approved_is_not_on_paper(cast, client_of):
    """The page says of every acceptance how its order stands; the paper names those that hold."""
    quote = _offered(cast, _asked(cast.youssef))
    order = _accept(cast.youssef, quote)
    youssef = client_of("youssef")
    assert order.status == "pending_approval" and "Geaccepteerd door" in youssef.get(f"/quotes/{quote.number}/").content.decode()
    assert "Geaccepteerd door" not in _paper(youssef, quote)
    with scope(cast.sanne):
        ordering.approve_order(cast.sanne, order=order, seen=order.content_hash, now=NOW(), step=1)
    assert f"met bestelling {order.number}" in _paper(youssef, quote)


def test_once_signed_is_once(cast):
    """The same key gives the same order and no second signature."""
    quote = _offered(cast, _asked(cast.sanne))
    assert _signed(cast.sanne, quote, Signature("S")).pk == _signed(cast.sanne, quote, Signature("S")).pk
    with scope(cast.sanne):
        assert [(row.name, row.terms) for row in queries.acceptances(cast.sanne, _fresh(cast.sanne, quote))] == [("S", "")]


def test_staff_name_the_conditions(cast, client_of):
    """A name goes with a version, an address is one; what changed is in the log; a party and another portal do not choose."""
    peter = client_of("peter")
    sent = {"days": "30", **TERMS}
    for wrong in ({"version": ""}, {"name": ""}, {"link": "javascript:alert(1)"}, {"link": "//elders.example/x"}, {"name": "", "version": ""}):
        assert peter.post("/quotes/terms/", {**sent, **wrong}).status_code == 422, wrong
    assert peter.post("/quotes/terms/", sent).status_code == 302
    html = peter.get("/quotes/terms/").content.decode()
    assert all(f'value="{value}"' in html for value in TERMS.values())
    with scope(cast.peter):
        assert FactRow.objects.get(name="quotes.terms.named").changes["conditions"][1] == "Algemene verkoopvoorwaarden, 2026-01"
    assert peter.post("/quotes/terms/", sent).status_code == 302
    assert peter.post("/quotes/terms/", {"days": "30"}).status_code == 302
    with scope(cast.peter):
        assert FactRow.objects.filter(name="quotes.terms.named").count() == 2 and Terms.objects.get().called == ""
    assert client_of("sanne").post("/quotes/terms/", sent).status_code in (403, 404)
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.set_terms(cast.sanne, days=1, late=True, **TERMS)
    with scope(cast.otto):
        assert queries.terms(cast.otto).called == ""


def test_a_program_says_with_what_it_agrees(cast, machine_of):
    """The quote says which conditions are asked; without them or with others nothing is ordered; without a name it is the key's."""
    _named(cast)
    quote, machine = _offered(cast, _asked(cast.sanne)), machine_of(cast.sanne)
    path = f"/quotes/{quote.number}"
    there = machine.get(path).json()
    assert there["terms"] == TERMS and there["acceptances"] == []
    seen = {"seen": there["versions"][1]["seen"]}
    assert machine.post(f"{path}:accept", seen, idempotency_key="een").status_code == 422
    assert machine.post(f"{path}:accept", {**seen, "terms": "2025-01"}, idempotency_key="twee").status_code == 409
    answer = machine.post(f"{path}:accept", {**seen, "terms": "2026-01", "capacity": "Inkoper"}, idempotency_key="drie")
    assert answer.status_code == 200, answer.content
    [made] = answer.json()["acceptances"]
    assert (made["version"], made["capacity"], made["terms"], made["order"]) == (2, "Inkoper", TERMS, answer.json()["order"]) and made["name"] == "Webshop"


@pytest.mark.parametrize(("asked", "agreed", "why"), [("", "", ""), ("", "1", ""), ("1", "1", ""), ("1", "", "quotes.agree"), ("2", "1", "quotes.terms_changed")])
def test_what_is_agreed(asked, agreed, why):
    """Nothing is asked where nothing is named; else the very version."""
    assert rules.why_not_agreed(asked=asked, agreed=agreed) == why

"""A quote that is ordered in parts: never more than was offered, at its prices, as long as it holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portiek.config.testing import copy_database, run_jobs
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.foundation.notifications.models import Notification
from portiek.foundation.tasks.models import Task
from portiek.trade.approvals import actions as approvals
from portiek.trade.approvals import rules as approval_rules
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions as ordering
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.queries import Details
from portiek.trade.quotes import actions, queries
from portiek.trade.quotes.actions import Offer, Wish
from portiek.trade.quotes.models import Called
from portiek.trade.quotes.tests.test_quotes import NOW, _accept, _asked, _fresh, _offered
from portiek.trade.quotes.tests.test_views import _hidden


def _part(actor, quote, parts, *, key="p" * 40) -> Order:
    with scope(actor):
        quote = queries.quote(actor, quote.number)
        seen = queries.detail(actor, quote).offer.version.content_hash
        return actions.accept_quote(actor, quote=quote, seen=seen, keys=None, parts={line: Decimal(quantity) for line, quantity in parts.items()}, details=Details(reference="Afroep"), key=key, now=NOW(), today=timezone.localdate())


def _left(actor, quote) -> dict[int, Decimal]:
    with scope(actor):
        return {line.key: line.quantity for line in queries.left(actor, queries.detail(actor, queries.quote(actor, quote.number)))}


def _lines(actor, order) -> list[tuple[str, Decimal, Decimal]]:
    with scope(actor):
        return list(OrderLine.objects.filter(order=order).order_by("position").values_list("sku", "quantity", "price"))


def test_in_three_parts(cast):
    """Each at the price of the version; the quote stands open until nothing but what is optional is left."""
    quote = _offered(cast, _asked(cast.sanne))
    with scope(cast.system):
        Product.objects.filter(sku="GP-125-2600").update(list_price=99)
    first = _part(cast.sanne, quote, {1: 200})
    assert _lines(cast.sanne, first) == [("GP-125-2600", Decimal(200), Decimal("5.75"))] and first.agreed == f"{quote.number} v2"
    assert _fresh(cast.sanne, quote).status == "offered" and _left(cast.sanne, quote) == {1: Decimal(400), 3: Decimal(96)}
    second = _part(cast.youssef, quote, {1: 150, 3: 96}, key="q" * 40)
    assert _lines(cast.sanne, second) == [("GP-125-2600", Decimal(150), Decimal("5.75")), ("MS-C75-26", Decimal(96), Decimal("3.90"))]
    assert _left(cast.sanne, quote) == {1: Decimal(250)}
    last = _accept(cast.sanne, quote, key="r" * 40)
    assert _lines(cast.sanne, last) == [("GP-125-2600", Decimal(250), Decimal("5.75"))]
    with scope(cast.sanne):
        found = queries.detail(cast.sanne, queries.quote(cast.sanne, quote.number))
        assert [order.number for order in found.orders] == [first.number, second.number, last.number] and queries.of_order(cast.sanne, second.pk).pk == quote.pk
    run_jobs()
    with pytest.raises(Refused, match=r"quotes\.taken"):
        _part(cast.sanne, quote, {1: 1}, key="s" * 40)


def test_a_part_is_placed_once(cast):
    """The same key gives the same order and takes nothing more."""
    quote = _offered(cast, _asked(cast.sanne))
    assert _part(cast.sanne, quote, {1: 200}).pk == _part(cast.sanne, quote, {1: 200}).pk and _left(cast.sanne, quote)[1] == 400


@pytest.mark.parametrize(("parts", "code"), [({1: 601}, "quotes.too_much"), ({1: -1}, "quotes.too_much"), ({2: 1}, "quotes.too_much"), ({9: 1}, "quotes.too_much"), ({}, "quotes.nothing_chosen"), ({1: 0}, "quotes.nothing_chosen"), ({1: "7.5"}, "quotes.part_step")])
def test_what_cannot_be_a_part(cast, parts, code):
    """More than is left, a line that is not offered, nothing, or half a unit."""
    quote = _offered(cast, _asked(cast.sanne))
    with pytest.raises(Refused) as refused:
        _part(cast.sanne, quote, parts)
    assert code in (refused.value.code, *(item.code for item in refused.value.parts)) and _left(cast.sanne, quote)[1] == 600


def test_of_alternatives_the_first_one_stays(cast):
    """Never both at once; after the first part the other is gone, and the rest is of the one that was taken."""
    lines = [Offer("GP-125-2600", Decimal(600), Decimal(6), key=1), Offer("GPI-125-2600", Decimal(500), Decimal(9), instead_of=1)]
    quote = _offered(cast, _asked(cast.sanne), lines=lines)
    with pytest.raises(Refused) as refused:
        _part(cast.sanne, quote, {1: 10, 3: 10})
    assert refused.value.parts[0].code == "quotes.one_of"
    _part(cast.sanne, quote, {3: 200})
    assert _left(cast.sanne, quote) == {3: Decimal(300)}
    _accept(cast.sanne, quote)
    assert _fresh(cast.sanne, quote).status == "ordered"


def test_what_is_not_approved_or_cancelled_is_left_again(cast):
    """What waits for a colleague is taken; rejected or lowered it comes back, also of the last part."""
    quote = _offered(cast, _asked(cast.youssef))
    with scope(cast.sanne):
        approvals.make_rule(cast.sanne, when=approval_rules.When(agreed=True), stages=[approval_rules.Stage(approval_rules.PEOPLE, (cast.sanne.user_id,))])
    first = _part(cast.youssef, quote, {1: 200})
    assert first.status == "pending_approval" and _left(cast.youssef, quote)[1] == 400
    with scope(cast.sanne):
        ordering.reject_order(cast.sanne, order=first, seen=first.content_hash, reason="Nog niet", now=NOW(), step=1)
    run_jobs()
    assert _left(cast.youssef, quote)[1] == 600 and _fresh(cast.youssef, quote).status == "offered"
    second, third = _part(cast.youssef, quote, {1: 200}, key="2" * 40), _part(cast.youssef, quote, {1: 400}, key="3" * 40)
    assert _fresh(cast.youssef, quote).status == "accepted"
    with scope(cast.sanne):
        ordering.approve_order(cast.sanne, order=third, seen=third.content_hash, now=NOW(), step=1)
    run_jobs()
    assert _fresh(cast.youssef, quote).status == "accepted", "another part still waits"
    with scope(cast.sanne):
        ordering.reject_order(cast.sanne, order=second, seen=second.content_hash, reason="Te veel", now=NOW(), step=1)
    run_jobs()
    assert _fresh(cast.youssef, quote).status == "offered" and _left(cast.youssef, quote)[1] == 200
    again = _part(cast.youssef, quote, {1: 200}, key="4" * 40)
    with scope(cast.sanne):
        ordering.lower_order(cast.sanne, order=again, seen=again.content_hash, step=1, lines={1: ordering.Lower(Decimal(50), "Minder")}, now=NOW())
    assert _left(cast.youssef, quote)[1] == 150


def test_who_made_the_offer_hears_of_a_part(cast):
    """And who asked for it still has to decide about the rest, until its last day."""
    quote = _offered(cast, _asked(cast.sanne))
    run_jobs()
    _part(cast.sanne, quote, {1: 200})
    run_jobs()
    with scope(cast.system):
        assert "part" in str(Notification.objects.get(kind="quotes.quote_ended", user_id=cast.peter.user_id).values["what"]).replace("deel", "part")
        assert Task.objects.open().filter(kind="quotes.quote_decide").count() == 1
        actions.expire_quotes(cast.system, now=NOW(), today=timezone.localdate() + timedelta(days=15))
    with pytest.raises(Refused, match=r"quotes\.over"):
        _part(cast.sanne, quote, {1: 200}, key="t" * 40)


def test_a_newer_version_counts_what_was_ordered(cast):
    """Its quantities are of the whole: what was ordered before is taken off."""
    quote = _offered(cast, _asked(cast.sanne))
    _part(cast.sanne, quote, {1: 200})
    _offered(cast, _fresh(cast.peter, quote), lines=[Offer("GP-125-2600", Decimal(700), Decimal("5.60"), key=1)])
    assert _left(cast.sanne, quote) == {1: Decimal(500)}


# Pages and machines


def test_ordering_a_part_on_the_page(cast, client_of):
    """Looked at first, then ordered; the quote says what was ordered and what is left, and too much says so at its line."""
    quote, sanne = _offered(cast, _asked(cast.sanne)), client_of("sanne")
    path = f"/quotes/{quote.number}/"
    assert f"{path}part/" in sanne.get(path).content.decode()
    html = sanne.get(f"{path}part/").content.decode()
    sent = {"seen": _hidden(html, "seen"), "key": _hidden(html, "key"), "reference": "Afroep 1", "part-1": "200", "sign-name": "Sanne", "sign-capacity": "Inkoper", "next": "look"}
    html = sanne.post(f"{path}part/", sent).content.decode().replace("\xa0", " ")
    assert "€ 1.150,00" in html and 'value="200"' in html
    answer = sanne.post(f"{path}part/", {**sent, "part-1": "700", "next": "order"})
    assert answer.status_code == 422 and 'href="#id_part-1"' in answer.content.decode() and "600" in answer.content.decode()
    assert sanne.post(f"{path}part/", {**sent, "part-1": "", "next": "order"}).status_code == 422
    assert sanne.post(f"{path}part/", {**sent, "part-1": "veel", "next": "order"}).status_code == 422
    answer = sanne.post(f"{path}part/", {**sent, "next": "order"})
    assert answer.status_code == 302 and answer.url.startswith("/orders/")
    html = re.sub(r"\s+", " ", sanne.get(path).content.decode())
    assert answer.url in html and "200 besteld" in html and "400 over" in html and "Rest bestellen" in html
    assert "400" in sanne.get(f"{path}accept/").content.decode() and "200 besteld" in client_of("peter").get(path).content.decode()
    assert quote.number in sanne.get(answer.url).content.decode()
    assert "al een deel besteld" in sanne.get(f"{path}counter/").content.decode() and "al een deel besteld" in client_of("peter").get(f"{path}offer/").content.decode()


def test_parts_for_machines(cast, machine_of):
    """How much of which lines; the answer says what is left and which orders there are."""
    quote, machine = _offered(cast, _asked(cast.sanne)), machine_of(cast.sanne)
    there = machine.get(f"/quotes/{quote.number}").json()
    assert there["left"] == [{"key": 1, "quantity": "600.000"}, {"key": 3, "quantity": "96.000"}] and there["orders"] == []
    seen = there["versions"][1]["seen"]
    answer = machine.post(f"/quotes/{quote.number}:accept", {"seen": seen, "parts": [{"key": 1, "quantity": "200"}]}, idempotency_key="een")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["left"][0]["quantity"], len(answer.json()["orders"])) == ("offered", "400.000", 1)
    assert machine.post(f"/quotes/{quote.number}:accept", {"seen": seen, "parts": [{"key": 1, "quantity": "401"}]}, idempotency_key="twee").status_code == 422
    assert machine.post(f"/quotes/{quote.number}:accept", {"seen": seen, "parts": []}, idempotency_key="drie").status_code == 422


# What must not be


@pytest.mark.parametrize("key", ["dirk", "otto", "peter", "nadia2"])
def test_another_party_orders_no_part(cast, client_of, key):
    """404 as for a quote that never was, or 403 for who never orders; nothing of what was ordered is read."""
    quote = _offered(cast, _asked(cast.sanne))
    _part(cast.sanne, quote, {1: 200})
    for number in (quote.number, "OF-10042-9999"):
        assert client_of(key).post(f"/quotes/{number}/part/", {"part-1": "1", "next": "order"}).status_code in (403, 404)
    if key != "peter":
        actor = getattr(cast, key)
        with scope(actor):
            assert not Called.objects.exists()
        with pytest.raises(NotFound):
            _part(actor, quote, {1: 1})


def test_what_was_ordered_cannot_be_taken_back_in_the_table(cast):
    """A party adds to it, and changes or removes nothing; a row of another quote hangs on nothing."""
    quote = _offered(cast, _asked(cast.sanne))
    _part(cast.sanne, quote, {1: 200})
    with scope(cast.sanne):
        for write in (lambda: Called.objects.update(quantity=1), lambda: Called.objects.all()._raw_delete("default")):
            with pytest.raises(DatabaseError), transaction.atomic():
                write()
    other = _asked(cast.dirk, lines=[Wish("KZ-9016", Decimal(6))])
    with scope(cast.sanne), pytest.raises(DatabaseError), transaction.atomic():
        Called.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, quote_id=other.pk, key=1, position=1, quantity=1)


TOGETHER = """
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from portiek.config.cli import setup
setup()
from django.db import connection
from django.db.models import Sum
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts.cast import Cast
from portiek.trade.orders.models import OrderLine
from portiek.trade.quotes.tests.test_parts import _part
from portiek.trade.quotes.tests.test_quotes import _asked, _offered
cast = Cast()
quote = _offered(cast, _asked(cast.sanne))
def order(number):
    try:
        return _part((cast.sanne, cast.youssef)[number % 2], quote, {1: 140}, key=f"{number:064d}").number
    except Refused as refused:
        return refused.parts[0].code
    finally:
        connection.close()
with ThreadPoolExecutor(8) as pool:
    answers = list(pool.map(order, range(8)))
with scope(cast.sanne):
    print(answers.count("quotes.too_much"), OrderLine.objects.filter(order__agreed__startswith=quote.number).aggregate(of=Sum("quantity"))["of"], flush=True)
"""


@pytest.mark.no_database
def test_eight_parts_at_one_moment_never_pass_what_is_left():
    """Of eight times 140 on 600, by two colleagues, four are ordered."""
    url = copy_database("portiek_called_off")
    done = subprocess.run([sys.executable, "-c", TOGETHER], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=180)
    assert done.stdout.split() == ["4", "560.000"], done.stdout + done.stderr[-3000:]

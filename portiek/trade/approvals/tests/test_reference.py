"""A company asks a reference with each order: everywhere where one orders, in its own shape, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.parties.models import Party
from portiek.trade.approvals import actions, queries
from portiek.trade.approvals.models import ReferencePolicy
from portiek.trade.approvals.referring import Reference, may_be_shape
from portiek.trade.catalog.models import Product
from portiek.trade.lists.queries import Wish
from portiek.trade.orders import actions as orders_actions
from portiek.trade.orders import queries as orders
from portiek.trade.orders.tests.test_submit import fill, submit
from portiek.trade.recurring import actions as recurring
from portiek.trade.recurring.actions import Settings

PO = Reference(True, "Het nummer van kantoor", "PO########")
GOOD, BAD = "PO20261234", "Parkweg 12"


def ask(cast, asked=PO):
    with scope(cast.sanne):
        actions.ask_reference(cast.sanne, asked=asked)


@pytest.mark.parametrize(
    ("shape", "text", "fits"),
    [("", "x", True), ("PO########", "PO12345678", True), ("PO########", "po12345678", True), ("PO########", " PO12345678 ", True), ("PO########", "PO1234567", False), ("PO########", "PO123456789", False), ("@@-##", "ab-12", True), ("@@-##", "a1-12", False),
     ("PO*", "PO", True), ("PO*", "PO 9 van Jan", True), ("PO*", "9", False), ("*/26", "werk/26", True), ("a.c", "abc", False), ("a.c", "A.C", True), ("##", "١٢", False)],
)  # fmt: skip
def test_a_shape_is_held(shape, text, fits):
    assert (Reference(False, "", shape).why_not(text) is None) is fits


def test_what_lacks_is_only_asked_where_it_is_needed():
    assert Reference().why_not("") is None and Reference(False, "", "##").why_not(" ") is None
    assert Reference(True).why_not(" ") == "approvals.reference_needed"
    assert Reference(True, "", "PO###-@*").example == "PO123-A"
    assert [may_be_shape(text) for text in ("", "PO*", "*", "a**", "x" * 41, " a", "a\nb")] == [True, True, False, False, False, False, False]


def test_no_order_without_it(cast, client_of, machine_of):
    """Not of a cart, not over the API, also past the form; and what was asked is said before one looks once more."""
    ask(cast)
    youssef, values = client_of("youssef"), {"reference": "", "address": "", "wanted_date": "", "note": ""}
    with scope(cast.youssef):
        fill(cast.youssef, 1)
        with pytest.raises(Refused, match=r"approvals\.reference_needed"):
            submit(cast.youssef, orders.basket(cast.youssef, day=timezone.localdate()))
        with pytest.raises(Refused, match=r"approvals\.reference_wrong"):
            orders_actions.set_details(cast.youssef, reference=BAD, note="", wanted_date=None, address_id=None)
    page = youssef.get("/orders/cart/").content.decode()
    assert "Het nummer van kantoor. Bijvoorbeeld PO12345678." in page
    # What lacks may wait until one orders; what does not fit is said at once.
    assert youssef.post("/orders/cart/details/", values).status_code == 302
    answer = youssef.post("/orders/cart/details/", {**values, "next": "review"})
    assert answer.status_code == 422 and "Vul uw referentie in: uw bedrijf vraagt er een bij elke order." in answer.content.decode()
    answer = youssef.post("/orders/cart/details/", {**values, "reference": BAD})
    assert answer.status_code == 422 and "een andere referentie" in answer.content.decode()
    assert youssef.post("/orders/cart/details/", {**values, "reference": GOOD, "next": "review"})["Location"] == "/orders/cart/review/"
    with scope(cast.youssef):
        assert submit(cast.youssef, orders.basket(cast.youssef, day=timezone.localdate())).reference == GOOD
    machine, body = machine_of(cast.youssef), {"lines": [{"sku": "GP-125-2600", "quantity": "10"}]}
    for more, code in (({}, "approvals.reference_needed"), ({"reference": BAD}, "approvals.reference_wrong")):
        answer = machine.post("/orders", body | more, idempotency_key="1")
        assert (answer.status_code, [(part["pointer"], part["code"]) for part in answer.json()["errors"]]) == (422, [("#/reference", code)])
        assert not machine.post("/orders:validate", body | more).json()["can_be_placed"]
    assert machine.post("/orders", body | {"reference": GOOD}, idempotency_key="2").status_code == 201
    assert machine.get("/order-reference").json() == {"required": True, "hint": "Het nummer van kantoor", "shape": "PO########", "example": "PO12345678"}
    # Another company is asked nothing.
    assert machine_of(cast.dirk).get("/order-reference").json()["required"] is False
    assert machine_of(cast.dirk).post("/orders", {"lines": [{"sku": "KZ-9016", "quantity": "1"}]}, idempotency_key="3").status_code == 201


def test_a_recurring_order_has_a_standing_one(cast):
    today = timezone.localdate()
    given = Settings("Elke week", today + timedelta(days=7), "week", 1, limit_percent=Decimal(10))
    with scope(cast.sanne):
        made = recurring.make_recurring(cast.sanne, settings=given, wishes=[Wish(Product.objects.get(sku="GP-125-2600").pk, Decimal(10))], today=today)
    ask(cast)
    with scope(cast.sanne), pytest.raises(Refused, match=r"approvals\.reference_needed"):
        recurring.change_recurring(cast.sanne, key=made.pk, settings=given, today=today)


def test_the_company_says_it_itself(cast, client_of):
    sanne = client_of("sanne")
    assert "Referentie bij orders" in sanne.get("/approvals/budgets/").content.decode()
    for shape in ("a**", "*"):
        answer = sanne.post("/approvals/reference/", {"required": "on", "hint": "x", "shape": shape})
        assert answer.status_code == 422 and "hoogstens één *" in answer.content.decode(), shape
    assert sanne.post("/approvals/reference/", {"required": "on", "hint": "Van kantoor", "shape": "po##"}).status_code == 302
    assert "PO12" in sanne.get("/approvals/reference/").content.decode()
    with scope(cast.sanne):
        assert queries.reference(cast.sanne) == Reference(True, "Van kantoor", "PO##")
        last = FactRow.objects.filter(name="approvals.reference.asked").get()
        assert last.changes["reference.shape"] == ["", "PO##"]
        # The same again is nothing that happened.
        actions.ask_reference(cast.sanne, asked=Reference(True, "Van kantoor", "PO##"))
        assert FactRow.objects.filter(name="approvals.reference.asked").count() == 1
    for who, status in (("youssef", (403,)), ("olga", (403, 404))):
        assert client_of(who).post("/approvals/reference/", {"shape": ""}).status_code in status
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.ask_reference(cast.youssef, asked=Reference())


def test_staff_say_it_for_a_party(cast, client_of):
    olga = client_of("olga")
    assert "Niet nodig" in olga.get("/parties/10042/approvals/").content.decode()
    assert olga.post("/approvals/reference/10042/", {"required": "on", "hint": "", "shape": "####"}).status_code == 302
    page = olga.get("/parties/10042/approvals/").content.decode()
    assert "Nodig bij elke order" in page and "1234" in page
    with scope(cast.sanne):
        assert queries.reference(cast.sanne).needed
    for who, path, status in (("sanne", "10042", (403, 404)), ("otto", "10042", (404,)), ("fatima", "10042", (403,)), ("olga", "99999", (404,))):
        assert client_of(who).post(f"/approvals/reference/{path}/", {"shape": ""}).status_code in status, who


def test_another_party_neither_reads_nor_writes_it(cast):
    ask(cast)
    with scope(cast.dirk):
        assert queries.reference(cast.dirk, party_id=cast.sanne.party_id) == Reference()
        assert not ReferencePolicy.objects.exists()
    with scope(cast.otto), pytest.raises(NotFound):
        actions.ask_reference_of(cast.otto, party=Party(pk=cast.sanne.party_id, portal_id=cast.sanne.portal_id), asked=Reference())

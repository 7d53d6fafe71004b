"""Ten buys, one free: the same goods without a price on cart, review, order, PDF, API and ERP; for whom it is and nobody else; and what it does not count for."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone
from pypdf import PdfReader

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.money import Policy
from portiek.edges.connectors.contract import NewOrder
from portiek.edges.connectors.effects import order_payload
from portiek.edges.connectors.models import Connection
from portiek.foundation.parties.models import Party
from portiek.trade.approvals.tests.test_lowering import lines_of, lower
from portiek.trade.approvals.tests.test_requests import named, ruled
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, document, queries
from portiek.trade.orders.models import Draft, LineChange, Order, OrderLine, Purchase
from portiek.trade.orders.rules import QuantityRule, free_hint
from portiek.trade.pricing import actions as pricing
from portiek.trade.pricing import facts
from portiek.trade.pricing import queries as priced
from portiek.trade.pricing.candidates import considered
from portiek.trade.pricing.models import CustomerGroup, FreeGoods, GroupMember, PartyPriceList, PriceList
from portiek.trade.pricing.rules import Candidate, price_of

D = Decimal
DAY = date(2026, 11, 23)
SKU = "SS-3535"


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


def give(cast, buy="60", give="6", sku=SKU, **more):
    with scope(cast.peter):
        return pricing.add_free_goods(cast.peter, **{"name": "Herfstactie", "product": Product.objects.get(sku=sku), "buy": D(buy), "give": D(give), **more})


def add(actor, quantity="60", code=SKU):
    with scope(actor):
        actions.add_to_cart(actor, code=code, quantity=D(quantity))


def submit(actor):
    found = queries.basket(actor, day=timezone.localdate())
    return actions.submit_order(actor, key=found.cart.key, seen=found.hash, now=timezone.now())


def ask(actor, quantity="60", sku=SKU, **more):
    with scope(actor):
        return priced.standing_price(actor, Product.objects.get(sku=sku).pk, D(quantity), day=more.pop("day", timezone.localdate()), **more)


def _of(*rules, quantity="20"):
    rows = [Candidate("free", place, place, name, D(buy), D(free), rank=(rank, 0), **days) for place, (name, buy, free, rank, days) in enumerate(rules, 1)]
    return price_of(rows, list_price=D(10), quantity=D(quantity), day=DAY, policy=Policy())


@pytest.mark.parametrize(
    ("quantity", "units", "name"),
    [("9", 0, "a"), ("10", 1, "a"), ("19", 1, "a"), ("20", 2, "a"), ("50", 8, "b"), ("0", 0, "a")],
)
def test_each_full_quantity_brings_some_and_of_several_the_most_counts(quantity, units, name):
    found = _of(("a", "10", "1", 3, {}), ("b", "25", "4", 3, {}), ("over", "1", "9", 3, {"valid_until": DAY - timedelta(days=1)}), ("later", "1", "9", 3, {"valid_from": DAY + timedelta(days=1)}), quantity=quantity)
    assert (found.free.units, found.free.name, found.net) == (units, name, 10)
    assert found.explanation[-1].after == found.net and ("free" in [step.kind for step in found.explanation]) == bool(units) and not found.rule


def test_the_nearest_that_brings_something_goes_first_and_without_a_price_there_is_nothing():
    near, far = ("eigen", "30", "1", 0, {}), ("allen", "10", "2", 3, {})
    assert _of(near, far, quantity="29").free.name == "allen" and _of(near, far, quantity="30").free.name == "eigen" and _of(near, far, quantity="5").free.name == "eigen"
    assert price_of([Candidate("free", 1, 1, "a", D(1), D(1))], list_price=None, quantity=D(5), day=DAY, policy=Policy()).free is None
    rows = [Candidate("free", place, place, name, D(buy), D(1), rank=(rank, 0), **days) for place, (name, buy, rank, days) in enumerate((("a", "10", 0, {}), ("b", "10", 3, {}), ("c", "99", 0, {}), ("d", "1", 0, {"valid_until": DAY - timedelta(days=1)})), 1)]
    assert [item.reason for item in considered(rows, list_price=D(10), quantity=D(20), day=DAY, policy=Policy())] == ["gives", "gives_not", "quantity", "ended"]


def test_the_hint_comes_from_half_way_on_and_fits_the_pack():
    rule, packs = QuantityRule(), QuantityRule(D(6), D(6))
    assert free_hint(D(4), D(10), D(1), rule) is None and free_hint(D(10), D(10), D(1), rule) is None
    hint = free_hint(D(8), D(10), D(1), rule)
    assert (hint.more, hint.quantity, hint.units) == (2, 10, 1)
    assert free_hint(D(18), D(20), D(2), packs).quantity == 24
    dice = random.Random(110)
    for _try in range(2000):
        quantity, buy, more = D(dice.randint(1, 40) * 6), D(dice.randint(1, 60)), D(dice.randint(1, 5))
        hint = free_hint(quantity, buy, more, packs)
        assert hint is None or (packs.fit(hint.quantity).quantity == hint.quantity == quantity + hint.more and hint.quantity // buy * more == quantity // buy * more + hint.units and hint.units > 0)


def test_the_same_on_every_door(cast, client_of, machine_of):
    give(cast, valid_until=timezone.localdate() + timedelta(days=30))
    give(cast, "30", "10", sku="GP-125-2600", name="Platen")
    sanne, client, machine, dice = cast.sanne, client_of("sanne"), machine_of(cast.sanne), random.Random(110)
    said = _text(client.get(f"/catalog/p/{SKU}/"))
    assert "Herfstactie: bij elke 60" in said and "60 + 6 gratis" in _text(client.get("/catalog/", {"q": SKU})) and "60 + 6 gratis" in _text(client.get("/prices/"))
    for _try in range(4):
        wanted = {SKU: dice.randint(1, 30) * 6, "GP-125-2600": dice.randint(1, 12) * 10, "MS-M5": 400}
        come = {SKU: wanted[SKU] // 60 * 6, "GP-125-2600": wanted["GP-125-2600"] // 30 * 10}
        expected = {sku: D(units) for sku, units in come.items() if units}
        for sku, quantity in wanted.items():
            add(sanne, quantity, sku)
        with scope(sanne):
            found = queries.basket(sanne, day=timezone.localdate())
            assert {item.product.sku: item.free for item in found.lines if item.free} == expected
        lines = [{"sku": sku, "quantity": str(quantity)} for sku, quantity in wanted.items()]
        tried = machine.post("/orders:validate", {"lines": lines}).json()
        assert {line["sku"]: D(line["free"]) for line in tried["lines"] if D(line["free"])} == expected
        looked = machine.post("/prices:lookup", {"lines": lines}).json()
        assert {line["sku"]: D(line["free"]["units"]) for line in looked if line["free"] and D(line["free"]["units"])} == expected
        pages = [_text(client.get("/orders/cart/")), _text(client.get("/orders/cart/review/"))]
        assert all((f"+ {units} " in page and "gratis" in page) for units in expected.values() for page in pages)
        with scope(sanne):
            order = submit(sanne)
            detail = queries.detail(sanne, order.number)
        free = [line for line in detail.lines if line.free_of]
        assert {line.sku: line.quantity for line in free} == expected and all(line.price == line.amount == 0 for line in free)
        assert all(detail.lines[line.free_of - 1].sku == line.sku and detail.lines[line.free_of - 1].free_of is None for line in free)
        assert (order.net, order.gross, order.line_count) == (found.totals.net, found.totals.gross, 3)
        got = machine.get(f"/orders/{order.number}").json()
        assert {line["sku"]: D(line["quantity"]) for line in got["lines"] if line["free_of"]} == expected and D(got["net"]) == sum(D(line["amount"]) for line in got["lines"])
        page = _text(client.get(f"/orders/{order.number}/"))
        paper = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(client.get(f"/orders/{order.number}/pdf/").content)).pages).replace("\xa0", " ").split())
        for line in free:
            assert f"{line.explanation[0]['rule']}: {line.quantity:.0f}" in page and f"{line.explanation[0]['rule']}: {line.quantity:.0f}" in paper
        with scope(cast.system):
            payload, problem = order_payload(Order.objects.get(pk=order.pk), Connection.objects.first())
        there = NewOrder.from_payload(payload)
        assert not problem and [(line.quantity, line.unit_price) for line in there.lines if line.free] == [(line.quantity, 0) for line in free] and not any(line.free for line in there.lines if line.unit_price)


def test_what_was_seen_counts_and_a_change_of_it_is_shown(cast, client_of):
    row = give(cast)
    add(cast.sanne)
    client = client_of("sanne")
    page = client.get("/orders/cart/review/").content.decode()
    values = {name: re.search(f'name="{name}" value="([^"]*)"', page).group(1).replace("&#34;", '"').replace("&quot;", '"') for name in ("key", "seen", "content")}
    with scope(cast.peter):
        pricing.change_free_goods(cast.peter, free_goods=priced.free_good(cast.peter, row.pk), values={"give": D(12)})
    answer = client.post("/orders/cart/submit/", values)
    assert answer.status_code == 409 and "Gratis" in _text(answer) and "+ 12 " in _text(answer)
    with scope(cast.sanne):
        assert not Order.objects.filter(submit_key=values["key"]).exists()


def test_it_is_for_whom_it_says(cast):
    with scope(cast.system):
        party, other = Party.objects.get(pk=cast.sanne.party_id), Party.objects.get(pk=cast.dirk.party_id)
        group = CustomerGroup.objects.create(portal_id=party.portal_id, code="ACTIE", name="Actiegroep")
        base = PriceList.objects.create(portal_id=party.portal_id, code="ACTIE-B", name="Actie onder")
        listed = PriceList.objects.create(portal_id=party.portal_id, code="ACTIE-L", name="Actie", fallback=base)
    assert ask(cast.sanne).free is None
    give(cast, customer=other, name="Andere")
    assert ask(cast.sanne).free is None and ask(cast.peter, party_id=other.pk).free.name == "Andere"
    give(cast, price_list=base, name="Lijst")
    assert ask(cast.sanne).free is None
    with scope(cast.system):
        PartyPriceList.objects.create(portal_id=party.portal_id, party=party, price_list=listed, position=77)
    assert ask(cast.sanne).free.name == "Lijst"
    with scope(cast.system):
        PriceList.objects.filter(pk=base.pk).update(is_active=False)
    assert ask(cast.sanne).free is None
    give(cast, group=group, name="Groep")
    assert ask(cast.sanne).free is None
    with scope(cast.system):
        GroupMember.objects.create(portal_id=party.portal_id, party=party, group=group)
    found = ask(cast.sanne)
    assert (found.free.name, found.free.group, found.explanation[-1].group) == ("Groep", "Actiegroep", "Actiegroep") and ask(cast.peter, party_id=party.pk).free == found.free
    give(cast, customer=party, name="Eigen")
    assert ask(cast.sanne).free.name == "Eigen" and ask(cast.peter).free is None
    with scope(cast.peter):
        assert "Eigen" in [item.candidate.name for item in priced.considered(cast.peter, Product.objects.get(sku=SKU).pk, D(60), day=timezone.localdate(), party_id=party.pk) if item.reason == "gives"]


def test_nobody_reads_what_is_for_another_nor_of_what_he_does_not_see(cast):
    with scope(cast.system):
        other = Party.objects.get(pk=cast.dirk.party_id)
        hidden = Product.objects.get(sku="VRACHT")
    give(cast, customer=other, name="Geheim")
    give(cast, "1", "1", sku=hidden.sku, name="Verborgen")
    with scope(cast.sanne):
        assert not {item.free.name for item in priced.my_free_goods(cast.sanne, day=timezone.localdate())} & {"Geheim", "Verborgen"}
        product = Product.objects.get(sku=SKU).pk
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM ctx.free_goods(%s, %s, %s)", [other.pk, [product, hidden.pk], timezone.localdate()])
            assert not {name for (name,) in cursor.fetchall()} & {"Geheim", "Verborgen"}
        with pytest.raises(DatabaseError), transaction.atomic():
            FreeGoods.objects.count()
    with scope(cast.otto):
        assert priced.free_goods(cast.otto).count() == 0
        with pytest.raises(NotFound):
            priced.free_good(cast.otto, 1)


def test_it_counts_for_nothing_else(cast):
    """Bought before, ordering again, lists and the figures of agreements are about what was bought."""
    give(cast, "60", "6")
    since = {"party_id": cast.sanne.party_id, "since": timezone.localdate()}
    with scope(cast.peter):
        before = {item.product_id: item.quantity for item in queries.bought(cast.peter, **since)}
    add(cast.sanne, "120")
    with scope(cast.sanne):
        order = submit(cast.sanne)
        draft = actions.order_again(cast.sanne, order=order)
        assert len(Draft.objects.get(pk=draft.pk).rows) == 1
    with scope(cast.system):
        paid, free = OrderLine.objects.filter(order=order).order_by("position")
        assert (paid.quantity, free.quantity, free.free_of) == (120, 12, paid.position)
        actions.note_purchases(cast.system, order_ids=[order.pk])
        assert not Purchase.objects.filter(line=free).exists() and Purchase.objects.filter(line=paid).exists()
    with scope(cast.peter):
        after = {item.product_id: item.quantity for item in queries.bought(cast.peter, **since)}
        assert after[paid.product_id] - before.get(paid.product_id, 0) == 120


@pytest.mark.parametrize(("left", "comes"), [("120", "12"), ("60", "6"), ("54", None), ("0", None)])
def test_what_an_approver_takes_off_takes_it_along(cast, left, comes):
    give(cast)
    ruled(cast, named(cast.sanne))
    add(cast.youssef, "180")
    add(cast.youssef, "400", "MS-M5")
    with scope(cast.youssef):
        order = submit(cast.youssef)
    assert lines_of(cast, order)[3].free_of == 1 and lines_of(cast, order)[3].quantity == 18
    with pytest.raises(Refused, match="nothing_lowered"):
        lower(cast.sanne, order, {3: ("0", "Gratis hoeft niet")})
    lower(cast.sanne, order, {1: (left, "Minder nodig")})
    after = lines_of(cast, order)
    assert (after[3].quantity if 3 in after else None) == (D(comes) if comes else None)
    with scope(cast.system):
        told = LineChange.objects.get(order=order, position=3)
        assert (told.quantity, told.quantity_after, told.amount_after, told.reason) == (18, D(comes or 0), 0, "Minder nodig") and Order.objects.get(pk=order.pk).line_count == (2 if left != "0" else 1)


def test_staff_keep_it_on_pages_look_first_and_nobody_else_does(cast, client_of):
    staff, base = client_of("peter"), "/prices/free/"
    with scope(cast.peter):
        FreeGoods.objects.all().delete()
    assert "Geen gratis artikelen" in _text(staff.get(base))
    values = {"name": "Herfstactie", "product": SKU, "buy": "60", "give": "6", "parties": str(cast.sanne.party_id)}
    looked = _text(staff.post(base + "new/", {**values, "preview": "1"}))
    assert "+ 6 " in looked and "Herfstactie: 6" in looked
    with scope(cast.peter):
        assert not FreeGoods.objects.exists()
    for wrong in ({"product": "NIETS"}, {"product": "PU-750", "give": "5"}, {"give": "0"}, {"buy": ""}, {"customer": "99999999"}, {"customer": "10042", "price_list": "AANNEMER-2026"}, {"valid_from": "2027-01-02", "valid_until": "2027-01-01"}):
        assert staff.post(base + "new/", {**values, **wrong}).status_code == 422, wrong
    assert staff.post(base + "new/", {**values, "customer": "10042"}).headers["Location"] == base
    with scope(cast.peter):
        row = FreeGoods.objects.get()
        assert row.customer_id == cast.sanne.party_id and recorded()[-1] == facts.FreeGoodsChanged(free_goods_id=row.pk)
    assert "Herfstactie" in _text(staff.get(base)) and "10042" in _text(staff.get(base))
    here = f"{base}{row.pk}/"
    changed = {"name": "Herfstactie", "buy": "60", "give": "12"}
    assert "+ 12 " in _text(staff.post(here, {**changed, "parties": str(cast.sanne.party_id), "preview": "1"})) and ask(cast.sanne).free.units == 6
    assert staff.post(here, {**changed, "give": "-7"}).status_code == 422 and staff.post(here, changed).status_code == 302 and ask(cast.sanne).free.units == 12
    for who, status in (("sanne", 404), ("otto", 404)):
        for path in (here, f"{base}new/"):
            assert client_of(who).get(path).status_code == status or path.endswith("new/"), who
        assert client_of(who).post(f"{here}remove/").status_code == status
    assert client_of("sanne").get(base).status_code == 404 and client_of("fatima").post(f"{here}remove/").status_code == 403
    with scope(cast.system):
        FreeGoods.objects.filter(pk=row.pk).update(external_id="ERP-1")
    assert staff.post(here, changed | {"give": "6"}).status_code == 422 and staff.post(f"{here}remove/").status_code == 302 and here not in _text(staff.get(base))
    with scope(cast.system):
        assert FreeGoods.objects.filter(pk=row.pk, give=12).update(external_id=None)
    assert staff.post(f"{here}remove/").status_code == 302 and ask(cast.sanne).free is None
    with scope(cast.sanne), pytest.raises(Forbidden):
        pricing.remove_free_goods(cast.sanne, free_goods=row)


def test_the_document_says_why(cast):
    give(cast)
    add(cast.sanne)
    with scope(cast.sanne):
        order = submit(cast.sanne)
        found = queries.detail(cast.sanne, order.number)
        free = next(line for line in found.goods if line.free_of)
        assert "Herfstactie" in document._line(free, order)["why"]

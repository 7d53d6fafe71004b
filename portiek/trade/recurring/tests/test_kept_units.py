"""The unit in which something is ordered goes along: from the cart to a list and back, from an order, and each time in a recurring order; one that is gone is said."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.trade.catalog.models import ProductUnit
from portiek.trade.lists import actions as lists
from portiek.trade.lists import queries as list_queries
from portiek.trade.lists.models import ListLine, OrderList
from portiek.trade.lists.queries import Wish
from portiek.trade.orders import actions as orders
from portiek.trade.orders import queries
from portiek.trade.orders.models import CartLine, Order, OrderLine
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.orders.rules import in_packs
from portiek.trade.orders.tests.test_submit import submit
from portiek.trade.orders.tests.test_units import KIT, SCREW, add, line_of
from portiek.trade.recurring import actions as recurring
from portiek.trade.recurring import jobs
from portiek.trade.recurring import queries as recurring_queries
from portiek.trade.recurring.actions import Settings
from portiek.trade.recurring.models import Recurring, RecurringLine, Turn


@pytest.fixture(autouse=True)
def nothing_yet(cast):
    with scope(cast.system):
        for model in (Turn, RecurringLine, Recurring, ListLine, OrderList):
            model.objects.all().delete()


def listed(actor, thing, name="Werkplaats"):
    with scope(actor):
        policy = OrderList(portal_id=actor.portal_id).portal.policy
        _called, wishes = list_queries.wishes(actor, thing, policy=policy, day=timezone.localdate())
        return lists.make_list(actor, name=name, wishes=wishes)


def kept(actor, model=ListLine):
    with scope(actor):
        return {line.sku: (line.quantity, line.pack_code, line.pack_label, line.pack_factor) for line in model.objects.all()}


def gone(cast, **changed):
    with scope(cast.system):
        rows = ProductUnit.objects.filter(product__sku=KIT, code="XBX")
        rows.update(**changed) if changed else rows.delete()


@pytest.mark.parametrize(("quantity", "factor", "found"), [("24", "12", "2"), ("30", "12", "2.5"), ("14", "12", "2"), ("24", None, "24"), ("0.75", "0.25", "3")])
def test_what_stands_in_a_field(quantity, factor, found):
    assert in_packs(Decimal(quantity), Decimal(factor) if factor else None) == Decimal(found)


def test_from_the_cart_to_a_list_and_back(cast, client_of):
    add(cast.sanne, KIT, "2", "doos")
    add(cast.sanne, SCREW, "6")
    found = listed(cast.sanne, "cart")
    assert kept(cast.sanne)[KIT] == (24, "XBX", "doos", 12) and kept(cast.sanne)[SCREW][1:] == ("", "", None)
    with scope(cast.sanne):
        CartLine.objects.filter(cart__user_id=cast.sanne.user_id).delete()
    sanne = client_of("sanne")
    page = sanne.get(f"/order-lists/{found.pk}/").content.decode().replace("\xa0", " ")
    assert 'value="XBX" selected' in page and "= 24 koker" in page
    with scope(cast.sanne):
        keys = dict(queries_of(found))
    answer = sanne.post(f"/order-lists/{found.pk}/order/", {f"quantity-{keys[KIT]}": "2", f"unit-{keys[KIT]}": "XBX"})
    assert "2 doos = 24 koker" in sanne.get(answer["Location"]).content.decode().replace("\xa0", " ")
    with scope(cast.sanne):
        draft = lists.order_from(cast.sanne, key=found.pk, typed={keys[KIT]: Decimal(24)}, shelf={})
        [row] = queries.look(cast.sanne, queries.draft(cast.sanne, draft.key), policy=found.portal.policy, day=timezone.localdate()).rows
        assert (row.state, row.quantity, row.pack.code, row.repairs) == ("ok", 24, "XBX", ())
        orders.add_draft(cast.sanne, key=draft.key, day=timezone.localdate())
    assert (line_of(cast.sanne).line.quantity, line_of(cast.sanne).pack.code) == (24, "XBX")
    # Another unit for this time, one that it is not sold in, and more than is sold.
    answer = sanne.post(f"/order-lists/{found.pk}/order/", {f"quantity-{keys[KIT]}": "36", f"unit-{keys[KIT]}": ""})
    assert "36 koker" in sanne.get(answer["Location"]).content.decode().replace("\xa0", " ")
    for wrong in ({f"unit-{keys[KIT]}": "X99"}, {f"quantity-{keys[KIT]}": "9999999", f"unit-{keys[KIT]}": "XBX"}):
        assert sanne.post(f"/order-lists/{found.pk}/order/", {f"quantity-{keys[KIT]}": "2", **wrong}).status_code == 422
    assert client_of("dirk").post(f"/order-lists/{found.pk}/order/", {f"quantity-{keys[KIT]}": "2", f"unit-{keys[KIT]}": "XBX"}).status_code == 404


def queries_of(found):
    return ListLine.objects.filter(list=found).values_list("sku", "pk")


def test_what_the_shelf_lacks_is_whole_boxes(cast):
    with scope(cast.sanne):
        product = orderable(cast.sanne).get(sku=KIT)
        box = ProductUnit.objects.get(product=product, code="XBX")
        found = lists.make_list(cast.sanne, name="Magazijn", wishes=[Wish(product.pk, Decimal(24), par=Decimal(24), unit=box.kept)])
        [line] = list_queries.lines(cast.sanne, found)
        draft = lists.order_from(cast.sanne, key=found.pk, typed={}, shelf={line.pk: Decimal(10)})
        [row] = queries.look(cast.sanne, draft, policy=found.portal.policy, day=timezone.localdate()).rows
        assert (row.quantity, row.pack.code) == (24, "XBX")


def test_the_unit_of_a_line_is_changed_and_a_copy_has_it_too(cast, client_of):
    add(cast.sanne, KIT, "24")
    found, sanne = listed(cast.sanne, "cart"), client_of("sanne")
    with scope(cast.sanne):
        [(_sku, key)] = queries_of(found)
    given = {f"place-{key}": "1", f"quantity-{key}": "3", f"par-{key}": "", f"note-{key}": ""}
    assert sanne.post(f"/order-lists/{found.pk}/lines/", {**given, f"unit-{key}": "XBX"}).status_code == 302
    assert kept(cast.sanne)[KIT] == (36, "XBX", "doos", 12)
    # Who names no unit means that of the line.
    assert sanne.post(f"/order-lists/{found.pk}/lines/", {**given, f"quantity-{key}": "2"}).status_code == 302
    assert kept(cast.sanne)[KIT] == (24, "XBX", "doos", 12)
    assert "2;doos" in sanne.get(f"/order-lists/{found.pk}/download/").content.decode("utf-8-sig")
    listed(cast.sanne, f"list:{found.pk}", "Kopie")
    with scope(cast.sanne):
        assert ListLine.objects.filter(pack_code="XBX", quantity=24).count() == 2
    assert sanne.post(f"/order-lists/{found.pk}/lines/", {**given, f"quantity-{key}": "24", f"unit-{key}": ""}).status_code == 302
    with scope(cast.sanne):
        assert ListLine.objects.get(pk=key).kept is None
    assert client_of("youssef").post(f"/order-lists/{found.pk}/lines/", {**given, f"unit-{key}": "XBX"}).status_code == 404


def test_from_an_order_and_by_the_ean_of_a_box(cast, client_of):
    add(cast.sanne, KIT, "2", "doos")
    with scope(cast.sanne):
        order = submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
        ean = ProductUnit.objects.get(product__sku=KIT, code="XBX").ean
    listed(cast.sanne, f"order:{order.number}")
    assert kept(cast.sanne)[KIT] == (24, "XBX", "doos", 12)
    with scope(cast.sanne):
        other = lists.make_list(cast.sanne, name="Bus")
    assert client_of("sanne").post(f"/order-lists/{other.pk}/add/", {"product": ean, "quantity": "3"}).status_code == 302
    with scope(cast.sanne):
        assert [(line.quantity, line.pack_code) for line in list_queries.lines(cast.sanne, other)] == [(36, "XBX")]


@pytest.mark.parametrize("changed", [{}, {"factor": 10}])
def test_a_unit_that_is_gone_or_holds_another_number_leaves_the_quantity(cast, client_of, changed):
    add(cast.sanne, KIT, "2", "doos")
    found, sanne = listed(cast.sanne, "cart"), client_of("sanne")
    gone(cast, **changed)
    for path in ("", "lines/"):
        assert "Niet meer per doos te koop" in sanne.get(f"/order-lists/{found.pk}/{path}").content.decode()
    with scope(cast.sanne):
        [(_sku, key)] = queries_of(found)
    answer = sanne.post(f"/order-lists/{found.pk}/order/", {f"quantity-{key}": "24"})
    page = sanne.get(answer["Location"]).content.decode().replace("\xa0", " ")
    assert "24 koker" in page and "de eenheid van de lijst bestaat niet meer" in page and "doos =" not in page


def test_lists_of_machines(cast, machine_of):
    machine = machine_of(cast.sanne)
    wrong = machine.post("/order-lists", {"name": "Fout", "lines": [{"sku": KIT, "quantity": "2", "unit": "vat"}]}, idempotency_key="een")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "orders.unknown_unit") and "lines/0/unit" in str(wrong.json())
    found = machine.post("/order-lists", {"name": "Bus 7", "lines": [{"sku": KIT, "quantity": "2", "unit": "doos"}, {"sku": SCREW, "quantity": "6"}]}, idempotency_key="twee").json()
    first, second = found["lines"]
    assert Decimal(first["quantity"]) == 24 and (first["pack"]["unit"], Decimal(first["pack"]["quantity"]), first["lost_unit"], second["pack"]) == ("XBX", 2, "", None)
    here = f"/order-lists/{found['id']}"
    for asked, quantity, code in (({"lines": [{"sku": KIT, "quantity": "3", "unit": "XBX"}]}, 36, "XBX"), ({"lines": [{"sku": KIT, "quantity": "24"}]}, 24, ""), ({}, 24, "XBX")):
        placed = machine.post(f"{here}:order", asked, idempotency_key=f"keer-{quantity}-{code}")
        assert placed.status_code == 201, placed.content
        with scope(cast.sanne):
            line = OrderLine.objects.get(order__number=placed.json()["number"], sku=KIT)
            assert (line.quantity, line.pack_code) == (quantity, code)
    assert machine.post(f"{here}:order", {"lines": [{"sku": KIT, "quantity": "3", "unit": "vat"}]}, idempotency_key="x").json()["code"] == "orders.unknown_unit"
    gone(cast)
    first = machine.get(here).json()["lines"][0]
    assert (first["pack"], first["lost_unit"], Decimal(first["quantity"])) == (None, "doos", 24)


def repeated(actor, days=0):
    today = timezone.localdate()
    with scope(actor):
        _called, wishes = list_queries.wishes(actor, "cart", policy=OrderList(portal_id=actor.portal_id).portal.policy, day=today)
        return recurring.make_recurring(actor, settings=Settings("Elke week", today + timedelta(days=days), limit_percent=None), wishes=wishes, today=today)


def test_each_time_in_the_same_unit(cast, client_of):
    add(cast.sanne, KIT, "2", "doos")
    found = repeated(cast.sanne, days=3)
    assert kept(cast.sanne, RecurringLine)[KIT] == (24, "XBX", "doos", 12)
    sanne, here = client_of("sanne"), f"/recurring-orders/{found.pk}/"
    with scope(cast.sanne):
        [line] = recurring_queries.lines(cast.sanne, found)
    page = sanne.get(here).content.decode().replace("\xa0", " ")
    assert 'value="XBX" selected' in page and "= 24 koker" in page
    assert sanne.post(f"{here}lines/", {f"quantity-{line.pk}": "3", f"unit-{line.pk}": "XBX"}).status_code == 302
    assert kept(cast.sanne, RecurringLine)[KIT] == (36, "XBX", "doos", 12)
    assert sanne.post(f"{here}lines/", {f"quantity-{line.pk}": "1", "once": "1"}).status_code == 302
    assert sanne.post(f"{here}lines/", {f"quantity-{line.pk}": "1", f"unit-{line.pk}": "vat"}).status_code == 422
    assert client_of("dirk").post(f"{here}lines/", {f"quantity-{line.pk}": "1", f"unit-{line.pk}": "XBX"}).status_code == 404
    with scope(cast.system):
        Recurring.objects.filter(pk=found.pk).update(next_on=timezone.localdate())
        Turn.objects.filter(recurring_id=found.pk).update(due_on=timezone.localdate())
    run(cast)
    with scope(cast.sanne):
        [turn] = Turn.objects.filter(recurring_id=found.pk)
        ordered = OrderLine.objects.get(order=turn.order)
        assert (ordered.quantity, ordered.pack_code) == (12, "XBX")


def run(cast):
    with scope(cast.system):
        jobs.look(cast.system)
    run_jobs()


def test_a_turn_of_a_unit_that_is_gone_is_the_same_quantity(cast, client_of, machine_of):
    add(cast.sanne, KIT, "2", "doos")
    found = repeated(cast.sanne)
    gone(cast)
    assert "Niet meer per doos te koop" in client_of("sanne").get(f"/recurring-orders/{found.pk}/").content.decode()
    assert machine_of(cast.sanne).get(f"/recurring-orders/{found.pk}").json()["lines"][0]["lost_unit"] == "doos"
    run(cast)
    with scope(cast.sanne):
        order = Order.objects.get(pk=Turn.objects.get(recurring_id=found.pk).order_id)
        assert [(line.quantity, line.pack_code) for line in OrderLine.objects.filter(order=order, sku=KIT)] == [(24, "")]

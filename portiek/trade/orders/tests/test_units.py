"""Products in other units than they are priced in, and the most that is sold at once: one rule for cart, list and API."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.edges.connectors.effects import order_payload
from portiek.edges.connectors.models import Connection
from portiek.foundation.parties.models import Portal
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog import rules as catalog_rules
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.packs import unit_named, units_of
from portiek.trade.catalog.records import ProductRecord, UnitRecord
from portiek.trade.orders import actions, document, queries, repairing, rules, wording
from portiek.trade.orders.models import CartLine, OrderLine
from portiek.trade.orders.tests.test_submit import submit

KIT, SAND, SCREW = "MK-310-W", "ZS-25", "SS-3525"


def line_of(actor):
    with scope(actor):
        [line] = queries.basket(actor, day=timezone.localdate()).lines
    return line


def add(actor, code, quantity, unit=""):
    with scope(actor):
        return actions.add_to_cart(actor, code=code, quantity=Decimal(quantity), unit=unit)


@pytest.mark.parametrize(("step", "factor", "packed"), [("1", "12", "12"), ("12", "12", "12"), ("10", "4", "20"), ("0.5", "0.75", "1.5"), ("1", "0.25", "1")])
def test_whole_packs_are_whole_steps_too(step, factor, packed):
    assert rules.QuantityRule(Decimal(1), Decimal(step)).packed(Decimal(factor)).step == Decimal(packed)


def test_a_box_is_twelve_and_the_price_stays_per_piece(cast):
    single = add(cast.sanne, KIT, "24")
    price = line_of(cast.sanne).price.net
    with scope(cast.sanne):
        actions.empty_cart(cast.sanne)
    added = add(cast.sanne, KIT, "2", "doos")
    line = line_of(cast.sanne)
    assert added.quantity == single.quantity == line.line.quantity == 24
    assert (line.quantity, line.pack.code, line.price.net) == (2, "XBX", price)
    assert line.amount == 24 * price


@pytest.mark.parametrize("said", ["XBX", "xbx", "doos", "Dozen", "box"])
def test_a_unit_is_known_by_code_and_word(cast, said):
    with scope(cast.sanne):
        product = Product.objects.get(sku=KIT)
        assert unit_named(said, product, units_of(cast.sanne, [product.pk])[product.pk]).code == "XBX"


@pytest.mark.parametrize("said", ["", "st.", "stuks", "koker", "kokers", "C62"])
def test_the_sales_unit_is_no_other_unit(cast, said):
    with scope(cast.sanne):
        product = Product.objects.get(sku=KIT)
        assert unit_named(said, product, units_of(cast.sanne, [product.pk])[product.pk]) is None


def test_an_unknown_unit_is_refused_and_nothing_is_added(cast):
    with pytest.raises(Refused) as refused:
        add(cast.sanne, KIT, "2", "vat")
    assert refused.value.code == "orders.unknown_unit"
    with pytest.raises(Refused):
        add(cast.sanne, SCREW, "2", "XBX")
    with scope(cast.sanne):
        assert not CartLine.objects.filter(cart__is_open=True).exists()


def test_the_ean_of_a_box_is_that_box(cast):
    with scope(cast.sanne):
        ean = ProductUnit.objects.get(product__sku=KIT, code="XBX").ean
    assert len(ean) == 13
    add(cast.sanne, ean, "1")
    line = line_of(cast.sanne)
    assert (line.line.quantity, line.pack.code) == (12, "XBX")


def test_the_unit_of_a_line_is_changed_in_the_cart(cast, client_of):
    add(cast.sanne, KIT, "24")
    client, line = client_of("sanne"), line_of(cast.sanne)
    client.post("/orders/cart/change/", {"line": line.line.pk, "quantity": "3", "unit": "XBX"})
    assert (line_of(cast.sanne).quantity, line_of(cast.sanne).line.quantity) == (3, 36)
    text = client.get("/orders/cart/").content.decode()
    assert 'value="XBX" selected' in text and "= 36" in text
    client.post("/orders/cart/change/", {"line": line.line.pk, "note": "achterom"})
    assert line_of(cast.sanne).line.quantity == 36
    client.post("/orders/cart/change/", {"line": line.line.pk, "quantity": "36", "unit": ""})
    assert (line_of(cast.sanne).pack, line_of(cast.sanne).line.quantity) == (None, 36)
    assert client.post("/orders/cart/change/", {"line": line.line.pk, "quantity": "36", "unit": "vat"}).status_code == 422


def test_two_units_of_one_product_add_up_in_the_sales_unit(cast):
    add(cast.sanne, KIT, "2", "doos")
    add(cast.sanne, KIT, "12")
    line = line_of(cast.sanne)
    assert (line.line.quantity, line.pack) == (36, None)


def test_the_order_the_paper_and_the_erp_keep_the_unit(cast, client_of):
    add(cast.sanne, KIT, "2", "doos")
    with scope(cast.sanne):
        order = submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
        line = OrderLine.objects.get(order=order)
        assert (line.quantity, line.pack_code, line.pack_label, line.pack_factor) == (24, "XBX", "doos", 12)
        detail = queries.detail(cast.sanne, order.number)
        assert document._line(detail.lines[0], detail.order)["figures"][0].replace("\xa0", " ") == "2 doos = 24 koker"
    assert "2 doos = 24 koker" in client_of("sanne").get(f"/orders/{order.number}/").content.decode().replace("\xa0", " ")
    with scope(cast.system):
        payload, _problem = order_payload(order, Connection())
        assert payload["lines"][0] | {"pack": "XBX", "quantity": "24.000", "note": "2 doos"} == payload["lines"][0] and Decimal(payload["lines"][0]["pack_quantity"]) == 2
    with scope(cast.sanne):
        again = actions.order_again(cast.sanne, order=order)
        [row] = queries.look(cast.sanne, again, policy=Portal.objects.get(pk=cast.sanne.portal_id).policy, day=timezone.localdate()).rows
        assert (row.state, row.quantity, row.pack.code, row.is_changed) == ("ok", 24, "XBX", False)


@pytest.mark.parametrize(("quantity", "said"), [("24", "2 doos = 24 koker"), ("30", "30 koker")])
def test_a_quantity_says_both_where_it_comes_out_whole(quantity, said):
    assert wording.amount(Decimal(quantity), "koker", "doos", Decimal(12)).replace("\xa0", " ") == said


def look(actor, text):
    sign, rows = repairing.table(text)
    with scope(actor):
        draft = actions.bring_in(actor, kind="pasted", name="", rows=rows, written={"separator": sign, "encoding": "utf-8-sig"})
        return draft, queries.look(actor, draft, policy=Portal.objects.get(pk=actor.portal_id).policy, day=timezone.localdate())


def test_a_list_names_its_units(cast):
    draft, seen = look(cast.sanne, f"artikel;aantal;eenheid\n{KIT};2;doos\n{SCREW};5;st\nPU-750;1;vat\nGP-125-2600;100;")
    assert [(row.state, row.quantity, row.pack.code if row.pack else "") for row in seen.rows] == [("ok", 24, "XBX"), ("ok", 5, ""), ("unit", None, ""), ("ok", 100, "")]
    with scope(cast.sanne):
        actions.add_draft(cast.sanne, key=draft.key, day=timezone.localdate())
        assert {line.product.sku: (line.quantity, line.pack.code if line.pack else "") for line in queries.basket(cast.sanne, day=timezone.localdate()).lines and CartLine.objects.filter(cart__is_open=True, party_id=cast.sanne.party_id).select_related("product", "pack")} == {
            KIT: (24, "XBX"), SCREW: (5, ""), "GP-125-2600": (100, "")}  # fmt: skip


def test_a_word_behind_the_quantity_is_a_unit_too(cast):
    _draft, seen = look(cast.sanne, f"{KIT};2 dozen\n{SCREW};3 st.")
    assert [(row.quantity, row.pack.code if row.pack else "", [repair.what for repair in row.repairs]) for row in seen.rows] == [(24, "XBX", []), (3, "", ["measure"])]


def test_the_same_in_two_units_becomes_one_line_in_the_sales_unit(cast):
    _draft, seen = look(cast.sanne, f"artikel;aantal;eenheid\n{KIT};2;doos\n{KIT};12;")
    assert [(row.state, row.quantity, row.pack) for row in seen.rows] == [("ok", 36, None), ("merged", 12, None)]


def test_a_program_orders_in_units(cast, machine_of):
    machine = machine_of(cast.sanne)
    body = {"lines": [{"sku": KIT, "quantity": "2", "unit": "XBX"}]}
    assert machine.post("/orders:validate", body).json()["problems"] == []
    [line] = machine.post("/orders", body, idempotency_key="u-1").json()["lines"]
    assert Decimal(line["quantity"]) == 24 and line["pack"] | {"unit": "XBX", "label": "doos"} == line["pack"] and Decimal(line["pack"]["quantity"]) == 2
    [problem] = machine.post("/orders:validate", {"lines": [{"sku": KIT, "quantity": "2", "unit": "vat"}]}).json()["problems"]
    assert (problem["code"], problem["pointer"]) == ("orders.unknown_unit", "#/lines/0/unit")
    item = machine.get(f"/products/{KIT}").json()
    assert [(unit["unit"], Decimal(unit["factor"])) for unit in item["units"]] == [("XBX", 12), ("XPX", 576)]


def test_there_is_a_most_and_every_door_says_it(cast, client_of, machine_of):
    added = add(cast.sanne, SAND, "40")
    assert (added.quantity, added.code) == (10, "above_maximum")
    text = client_of("sanne").post("/orders/cart/add/", {"product": SAND, "quantity": "3"}).content.decode().replace("\xa0", " ")
    assert "10 bigbag" in text
    _draft, seen = look(cast.sanne, f"{SAND};40")
    assert (seen.rows[0].state, seen.rows[0].quantity, seen.rows[0].repairs[-1].what) == ("adjusted", 10, "above_maximum")
    [problem] = machine_of(cast.sanne).post("/orders:validate", {"lines": [{"sku": SAND, "quantity": "40"}]}).json()["problems"]
    assert problem["code"] == "orders.above_maximum" and "10" in problem["detail"]
    assert Decimal(machine_of(cast.sanne).get(f"/products/{SAND}").json()["max_quantity"]) == 10
    assert "Hoogstens in één bestelling" in client_of("sanne").get(f"/catalog/p/{SAND}/").content.decode()


def test_staff_keep_units_on_the_page_of_a_product(cast, client_of):
    olga = client_of("olga")
    assert olga.post(f"/catalog/p/{SCREW}/units/", {"units": "xbx; omdoos; 10; 8712345678906; carton; 4,5\nXPX;pallet;400", "max_quantity": "800"}).status_code == 302
    with scope(cast.sanne):
        assert [(unit.code, unit.label, unit.label_en, unit.factor, unit.ean, unit.weight) for unit in ProductUnit.objects.filter(product__sku=SCREW).order_by("factor")] == [
            ("XBX", "omdoos", "carton", 10, "8712345678906", Decimal("4.5")), ("XPX", "pallet", "", 400, "", None)]  # fmt: skip
        assert Product.objects.get(sku=SCREW).max_quantity == 800
    text = olga.get(f"/catalog/p/{SCREW}/").content.decode()
    assert "XBX; omdoos; 10; 8712345678906; carton; 4,5" in text
    for units, most in (("XBX; doos", ""), ("XBX; doos; 0", ""), ("LANG; doos; 2", ""), ("C62; stuk; 2", ""), ("XBX; a; 2\nXBX; b; 3", ""), ("", "0")):
        assert olga.post(f"/catalog/p/{SCREW}/units/", {"units": units, "max_quantity": most}).status_code == 422, units
    assert olga.post(f"/catalog/p/{SCREW}/units/", {"units": "XPX;pallet;400", "max_quantity": ""}).status_code == 302
    with scope(cast.sanne):
        assert ProductUnit.objects.filter(product__sku=SCREW).count() == 1
    assert client_of("sanne").post(f"/catalog/p/{SCREW}/units/", {"units": ""}).status_code in (403, 404)
    assert client_of("otto").post(f"/catalog/p/{KIT}/units/", {"units": ""}).status_code == 404
    with scope(cast.sanne), pytest.raises(Forbidden):
        catalog.set_units(cast.sanne, product=Product.objects.get(sku=SCREW), units=[], max_quantity=None, own_lead_days=None)


def test_what_the_erp_says_of_units_stays_the_erps(cast):
    with scope(cast.olga):
        kit = Product.objects.get(sku=KIT)
        with pytest.raises(Refused):
            catalog.set_units(cast.olga, product=kit, units=[UnitRecord("XBX", "kist", Decimal(6))], max_quantity=None, own_lead_days=None)
        catalog.set_units(cast.olga, product=kit, units=[UnitRecord("XTR", "tray", Decimal(6))], max_quantity=None, own_lead_days=None)
    with scope(cast.system):
        told = ProductRecord(kit.external_id, KIT, kit.name, unit_label=kit.unit_label, units=(UnitRecord("XBX", "doos", Decimal(24)),))
        catalog.apply_products(cast.system, records=[told])
        assert [(unit.code, unit.factor, unit.is_erp) for unit in units_of(cast.system, [kit.pk])[kit.pk]] == [("XTR", 6, False), ("XBX", 24, True)]
        catalog.apply_products(cast.system, records=[replace(told, units=None)])
        assert len(units_of(cast.system, [kit.pk])[kit.pk]) == 2
        assert catalog.apply_products(cast.system, records=[replace(told, units=())]).problems == ()
        assert [unit.code for unit in units_of(cast.system, [kit.pk])[kit.pk]] == ["XTR"]
        assert catalog_rules.wrong_product(replace(told, units=(UnitRecord("", "doos", Decimal(2)),))) == "bad_unit"


def test_units_outside_the_assortment_are_not_there(cast):
    with scope(cast.els):
        assert not ProductUnit.objects.filter(product__sku="BS-WF-R").exists()
        with pytest.raises(Refused):
            actions.add_to_cart(cast.els, code="BS-WF-R", quantity=Decimal(1), unit="XPX")
    with scope(cast.system):
        ean = ProductUnit.objects.get(product__sku="BS-WF-R").ean
    with scope(cast.els), pytest.raises(Refused):
        actions.add_to_cart(cast.els, code=ean, quantity=Decimal(1))
    with scope(cast.otto):
        assert not ProductUnit.objects.filter(product__sku=KIT).exists()


def test_an_approver_lowers_by_whole_packs(cast):
    assert rules.QuantityRule(Decimal(1), Decimal(1)).packed(Decimal(12)).fit(Decimal(13)).quantity == 24

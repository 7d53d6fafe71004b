"""From cells to values: numbers, days and words as people and programs write them, and what a file is as a whole. No database."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portiek.edges.connectors.files import building, mapping
from portiek.edges.connectors.files.fields import ENTITIES, LAYOUTS
from portiek.edges.connectors.files.mapping import Source, Wrong
from portiek.edges.connectors.files.queries import PLACES

pytestmark = pytest.mark.no_database
PRICE, RATE, DAY, ACTIVE = (LAYOUTS["product"].field("list_price"), LAYOUTS["product"].field("tax_rate"), LAYOUTS["order"].field("order_date"), LAYOUTS["product"].field("active"))


@pytest.mark.parametrize(("text", "change", "value"), [
    ("12,5", "", "12.5"), ("12.50", "", "12.50"), ("1.234,50", "", "1234.50"), ("1,234.50", "", "1234.50"), ("1.234.567", "", "1234567"), ("1.234", "comma", "1234"), ("1.234", "point", "1.234"), ("1,234", "point", "1234"),
    ("€ 1 250,00", "comma", "1250.00"), ("12,50-", "comma", "-12.50"), ("0.125", "", "0.125"), (".5", "", "0.5"), ("1000", "", "1000"), ({"number": "1.234"}, "comma", "1.234"), ("19.9900", "", "19.9900"),
])  # fmt: skip
def test_a_number_as_it_is_written(text, change, value):
    assert Decimal(mapping.read(PRICE, text, change)) == Decimal(value)


@pytest.mark.parametrize(("field", "text", "change", "code"), [
    (PRICE, "1.234", "", "unsure"), (PRICE, "1,234", "", "unsure"), (PRICE, "veel", "", "not_a_number"), (PRICE, "NaN", "point", "not_a_number"), (PRICE, "1e99", "point", "not_a_number"), (PRICE, "=1+1", "", "not_a_number"),
    (DAY, "31-02-2026", "", "not_a_day"), (DAY, "01-02-26", "", "not_a_day"), (DAY, "13/31/2026", "mdy", "not_a_day"), (ACTIVE, "misschien", "", "not_yes_no"), (LAYOUTS["order"].field("state"), "open", "", "unknown_code"), (LAYOUTS["product"].field("external_id"), "x" * 65, "", "id_long"),
    (LAYOUTS["party"].field("payment_days"), "14,5", "", "not_whole"),
])  # fmt: skip
def test_what_cannot_be_read_is_said(field, text, change, code):
    with pytest.raises(Wrong) as wrong:
        mapping.read(field, text, change)
    assert wrong.value.code == code


@pytest.mark.parametrize(("text", "change", "value"), [("21", "percent", "0.21"), ("21%", "fraction", "0.21"), ("0,21", "fraction", "0.21"), ("21,5 %", "percent", "0.215"), ({"number": "0.05"}, "fraction", "0.05")])
def test_a_rate(text, change, value):
    assert Decimal(mapping.read(RATE, text, change)) == Decimal(value)


@pytest.mark.parametrize(("text", "change", "value"), [("2026-03-01", "", "2026-03-01"), ("1-3-2026", "", "2026-03-01"), ("03/01/2026", "mdy", "2026-03-01"), ("20260301", "", "2026-03-01"), ("2026-03-01T10:00:00", "", "2026-03-01"), ("01.03.2026", "dmy", "2026-03-01")])
def test_a_day(text, change, value):
    assert mapping.read(DAY, text, change) == value


def test_constants_and_tables():
    mapped = mapping.FileMapping(LAYOUTS["product"], "*", True, {"external_id": Source("nr"), "name": Source("naam"), "active": Source("status", table={"A": "ja", "V": "nee"}), "unit": Source("eh", constant="stuk"), "tax_rate": Source(constant="21", change="percent")})
    take = mapping.taker(mapped, ["nr", "naam", "status", "eh"])
    assert take(["7", "'=Boor", "v", ""]) == {"external_id": "7", "name": "=Boor", "active": False, "unit": "stuk", "tax_rate": "0.21"}
    with pytest.raises(Wrong, match="empty"):
        take(["", "Boor", "A", ""])
    with pytest.raises(Wrong, match="not_yes_no"):
        take(["7", "Boor", "Z", ""])


def test_what_is_needed_and_comes_from_nowhere():
    mapped = mapping.from_json("order", {"fields": {"external_id": {"column": "nr"}, "lines.product": {"column": "art"}, "nothing": {"column": "x"}}})
    assert mapping.missing(mapped) == ["party", "lines.quantity"] and mapped.own_parts == ["lines"]
    assert mapping.missing(mapping.from_json("order", {"fields": {"external_id": {"column": "nr"}, "party": {"constant": "7"}}})) == []


def test_proposals_by_headings_and_first_rows():
    found = mapping.suggested("product", ["Artikelnummer", "Omschrijving", "Prijs", "BTW", "Eenheid", "Foto", "Schap"], [["1", "Boor", "1.234,50", "21", "stuk", "x", "A1"], ["2", "Zaag", "12,00", "9", "stuk", "y", "B2"]])
    assert {name: (source.column, source.change) for name, source in found.items()} == {
        "external_id": ("Artikelnummer", ""), "name": ("Omschrijving", ""), "list_price": ("Prijs", "comma"), "tax_rate": ("BTW", "percent"), "unit": ("Eenheid", ""), "picture": ("Foto", "")}  # fmt: skip
    assert mapping.suggested("order.lines", ["order_id", "product_id", "unit_price", "quantity", "discount"], [["1", "2", "14.25", "3", "0.05"]])["discount"].change == "fraction"
    assert mapping.suggested("order", ["id", "customer_id", "ordered"], [["1", "2", "12/31/2026"]])["order_date"] == Source("ordered", change="mdy")


def test_the_kind_of_a_file_by_its_name():
    patterns = {layout: mapping.default_pattern(layout) for layout in LAYOUTS}
    for name, layout in (("product.csv", "product"), ("Product-2026-01-01.xlsx", "product"), ("order-lines.jsonl", "order.lines"), ("order-lines-3.csv", "order.lines"), ("order_answer.csv", "order_answer"), ("order_7.csv", "order"), ("party-addresses_2.csv", "party.addresses"), ("products.csv", None), ("readme.txt", None)):
        assert mapping.layout_of(name, patterns) == layout, name
    assert mapping.layout_of("ARTIKELEN 2026.csv", {"product": "artikelen*, art_*"}) == "product"
    assert not mapping.is_whole("product-delta-7.csv", True) and mapping.is_whole("product_full.csv", False) and mapping.is_whole("product.csv", True)


@pytest.mark.parametrize(("told", "code"), [
    ({"columns": ["a", "b"]}, "columns"), ({"total": 0}, "no_rows"), ({"refused": 6}, "many_refused"), ({"before": 21}, "fewer"), ({"gone": 6, "known": 10}, "many_gone"), ({}, None), ({"refused": 5}, None), ({"before": 20}, None), ({"gone": 5, "known": 6}, None),
])  # fmt: skip
def test_a_file_that_must_wait_for_a_person(told, code):
    found = mapping.doubts(**{"columns": ["a"], "heads": ["a"], "total": 10, "before": None, "refused": 0, "gone": 0, "known": 100, **told})
    assert (found[0] if found else None) == code


def test_what_a_file_leaves_out_follows_from_its_lines():
    order = building.record("order", "1", {"party": "A", "costs": "5", "external_id": "1"}, {"lines": [("1#0", {"quantity": "2", "unit_price": "10", "discount": "0.25", "tax_rate": "0.21"}), ("1#1", {"quantity": "3", "amount": "9"})]})
    assert [line.amount for line in order.lines] == [Decimal("15"), Decimal("9")] and order.lines[0].unit_price == Decimal("7.5") and order.lines[1].unit_price == Decimal("3")
    assert (order.untaxed_amount, order.tax_amount, order.total_amount) == (Decimal("29.00"), Decimal("3.15"), Decimal("32.15"))
    invoice = building.record("invoice", "1", {"party": "A", "invoice_date": "2026-01-01", "untaxed_amount": "100", "tax_amount": "21", "amount_open": "50"}, {})
    assert invoice.total_amount == Decimal(121) and invoice.state == "partially_paid" and not invoice.is_credit
    listed = building.record("price_list", "W", {}, {"lines": [("W#0", {"product": "1", "price": "10", "discount": "0.02", "min_quantity": "11"})]})
    assert listed.lines[0].price == Decimal("9.80") and listed.lines[0].min_quantity == 11
    with pytest.raises(Wrong, match="unknown_country"):
        building.record("party", "1", {"name": "A"}, {"addresses": [("1#0", {"country": "Atlantis"})]})


def test_every_field_and_kind_has_words():
    from portiek.edges.connectors.files import wording

    for name, layout in LAYOUTS.items():
        assert wording.layout(name)
        assert all(wording.field(item.name) for item in layout.fields)
    assert set(ENTITIES) == set(building._MAKERS) and set(PLACES) == set(LAYOUTS)

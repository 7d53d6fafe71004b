"""What products have in files of their own: other units and attributes; and lists whose steps count for what lies above them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portiek.core.db import scope
from portiek.edges.connectors.files import mapping
from portiek.edges.connectors.files.fields import LAYOUTS
from portiek.edges.connectors.files.tests.test_collecting import PRODUCTS, map_products
from portiek.edges.connectors.models import Quarantine
from portiek.trade.catalog.models import ProductAttribute, ProductUnit
from portiek.trade.pricing.models import PriceList

UNITS = ["artikel;eenheid;naam;inhoud;ean", "F1;BX;Doos;12;8712345678906", "F1;PF;Pallet;480;", "F2;BX;Doos;6;"]


def map_units(files):
    files.map("product.packs", of="artikel", code="eenheid", name="naam", factor="inhoud", ean="ean")


def units(files):
    with scope(files.actor):
        return {(row.product.external_id, row.code): (row.label, row.factor) for row in ProductUnit.objects.filter(product__external_id__startswith="F").select_related("product")}


def test_other_units_come_in_a_file_of_their_own_before_or_after_the_products(files):
    map_products(files)
    map_units(files)
    files.put("product-packs-1.csv", UNITS)
    files.look()
    files.put("product-1.csv", PRODUCTS)
    files.run()
    assert units(files) == {("F1", "BX"): ("Doos", Decimal(12)), ("F1", "PF"): ("Pallet", Decimal(480)), ("F2", "BX"): ("Doos", Decimal(6))}
    files.put("product-packs-2.csv", [UNITS[0], "F1;BX;Doos;10;", UNITS[3]])
    files.run()
    assert units(files) == {("F1", "BX"): ("Doos", Decimal(10)), ("F2", "BX"): ("Doos", Decimal(6))}


def test_a_unit_of_nothing_keeps_its_product_as_it_was(files):
    map_products(files)
    map_units(files)
    files.put("product-1.csv", PRODUCTS)
    files.put("product-packs-1.csv", [UNITS[0], "F1;BX;Doos;0;", "F2;BX;Doos;6;"])
    files.run()
    with scope(files.actor):
        assert [row.external_id for row in Quarantine.objects.filter(connection=files.connection)] == ["F1"]
    assert set(units(files)) == {("F2", "BX")}
    files.put("product-packs-2.csv", UNITS)
    files.run()
    assert ("F1", "BX") in units(files)


def test_attributes_come_in_a_file_of_their_own(files):
    map_products(files)
    files.map("product.attributes", of="artikel", code="kenmerk", name="naam", kind={"column": "soort", "table": {"N": "number", "T": "text"}}, unit="eenheid", value="waarde")
    files.put("product-1.csv", PRODUCTS)
    files.put("product-attributes-1.csv", ["artikel;kenmerk;naam;soort;eenheid;waarde", "F1;EF001;Diameter;N;mm;8", "F1;EF002;Kleur;T;;rood", "F2;EF001;Diameter;N;mm;10.5", "F2;EF001;Diameter;Q;mm;10.5"])
    files.run()
    with scope(files.actor):
        found = {(row.product.external_id, row.attribute.code) for row in ProductAttribute.objects.filter(product__external_id__startswith="F").select_related("product", "attribute")}
    assert {("F1", "EF001"), ("F1", "EF002")} <= found and [(row.field, row.code) for row in files.rows()] == [("kind", "unknown_code")]


def test_a_list_says_how_its_steps_count(files):
    map_products(files)
    files.map("price_list", external_id="lijst", name="naam", tiers={"column": "soort", "table": {"S": "incremental", "X": "all_units"}})
    files.map("price_list.lines", of="lijst", product="artikel", price={"column": "prijs", "change": "comma"}, min_quantity="vanaf")
    files.put("product-1.csv", PRODUCTS)
    files.put("price_list-1.csv", ["lijst;naam;soort", "A;Af fabriek;S", "B;Bruto;X"])
    files.put("price_list-lines-1.csv", ["lijst;artikel;prijs;vanaf", "A;F1;10,00;1", "A;F1;9,00;10", "B;F1;11,00;1"])
    files.run()
    with scope(files.actor):
        assert dict(PriceList.objects.filter(external_id__in=["A", "B"]).values_list("external_id", "tiers")) == {"A": "incremental", "B": "all_units"}


@pytest.mark.no_database
def test_columns_of_a_product_are_not_taken_for_those_of_its_parts():
    heads = ["nr", "naam", "soort", "eenheid", "inhoud", "kenmerk", "waarde"]
    assert all("." not in name for name in mapping.suggested("product", heads, []))
    assert {name: source.column for name, source in mapping.suggested("product.packs", ["artikelnummer", "eenheid", "inhoud"], []).items()} == {"of": "artikelnummer", "code": "eenheid", "factor": "inhoud"}
    assert {item.name for item in LAYOUTS["product.attributes"].fields if item.required} == {"of", "code", "value"}

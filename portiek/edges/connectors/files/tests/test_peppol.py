"""Catalogues of Peppol (T19): what a supplier's says comes in as products and a price list, and nothing about money is guessed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from portiek.core.db import scope
from portiek.edges.connectors.files.tests.test_catalogues import code, read
from portiek.trade.catalog.models import Product, ProductAttribute, ProductUnit
from portiek.trade.pricing.models import PriceList, PriceListLine

OFFICIAL = Path(__file__).resolve().parents[5].parent / "shared" / "einvoice" / "peppol-ordering" / "examples"
TOP = ('<Catalogue xmlns="urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>C-7</cbc:ID>'
       "<cbc:ActionCode>{action}</cbc:ActionCode><cbc:Name>Netto prijzen</cbc:Name><cbc:IssueDate>2026-11-01</cbc:IssueDate><cac:ProviderParty><cbc:EndpointID schemeID=\"0088\">8712345678906</cbc:EndpointID></cac:ProviderParty>")
STEP = '<cac:RequiredItemLocationQuantity><cbc:MinimumQuantity unitCode="C62">{least}</cbc:MinimumQuantity><cac:Price><cbc:PriceAmount currencyID="EUR">{price}</cbc:PriceAmount>{base}</cac:Price></cac:RequiredItemLocationQuantity>'
LINE = """<cac:CatalogueLine><cbc:ID>{key}</cbc:ID><cbc:ActionCode>{action}</cbc:ActionCode><cbc:OrderableUnit>C62</cbc:OrderableUnit><cbc:OrderQuantityIncrementNumeric>5</cbc:OrderQuantityIncrementNumeric><cbc:MinimumOrderQuantity unitCode="C62">10</cbc:MinimumOrderQuantity>
{steps}<cac:Item><cbc:Description>Een plaat</cbc:Description><cbc:Name>{name}</cbc:Name><cac:SellersItemIdentification><cbc:ID>{key}</cbc:ID></cac:SellersItemIdentification><cac:StandardItemIdentification><cbc:ID schemeID="0160">08712345678906</cbc:ID></cac:StandardItemIdentification>
<cac:CommodityClassification><cbc:ItemClassificationCode listID="ZZZ" listVersionID="ETIM-9.0">EC002714</cbc:ItemClassificationCode></cac:CommodityClassification><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory>
<cac:AdditionalItemProperty><cbc:Name>Dikte</cbc:Name><cbc:NameCode listID="ETIM">EF000008</cbc:NameCode><cbc:Value>12.5 mm</cbc:Value></cac:AdditionalItemProperty><cac:AdditionalItemProperty><cbc:Name>Kleur</cbc:Name><cbc:Value>Wit</cbc:Value></cac:AdditionalItemProperty>
<cac:AdditionalItemProperty><cbc:Name>doos</cbc:Name><cbc:NameCode listID="UNECERec20">XBX</cbc:NameCode><cbc:Value>50</cbc:Value><cbc:ValueQuantity unitCode="C62">50</cbc:ValueQuantity></cac:AdditionalItemProperty></cac:Item></cac:CatalogueLine>"""


def step(price: str = "2.40", least: str = "10", base: str = "") -> str:
    return STEP.format(price=price, least=least, base=base)


def line(key: str = "P1", *steps: str, action: str = "Add", name: str = "Plaat") -> str:
    return LINE.format(key=key, action=action, name=name, steps="".join(steps or [step()]))


def peppol(*lines: str, action: str = "Replace") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{TOP.format(action=action)}{"".join(lines)}</Catalogue>'


def test_a_line_is_a_product_and_its_prices_are_lines_of_a_price_list(tmp_path):
    content = peppol(line("P1", step(), step("2.10", "100")), line("P1", step("99")))
    (found,) = read(tmp_path, content)
    assert (found["external_id"], found["name"], found["description"], found["unit_code"], found["ean"], found["tax_rate"], found["min_quantity"], found["quantity_step"], found["active"], found["list_price"]) == (
        "P1", "Plaat", "Een plaat", "C62", "8712345678906", {"number": "21"}, {"number": "10"}, {"number": "5"}, "1", "")  # fmt: skip
    said = {item["code"]: (item.get("kind"), item["value"], item.get("unit")) for item in json.loads(found["attributes"])}
    assert said == {"etim_class": ("text", "EC002714", None), "etim_version": ("text", "9.0", None), "EF000008": ("number", "12.5", "mm"), "kleur": ("text", "Wit", None)}
    assert [(item["code"], item["factor"]) for item in json.loads(found["packs"])] == [("XBX", "50")]
    prices = read(tmp_path, content, "price_list")
    assert [(row["external_id"], row["name"], row["lines.product"], row["lines.min_quantity"], row["lines.price"]) for row in prices] == [
        ("8712345678906-EUR", "Netto prijzen", "P1", {"number": "10"}, {"number": "2.4000"}), ("8712345678906-EUR", "Netto prijzen", "P1", {"number": "100"}, {"number": "2.1000"})]  # fmt: skip
    assert [row["kind"] for row in read(tmp_path, content, "catalogue")] == ["product", "price_list"] and {row["whole"] for row in read(tmp_path, content, "catalogue")} == {"1"}


@pytest.mark.parametrize(("price", "base", "said"), [
    ("250", '<cbc:BaseQuantity unitCode="C62">100</cbc:BaseQuantity>', {"number": "2.5000"}),
    ("2", '<cbc:BaseQuantity unitCode="MTR">1</cbc:BaseQuantity><cbc:OrderableUnitFactorRate>3</cbc:OrderableUnitFactorRate>', {"number": "6.0000"}),
    ("2", '<cbc:BaseQuantity unitCode="MTR">1</cbc:BaseQuantity>', "2 / 1 MTR"), ("1", '<cbc:BaseQuantity unitCode="C62">3</cbc:BaseQuantity>', "1 × 1 / 3"), ("gratis", "", "gratis × 1 / 1"),
])
def test_a_price_is_of_one_orderable_unit_or_is_told_as_it_stands(tmp_path, price, base, said):
    assert read(tmp_path, peppol(line("P1", step(price, base=base))), "price_list")[0]["lines.price"] == said


def test_who_makes_it_is_its_brand(tmp_path):
    made = line("P1").replace("<cac:ClassifiedTaxCategory>", "<cac:ManufacturerParty><cac:PartyName><cbc:Name>Noordvast</cbc:Name></cac:PartyName></cac:ManufacturerParty><cac:ClassifiedTaxCategory>")
    assert [row["brand"] for row in read(tmp_path, peppol(line("P0"), made))] == ["", "Noordvast"]


def test_what_changed_has_no_price_list_and_says_what_is_gone(tmp_path):
    content = peppol(line("P1", action="Update"), line("P2", action="Delete"), action="Update")
    assert [row["active"] for row in read(tmp_path, content)] == ["1", "0"]
    assert read(tmp_path, content, "price_list") == [] and {row["whole"] for row in read(tmp_path, content, "catalogue")} == {"0"}
    assert [row["active"] for row in read(tmp_path, peppol(line("P1"), action="Delete"))] == ["0"]


@pytest.mark.parametrize(("content", "why"), [
    ('<!DOCTYPE Catalogue [<!ENTITY a "aaaa">]>' + peppol(line("&a;")).partition("?>")[2], "entities"), (peppol(line("P1"))[:-40], "broken"), (peppol("<cac:CatalogueLine>" + "<a/>" * 20_001 + "</cac:CatalogueLine>"), "item_large"),
    (peppol().replace("<Catalogue ", "<Order ").replace("</Catalogue>", "</Order>"), "not_catalogue"),
])
def test_what_would_harm_is_refused(tmp_path, content, why):
    assert code(tmp_path, content) == why


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official examples of OpenPeppol are not here")
def test_the_official_examples_are_read(tmp_path):
    for path in [OFFICIAL / "Catalogue_Example.xml", *sorted(OFFICIAL.glob("Cataloge_wo_response_use_cases/*.xml"))]:
        found = read(tmp_path, path.read_bytes())
        assert found and all(row["external_id"] and row["name"] for row in found), path.name
    assert [row["external_id"] for row in read(tmp_path, (OFFICIAL / "Catalogue_Example.xml").read_bytes())] == ["MNTR011", "MNTR012"]


def test_a_supplier_s_catalogue_fills_the_portal(files):
    files.put("leverancier.xml", peppol(line("P1", step(), step("2.10", "100")), line("P2", name="Plaat &lt;b&gt;")))
    files.run()
    with scope(files.actor):
        product = Product.objects.get(external_id="P1")
        assert (product.name, product.min_quantity, product.step_quantity, product.list_price, product.tax_rate, product.ean) == ("Plaat", 10, 5, None, 21, "8712345678906")
        assert Product.objects.get(external_id="P2").name == "Plaat <b>"
        assert [(row.code, row.factor) for row in ProductUnit.objects.filter(product=product)] == [("XBX", 50)]
        assert dict(ProductAttribute.objects.filter(product=product).values_list("attribute__code", "value"))["EF000008"] == "12.5"
        found = PriceList.objects.get(external_id="8712345678906-EUR")
        assert [(row.min_quantity, row.price) for row in PriceListLine.objects.filter(price_list=found, product=product).order_by("min_quantity")] == [(Decimal(10), Decimal("2.4")), (Decimal(100), Decimal("2.1"))]

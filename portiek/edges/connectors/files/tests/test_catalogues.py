"""Catalogues (BMEcat, ETIM xChange): what they say comes in as products, and files that would harm who reads them do not."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.edges.connectors.files import catalogue, mapping, reading
from portiek.edges.connectors.files.tests.conftest import connected
from portiek.edges.connectors.models import FileDelivery, FileMapping, FileRecord
from portiek.trade.catalog.models import Category, Product, ProductAttribute, ProductRelation, ProductUnit
from portiek.trade.pricing.models import PriceListLine
from portiek.trade.sheets.models import ProductDocument

SAMPLES = Path(__file__).resolve().parents[5].parent / "shared" / "catalogue"
sampled = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample catalogues are not beside the repository")
PRODUCT = """<PRODUCT {mode}><SUPPLIER_PID>{key}</SUPPLIER_PID><PRODUCT_DETAILS><DESCRIPTION_SHORT lang="nld">{name}</DESCRIPTION_SHORT><DESCRIPTION_SHORT lang="eng">{name} EN</DESCRIPTION_SHORT><INTERNATIONAL_PID type="gtin">08712345678906</INTERNATIONAL_PID></PRODUCT_DETAILS>
<PRODUCT_FEATURES><REFERENCE_FEATURE_SYSTEM_NAME>ETIM-9.0</REFERENCE_FEATURE_SYSTEM_NAME><REFERENCE_FEATURE_GROUP_ID>EC002714</REFERENCE_FEATURE_GROUP_ID>
<FEATURE><FNAME>EF000008</FNAME><FVALUE>1200</FVALUE><FUNIT>EU570448</FUNIT></FEATURE><FEATURE><FNAME>EF000139</FNAME><FVALUE>EV006034</FVALUE></FEATURE><FEATURE><FNAME>EF004293</FNAME><FVALUE>true</FVALUE></FEATURE>
<FEATURE><FNAME>EF023182</FNAME><FVALUE>60</FVALUE><FVALUE>10</FVALUE></FEATURE><FEATURE><FNAME>EF000111</FNAME><FVALUE>-</FVALUE></FEATURE></PRODUCT_FEATURES>
<PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT><PRICE_QUANTITY>{per}</PRICE_QUANTITY><QUANTITY_MIN>2</QUANTITY_MIN><QUANTITY_INTERVAL>2</QUANTITY_INTERVAL></PRODUCT_ORDER_DETAILS>
<PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type="net_list"><PRICE_AMOUNT>{price}</PRICE_AMOUNT><PRICE_CURRENCY>EUR</PRICE_CURRENCY><TAX>0.21</TAX></PRODUCT_PRICE><PRODUCT_PRICE price_type="net_customer"><PRICE_AMOUNT>80</PRICE_AMOUNT><LOWER_BOUND>1</LOWER_BOUND></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS>
<USER_DEFINED_EXTENSIONS><UDX.EDXF.PACKING_UNITS><UDX.EDXF.PACKING_UNIT><UDX.EDXF.QUANTITY_MAX>50</UDX.EDXF.QUANTITY_MAX><UDX.EDXF.PACKING_UNIT_CODE>BX</UDX.EDXF.PACKING_UNIT_CODE></UDX.EDXF.PACKING_UNIT></UDX.EDXF.PACKING_UNITS></USER_DEFINED_EXTENSIONS>
<PRODUCT_REFERENCE type="{kind}"><PROD_ID_TO>{other}</PROD_ID_TO></PRODUCT_REFERENCE></PRODUCT>"""


def product(key: str, name: str = "Plaat", *, price: str = "100", per: str = "10", kind: str = "accessories", other: str = "B9", mode: str = "") -> str:
    return PRODUCT.format(key=key, name=name, price=price, per=per, kind=kind, other=other, mode=mode)


def bmecat(*products: str, of: str = "T_NEW_CATALOG", top: str = "") -> str:
    groups = "".join(f'<CATALOG_STRUCTURE type="{kind}"><GROUP_ID>{key}</GROUP_ID><GROUP_NAME>{name}</GROUP_NAME><PARENT_ID>{parent}</PARENT_ID></CATALOG_STRUCTURE>' for kind, key, name, parent in (("root", "1", "Alles", "0"), ("node", "2", "Platen", "1"), ("leaf", "3", "Gips", "2")))
    put = "".join(f"<PRODUCT_TO_CATALOGGROUP_MAP><PROD_ID>{key}</PROD_ID><CATALOG_GROUP_ID>3</CATALOG_GROUP_ID></PRODUCT_TO_CATALOGGROUP_MAP>" for key in ("B1", "B2"))
    return (f'<?xml version="1.0" encoding="UTF-8"?>{top}<BMECAT xmlns="http://www.bmecat.org/bmecat/2005" version="2005"><HEADER><CATALOG><LANGUAGE default="true">nld</LANGUAGE><CATALOG_ID>LEV</CATALOG_ID><CATALOG_NAME>Leverancier</CATALOG_NAME><CURRENCY>EUR</CURRENCY></CATALOG></HEADER>'
            f"<{of}><CATALOG_GROUP_SYSTEM>{groups}</CATALOG_GROUP_SYSTEM>{''.join(products)}{put}</{of}></BMECAT>")


def xchange(*items: dict[str, Any], kind: str = "FULL") -> str:
    made = [{"ProductIdentification": {"ManufacturerProductNumber": "M1"}, "ProductDetails": {"ProductDescriptions": [{"DescriptionLanguage": "nl-NL", "MinimalProductDescription": "Lamp"}]}, "EtimClassification": [{"EtimClassCode": "EC000757", "EtimReleaseVersion": "10.0", "EtimFeatures": []}], "TradeItem": list(items)}]
    return json.dumps({"SchemaVersion": "2.0", "CatalogueId": "X1", "CatalogueType": kind, "CurrencyCode": "EUR", "Supplier": [{"SupplierName": "Test", "Product": made}]})


def item(key: str = "L1", *, price_unit: str = "C62", **price: str) -> dict[str, Any]:
    return {"ItemIdentification": {"SupplierItemNumber": key}, "Ordering": {"OrderUnit": "C62"}, "Pricing": [{"PriceUnit": price_unit, "PriceQuantity": "100", **price}]}


def read(tmp_path: Path, content: str | bytes, kind: str = "product") -> list[dict[str, Any]]:
    path = tmp_path / "catalogue"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with reading.opened(path, kind) as (heads, rows):
        return [dict(zip(heads, cells, strict=False)) for _number, cells in rows]


def code(tmp_path: Path, content: str | bytes, kind: str = "product") -> str:
    with pytest.raises(reading.Unreadable) as problem:
        read(tmp_path, content, kind)
    return str(problem.value)


@pytest.mark.parametrize(("said", "brand"), [({}, ""), ({"ManufacturerName": "Maker Company"}, "Maker Company"), ({"ManufacturerName": "Maker Company", "BrandName": "Mymake"}, "Mymake"), ({"BrandName": ["A"]}, "A")])
def test_the_brand_is_said_else_who_makes_it(tmp_path, said, brand):
    made = json.loads(xchange(item()))
    made["Supplier"][0]["Product"][0]["ProductIdentification"] |= said
    assert read(tmp_path, json.dumps(made))[0]["brand"] == brand


@pytest.mark.parametrize(("said", "brand"), [("", ""), ("<MANUFACTURER_NAME>Microsoft</MANUFACTURER_NAME>", "Microsoft")])
def test_bmecat_says_the_brand_too(tmp_path, said, brand):
    assert read(tmp_path, bmecat(product("B1").replace("<PRODUCT_DETAILS>", f"<PRODUCT_DETAILS>{said}")))[0]["brand"] == brand
    named = product("B1").replace("<PRODUCT_DETAILS>", f"<PRODUCT_DETAILS>{said}").replace("<USER_DEFINED_EXTENSIONS>", "<USER_DEFINED_EXTENSIONS><UDX.EDXF.BRAND_NAME>Surface</UDX.EDXF.BRAND_NAME>")
    assert read(tmp_path, bmecat(named))[0]["brand"] == "Surface"


# -- the files of others


@sampled
@pytest.mark.parametrize("path", ["bmecat/bmecat12/new_catalog.golden.xml", "bmecat/bmecat2005/new_catalog_with_blank_classification_system.golden.xml"])
def test_a_catalogue_of_either_version(path):
    assert list(reading.kinds(SAMPLES / path))[-2:] == ["product", "price_list"]
    with reading.opened(SAMPLES / path, "product") as (heads, rows):
        found = dict(zip(heads, next(rows)[1], strict=False))
    assert (found["external_id"], found["name"], found["ean"], found["unit_code"], found["tax_rate"]) == ("1000", 'Apple MacBook Pro 13"', "8712670911213", "XBX", {"number": "19.00"})
    assert json.loads(found["attributes"]) == [{"code": "netzspannung", "name": "Netzspannung", "kind": "text", "unit": "V", "value": "110 / 220"}] and json.loads(found["relations"]) == [{"kind": "alternative", "product": "2000"}]
    assert [(thing["kind"], thing["source"].rpartition("/")[2]) for thing in json.loads(found["documents"])] == [("picture", "55-K-31.jpg")]
    with reading.opened(SAMPLES / path, "price_list") as (heads, rows):
        steps = [dict(zip(heads, cells, strict=False)) for _number, cells in rows]
    assert [(step["lines.min_quantity"]["number"], step["lines.price"]["number"], step["lines.valid_until"]) for step in steps] == [("1", "1499.5000", "2001-07-31"), ("100", "1300.9000", "2001-07-31")]


@sampled
def test_groups_of_the_catalogue_are_its_categories():
    with reading.opened(SAMPLES / "bmecat/bmecat12/new_catalog.golden.xml", "category") as (_heads, rows):
        assert [cells for _number, cells in rows] == [["CAT1/1", "Hardware"], ["CAT1/2", "Notebook", "", "CAT1/1"], ["CAT1/3", "Desktop", "", "CAT1/1"], ["CAT1/4", "PC", "", "CAT1/2"], ["CAT1/5", "Mac", "", "CAT1/2"]]


@sampled
@pytest.mark.parametrize(("path", "why"), [("bmecat/bmecat12/update_prices.golden.xml", "prices_alone"), ("bmecat/naugrimm/address_with_all_properties.xml", "not_catalogue"), ("bmecat/naugrimm/2005.1/minimal_valid_document.xml", "not_catalogue")])
def test_what_is_no_catalogue_of_products(path, why):
    with pytest.raises(reading.Unreadable, match=why):
        reading.kinds(SAMPLES / path)


@sampled
def test_the_sample_of_etim():
    path = next((SAMPLES / "etim-xchange").glob("*Sample*.json"))
    assert reading.kinds(path) == {"product": True}
    with reading.opened(path, "product") as (heads, rows):
        found = dict(zip(heads, next(rows)[1], strict=False))
    assert (found["external_id"], found["name"], found["name_en"], found["ean"], found["list_price"], found["tax_rate"], found["weight"], found["discount_group"]) == ("221099", "Voorbeeldproduct", "Example product", "8012542783404", {"number": "23.0000"}, {"number": "21"}, {"number": "0.26"}, "RG1")
    said = {thing["code"]: (thing["kind"], thing["value"]) for thing in json.loads(found["attributes"])}
    assert said["etim_class"] == ("text", "EC011533") and said["etim_version"] == ("text", "10.0") and said["EF002169"] == ("text", "EV000138") and said["EF006272"] == ("number", "15") and said["EF025643"] == ("logic", "0") and said["EF023182"] == ("range", "10..60")
    assert "EF011808" not in said and not any(name.startswith("EFI") for name in said), "what is not known, and inches beside millimetres"
    assert json.loads(found["packs"]) == [{"code": "XPK", "name": "pak", "name_en": "pack", "factor": "6", "ean": "", "weight": ""}]
    assert {(lead["kind"], lead["product"]) for lead in json.loads(found["relations"])} == {("alternative", "251270"), ("accessory", "15031975")}
    assert [{name: value for name, value in thing.items() if name != "title"} for thing in json.loads(found["documents"])] == [
        {"kind": "other", "source": "https://www.company.com/04011969-rohs.pdf", "valid_from": "2023-05-01"}, {"kind": "picture", "source": "https://www.company.com/productpicture.jpg"}], "a declaration in two languages, and a picture"


# -- what is said, and what is not guessed


@pytest.mark.parametrize(("amount", "factor", "per", "cell"), [
    ("12.50", "", "", {"number": "12.5000"}), ("12.50", "0.9", "100", {"number": "0.1125"}), ("12.37", "", "1000", "12.37 × 1 / 1000"), ("veel", "", "", "veel × 1 / 1"), ("1", "", "0", "1 × 1 / 0"), ("999999999999", "999999999999", "", "999999999999 × 999999999999 / 1"),
    ("1e-999999", "", "", "1e-999999 × 1 / 1"), ("NaN", "", "", "NaN × 1 / 1"), ("0", "", "", {"number": "0.0000"})])  # fmt: skip
def test_a_price_is_never_rounded_in_silence(amount, factor, per, cell):
    assert catalogue.price(amount, factor, per) == cell


def test_a_list_price_with_vat_counts_where_there_is_no_other(tmp_path):
    gross = product("B1").replace("net_list", "gros_list").replace("<PRICE_AMOUNT>100<", "<PRICE_AMOUNT>121<")
    assert read(tmp_path, bmecat(gross))[0]["list_price"] == {"number": "10.0000"}


def test_a_rate_below_nothing_makes_no_price(tmp_path):
    gross = product("B1").replace("net_list", "gros_list").replace("<TAX>0.21<", "<TAX>-1<")
    assert read(tmp_path, bmecat(gross))[0]["list_price"] == ""


def test_a_price_per_another_unit_is_said_as_it_stands(tmp_path):
    assert [row["list_price"] for row in read(tmp_path, xchange(item(GrossListPrice="250"), item("L2", price_unit="MTR", GrossListPrice="250")))] == [{"number": "2.5000"}, "250 / 100 MTR"]


def test_a_file_of_changes_says_so(tmp_path):
    (tmp_path / "a.xml").write_text(bmecat(product("B1", mode='mode="delete"'), of="T_UPDATE_PRODUCTS"))
    (tmp_path / "b.json").write_text(xchange(item(NetPrice="10"), kind="CHANGE"))
    assert reading.kinds(tmp_path / "a.xml") == {"category": False, "product": False} and reading.kinds(tmp_path / "b.json") == {"product": False}, "a price list is whole or it does not come"
    assert read(tmp_path, bmecat(product("B1", mode='mode="delete"'), of="T_UPDATE_PRODUCTS"))[0]["active"] == "0"


@pytest.mark.parametrize(("name", "layout"), [("Lev.XML", "catalogue"), ("product-1.xml", "catalogue"), ("lev.json", "catalogue"), ("product-1.json", "product"), ("lev.jsonl", None), ("lev.xml.zip", None)])
def test_a_name_says_that_it_is_a_catalogue(name, layout):
    assert mapping.layout_of(name, {"product": mapping.default_pattern("product")}) == layout


# -- files that harm


@pytest.mark.parametrize(("content", "why"), [
    (bmecat(product("B1", "&a;"), top='<!DOCTYPE BMECAT [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'), "entities"), (bmecat(product("B1", "&x;"), top='<!DOCTYPE BMECAT [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "entities"),
    (bmecat(product("B1", "&auml;"), top='<!DOCTYPE BMECAT SYSTEM "bmecat.dtd">'), "entities"), (bmecat(product("B1"), top='<!DOCTYPE BMECAT [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>'), "entities"), ("<html><body>nee</body></html>", "not_catalogue"),
    ("<BMECAT>" + "<a>" * 100_000, "broken"), (bmecat(product("B1"))[:-40], "broken"), (bmecat("<PRODUCT>" + "<a/>" * 20_001 + "</PRODUCT>"), "item_large"), (bmecat("<PRODUCT><a>" + "x" * 2_000_001 + "</a></PRODUCT>"), "item_large"),
    (bmecat(product("B1")).replace("UTF-8", "EBCDIC-XX"), "broken"), ('<?xml version="1.0"?><BMECAT>\x00</BMECAT>', "broken"), ('{"SchemaVersion": "2.0", "Supplier": [{"Product": [{]}]}', "broken"), ('{"SchemaVersion": "2.0", "Supplier": [{"Product": [' + "[" * 100_000, "broken"),
    ('{"SchemaVersion": "2.0", "Supplier": {"Product": []}}', "broken"), ('{"SchemaVersion": "2.0", "Supplier": [{"Product": [1]}]}', "broken"), (xchange(item()) + "x", "broken"), (b'{"SchemaVersion": "2.0", "x": "\xff"}', "not_text"),
])  # fmt: skip
def test_a_hostile_catalogue_is_refused(tmp_path, content, why):
    assert code(tmp_path, content) == why


def test_nothing_is_fetched_for_a_document_type(tmp_path):
    assert read(tmp_path, bmecat(product("B1"), top='<!DOCTYPE BMECAT SYSTEM "http://127.0.0.1:1/never.dtd">'))[0]["external_id"] == "B1"


def test_a_product_that_never_ends(tmp_path):
    assert code(tmp_path, '{"SchemaVersion": "2.0", "Supplier": [{"Product": [{"a": "' + "x" * 21_000_000) == "item_large"


def test_a_catalogue_is_no_other_kind_of_file(tmp_path):
    assert code(tmp_path, bmecat(product("B1")), "order") == "not_catalogue"


def test_signs_that_no_text_holds(tmp_path):
    assert read(tmp_path, xchange(item("L\\u0000\\ud8001")).replace("\\\\u", "\\u"))[0]["external_id"] == "L\ufffd?1"


# -- from the folder to the catalogue


def test_a_catalogue_in_the_folder_becomes_products_with_all_they_say(files):
    files.put("leverancier.xml", bmecat(product("B1", "Plaat &lt;b&gt;", other="B2", kind="followup"), product("B2", "Plaat twee", other="B1", kind="similar")))
    files.run()
    with scope(files.actor):
        assert sorted(FileDelivery.objects.filter(connection=files.connection).values_list("layout", "state", "new", "refused")) == [("category", "done", 2, 0), ("price_list", "done", 2, 0), ("product", "done", 2, 0)]
        one = Product.objects.select_related("category__parent").get(external_id="B1")
        assert (one.name, one.name_en, one.list_price, one.tax_rate, one.min_quantity, one.step_quantity, one.ean, one.unit_label) == ("Plaat <b>", "Plaat <b> EN", Decimal("10.0000"), Decimal("21.00"), 2, 2, "8712345678906", "stuk")
        assert one.category.name == "Gips" and one.category.parent.name == "Platen" and one.category.parent.parent is None and not Category.objects.filter(name="Alles").exists()
        said = {row.attribute.code: (row.attribute.kind, row.value) for row in ProductAttribute.objects.filter(product=one).select_related("attribute")}
        assert said == {"etim_class": ("text", "EC002714"), "etim_version": ("text", "9.0"), "EF000008": ("number", "1200"), "EF000139": ("text", "EV006034"), "EF004293": ("logic", "1"), "EF023182": ("range", "10..60")}
        assert list(ProductUnit.objects.filter(product=one).values_list("code", "label", "factor", "is_erp")) == [("XBX", "doos", 50, True)]
        assert sorted(ProductRelation.objects.filter(product__external_id__startswith="B").values_list("product__external_id", "kind", "other__external_id")) == [("B1", "successor", "B2"), ("B2", "alternative", "B1")]
        assert list(PriceListLine.objects.filter(price_list__external_id="LEV-EUR", product=one).values_list("price", flat=True)) == [Decimal("8.0000")]


MEDIA = """<MIME_INFO><MIME><MIME_TYPE>application/pdf</MIME_TYPE><MIME_SOURCE lang="nld">vib b1.pdf</MIME_SOURCE><MIME_PURPOSE>safety_data_sheet</MIME_PURPOSE></MIME><MIME><MIME_SOURCE>logo.png</MIME_SOURCE><MIME_PURPOSE>logo</MIME_PURPOSE></MIME></MIME_INFO>
<USER_DEFINED_EXTENSIONS><UDX.EDXF.MIME_INFO><UDX.EDXF.MIME><UDX.EDXF.MIME_SOURCE lang="deu">https://10.0.0.1/dop.pdf</UDX.EDXF.MIME_SOURCE><UDX.EDXF.MIME_CODE>MD51</UDX.EDXF.MIME_CODE><UDX.EDXF.MIME_ISSUE_DATE>2025-02-30</UDX.EDXF.MIME_ISSUE_DATE></UDX.EDXF.MIME></UDX.EDXF.MIME_INFO></USER_DEFINED_EXTENSIONS></PRODUCT>"""


def test_documents_that_a_product_names(tmp_path, files):
    content = bmecat(product("B1").replace("</PRODUCT>", MEDIA))
    wanted = [{"kind": "safety", "source": "vib b1.pdf", "language": "nl"}, {"kind": "performance", "source": "https://10.0.0.1/dop.pdf", "language": "de"}]
    assert json.loads(read(tmp_path, content)[0]["documents"]) == wanted, "a logo is no document, and a day that is none is none"
    rooted = content.replace("<CURRENCY>EUR</CURRENCY></CATALOG>", "<CURRENCY>EUR</CURRENCY><MIME_ROOT>https://media.lev.example/</MIME_ROOT></CATALOG>")
    assert json.loads(read(tmp_path, rooted)[0]["documents"])[0]["source"] == "https://media.lev.example/vib%20b1.pdf"
    files.put("leverancier.xml", content)
    files.run()
    with scope(files.actor):
        rows = ProductDocument.objects.filter(product__external_id="B1").order_by("pk")
        assert [(row.kind, row.language, row.source, row.state, row.problem, row.from_erp) for row in rows] == [("safety", "nl", "vib b1.pdf", "missing", "address", True), ("performance", "de", "https://10.0.0.1/dop.pdf", "missing", "address", True)]
    files.put("delta.xml", bmecat(product("B1"), of="T_UPDATE_PRODUCTS"))
    files.run()
    with scope(files.actor):
        assert not ProductDocument.objects.filter(product__external_id="B1").exists(), "named no longer"


def test_a_relation_waits_for_the_product_that_it_names(files):
    files.put("leverancier.xml", bmecat(product("B1", other="B9")))
    files.run()
    with scope(files.actor):
        assert ProductRelation.objects.get(product__external_id="B1").other is None
    files.put("delta.xml", bmecat(product("B9", other="B1"), of="T_UPDATE_PRODUCTS"))
    files.run()
    with scope(files.actor):
        assert ProductRelation.objects.get(product__external_id="B1").other.external_id == "B9" and Product.objects.get(external_id="B1").is_active


def test_what_a_later_catalogue_lacks_is_no_longer_sold_or_said(files):
    files.put("een.xml", bmecat(product("B1"), product("B2")))
    files.run()
    files.put("twee.xml", bmecat(product("B1").replace("<UDX.EDXF.PACKING_UNIT_CODE>BX</UDX.EDXF.PACKING_UNIT_CODE>", "").replace("<FNAME>EF004293</FNAME><FVALUE>true</FVALUE>", "<FNAME>EF004293</FNAME><FVALUE>NA</FVALUE>")))
    files.run()
    with scope(files.actor):
        assert not Product.objects.get(external_id="B2").is_active and not ProductAttribute.objects.filter(product__external_id="B1", attribute__code="EF004293").exists() and not ProductUnit.objects.filter(product__external_id="B1").exists()


def test_a_row_that_cannot_be_taken_stays_out_alone(files):
    files.put("leverancier.xml", bmecat(product("B1"), product("B2", price="12.37", per="1000"), product("B3", "")))
    files.run()
    with scope(files.actor):
        assert [(row.external_id, row.field, row.code) for row in files.rows() if row.delivery.layout == "product"] == [("B2", "list_price", "not_a_number"), ("B3", "name", "empty")]
        assert set(Product.objects.filter(external_id__in=["B1", "B2", "B3"]).values_list("external_id", flat=True)) == {"B1"}


def test_a_hostile_catalogue_in_the_folder_is_refused_with_words(files):
    files.put("kwaad.xml", bmecat(product("B1", "&a;"), top='<!DOCTYPE BMECAT [<!ENTITY a "aaaa">]>'))
    files.look()
    assert (files.last().state, files.last().code) == ("refused", "entities")


def test_a_mapping_of_staff_counts_for_a_catalogue_when_it_is_of_its_columns(files):
    files.map("product", external_id="external_id", name="name", tax_rate={"constant": "9", "change": "percent"})
    files.put("leverancier.xml", bmecat(product("B1")))
    files.run()
    with scope(files.actor):
        assert (Product.objects.get(external_id="B1").tax_rate, Product.objects.get(external_id="B1").list_price) == (9, None)


def test_a_mapping_of_other_files_leaves_a_catalogue_alone(files):
    files.map("product", external_id="nr", name="naam")
    files.put("leverancier.xml", bmecat(product("B1")))
    files.run()
    with scope(files.actor):
        assert Product.objects.get(external_id="B1").list_price == 10


# -- by hand


@pytest.fixture
def ours(cast, tmp_path, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    return connected(cast.system, tmp_path, "vandijk")


def test_somebody_brings_a_catalogue_and_sees_what_would_come_of_it(ours, client_of):
    olga, base = client_of("olga"), f"/connectors/{ours.connection.pk}/files/"
    sent = olga.post(base + "bring/", {"layout": "stock", "file": SimpleUploadedFile("lev.xml", bmecat(product("B1", "Plaat &lt;i&gt;")).encode())})
    assert sent.status_code == 302 and sent.url == base
    run_jobs()
    with scope(ours.actor):
        found = {row.layout: row for row in FileDelivery.objects.filter(connection=ours.connection)}
        assert {layout: (row.state, row.new) for layout, row in found.items()} == {"category": ("ready", 2), "product": ("ready", 1), "price_list": ("ready", 1)} and not FileMapping.objects.exists()
        assert not Product.objects.filter(external_id="B1").exists() and not FileRecord.objects.filter(connection=ours.connection).exists(), "tried and undone"
    page = olga.get(f"{base}{found['product'].pk}/").content.decode()
    assert "Plaat &lt;i&gt;" in page and "Plaat <i>" not in page and "etim_class" in page
    assert client_of("sanne").get(f"{base}{found['product'].pk}/").status_code == 404
    assert "attributes" in olga.get(f"{base}kinds/product/").content.decode()


@pytest.mark.parametrize("content", ["<html/>", bmecat(product("B1", "&a;"), top='<!DOCTYPE BMECAT [<!ENTITY a "aaaa">]>'), '{"SchemaVersion": "2.0"}', "<BMECAT/>"])
def test_what_is_no_catalogue_is_refused_with_words(ours, client_of, content):
    answer = client_of("olga").post(f"/connectors/{ours.connection.pk}/files/bring/", {"layout": "product", "file": SimpleUploadedFile("x.xml", content.encode())})
    assert answer.status_code == 422 and "Traceback" not in answer.content.decode()

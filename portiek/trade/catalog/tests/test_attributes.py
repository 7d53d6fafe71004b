"""Attributes: read with their units, owned by the ERP or the portal, and what lists are narrowed by; never of a product that one does not see."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.foundation.imports.tests.test_people import carried_out, outcomes
from portiek.trade.catalog import actions, measures, queries
from portiek.trade.catalog.models import Attribute, Product, ProductAttribute
from portiek.trade.catalog.records import AttributesRecord, ProductRecord, SaidRecord


@pytest.mark.parametrize(("kind", "unit", "text", "value", "number", "until"), [
    ("text", "", "  A2-s1,   d0 ", "A2-s1, d0", None, None), ("number", "mm", "12.50 mm", "12.5", "12.5", None), ("number", "mm", "1200", "1200", "1200", None), ("number", "°C", "-5", "-5", "-5", None),
    ("range", "mm", "10 - 20 mm", "10..20", "10", "20"), ("range", "mm", "10..20", "10..20", "10", "20"), ("range", "°C", "-5 tot 30 °C", "-5..30", "-5", "30"), ("range", "mm", "15", "15..15", "15", "15"),
    ("logic", "", "Ja", "1", None, None), ("logic", "", "false", "0", None, None),
])  # fmt: skip
def test_a_value_is_read_with_its_unit(kind, unit, text, value, number, until):
    assert measures.read(kind, unit, text) == measures.Measure(value, number and Decimal(number), until and Decimal(until))


@pytest.mark.parametrize(("kind", "text"), [("number", "veel"), ("number", ""), ("number", "12 kg"), ("number", "NaN"), ("number", "1e99"), ("range", "20-10"), ("range", "1-2-3"), ("logic", "misschien"), ("text", "x" * 201)])
def test_what_is_no_such_thing_is_not_read(kind, text):
    with pytest.raises(ValueError):
        measures.read(kind, "mm", text)


def test_the_database_reckons_traits_as_the_program_does(cast):
    with scope(cast.system), connection.cursor() as cursor:
        cursor.execute("SELECT a.attribute_id, a.value, s.traits FROM catalog_product_attribute a JOIN catalog_productsearch s ON s.product_id = a.product_id")
        rows = cursor.fetchall()
    assert len(rows) > 20 and all(measures.trait(key, value) in traits for key, value, traits in rows)


def erp(cast, sku: str, *said: tuple[str, str, str, str]) -> None:
    with scope(cast.system):
        actions.apply_attributes(cast.system, records=[AttributesRecord(sku, tuple(SaidRecord(code, code.title(), kind, value, unit=unit) for code, kind, value, unit in said))])


def of(actor, sku: str) -> dict[str, str]:
    with scope(actor):
        return {row.attribute.code: row.value for row in queries.attributes_of(actor, [Product.objects.get(sku=sku).pk]).get(Product.objects.get(sku=sku).pk, [])}


def test_the_erp_says_the_whole_of_what_is_its_own(cast):
    before = of(cast.sanne, "GP-125-2600")
    assert before["dikte"] == "12.5" and before["EF001438"] == "2600" and before["brandklasse"] == "A2-s1, d0"
    erp(cast, "GP-125-2600", ("dikte", "number", "13", "mm"), ("materiaal", "text", "gips", ""), ("fout", "number", "veel", "mm"))
    assert of(cast.sanne, "GP-125-2600") == {"dikte": "13", "materiaal": "gips", "brandklasse": "A2-s1, d0", "kant": "afgeschuind (AK)"}, "what staff said stays"
    erp(cast, "GP-125-2600", ("brandklasse", "text", "B", ""))
    assert of(cast.sanne, "GP-125-2600") == {"brandklasse": "B", "kant": "afgeschuind (AK)"}, "the ERP goes before"
    with scope(cast.system):
        applied = actions.apply_attributes(cast.system, records=[AttributesRecord("NIETS", ()), AttributesRecord("GP-125-2600", (SaidRecord("brandklasse", "Brandklasse", "text", "B"),))])
        assert (applied.changed, applied.unchanged, [problem.code for problem in applied.problems]) == (0, 1, ["unknown_product"])


def test_staff_say_what_the_erp_does_not(cast):
    with scope(cast.olga):
        plate = Product.objects.get(sku="GP-125-2600")
        with pytest.raises(Refused, match="of_erp"):
            actions.set_attributes(cast.olga, product=plate, pairs=[("Dikte", "14")])
        with pytest.raises(Refused, match="unknown"):
            actions.set_attributes(cast.olga, product=plate, pairs=[("Zwaarte", "14")])
        actions.make_attribute(cast.olga, code="gat", name="Gatmaat", kind="number", unit="mm")
        assert actions.set_attributes(cast.olga, product=plate, pairs=[("gatmaat", "1.200,5 mm"), ("Long edge", "recht")])
        assert not actions.set_attributes(cast.olga, product=plate, pairs=[("GAT", "1200,50"), ("Lange zijde", "recht")])
    assert of(cast.olga, "GP-125-2600")["gat"] == "1200.5" and "brandklasse" not in of(cast.olga, "GP-125-2600")
    with scope(cast.olga):
        item = Attribute.objects.get(code="gat")
        assert actions.change_attribute(cast.olga, attribute=item, values={"name": "Boorgat", "kind": "text"}) and item.kind == "number"
        dikte = Attribute.objects.get(code="dikte")
        assert actions.change_attribute(cast.olga, attribute=dikte, values={"name": "Anders", "position": 3}) and (dikte.name, dikte.position) == ("Dikte", 3)
        with pytest.raises(Refused):
            actions.remove_attribute(cast.olga, attribute=dikte)
        with pytest.raises(Refused):
            actions.make_attribute(cast.olga, code="gat2", name="boorgat", kind="text")
        actions.remove_attribute(cast.olga, attribute=item)
    assert "gat" not in of(cast.olga, "GP-125-2600")


def test_who_keeps_attributes(cast, client_of):
    for who, status in (("sanne", 404), ("peter", 403), ("olga", 200)):
        assert client_of(who).get("/catalog/attributes/").status_code == status
        assert client_of(who).get("/catalog/attributes/dikte/").status_code == status
    assert client_of("otto").get("/catalog/attributes/dikte/").status_code == 404
    assert client_of("otto").post("/catalog/attributes/kant/remove/").status_code == 404
    olga = client_of("olga")
    assert olga.post("/catalog/attributes/", {"name": "Gatmaat", "code": "gat", "kind": "number", "unit": "mm", "position": "5", "narrows": "on"}).status_code == 302
    assert olga.post("/catalog/attributes/", {"name": "Gatmaat 2", "code": "gat", "kind": "number", "position": "5"}).status_code == 422
    assert olga.post("/catalog/attributes/gat/", {"name": "Boorgat", "position": "7"}).status_code == 302
    assert "Boorgat" in olga.get("/catalog/attributes/").content.decode()
    assert olga.post("/catalog/attributes/gat/remove/").status_code == 302 and olga.get("/catalog/attributes/gat/").status_code == 404
    for actor in (cast.sanne, cast.peter):
        with scope(actor), pytest.raises(Forbidden):
            actions.make_attribute(actor, code="x", name="x", kind="text")


def listed(actor, *given: str, **options):
    with scope(actor):
        within = queries.narrowed(actor, given, stocked=options.pop("stocked", False))
        return [item.sku for item in queries.page(actor, traits=within.traits, stocked=within.stocked, size=100, **options).rows]


def test_a_list_is_narrowed(cast):
    assert set(listed(cast.sanne, "dikte~12.5")) == {"GP-125-2600", "GP-125-3000", "GPI-125-2600"}
    assert listed(cast.sanne, "dikte~12.5", "EF001438~3000") == ["GP-125-3000"]
    assert listed(cast.sanne, "dikte~12.5", search="impregneerd") == [] and listed(cast.sanne, "dikte~12.5", search="geimpregneerd") == ["GPI-125-2600"]
    assert listed(cast.sanne, "niets~1", "dikte", "~", "dikte~") == listed(cast.sanne), "what is no attribute narrows nothing"
    assert listed(cast.sanne, "dikte~999") == []
    there = listed(cast.sanne, stocked=True)
    assert "GP-125-2600" in there and "GPB-15-2600" not in there and "HR-1000" not in there
    assert listed(cast.sanne, "EF000007~wit", stocked=True, search="kozijnprofiel") == ["KZ-9016"]


def test_pages_of_a_narrowed_list(cast):
    with scope(cast.sanne):
        traits = queries.narrowed(cast.sanne, ["brandwerend~0"]).traits
        seen, after = [], None
        while True:
            page = queries.page(cast.sanne, traits=traits, after=after, size=3)
            seen += [item.pk for item in page.rows]
            after = page.next
            if after is None:
                break
        assert len(seen) == len(set(seen)) == ProductAttribute.objects.filter(attribute__code="brandwerend", value="0").count() > 6


def test_what_is_offered_is_counted_of_one_s_own(cast, client_of):
    with scope(cast.system):
        actions.apply_products(cast.system, records=[ProductRecord(external_id="X-1", sku="X-1", name="Gipsplaat geheim")])
    erp(cast, "X-1", ("dikte", "number", "77", "mm"))
    def offers(actor):
        with scope(actor):
            return {facet.attribute.code: {value.value: value.products for value in facet.values} for facet in queries.offered(actor, search="gipsplaat")}
    assert offers(cast.sanne)["dikte"] == {"12.5": 3, "15": 1, "77": 1}
    assert offers(cast.els)["dikte"] == {"12.5": 3, "15": 1}, "outside the assortment nothing is counted"
    assert listed(cast.els, "dikte~77") == [] and listed(cast.sanne, "dikte~77") == ["X-1"]
    assert "77\xa0mm" not in client_of("els").get("/catalog/?q=gipsplaat&is=dikte~77").content.decode().replace('value="dikte~77"', "")
    with scope(cast.els):
        assert not ProductAttribute.objects.filter(value="77").exists()
    with scope(cast.otto):
        assert not ProductAttribute.objects.exists() and not Attribute.objects.exists()
    assert client_of("dirk").get("/catalog/?is=dikte~12.5").status_code == 200


def test_the_page_offers_and_keeps_what_was_chosen(client_of):
    sanne = client_of("sanne")
    page = sanne.get("/catalog/?q=gipsplaat").content.decode()
    assert "is=dikte~12.5" in page and "12,5" in page
    narrowed = sanne.get("/catalog/?q=gipsplaat&is=dikte~12.5&is=EF001438~3000").content.decode()
    assert "GP-125-3000" in narrowed and "GP-125-2600" not in narrowed and 'name="is" value="dikte~12.5"' in narrowed
    assert "Niet meer verfijnen" in narrowed and "Niet meer verfijnen" not in page
    assert "GPB-15-2600" not in sanne.get("/catalog/?q=gipsplaat&stock=1").content.decode()
    for query in ("?is=dikte~%27--", "?is=~", "?stock=9", "?is=dikte~" + "9" * 300, "?category=hout&stock=1&is=EF001438~2440"):
        assert sanne.get("/catalog/" + query).status_code == 200


def test_offers_take_two_statements(cast, statements_of):
    sanne = cast.sanne
    with scope(sanne):
        queries.page(sanne)
        assert statements_of(lambda: queries.offered(sanne, search="plaat")) == 2


def test_attributes_from_a_spreadsheet(cast, client_of):
    olga = client_of("olga")
    carried_out(olga, "code;naam;soort;eenheid\ngat;Gatmaat;getal;mm\ndikte;Dikte;tekst;mm\nEF9;Iets;onzin;\n", path="/imports/new/attributes/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "refused", "refused"]
    carried_out(olga, "artikelnummer;kenmerk;waarde\nGP-125-2600;Gatmaat;1,5 mm\nMS-M5;gat;veel\nNIETS;gat;1\nGP-125-2600;Dikte;3\nGP-125-2600;Brandklasse;\n", path="/imports/new/product-attributes/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["changed", "refused", "refused", "refused", "changed"]
    assert of(cast.sanne, "GP-125-2600")["gat"] == "1.5" and "brandklasse" not in of(cast.sanne, "GP-125-2600")


def test_the_api_says_them(cast, machine_of):
    said = {row["code"]: row for row in machine_of(cast.sanne).get("/products/GP-125-2600").json()["attributes"]}
    assert (said["dikte"]["value"], said["dikte"]["unit"], said["brandwerend"]["value"], said["kant"]["number"]) == ("12.5", "mm", "0", None)


def test_programs_narrow_by_what_pages_narrow_by(cast, machine_of):
    sanne = machine_of(cast.sanne)
    found = sanne.get("/products", search="gipsplaat", facets="true").json()
    thick = next(facet for facet in found["facets"]["attributes"] if facet["code"] == "dikte")
    assert {value["value"] for value in thick["values"]} == {"12.5", "15"} and found["facets"]["categories"][0]["code"] == "afbouw"
    narrowed = sanne.get("/products", search="gipsplaat", attribute="dikte~15").json()
    assert [item["sku"] for item in narrowed["items"]] == ["GPB-15-2600"] and narrowed["facets"] is None
    assert sanne.get("/products", category="profielen").json()["items"][0]["category"] == "profielen" and sanne.get("/products", category="niets").status_code == 404
    assert sanne.get("/products", facets="true").json()["facets"]["attributes"] == [], "a whole assortment has too many"
    assert not machine_of(cast.dirk).get("/products", search="gipsplaat", facets="true").json()["facets"]["categories"], "what one does not see is not counted"

"""Versions of one thing: one row in a list, choices on the page, several in the cart at once; of a version outside the assortment nothing shows."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.imports.tests.test_people import carried_out, outcomes
from portiek.trade.catalog import actions, queries
from portiek.trade.catalog.models import AssortmentItem, CustomerProduct, Product, ProductFamily
from portiek.trade.catalog.records import AttributesRecord, FamilyRecord, ProductRecord, SaidRecord
from portiek.trade.catalog.versions import shown_versions

FAMILY = FamilyRecord("F-SCHROEF", "schroef", "Tellerkopschroef", "Countersunk screw", ("maat", "EF-KLEUR"))
SIZES, COLOURS = ("4", "5", "10"), ("blauw", "wit")


def product(sku: str, price: str, *, family: FamilyRecord | None = FAMILY, name: str = "Tellerkopschroef") -> ProductRecord:
    return ProductRecord(f"x-{sku}", sku, name, "Countersunk screw" if name == "Tellerkopschroef" else "", category="bevestiging", list_price=Decimal(price), family=family)


@pytest.fixture
def screws(cast):
    """Six screws in three sizes and two colours, as the ERP brings them; persons do not see the cheapest."""
    with scope(cast.system):
        made = [(f"TKS-{size}-{colour[0].upper()}", size, colour) for size in SIZES for colour in COLOURS]
        actions.apply_products(cast.system, records=[product(sku, f"{place + 2}.00") for place, (sku, _size, _colour) in enumerate(made)])
        actions.apply_attributes(cast.system, records=[AttributesRecord(f"x-{sku}", (SaidRecord("maat", "Maat", "number", size, "Size", "mm"), SaidRecord("EF-KLEUR", "Kleur schroef", "text", colour, "Colour of screw", "", {"blauw": "blue", "wit": "white"}[colour]))) for sku, size, colour in made])
        persons = queries.assortment(cast.system, "particulier")
        actions.add_products(cast.system, assortment=persons, product_ids=list(Product.objects.filter(sku__startswith="TKS-").exclude(sku__in=["TKS-4-B", "TKS-10-W"]).values_list("pk", flat=True)))
    return [sku for sku, _size, _colour in made]


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_list_shows_one_row_with_the_lowest_own_price(cast, client_of, screws):
    with scope(cast.sanne):
        page = queries.page(cast.sanne, search="tellerkop", folded=True)
        assert len(page.rows) == 1
        [folded] = queries.folded(cast.sanne, page.rows, search="tellerkop").values()
        assert (folded.family.name, folded.products, folded.cheapest[0].sku) == ("Tellerkopschroef", 6, "TKS-4-B")
        assert len(queries.page(cast.sanne, search="tellerkop").rows) == 6, "who asks for products gets them"
    shown = text(client_of("sanne").get("/catalog/?q=tellerkop"))
    assert "6 uitvoeringen" in shown and "vanaf €" in shown and shown.count('<article class="product"') == 1


def test_of_what_one_does_not_see_nothing_is_counted_named_or_offered(cast, client_of, screws):
    """The attack: a person learns neither the number, the price nor the attributes of the two versions outside the assortment."""
    with scope(cast.els):
        page = queries.page(cast.els, search="tellerkop", folded=True)
        [folded] = queries.folded(cast.els, page.rows, search="tellerkop").values()
        assert folded.products == 4 and folded.cheapest[0].sku == "TKS-4-W"
        versions = queries.versions(cast.els, queries.product(cast.els, "TKS-5-B"))
        assert [item.sku for item in versions.members] == ["TKS-4-W", "TKS-5-B", "TKS-5-W", "TKS-10-B"]
        assert list(queries.members(cast.els, versions.family).values_list("sku", flat=True)) == ["TKS-10-B", "TKS-4-W", "TKS-5-B", "TKS-5-W"]
    els = client_of("els")
    for path in ("/catalog/?q=tellerkop", "/catalog/p/TKS-5-B/", "/catalog/?q=TKS"):
        shown = text(els.get(path))
        assert "TKS-4-B" not in shown and "TKS-10-W" not in shown and "6 uitvoeringen" not in shown, path
    assert "/catalog/p/TKS-4-B" not in text(els.get("/catalog/?q=TKS-4-B"))
    assert els.get("/catalog/p/TKS-4-B/").status_code == 404
    assert els.post("/orders/cart/several/", {"quantity-TKS-4-B": "2"}).status_code == 422
    with scope(cast.dirk):
        assert not ProductFamily.objects.filter(code="schroef").exists(), "none of them is in the dealers' assortment"
    with scope(cast.system):
        AssortmentItem.objects.filter(product__sku__startswith="TKS-", assortment__code="particulier").delete()
    with scope(cast.els):
        assert not ProductFamily.objects.filter(code="schroef").exists()
        with pytest.raises(NotFound):
            queries.family(cast.els, "schroef")
    with scope(cast.otto):
        assert not ProductFamily.objects.filter(code="schroef").exists(), "another portal"


def test_a_version_is_found_by_its_number_and_by_one_s_own(cast, client_of, screws):
    with scope(cast.sanne):
        CustomerProduct.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, product=queries.product(cast.sanne, "TKS-5-W"), number="BB-TKS")
        for search, sku in (("TKS-10-B", "TKS-10-B"), ("BB-TKS", "TKS-5-W"), ("tellerkop 10 mm wit", "TKS-10-W")):
            page = queries.page(cast.sanne, search=search, folded=True)
            assert page.rows[0].sku == sku and page.rows[0].pk not in queries.folded(cast.sanne, page.rows, search=search), search
    assert "/catalog/p/TKS-10-B/" in text(client_of("sanne").get("/catalog/?q=TKS-10-B"))


def test_the_page_leads_to_the_version_that_is_most_alike(cast, client_of, screws):
    shown = text(client_of("sanne").get("/catalog/p/TKS-5-B/"))
    choices = shown[shown.index("Kies een uitvoering") : shown.index("Alle uitvoeringen")]
    assert re.findall(r'<a class="chip" href="/catalog/p/([^/]+)/"( aria-current="true")?>([^<]+)<', choices) == [
        ("TKS-4-B", "", "4 mm"), ("TKS-5-B", ' aria-current="true"', "5 mm"), ("TKS-10-B", "", "10 mm"), ("TKS-5-B", ' aria-current="true"', "blauw"), ("TKS-5-W", "", "wit")]
    assert "Tellerkopschroef, 5 mm, blauw" in shown, "what has the same name is told apart"
    other = text(client_of("els").get("/catalog/p/TKS-5-W/"))
    assert re.findall(r'<a class="chip" href="/catalog/p/([^/]+)/"', other[other.index("Kies een uitvoering") : other.index("Alle uitvoeringen")])[2] == "TKS-10-B", "ten in white is not there for a person: the nearest one is"


def test_several_at_once(cast, client_of, screws):
    sanne = client_of("sanne")
    done = sanne.post("/orders/cart/several/", {"quantity-TKS-4-B": "3", "quantity-TKS-10-W": "2", "quantity-TKS-5-B": "", "quantity-TKS-5-W": "0"})
    assert done.status_code == 302
    done = sanne.get(done["Location"])
    assert "2 artikelen liggen in de winkelwagen" in text(done) and "Tellerkopschroef, 4 mm, blauw" in text(done) and "Tellerkopschroef, 10 mm, wit" in text(done) and "Tellerkopschroef, 5 mm" not in text(done)
    for wrong in ({}, {"quantity-TKS-4-B": "veel"}, {"quantity-TKS-4-B": "-1"}, {"quantity-BESTAAT-NIET": "1"}, {"quantity-\0": "1"}, {"quantity-TKS-4-B": "1e99"}):
        assert sanne.post("/orders/cart/several/", wrong).status_code == 422, wrong
    assert client_of("olga").post("/orders/cart/several/", {"quantity-TKS-4-B": "3"}).status_code in (403, 404)


def test_the_list_costs_the_same_however_many_versions(cast, screws, statements_of):
    def look():
        found = queries.page(cast.sanne, search="tellerkop", folded=True)
        queries.folded(cast.sanne, found.rows, search="tellerkop")

    with scope(cast.sanne):
        before = statements_of(look)
    with scope(cast.system):
        actions.apply_products(cast.system, records=[product(f"TKS-X{number}", "9.00") for number in range(40)])
    with scope(cast.sanne):
        assert statements_of(look) == before
        pages, after = [], None
        while True:
            found = queries.page(cast.sanne, after=after, size=9, folded=True)
            pages += [item.sku for item in found.rows]
            after = found.next
            if after is None:
                break
        assert len(pages) == len(set(pages)) and sum(sku.startswith("TKS-") for sku in pages) == 1, "no page has it twice"


def test_what_the_administration_says_comes_and_goes(cast, screws):
    with scope(cast.system):
        assert Product.objects.get(sku="TKS-4-B").variant_en == "4\xa0mm, blue"
        actions.apply_products(cast.system, records=[product("TKS-4-B", "2.00", family=None), product("TKS-4-W", "3.00", name="Tellerkopschroef wit 4 mm")])
        assert (Product.objects.get(sku="TKS-4-B").family, Product.objects.get(sku="TKS-4-B").variant, Product.objects.get(sku="TKS-4-W").variant) == (None, "", "")
        family = ProductFamily.objects.get(code="schroef")
        for refused in (lambda: actions.set_members(cast.system, family=family, skus=["GB-50"]), lambda: actions.remove_family(cast.system, family=family)):
            with pytest.raises(Refused, match="family_of_erp"):
                refused()
        assert actions.change_family(cast.system, family=family, values={"name": "Iets anders", "folds": False}) and ProductFamily.objects.get(code="schroef").name == "Tellerkopschroef"
        [problem] = actions.apply_products(cast.system, records=[product("TKS-9", "2.00", family=FamilyRecord("", "leeg", ""))]).problems
        assert problem.code == "bad_family"
    with scope(cast.sanne):
        assert len(queries.page(cast.sanne, search="tellerkop", folded=True).rows) == 6, "each version on its own"


def test_staff_make_a_family(cast, client_of):
    olga, own = client_of("olga"), {"name": "Metal stud C-profiel", "code": "msc", "axes": "Dikte", "members": "MS-C75-26\nMS-C50-26", "folds": "on"}
    assert olga.post("/catalog/families/", own).status_code == 302
    shown = text(olga.get("/catalog/families/msc/"))
    assert "2 uitvoeringen" in shown and shown.index("50 mm") < shown.index("75 mm")
    for wrong in ({"code": "msc"}, {"code": "a", "axes": "Bestaat niet"}, {"code": "b", "members": "NIETS"}, {"code": "c"}, {"code": "d", "name": ""}):
        assert olga.post("/catalog/families/", {**own, **wrong}).status_code == 422, wrong
    assert olga.post("/catalog/families/msc/", {**own, "name": "C-profiel", "members": "MS-C75-26\nMS-C50-26\nMS-U75-30"}).status_code == 302
    assert "C-profiel" in text(client_of("sanne").get("/catalog/?q=metal")) and "3 uitvoeringen" in text(client_of("sanne").get("/catalog/?q=metal"))
    for who, status in (("sanne", 404), ("peter", 403), ("otto", 404)):
        for path in ("/catalog/families/msc/", "/catalog/families/msc/remove/"):
            assert client_of(who).post(path, own).status_code == status, (who, path)
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.make_family(cast.peter, code="x", name="x")
    assert olga.post("/catalog/families/msc/remove/").status_code == 302
    with scope(cast.olga):
        assert queries.product(cast.olga, "MS-C75-26").family_id is None and not ProductFamily.objects.filter(code="msc").exists()


def test_from_a_spreadsheet(cast, client_of):
    rows = "familie;naam;artikelnummer;verschilt in\nmsc;C-profiel;MS-C75-26;Dikte\nmsc;;MS-C50-26;\nmsc;;NIETS;\nmsc;;MS-U75-30;Bestaat niet\n"
    carried_out(client_of("olga"), rows, path="/imports/new/product-families/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "changed", "refused", "refused"]
    with scope(cast.olga):
        family = queries.family(cast.olga, "msc")
        assert (family.name, family.axes, [item.sku for item in queries.members(cast.olga, family)]) == ("C-profiel", ["dikte"], ["MS-C50-26", "MS-C75-26"])
    assert client_of("fatima").get("/imports/new/product-families/").status_code == 403 and client_of("sanne").get("/imports/new/product-families/").status_code in (403, 404)


def test_programs_read_families(cast, machine_of, screws):
    with scope(cast.sanne):
        assert queries.products(cast.sanne, family="schroef").count() == 6
    sanne = machine_of(cast.sanne)
    found = sanne.get("/products", family="schroef").json()["items"]
    assert {item["sku"] for item in found} == set(screws) and found[0]["family"] == {"code": "schroef", "name": "Tellerkopschroef", "name_en": "Countersunk screw", "differs_in": ["maat", "EF-KLEUR"]} and "mm" in found[0]["variant"]
    assert sanne.get("/products/MS-M5").json()["family"] is None
    assert len(machine_of(cast.els).get("/products", family="schroef").json()["items"]) == 4
    assert sanne.get("/products", family="NIETS").json()["items"] == []


def test_two_attributes_make_a_table_with_a_quantity_in_each_cell(cast, client_of, screws):
    with scope(cast.sanne):
        product_of = queries.product(cast.sanne, "TKS-5-B")
        grid = shown_versions(cast.sanne, queries.versions(cast.sanne, product_of), product_of, {}).grid
        assert (grid.down, grid.across, grid.heads, [(label.replace("\xa0", " "), [cell.product.sku for cell in cells]) for label, cells in grid.rows]) == (
            "Maat", "Kleur schroef", ["blauw", "wit"], [("4 mm", ["TKS-4-B", "TKS-4-W"]), ("5 mm", ["TKS-5-B", "TKS-5-W"]), ("10 mm", ["TKS-10-B", "TKS-10-W"])])
    sanne = client_of("sanne")
    shown = text(sanne.get("/catalog/p/TKS-5-B/"))
    fields = re.findall(r'<input class="input xs"[^>]* name="(quantity-[^"]+)"', shown)
    assert fields == [f"quantity-TKS-{size}-{colour}" for size in (4, 5, 10) for colour in "BW"] and shown.count('name="quantity-TKS') == 6, "each version once"
    assert '<th scope="col">blauw</th>' in shown and shown.count('<th scope="row">') == 3
    done = sanne.post("/orders/cart/several/", {**dict.fromkeys(fields, ""), "quantity-TKS-4-B": "3", "quantity-TKS-10-W": "2"})
    assert "2 artikelen liggen in de winkelwagen" in text(sanne.get(done["Location"]))
    els = text(client_of("els").get("/catalog/p/TKS-5-W/"))
    assert 'name="quantity-TKS-4-W"' in els and "TKS-4-B" not in els and "TKS-10-W" not in els and "Niet in deze combinatie" in els, "a hole, and no word of what fills it for others"


def test_what_is_no_table_of_two_stays_a_list(cast, client_of, screws):
    with scope(cast.system):
        actions.apply_attributes(cast.system, records=[AttributesRecord("x-TKS-4-B", (SaidRecord("maat", "Maat", "number", "4", "Size", "mm"),))])
    shown = text(client_of("sanne").get("/catalog/p/TKS-5-B/"))
    assert '<th scope="row">' not in shown and 'name="quantity-TKS-4-B"' in shown and 'name="quantity-TKS-10-W"' in shown

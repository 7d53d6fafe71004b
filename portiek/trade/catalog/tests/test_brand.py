"""Brands: on the product, first of what a list is narrowed by, and unknown to who does not see the product."""

from __future__ import annotations

from portiek.core.db import scope
from portiek.trade.catalog import actions, queries
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.records import AttributesRecord, ProductRecord, SaidRecord, brand

PLATES = ("GP-125-2600", "GP-125-3000", "GPB-15-2600")


def branded(cast, **brands):
    with scope(cast.system):
        actions.apply_attributes(cast.system, records=[AttributesRecord(sku.replace("_", "-"), (SaidRecord("dikte", "Dikte", "number", "12.5", "Thickness", "mm"), brand(name))) for sku, name in brands.items()])


def test_customers_see_it_and_narrow_by_it(cast, client_of):
    branded(cast, GP_125_2600=" Noordvast ", GP_125_3000="Kerncraft", GPB_15_2600="Noordvast")
    sanne = client_of("sanne")
    page = sanne.get("/catalog/p/GP-125-2600/").content.decode()
    assert "Merk" in page and "Noordvast" in page and "Kerncraft" not in page
    with scope(cast.sanne):
        assert queries.offered(cast.sanne, search="gipsplaat")[0].attribute.code == "brand"
    assert "is=brand~Noordvast" in sanne.get("/catalog/?q=gipsplaat").content.decode()
    page = sanne.get("/catalog/?q=gipsplaat&is=brand~Noordvast").content.decode()
    assert [sku in page for sku in PLATES] == [True, False, True]


def test_of_what_one_does_not_see_no_brand_is_known(cast, client_of):
    with scope(cast.system):
        actions.apply_products(cast.system, records=[ProductRecord(external_id="X-1", sku="X-1", name="Gipsplaat geheim")])
    branded(cast, GP_125_2600="Noordvast", X_1="Kerncraft")
    with scope(cast.system):
        keys = list(Product.objects.filter(sku__in=["GP-125-2600", "X-1"]).order_by("sku").values_list("pk", flat=True))
    with scope(cast.sanne):
        assert queries.brands_of(cast.sanne, keys) == {keys[0]: "Noordvast", keys[1]: "Kerncraft"}
    with scope(cast.els):
        assert queries.brands_of(cast.els, keys) == {keys[0]: "Noordvast"} and not queries.of_brands(cast.els, ["kerncraft"]).exists()
    assert client_of("els").get("/catalog/p/X-1/").status_code == 404 and "Kerncraft" not in client_of("els").get("/catalog/?q=gipsplaat").content.decode()
    with scope(cast.otto):
        assert queries.brands_of(cast.otto, keys) == {}

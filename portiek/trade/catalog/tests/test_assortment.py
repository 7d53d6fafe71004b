"""A party sees a product only through its assortments: by no page, search, number or count."""

import pytest
from django.db import connection

from portiek.core.db import scope
from portiek.core.errors import NotFound
from portiek.trade.catalog import queries
from portiek.trade.catalog.models import Assortment, AssortmentCount, AssortmentItem, Product, ProductSearch, Stock

HIDDEN = "KP-860"


@pytest.mark.parametrize("search", ["Keilbout", "KP-860", "kp860", "keil", "M8", "22402"])
def test_what_is_outside_the_assortment_is_not_found(cast, search):
    with scope(cast.els):
        assert not [item for item in queries.page(cast.els, search=search).rows if item.sku == HIDDEN]
        assert not [item for item in queries.products(cast.els, search=search) if item.sku == HIDDEN]
        assert HIDDEN not in {item.sku for found in queries.products_by_code(cast.els, [search]).values() for item in found}
    if search != "22402":
        with scope(cast.sanne):
            assert [item for item in queries.page(cast.sanne, search=search).rows if item.sku == HIDDEN]


def test_not_by_number_id_stock_or_table(cast):
    with scope(cast.peter):
        key = Product.objects.get(sku=HIDDEN).pk
    with scope(cast.els):
        with pytest.raises(NotFound):
            queries.product(cast.els, HIDDEN)
        assert queries.products_by_id(cast.els, [key]) == {}
        with connection.cursor() as cursor:  # not even that it is there, by an id
            cursor.execute("SELECT * FROM ctx.catalog_codes('party', %s)", [[HIDDEN, "TV-6060-G"]])
            assert key not in {row[0] for row in cursor.fetchall()} and cursor.rowcount == 1
        assert queries.stock(cast.els, [key]) == {}
        assert not Stock.objects.filter(product_id=key).exists()
        assert not AssortmentItem.objects.filter(product_id=key).exists()
        assert [item.code for item in Assortment.objects.all()] == ["particulier"]
        assert set(AssortmentCount.objects.values_list("assortment__code", flat=True)) == {"particulier"}


def test_the_search_table_itself_is_closed_to_parties(cast):
    with pytest.raises(Exception, match="permission denied"), scope(cast.sanne):
        ProductSearch.objects.count()


def test_a_party_cannot_search_as_staff(cast):
    with pytest.raises(Exception, match="invalid scope"), scope(cast.els), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.catalog_find('staff', '{}', NULL, true, NULL, NULL, false, 10)")


def test_a_supplier_sees_nothing(cast):
    with scope(cast.mark):
        assert queries.products(cast.mark).count() == 0
        assert queries.page(cast.mark).rows == []
        assert queries.facets(cast.mark).total == 0


def test_the_other_portal_has_its_own(cast):
    with scope(cast.nadia2):
        assert queries.product(cast.nadia2, "SS-3535").name == "Snelbouwschroef Brand 3,5 × 35, 200 st."
        assert not queries.page(cast.nadia2, search="gips").rows
        with pytest.raises(NotFound):
            queries.product(cast.nadia2, "GP-125-2600")
    with scope(cast.otto):
        assert queries.products(cast.otto).count() == 12


def test_counts_stay_inside_the_assortment(cast):
    with scope(cast.dirk):
        assert queries.facets(cast.dirk).total == queries.products(cast.dirk).count() == len(queries.page(cast.dirk, size=100).rows)
        names = {item.code for item in queries.categories(cast.dirk) if queries.facets(cast.dirk).counts.get(item.pk)}
        assert names == {"kozijnen", "hout", "bevestiging"}
        assert queries.facets(cast.dirk, search="gips").total == 0


@pytest.mark.parametrize("path", ["/catalog/p/KP-860/", "/catalog/p/NOTHING/", "/catalog/?category=NOTHING"])
def test_outside_the_assortment_is_as_unknown(client_of, path):
    assert client_of("els").get(path).status_code == 404

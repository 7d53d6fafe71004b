"""What the ERP says: new, changed, unchanged, bad; fields of the portal stay."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.trade.catalog import actions, facts, queries
from portiek.trade.catalog.models import CatalogSync, Product, Stock
from portiek.trade.catalog.records import CategoryRecord, Problem, ProductRecord, StockRecord

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NEW = ProductRecord("erp-1", "NEW-1", "Dakraam 78 × 98", category="dak-erp", list_price=Decimal("215.50"), ean="8711111111111", discount_group="DAK")


def _last(kind):
    return [item for item in recorded() if isinstance(item, kind)][-1]


def test_a_new_product_enters_the_assortment_that_holds_all_and_can_be_found(cast):
    with scope(cast.system):
        actions.apply_categories(cast.system, records=[CategoryRecord("dak-erp", "dakramen", "Dakramen")], as_of=AT)
        done = actions.apply_products(cast.system, records=[NEW], as_of=AT)
        assert (done.created, done.changed, done.unchanged, done.problems) == (1, 0, 0, ())
        assert _last(facts.ProductsApplied) == facts.ProductsApplied(created=1, changed=0)
        assert Product.objects.get(sku="NEW-1").as_of == AT
    run_jobs()
    with scope(cast.sanne):
        assert [item.sku for item in queries.page(cast.sanne, search="dakraam").rows] == ["NEW-1"]
        assert [item.sku for item in queries.page(cast.sanne, search="ramen 78").rows] == ["NEW-1"]
        assert queries.facets(cast.sanne).total == 41
    with scope(cast.els):
        assert queries.page(cast.els, search="dakraam").rows == []


def test_unchanged_records_write_nothing_and_changed_ones_keep_the_portal_s_fields(cast):
    with scope(cast.system):
        actions.apply_products(cast.system, records=[NEW], as_of=AT)
        product = Product.objects.get(sku="NEW-1")
        actions.describe_product(cast.system, product=product, summary="Eigen tekst", specs=[("Brandklasse", "A1")])
        actions.apply_popularity(cast.system, figures={product.pk: 77})
        before = len(recorded())
        later = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        assert actions.apply_products(cast.system, records=[NEW], as_of=later).unchanged == 1
        assert len(recorded()) == before
        assert Product.objects.get(sku="NEW-1").as_of == AT
        assert CatalogSync.objects.get(kind="product").as_of == later
        done = actions.apply_products(cast.system, records=[replace(NEW, name="Tuimelvenster", list_price=Decimal("220"))], as_of=later)
        assert (done.created, done.changed) == (0, 1)
        product.refresh_from_db()
        assert (product.name, product.list_price, product.summary, product.popularity, product.as_of) == (
            "Tuimelvenster",
            Decimal("220"),
            "Eigen tekst",
            77,
            later,
        )
        assert [row.value for row in queries.attributes_of(cast.system, [product.pk])[product.pk]] == ["A1"]
        assert queries.page(cast.system, search="dakraam").rows == []
        assert [item.sku for item in queries.page(cast.system, search="tuimel").rows] == ["NEW-1"]


def test_one_bad_record_never_blocks_the_rest(cast):
    with scope(cast.system):
        done = actions.apply_products(
            cast.system,
            records=[
                NEW,
                replace(NEW, external_id="erp-2", sku=""),
                replace(NEW, external_id="erp-3", sku="OK-3"),
                replace(NEW, external_id="erp-4", sku="GP-125-2600"),
                replace(NEW, external_id="erp-5", sku="OK-3"),
            ],
            as_of=AT,
        )
        assert done.created == 2
        assert set(done.problems) == {Problem("erp-2", "bad_code"), Problem("erp-4", "sku_taken"), Problem("erp-5", "sku_taken")}


def test_a_product_that_is_no_longer_sold_leaves_the_lists_but_keeps_its_page(cast, client_of):
    with scope(cast.system):
        actions.apply_products(cast.system, records=[NEW], as_of=AT)
        actions.apply_products(cast.system, records=[replace(NEW, active=False)], as_of=AT)
    with scope(cast.sanne):
        assert queries.page(cast.sanne, search="dakraam").rows == []
        assert queries.product(cast.sanne, "NEW-1").is_active is False
    with scope(cast.peter):
        assert [item.sku for item in queries.page(cast.peter, search="dakraam", inactive=True).rows] == ["NEW-1"]
    assert client_of("sanne").get("/catalog/p/NEW-1/").status_code == 200


def test_a_category_renames_and_moves_and_its_products_are_found_by_the_new_name(cast):
    with scope(cast.system):
        actions.apply_categories(cast.system, records=[CategoryRecord("b", "b", "Onder", parent="a"), CategoryRecord("a", "a", "Boven")], as_of=AT)
        actions.apply_products(cast.system, records=[replace(NEW, category="b")], as_of=AT)
        top = queries.category(cast.system, "a")
        assert [item.sku for item in queries.page(cast.system, category=top).rows] == ["NEW-1"]
        done = actions.apply_categories(
            cast.system, records=[CategoryRecord("b", "b", "Lichtkoepels", parent="a"), CategoryRecord("a", "a", "Boven")], as_of=AT
        )
        assert (done.changed, done.unchanged) == (1, 1)
        assert [item.sku for item in queries.page(cast.system, search="lichtkoepel").rows] == ["NEW-1"]


def test_stock_by_product_and_warehouse(cast):
    one = StockRecord("s1", "GP-125-2600", "KA", "Kampen", Decimal(10), Decimal(8), date(2026, 12, 1), Decimal(100))
    with scope(cast.system):
        done = actions.apply_stock(
            cast.system, records=[one, replace(one, external_id="s2", product="UNKNOWN"), replace(one, external_id="s3", available=Decimal("NaN"))], as_of=AT
        )
        assert (done.created, done.changed) == (1, 0)
        assert set(done.problems) == {Problem("s2", "unknown_product"), Problem("s3", "bad_quantity")}
        assert actions.apply_stock(cast.system, records=[one], as_of=AT).unchanged == 1
        assert actions.apply_stock(cast.system, records=[replace(one, available=Decimal(3))], as_of=AT).changed == 1
        assert Stock.objects.get(warehouse="KA", product__sku="GP-125-2600").available == 3
        assert _last(facts.StockApplied) == facts.StockApplied(created=0, changed=1)


@pytest.mark.parametrize("who", ["sanne", "peter"])
def test_only_who_manages_the_catalogue_applies(cast, who):
    actor = getattr(cast, who)
    with pytest.raises(Forbidden), scope(actor):
        actions.apply_products(actor, records=[NEW])


def test_a_batch_is_a_few_statements_whatever_its_length(cast, statements_of):
    system = cast.system

    def apply(key, number):
        records = [replace(NEW, external_id=f"{key}{n}", sku=f"{key}{n}") for n in range(number)]
        return statements_of(lambda: actions.apply_products(system, records=records, as_of=AT))

    with scope(system):
        apply("w", 1)  # its words join the vocabulary
        few, many, same = apply("a", 3), apply("b", 600), apply("b", 600)
    assert few == many <= 18
    assert same <= 9

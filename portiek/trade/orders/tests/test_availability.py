"""What may be promised: the ERP's figure, in the warehouse that counts, less what was ordered here and is not in it yet; and who is told when something is there again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog import queries as products
from portiek.trade.catalog.availability import availability
from portiek.trade.catalog.models import CatalogSync, Product, Stock, StockWatch, Warehouse
from portiek.trade.catalog.records import StockRecord
from portiek.trade.orders import actions, queries
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.tests.test_submit import submit

PLATE, GONE = "GP-125-2600", "GPB-15-2600"


@pytest.fixture(autouse=True)
def quiet(cast):
    """Take away what the seeds have on the way to the ERP, and put a thousand of the plate in Zwolle and fifty in Meppel."""
    with scope(cast.system):
        Order.objects.filter(portal_id=cast.system.portal_id).update(status="completed", sync="acknowledged", transmitted_at=timezone.now() - timedelta(days=9))
        arrive(cast, (PLATE, "ZW", "Zwolle", 1000), (PLATE, "MP", "Meppel", 50))


def arrive(cast, *rows):
    return catalog.apply_stock(cast.system, records=[StockRecord(f"{sku}-{code}", sku, code, name, Decimal(there), Decimal(there)) for sku, code, name, there in rows])


def there(actor, sku=PLATE, party_id=None):
    with scope(actor):
        product = Product.objects.get(sku=sku)
        return availability(actor, [product], party_id=party_id)[product.pk]


def order(cast, quantity="60", actor=None, sku=PLATE):
    actor = actor or cast.sanne
    with scope(actor):
        actions.add_to_cart(actor, code=sku, quantity=Decimal(quantity))
        return submit(actor, queries.basket(actor, day=timezone.localdate()))


def test_what_is_ordered_here_is_taken_off_until_the_erp_has_it(cast):
    """Pain 5: a sync would put sold stock back."""
    assert there(cast.sanne).available == 1050
    placed = order(cast)
    assert [there(actor).available for actor in (cast.sanne, cast.els, cast.peter)] == [990, 990, 990]
    with scope(cast.system):
        arrive(cast, (PLATE, "ZW", "Zwolle", 1000))  # the ERP does not know of it yet
    assert there(cast.sanne).available == 990
    with scope(cast.system):
        actions.mark_sync(cast.system, placed, state="acknowledged", now=timezone.now())
    assert there(cast.sanne).available == 990  # it has the order, but its figure is from before
    with scope(cast.system):
        arrive(cast, (PLATE, "ZW", "Zwolle", 940))
        CatalogSync.objects.filter(kind="stock").update(as_of=timezone.now() + timedelta(seconds=1))
    assert there(cast.sanne).available == 990
    assert there(cast.sanne).promised == 0


@pytest.mark.parametrize("state", ["pending_approval", "cancelled", "rejected", "completed"])
def test_what_does_not_leave_the_warehouse_is_not_taken_off(cast, state):
    placed = order(cast)
    with scope(cast.system):
        Order.objects.filter(pk=placed.pk).update(status=state)
    assert there(cast.sanne).available == 1050


def test_it_is_never_less_than_nothing_and_says_so(cast):
    order(cast, "5000")
    found = there(cast.sanne)
    assert (found.available, found.standing.state, found.promised) == (0, "none", 5000)


def test_the_warehouse_of_a_party_counts_alone(cast, client_of):
    order(cast, "10", actor=cast.sanne)
    with scope(cast.olga):
        bakker = Party.objects.get(number="10042")
        meppel, zwolle = Warehouse.objects.get(code="MP"), Warehouse.objects.get(code="ZW")
        catalog.choose_supply(cast.olga, party=bakker, warehouse=meppel)
    assert there(cast.sanne).available == 40 and str(there(cast.sanne).place) == "Meppel"
    assert there(cast.els).available == 1040
    with scope(cast.olga):
        assert availability(cast.olga, [Product.objects.get(sku=PLATE)], party_id=bakker.pk)[Product.objects.get(sku=PLATE).pk].available == 40
        catalog.choose_supply(cast.olga, party=Party.objects.get(number="30005"), warehouse=zwolle)
    assert there(cast.els).available == 1000  # what Meppel owes is no concern of Zwolle
    text = client_of("sanne").get(f"/catalog/p/{PLATE}/").content.decode()
    assert "Levert niet aan u" in text and "Hier besteld en nog niet geboekt" in text and "Stand van" in text
    with scope(cast.sanne), pytest.raises(Forbidden):
        catalog.choose_supply(cast.sanne, party=bakker, warehouse=None)


def test_staff_choose_it_on_the_page_of_a_party(cast, client_of):
    olga = client_of("olga")
    assert olga.post("/catalog/parties/10042/supply/", {"warehouse": "MP"}).status_code == 302
    assert 'value="MP" selected' in olga.get("/parties/10042/assortment/").content.decode()
    assert there(cast.sanne).available == 50
    olga.post("/catalog/parties/10042/supply/", {"warehouse": "XX"})
    assert there(cast.sanne).available == 50
    olga.post("/catalog/parties/10042/supply/", {"warehouse": ""})
    assert there(cast.sanne).available == 1050
    assert client_of("sanne").post("/catalog/parties/10042/supply/", {"warehouse": "MP"}).status_code in (403, 404)
    assert client_of("otto").post("/catalog/parties/10042/supply/", {"warehouse": "MP"}).status_code == 404


def test_the_cart_says_what_there_is_and_when_that_was_said(cast, client_of, machine_of):
    order(cast)
    client = client_of("sanne")
    client.post("/orders/cart/add/", {"product": PLATE, "quantity": "10"})
    text = client.get("/orders/cart/").content.decode()
    assert "990 op voorraad" in text and "stand van" in text
    item = machine_of(cast.sanne).get(f"/products/{PLATE}").json()
    assert Decimal(item["available"]) == 990 and item["available_as_of"] and [row["warehouse"] for row in item["stock"]] == ["MP", "ZW"]
    tried = machine_of(cast.sanne).post("/orders:validate", {"lines": [{"sku": PLATE, "quantity": "10"}]}).json()
    assert Decimal(tried["lines"][0]["stock"]["available"]) == 990


def test_nobody_learns_of_whom_it_is(cast):
    order(cast)
    with scope(cast.els), connection.cursor() as cursor:
        product = Product.objects.get(sku=PLATE)
        cursor.execute("SELECT * FROM ctx.orders_promised('party', %s, NULL, '')", [[product.pk]])
        assert cursor.fetchall() == [(product.pk, Decimal(60))]
        assert not OrderLine.objects.filter(product=product, order__party__number="10042").exists()
    with scope(cast.otto), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.orders_promised('staff', %s, NULL, '')", [[product.pk]])
        assert cursor.fetchall() == []


def test_it_costs_the_same_for_many(cast):
    with scope(cast.sanne):
        some = list(Product.objects.order_by("pk")[:2])
        more = list(Product.objects.order_by("pk")[:30])
        costs = []
        for wanted in (some, more):
            with CaptureQueriesContext(connection) as caught:
                availability(cast.sanne, wanted)
            costs.append(len(caught))
    assert costs[0] == costs[1] < 10


def wait(client, sku=GONE, **more):
    return client.post(f"/catalog/p/{sku}/wait/", more)


def told(cast, name="sanne"):
    run_jobs()
    with scope(cast.system):
        return list(Notification.objects.filter(kind="catalog.stock_back", user_id=getattr(cast, name).user_id).values_list("values__sku", flat=True))


def test_who_waits_is_told_once(cast, client_of):
    client = client_of("sanne")
    assert "Laat het mij weten" in client.get(f"/catalog/p/{GONE}/").content.decode()
    wait(client)
    wait(client)
    text = client.get("/catalog/waiting/").content.decode()
    assert text.count("Niet meer wachten") == 1 and GONE in text
    with scope(cast.system):
        arrive(cast, (PLATE, "ZW", "Zwolle", 5))
    assert told(cast) == []
    with scope(cast.system):
        arrive(cast, (GONE, "ZW", "Zwolle", 25))
    assert told(cast) == [GONE]
    with scope(cast.system):
        arrive(cast, (GONE, "ZW", "Zwolle", 0))
        arrive(cast, (GONE, "ZW", "Zwolle", 30))
    assert told(cast) == [GONE]
    assert "U wacht nergens op" in client.get("/catalog/waiting/").content.decode()


def test_what_left_the_assortment_is_not_told(cast, client_of):
    wait(client_of("sanne"))
    with scope(cast.system):
        bakker = Party.objects.get(number="10042")
        empty = catalog.create_assortment(cast.system, code="leeg", name="Leeg")
        catalog.give_assortments(cast.system, party=bakker, assortments=[empty])
        arrive(cast, (GONE, "ZW", "Zwolle", 25))
    assert told(cast) == []


def test_stock_of_another_warehouse_is_not_told(cast, client_of):
    with scope(cast.olga):
        catalog.choose_supply(cast.olga, party=Party.objects.get(number="10042"), warehouse=Warehouse.objects.get(code="MP"))
    wait(client_of("sanne"))
    with scope(cast.system):
        arrive(cast, (GONE, "ZW", "Zwolle", 25))
    assert told(cast) == []
    with scope(cast.system):
        arrive(cast, (GONE, "MP", "Meppel", 1))
    assert told(cast) == [GONE]


def test_one_waits_only_for_what_is_not_there(cast, client_of):
    with scope(cast.sanne), pytest.raises(Refused, match="not_to_wait_for"):
        catalog.watch_stock(cast.sanne, product=Product.objects.get(sku=PLATE), now=timezone.now())
    wait(client_of("sanne"), PLATE)
    with scope(cast.sanne):
        assert not StockWatch.objects.exists()


def test_nobody_waits_for_what_he_may_not_see_or_in_the_name_of_another(cast, client_of):
    assert wait(client_of("nadia2")).status_code == 404
    assert wait(client_of("otto")).status_code in (403, 404)
    wait(client_of("sanne"))
    wait(client_of("youssef"), do="end")
    with scope(cast.sanne):
        assert StockWatch.objects.count() == 1
        assert products.product(cast.sanne, GONE)
    assert GONE not in client_of("youssef").get("/catalog/waiting/").content.decode()
    with scope(cast.dirk):
        assert not StockWatch.objects.exists()
    wait(client_of("sanne"), do="end", **{"from": "list"})
    with scope(cast.sanne):
        assert not StockWatch.objects.exists()


def test_after_a_year_nobody_waits(cast, client_of):
    wait(client_of("sanne"))
    with scope(cast.system):
        assert catalog.drop_old_watches(cast.system, now=timezone.now() + timedelta(days=364)) == 0
        assert catalog.drop_old_watches(cast.system, now=timezone.now() + timedelta(days=366)) == 1


def test_warehouses_are_kept_as_stock_comes_in(cast):
    with scope(cast.system):
        assert [str(item) for item in products.warehouses(cast.system)] == ["Meppel", "Zwolle"]
        arrive(cast, (PLATE, "MP", "Meppel-Noord", 50))
        assert [str(item) for item in products.warehouses(cast.system)] == ["Meppel-Noord", "Zwolle"]
        assert Stock.objects.filter(warehouse="MP").count() == 1

"""What was bought before: each product once, by its last order that goes on, as far as the right to see orders reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound
from portiek.core.merging import Deed
from portiek.foundation.parties.models import Party, Unit
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, queries, rules
from portiek.trade.orders.models import Order, OrderLine, Purchase
from portiek.trade.orders.records import OrderLineRecord, OrderRecord
from portiek.trade.orders.tests.test_submit import fill, submit

PLATE, STUD, MORTAR = "GP-125-2600", "MS-C75-26", "MS-M5"
numbers = count(1)


@pytest.fixture(autouse=True)
def nothing_yet(cast):
    """Take away what the seeds ordered, so that a test says all there is."""
    with scope(cast.system):
        Purchase.objects.filter(portal_id=cast.system.portal_id).delete()
        Order.objects.filter(portal_id=cast.system.portal_id).update(status="cancelled")


def ordered(cast, sku, quantity="10", price="3.10", *, days_ago=1, user=0, unit=None, status="completed", confirmed=None, party="10042", note=True):
    """Make an order that stands as the ERP left it, and note it."""
    with scope(cast.system):
        whose, product = Party.objects.get(number=party), Product.objects.get(sku=sku)
        own = {"portal_id": whose.portal_id, "party": whose}
        made = Order.objects.create(**own, number=f"BB-{next(numbers)}", status=status, user_id=user, unit=unit, placed_at=timezone.now() - timedelta(days=days_ago))
        OrderLine.objects.create(**own, order=made, position=1, product=product, sku=sku, name=product.name, unit=product.unit_label, unit_code=product.unit_code, quantity=Decimal(quantity), confirmed_quantity=confirmed,
                                 price=Decimal(price), tax_rate=21, amount=Decimal(quantity) * Decimal(price))
        if note:
            actions.note_purchases(cast.system, order_ids=[made.pk])
    return made


def bought(actor, **more):
    with scope(actor):
        return [(row.line.sku, int(row.line.quantity)) for row in queries.purchases(actor, **more).order_by("-placed_at", "-pk")]


def test_each_product_stands_there_once_by_its_last_order(cast):
    ordered(cast, PLATE, "40", days_ago=30)
    ordered(cast, PLATE, "60", days_ago=3, user=cast.sanne.user_id)
    ordered(cast, PLATE, "20", days_ago=90, user=cast.youssef.user_id)
    ordered(cast, STUD, "24", days_ago=10)
    ordered(cast, MORTAR, "5", days_ago=1, party="10077")
    assert bought(cast.sanne) == [(PLATE, 60), (STUD, 24)]
    assert bought(cast.dirk) == [(MORTAR, 5)]


def test_what_does_not_go_on_was_not_bought(cast):
    for status in ("pending_approval", "rejected", "cancelled"):
        ordered(cast, PLATE, status=status)
    ordered(cast, STUD, confirmed=Decimal(0))
    assert bought(cast.sanne) == []


def test_a_cancelled_order_gives_way_to_the_one_before(cast):
    ordered(cast, PLATE, "40", days_ago=30)
    last = ordered(cast, PLATE, "60", days_ago=3)
    assert bought(cast.sanne) == [(PLATE, 60)]
    with scope(cast.system):
        Order.objects.filter(pk=last.pk).update(status="cancelled")
        actions.note_purchases(cast.system, order_ids=[last.pk])
    assert bought(cast.sanne) == [(PLATE, 40)]


def test_orders_are_noted_as_they_go(cast):
    """Through the facts of orders: placed here, imported from the ERP, cancelled."""
    with scope(cast.sanne):
        order = submit(cast.sanne, fill(cast.sanne, 2))
        skus = {line.sku for line in OrderLine.objects.filter(order=order)}
    run_jobs()
    assert {sku for sku, _quantity in bought(cast.sanne)} == skus
    with scope(cast.system):
        Party.objects.filter(number="10042").update(external_id="p-1")
        product = Product.objects.get(sku=MORTAR)
        Product.objects.filter(pk=product.pk).update(external_id="x-1")
        line = OrderLineRecord("l1", 1, MORTAR, product.name, Decimal(7), Decimal(4), Decimal(28), product="x-1")
        assert not actions.apply_orders(cast.system, [OrderRecord("so-9", "v1", timezone.now(), "SO900", "", "p-1", "completed", "none", (line,), Decimal(28), Decimal(0), Decimal(28))])
    run_jobs()
    assert (MORTAR, 7) in bought(cast.sanne)
    with scope(cast.sanne):
        actions.cancel_order(cast.sanne, order=order, reason="", now=timezone.now())
    run_jobs()
    assert bought(cast.sanne) == [(MORTAR, 7)]


def test_it_reaches_as_far_as_the_right_to_see_orders(cast):
    with scope(cast.system):
        north, south = Unit.objects.filter(party__number="10042", parent=None).order_by("pk")[:2]
    ordered(cast, PLATE, "1", days_ago=9, user=cast.youssef.user_id)
    ordered(cast, PLATE, "2", days_ago=8, user=cast.sanne.user_id, unit=north)
    ordered(cast, STUD, "3", days_ago=7, unit=south)
    assert bought(cast.sanne) == [(STUD, 3), (PLATE, 2)]
    assert bought(replace(cast.youssef, rights=frozenset({"order.view.own"}))) == [(PLATE, 1)]
    of_unit = replace(cast.youssef, rights=frozenset({"order.view.unit"}), unit_id=north.pk)
    assert bought(of_unit) == [(PLATE, 2)]
    assert bought(replace(cast.youssef, rights=frozenset({"catalog.view"}))) == []


def test_another_party_cannot_be_asked_for(cast):
    ordered(cast, PLATE)
    with scope(cast.system):
        bakker = Party.objects.get(number="10042").pk
    with scope(cast.dirk), pytest.raises(NotFound):
        queries.purchases(cast.dirk, party_id=bakker)
    with scope(cast.dirk):
        assert not Purchase.objects.filter(party_id=bakker).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ctx.orders_bought('party', %s, ARRAY['gipsplaat:*'])", [bakker])
            assert cursor.fetchone() == (0,)
    with scope(cast.peter), pytest.raises(NotFound):
        queries.purchases(cast.peter)
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.note_purchases(cast.sanne, order_ids=[])


def test_the_page_says_then_and_now(cast, client_of):
    order = ordered(cast, PLATE, "40", "3.24", days_ago=30)
    text = client_of("sanne").get("/orders/bought/").content.decode().replace("\xa0", " ")
    with scope(cast.sanne):
        product = Product.objects.get(sku=PLATE)
        [now] = queries.bought_now(cast.sanne, list(queries.purchases(cast.sanne)), day=timezone.localdate())
    assert product.label in text and order.number in text and "€ 3,24" in text and "40 stuk" in text
    assert f"€ {now.price.net:.2f}".replace(".", ",") in text
    assert rules.rise(Decimal("3.24"), now.price.net) > 0 and "meer" in text
    detail = client_of("sanne").get(f"/catalog/p/{PLATE}/").content.decode().replace("\xa0", " ")
    assert "€ 3,24" in detail and order.number in detail
    other = client_of("dirk")
    assert order.number not in other.get("/orders/bought/").content.decode() + other.get(f"/catalog/p/{PLATE}/").content.decode()


def test_it_goes_into_the_cart_from_there(cast, client_of):
    ordered(cast, PLATE, "40")
    client = client_of("sanne")
    answer = client.post("/orders/cart/add/", {"product": PLATE, "quantity": "40"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "pt:toast" in answer.headers["HX-Trigger"]
    with scope(cast.sanne):
        assert queries.cart_lines(cast.sanne) == 1


def test_what_is_no_longer_sold_says_so_and_cannot_be_added(cast, client_of):
    ordered(cast, PLATE)
    ordered(cast, STUD)
    with scope(cast.system):
        Product.objects.filter(sku=STUD).update(is_active=False)
    text = client_of("sanne").get("/orders/bought/").content.decode()
    assert "Niet meer leverbaar" in text and f'value="{PLATE}"' in text and f'value="{STUD}"' not in text


def test_without_the_right_to_prices_there_is_none(cast):
    ordered(cast, PLATE)
    with scope(cast.sanne), CaptureQueriesContext(connection) as caught:
        [now] = queries.bought_now(cast.sanne, list(queries.purchases(cast.sanne)), day=timezone.localdate(), priced=False)
    assert now.product and now.price is None and not [item for item in caught if "pricing_" in item["sql"]]


def test_search_finds_words_and_own_numbers(cast):
    ordered(cast, PLATE, days_ago=2)
    ordered(cast, STUD, days_ago=1)
    with scope(cast.sanne):
        catalog.set_own_number(cast.sanne, product=Product.objects.get(sku=STUD), number="onze-77")
    assert bought(cast.sanne, search="gipsplaten") == [(PLATE, 10)]
    assert bought(cast.sanne, search="onze-7") == [(STUD, 10)]
    assert bought(cast.sanne, search="metal c75") == [(STUD, 10)]
    assert bought(cast.sanne, search="snelbouwschroef") == []
    assert bought(cast.sanne, search="'; --") == []


def test_staff_see_it_of_each_party_and_the_party_itself_only_its_own(cast, client_of):
    order = ordered(cast, PLATE)
    assert order.number in client_of("peter").get("/orders/bought/10042/").content.decode()
    assert order.number not in client_of("peter").get("/orders/bought/10077/").content.decode()
    assert client_of("otto").get("/orders/bought/10042/").status_code == 404
    assert client_of("sanne").get("/orders/bought/10042/").status_code == 404


def test_a_page_costs_the_same_for_many(cast, client_of):
    client = client_of("sanne")

    def cost():
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/orders/bought/").status_code == 200
        return len(caught)

    ordered(cast, PLATE)
    client.get("/orders/bought/")
    one = cost()
    with scope(cast.system):
        skus = list(Product.objects.filter(is_active=True).order_by("pk").values_list("sku", flat=True)[:30])
    for sku in skus:
        ordered(cast, sku)
    assert cost() == one
    first = client.get("/orders/bought/").content.decode()
    assert first.count('name="product"') == 25 and "after=" in first


def test_a_program_reads_it_too(cast, machine_of):
    ordered(cast, PLATE, "40", "3.24")
    [item] = machine_of(cast.sanne, "order.view.company", "price.view").get("/purchases").json()["items"]
    assert (item["sku"], item["quantity"], Decimal(item["price"]), item["is_available"]) == (PLATE, "40.000", Decimal("3.24"), True) and Decimal(item["price_now"]) > Decimal("3.24")
    [item] = machine_of(cast.sanne, "order.view.company").get("/purchases").json()["items"]
    assert item["price"] is None and item["price_now"] is None
    assert machine_of(cast.dirk, "order.view.company").get("/purchases").json()["items"] == []
    assert machine_of(cast.dirk, "order.view.company").get("/purchases?party=10042").status_code == 404


def test_it_is_found_anew_when_companies_become_one(cast):
    ordered(cast, PLATE, "40", days_ago=9)
    moved = ordered(cast, PLATE, "60", days_ago=3, party="10077")
    with scope(cast.olga):
        bakker, devries = (Party.objects.get(number=number) for number in ("10042", "10077"))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        OrderLine.objects.filter(order_id=moved.pk).update(party=bakker)
        Order.objects.filter(pk=moved.pk).update(party=bakker)
        actions.gather_purchases(cast.olga, Deed(devries.pk, bakker.pk))
        assert [int(row.line.quantity) for row in queries.purchases(cast.olga, party_id=bakker.pk)] == [60]
        assert not queries.purchases(cast.olga, party_id=devries.pk).exists()
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.gather_purchases(cast.sanne, Deed(devries.pk, bakker.pk))


@pytest.mark.parametrize(("then", "now", "rise"), [("10", "11", "10.0"), ("10", "9.5", "-5.0"), ("3", "3.0004", "0.0"), ("0", "1", None)])
def test_how_much_a_price_rose(then, now, rise):
    assert rules.rise(Decimal(then), Decimal(now)) == (None if rise is None else Decimal(rise))
    assert rules.rise(Decimal(then), None) is None

"""When what is not there comes: an announced receipt goes before, else the lead time over the delivery days; said alike in catalogue, cart, order and API."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.trade.catalog.models import Product, Stock
from portiek.trade.catalog.records import StockRecord
from portiek.trade.orders import actions, delivering, queries
from portiek.trade.orders.models import OrderLine
from portiek.trade.orders.tests.test_availability import PLATE, arrive, catalog, there
from portiek.trade.orders.tests.test_availability import quiet as quiet
from portiek.trade.orders.tests.test_delivery import WEEK, at
from portiek.trade.orders.tests.test_submit import submit
from portiek.ui import format


@pytest.mark.parametrize(
    ("calendar", "lead", "now", "day"),
    [(None, 0, at(23, 9), date(2026, 11, 23)), (None, 0, at(28, 9), date(2026, 11, 30)), (None, 5, at(23, 9), date(2026, 11, 30)), (None, 1, at(27, 9), date(2026, 11, 30)), (None, 1, at(28, 9), date(2026, 11, 30)),
     (WEEK, 0, at(23, 9), date(2026, 11, 24)), (WEEK, 5, at(23, 9), date(2026, 12, 1)), (WEEK, 5, at(23, 16), date(2026, 12, 2)), (WEEK, 365, at(23, 9), date(2028, 4, 18)), (delivering.Calendar(frozenset(), WEEK.cutoffs), 5, at(23, 9), None)],
)  # fmt: skip
def test_the_day_on_which_it_comes(calendar, lead, now, day):
    assert delivering.comes(calendar, lead, now) == day


def test_closed_days_and_days_of_delivery_count():
    closed = delivering.Calendar(frozenset({1}), WEEK.cutoffs, 1, frozenset({date(2026, 11, 25)}))
    assert delivering.comes(closed, 2, at(23, 9)) == date(2026, 12, 1)  # there on Friday, delivered on a Tuesday


def lead(cast, **values):
    with scope(cast.system):
        Product.objects.filter(sku=PLATE).update(**values)


def by(working_days):
    return delivering.comes(None, working_days, timezone.localtime())


def test_the_erp_goes_before_and_an_announced_receipt_before_both(cast):
    lead(cast, own_lead_days=10)
    assert there(cast.sanne).expected == by(10)
    lead(cast, lead_days=4)
    assert there(cast.sanne).expected == there(cast.els).expected == there(cast.peter).expected == by(4)
    receipt = timezone.localdate() + timedelta(days=40)
    with scope(cast.system):
        catalog.apply_stock(cast.system, records=[StockRecord(f"{PLATE}-ZW", PLATE, "ZW", "Zwolle", Decimal(0), Decimal(0), receipt, Decimal(500))])
    assert there(cast.sanne).expected == receipt
    lead(cast, lead_days=None, own_lead_days=None)
    with scope(cast.system):
        arrive(cast, (PLATE, "ZW", "Zwolle", 0))
    assert there(cast.sanne).expected is None


def test_it_is_said_alike_everywhere(cast, client_of, machine_of):
    lead(cast, own_lead_days=10)
    with scope(cast.system):
        arrive(cast, (PLATE, "ZW", "Zwolle", 0), (PLATE, "MP", "Meppel", 0))
    day, client, machine = by(10), client_of("sanne"), machine_of(cast.sanne)
    for page in ("/catalog/?q=" + PLATE, f"/catalog/p/{PLATE}/"):
        assert f"verwacht {format.day(day, language='nl')}" in client.get(page).content.decode(), page
    product = machine.get(f"/products/{PLATE}").json()
    assert (product["lead_days"], product["expected_on"], float(product["available"])) == (10, day.isoformat(), 0)
    assert machine.post("/orders:validate", {"lines": [{"sku": PLATE, "quantity": "60"}]}).json()["lines"][0]["stock"]["expected_at"] == day.isoformat()
    client.post("/orders/cart/add/", {"product": PLATE, "quantity": "60"})
    for page in ("/orders/cart/", "/orders/cart/review/"):
        assert f"Niet op voorraad, verwacht {format.day(day, language='nl')}" in client.get(page).content.decode(), page
    with scope(cast.sanne):
        order = submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
    lead(cast, own_lead_days=30)  # what was said when it was ordered stays
    assert f"verwacht {format.day(day, short=True, language='nl')}" in client.get(f"/orders/{order.number}/").content.decode()
    assert machine.get(f"/orders/{order.number}").json()["lines"][0]["expected_on"] == day.isoformat()
    assert client_of("dirk").get(f"/orders/{order.number}/").status_code == 404
    with scope(cast.system):
        OrderLine.objects.filter(order=order).update(confirmed_on=day + timedelta(days=3), confirmed_quantity=60)
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert f"verwacht {format.day(day + timedelta(days=3), short=True, language='nl')}" in page and f"verwacht {format.day(day, short=True, language='nl')}" not in page


def test_what_is_there_is_not_waited_for(cast):
    lead(cast, own_lead_days=10)
    with scope(cast.sanne):
        actions.add_to_cart(cast.sanne, code=PLATE, quantity=Decimal(60))
        order = submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
        assert OrderLine.objects.get(order=order, charge="").expected_on is None


def test_what_the_erp_says_nothing_of_has_a_day_by_its_lead_time(cast, client_of):
    with scope(cast.system):
        Stock.objects.filter(product__sku=PLATE).delete()
    assert "op aanvraag" in client_of("sanne").get(f"/catalog/p/{PLATE}/").content.decode()
    lead(cast, lead_days=5)
    assert there(cast.sanne).available is None
    assert f"Niet op voorraad, verwacht {format.day(by(5), language='nl')}" in client_of("sanne").get(f"/catalog/p/{PLATE}/").content.decode()


def test_the_delivery_days_count(cast):
    lead(cast, own_lead_days=3)
    with scope(cast.peter):
        actions.set_delivery(cast.peter, days=[1], cutoffs=dict.fromkeys(range(7), time(23, 59)), lead=1, slots=[], asks_parts=False)
    assert there(cast.sanne).comes.weekday() == 1 and there(cast.sanne).comes > timezone.localdate()


def test_a_list_costs_the_same_however_many_have_a_lead_time(cast, client_of):
    client, counts = client_of("sanne"), []
    for some in (1, 12):
        with scope(cast.system):
            for place, product in enumerate(Product.objects.order_by("pk")[:some]):
                Product.objects.filter(pk=product.pk).update(own_lead_days=place % 7)
        client.get("/catalog/")
        with CaptureQueriesContext(connection) as taken:
            assert client.get("/catalog/").status_code == 200
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_staff_say_it_and_nobody_else(cast, client_of):
    path, staff = f"/catalog/p/{PLATE}/units/", client_of("olga")
    assert staff.post(path, {"units": "", "max_quantity": "", "own_lead_days": "12"}).status_code == 302
    assert "12 werkdagen" in client_of("sanne").get(f"/catalog/p/{PLATE}/").content.decode() and 'value="12"' in staff.get(f"/catalog/p/{PLATE}/").content.decode()
    with scope(cast.system):
        assert FactRow.objects.filter(subject=f"catalog.product:{Product.objects.get(sku=PLATE).pk}").latest("pk").changes["own_lead_days"] == ["", "12"]
    for wrong in ("-1", "366", "x"):
        assert staff.post(path, {"units": "", "own_lead_days": wrong}).status_code == 422
    for who in ("sanne", "dirk", "nadia2"):
        assert client_of(who).post(path, {"units": "", "own_lead_days": "1"}).status_code in (403, 404)
    with scope(cast.system), pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(sku=PLATE).update(own_lead_days=400)

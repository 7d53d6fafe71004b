"""The time in which an order may still be changed: the ERP knows nothing of it until then, and one of two who are at it at the same moment wins."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import copy_database, recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.edges.connectors.models import Command
from portiek.trade.orders import actions, delivering, facts, queries, rules
from portiek.trade.orders.models import Cart, CartLine, Order, OrderLine
from portiek.trade.orders.tests.test_delivery import WEEK, at
from portiek.trade.orders.tests.test_own_fields import asked as asked
from portiek.trade.orders.tests.test_pages import placed
from portiek.trade.orders.tests.test_submit import fill, last_fact, submit

LATER = timedelta(minutes=31)


@pytest.mark.parametrize(
    ("calendar", "minutes", "now", "until"),
    [(None, 30, at(23, 9), at(23, 9, 30)), (None, 0, at(23, 9), None), (WEEK, 30, at(23, 9), at(23, 9, 30)), (WEEK, 30, at(23, 14, 50), at(23, 15)), (WEEK, 30, at(23, 15), at(23, 15, 30)), (WEEK, 0, at(23, 9), None), (WEEK, 1440, at(28, 9), at(29, 9))],
)  # fmt: skip
def test_until_when_an_order_may_be_changed(calendar, minutes, now, until):
    assert delivering.changeable_until(calendar, minutes, now) == until


@pytest.mark.parametrize(
    ("status", "until", "agreed", "why"),
    [("submitted", 10, "", None), ("submitted", 9, "", "orders.change_over"), ("submitted", None, "", "orders.change_over"), ("on_hold", 10, "", "orders.change_over"), ("cancelled", 10, "", "orders.ended"), ("submitted", 10, "O-7 v1", "orders.change_agreed"), ("pending_approval", None, "", "orders.change_over")],
)  # fmt: skip
def test_why_an_order_cannot_be_changed(status, until, agreed, why):
    assert rules.why_not_change(status, datetime(2026, 11, 23, until, tzinfo=UTC) if until else None, agreed, datetime(2026, 11, 23, 9, tzinfo=UTC)) == why


@pytest.fixture
def window(cast):
    """Half an hour to change an order, at any hour of the day."""
    with scope(cast.peter):
        actions.set_delivery(cast.peter, days=[], cutoffs={}, lead=1, slots=["morning"], asks_parts=True, change_minutes=30)


def sent(cast, order):
    """Run what waits and return whether the order was handed to the ERP's outbox."""
    run_jobs()
    with scope(cast.system):
        return Command.objects.filter(key=order.number).exists()


def release(cast, now):
    with scope(cast.system):
        return actions.release_orders(cast.system, now=now)


def fresh(cast, order):
    with scope(cast.system):
        return Order.objects.get(pk=order.pk)


def test_without_minutes_it_goes_at_once(cast):
    order = placed(cast.sanne)
    assert (order.changeable_until, order.sync) == (None, "queued") and sent(cast, order)


def test_the_erp_hears_nothing_until_the_time_is_over(cast, window):
    order = placed(cast.sanne)
    assert order.sync == "none" and order.sync_at is None and order.changeable_until - order.placed_at == timedelta(minutes=30)
    assert not sent(cast, order) and release(cast, timezone.now()) == 0
    with scope(cast.system):
        assert not queries.payload_for_erp(cast.system, order_id=order.pk).may_send
    since = last_fact_of(cast)
    assert release(cast, timezone.now() + LATER) == 1 and release(cast, timezone.now() + LATER) == 0
    with scope(cast.system):
        assert facts.OrderReleased(order_id=order.pk) in recorded(since)
    assert fresh(cast, order).changeable_until is None and sent(cast, order)
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.release_orders(cast.sanne, now=timezone.now())


def last_fact_of(cast):
    with scope(cast.system):
        return last_fact()


def test_who_waits_no_longer_sends_it_now(cast, window, client_of):
    order, client = placed(cast.sanne), client_of("sanne")
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert f"/orders/{order.number}/change/" in page and f"/orders/{order.number}/release/" in page and order.changeable_until.astimezone(UTC).isoformat() in page
    assert client.post(f"/orders/{order.number}/release/").status_code == 302
    assert sent(cast, order)
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert f"/orders/{order.number}/change/" not in page and f"/orders/{order.number}/release/" not in page
    assert client.post(f"/orders/{order.number}/release/").status_code == 409


def test_an_order_is_taken_back_with_everything_of_it(cast, window, client_of):
    sanne, client, day = cast.sanne, client_of("sanne"), timezone.localdate() + timedelta(days=9)
    with scope(sanne):
        fill(sanne, 2)
        lines = list(CartLine.objects.filter(cart__user_id=sanne.user_id, cart__is_open=True).order_by("pk"))
        actions.change_line(sanne, line_id=lines[0].pk, note="achterom")
        actions.want_line(sanne, line_id=lines[1].pk, day=day, now=timezone.now())
        actions.set_details(sanne, reference="Parkweg 12", note="Bel even", wanted_date=day, address_id=None, slot="morning", shipping="parts")
        order = submit(sanne, queries.basket(sanne, day=timezone.localdate()))
        fill(sanne, 1, "5")  # what lies in the cart meanwhile is not mixed with it
        was = list(OrderLine.objects.filter(order=order, charge="").order_by("product_id").values_list("product_id", "quantity", "note", "wanted_date", "price"))
        since = last_fact()
    assert "Bel even" not in client.get(f"/orders/{order.number}/change/").content.decode()
    assert fresh(cast, order).status == "submitted"
    assert client.post(f"/orders/{order.number}/change/").headers["Location"] == "/orders/cart/"
    assert order.number in client.get("/orders/cart/").content.decode()
    with scope(sanne):
        found = queries.basket(sanne, day=timezone.localdate())
        now = sorted((item.line.product_id, item.line.quantity, item.line.note, item.line.wanted_date, item.price.net) for item in found.lines)
        assert now == was and len(was) == 2 and {row[2] for row in was} == {"achterom", ""}
        assert (found.cart.reference, found.cart.note, found.cart.wanted_date, found.cart.slot, found.cart.shipping) == ("Parkweg 12", "Bel even", day, "morning", "parts")
        assert [type(fact) for fact in recorded(since) if getattr(fact, "order_id", 0) == order.pk] == [facts.OrderTakenBack, facts.OrderCancelled]
        assert CartLine.objects.filter(cart__user_id=sanne.user_id, cart__name="", cart__is_open=True).count() == 1
    assert (fresh(cast, order).status, fresh(cast, order).changeable_until) == ("cancelled", None)
    assert not sent(cast, order) and release(cast, timezone.now() + LATER) == 0 and not sent(cast, order)
    assert client.post(f"/orders/{order.number}/change/").status_code == 409
    with scope(sanne):
        actions.change_line(sanne, line_id=found.lines[0].line.pk, quantity=Decimal(40))
        again = submit(sanne, queries.basket(sanne, day=timezone.localdate()))
        assert again.number != order.number and again.reference == "Parkweg 12" and again.changeable_until is not None


def test_a_unit_and_what_the_portal_asks_go_along(cast, window, asked):
    with scope(cast.sanne):
        actions.add_to_cart(cast.sanne, code="MK-310-W", quantity=Decimal(2), unit="doos")
        actions.set_details(cast.sanne, reference="", note="", wanted_date=None, address_id=None, answers={"meldnummer": "P2611", "bellen": "yes"})
        order = submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
        actions.take_back_order(cast.sanne, order=order, now=timezone.now())
        found = queries.basket(cast.sanne, day=timezone.localdate())
        assert [(item.quantity, item.pack.code, item.line.quantity) for item in found.lines] == [(2, "XBX", 24)]
        assert found.cart.answers == {"meldnummer": "P2611", "bellen": "yes"} and not found.problems


def test_after_its_time_it_is_refused_in_words(cast, window, client_of):
    order, client = placed(cast.sanne), client_of("sanne")
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(changeable_until=timezone.now())
    assert f"/orders/{order.number}/change/" not in client.get(f"/orders/{order.number}/").content.decode()
    page = client.get(f"/orders/{order.number}/change/")
    assert page.status_code == 200 and "niet meer worden gewijzigd" in page.content.decode() and "<form" not in page.content.decode().split("<main", 1)[1]
    answer = client.post(f"/orders/{order.number}/change/")
    assert answer.status_code == 409 and "niet meer worden gewijzigd" in answer.content.decode()
    with scope(cast.sanne):
        assert not Cart.objects.filter(user_id=cast.sanne.user_id, is_open=True).exclude(name="").exists()


def test_what_is_of_a_quote_is_cancelled_and_not_changed(cast, window, client_of):
    order, client = placed(cast.sanne), client_of("sanne")
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(agreed="O-7 v1")
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert f"/orders/{order.number}/change/" not in page and f"/orders/{order.number}/cancel/" in page
    assert client.post(f"/orders/{order.number}/change/").status_code == 409
    assert client.post(f"/orders/{order.number}/cancel/", {"reason": "dubbel"}).status_code == 302
    assert fresh(cast, order).status == "cancelled" and not sent(cast, order)


def test_one_on_hold_waits_for_the_staff(cast, window):
    order = placed(cast.sanne)
    with scope(cast.peter):
        actions.hold_order(cast.peter, order=order, reason="Kredietcheck")
    with scope(cast.sanne):
        for wrong in (actions.take_back_order, actions.release_order):
            with pytest.raises(Refused, match="change_over"):
                wrong(cast.sanne, order=order, now=timezone.now())
    assert release(cast, timezone.now() + LATER) == 0 and not sent(cast, order)
    with scope(cast.peter):
        actions.resume_order(cast.peter, order=order)
    assert release(cast, timezone.now() + LATER) == 1 and sent(cast, order)


def test_what_a_colleague_approved_waits_no_second_time(cast, window):
    order = placed(cast.youssef, 3, "400")
    assert order.status == "pending_approval" and order.changeable_until is None
    with scope(cast.sanne):
        assert actions.approve_order(cast.sanne, order=order, seen=order.content_hash, now=timezone.now()).sync == "queued"
    assert sent(cast, order)


def test_nobody_else_reaches_it(cast, window, client_of):
    order = placed(cast.sanne)
    for client in (client_of("dirk"), client_of("nadia2")):
        assert {client.get(f"/orders/{order.number}/change/").status_code, *(client.post(f"/orders/{order.number}/{verb}/").status_code for verb in ("change", "release"))} == {404}
    staff = client_of("peter")
    assert staff.post(f"/orders/{order.number}/change/").status_code in (403, 404) and staff.post(f"/orders/{order.number}/release/").status_code in (403, 404)
    page = staff.get(f"/orders/{order.number}/").content.decode()
    assert order.changeable_until.astimezone(UTC).isoformat() in page and f"/orders/{order.number}/change/" not in page
    with scope(cast.peter), pytest.raises((NotFound, Forbidden)):
        actions.take_back_order(cast.peter, order=order, now=timezone.now())
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.release_order(cast.dirk, order=order, now=timezone.now())
    assert fresh(cast, order).changeable_until == order.changeable_until


def test_a_program_reads_until_when_and_cancels(cast, window, machine_of):
    order, machine = placed(cast.sanne), machine_of(cast.sanne)
    assert abs(datetime.fromisoformat(machine.get(f"/orders/{order.number}").json()["changeable_until"]) - order.changeable_until) < timedelta(milliseconds=1)
    assert any(row["changeable_until"] for row in machine.get("/orders").json()["items"])
    answer = machine.post(f"/orders/{order.number}:cancel", {"reason": "dubbel"}).json()
    assert (answer["status"], answer["changeable_until"], answer["cancel_asked_at"]) == ("cancelled", None, None)
    assert not sent(cast, order)


def test_staff_say_how_long(cast, client_of):
    peter = client_of("peter")
    for wrong in ("-1", "1441", "x"):
        assert peter.post("/orders/delivery/", {"lead": "1", "change_minutes": wrong}).status_code == 422
    assert peter.post("/orders/delivery/", {"lead": "1", "change_minutes": "20"}).status_code == 302
    assert 'value="20"' in peter.get("/orders/delivery/").content.decode()
    with scope(cast.peter):
        assert FactRow.objects.filter(name="orders.delivery.changed").latest("pk").changes == {"delivery.change_minutes": ["0", "20"]}
    assert client_of("sanne").post("/orders/delivery/", {"lead": "1", "change_minutes": "90"}).status_code in (403, 404)
    with scope(cast.sanne):
        assert queries.delivery(cast.sanne, today=date(2026, 11, 23)).change_minutes == 20


def test_the_hour_of_the_day_goes_before(cast):
    with scope(cast.peter):
        actions.set_delivery(cast.peter, days=range(7), cutoffs=dict.fromkeys(range(7), time(15)), lead=1, slots=[], asks_parts=False, change_minutes=60)
    with scope(cast.sanne):
        basket = fill(cast.sanne)
        now = timezone.localtime().replace(hour=14, minute=45, second=0, microsecond=0)
        order = actions.submit_order(cast.sanne, key=basket.cart.key, seen=basket.hash, now=now)
        assert order.changeable_until == now.replace(hour=15, minute=0)


PROGRAM = """
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from portiek.config.cli import setup
setup()
from django.conf import settings
from django.db import connection
from django.utils import timezone
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts.cast import Cast
from portiek.trade.orders import actions, queries
from portiek.trade.orders.models import CartLine, Order
# Who waits is told by what became of the order: the seconds that a page may wait for a lock and a connection are too few on a machine with much to do.
ways = settings.DATABASES["default"]["OPTIONS"]
ways["options"], ways["pool"]["timeout"], ways["connect_timeout"] = "-c lock_timeout=60000", 60, 60
cast = Cast()
peter, sanne = cast.peter, cast.sanne
with scope(peter):
    actions.set_delivery(peter, days=[], cutoffs={}, lead=1, slots=[], asks_parts=False, change_minutes=30)
orders = []
for number in range(8):
    with scope(sanne):
        actions.use_cart(sanne, key="")
        actions.add_to_cart(sanne, code="GP-125-2600", quantity=Decimal(60))
        basket = queries.basket(sanne, day=timezone.localdate())
        orders.append(actions.submit_order(sanne, key=basket.cart.key, seen=basket.hash, now=timezone.now()))
def change(order, start):
    start.wait()
    try:
        with scope(sanne):
            actions.take_back_order(sanne, order=order, now=timezone.now())
        return "changed"
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
def send(order, start):
    start.wait()
    try:
        with scope(sanne):
            actions.release_order(sanne, order=order, now=timezone.now())
        return "sent"
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
for order in orders:
    start = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        told = {job.result() for job in [pool.submit(change, order, start), pool.submit(send, order, start)]}
    with scope(sanne):
        now = Order.objects.get(pk=order.pk)
        lines = CartLine.objects.filter(cart__name__contains=order.number, cart__is_open=True).count()
    good = {("cancelled", "none", 1): [{"changed", "orders.change_over"}, {"changed", "orders.ended"}], ("submitted", "queued", 0): [{"sent", "orders.change_over"}]}
    print("one" if told in good.get((now.status, now.sync, lines), []) and now.changeable_until is None else (told, now.status, now.sync, lines), flush=True)
"""


@pytest.mark.no_database
def test_of_changing_and_sending_at_one_moment_one_wins_and_the_other_is_told():
    url = copy_database("portiek_changing")
    done = subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == ["one"] * 8, done.stdout + done.stderr[-3000:]

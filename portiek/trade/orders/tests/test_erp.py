"""What comes in from the ERP."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, facts, queries
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.records import OrderLineRecord, OrderRecord, ShipmentLineRecord, ShipmentRecord
from portiek.trade.orders.tests.test_submit import fill, last_fact, submit


@pytest.fixture
def placed(cast):
    """An order of Sanne, and how the ERP tells of it."""
    with scope(cast.sanne):
        order = submit(cast.sanne, fill(cast.sanne, 2))
        lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    with scope(cast.system):
        Party.objects.filter(pk=order.party_id).update(external_id="p-1")
    told = tuple(OrderLineRecord(f"l{line.position}", line.position, line.sku, line.name, line.quantity, line.price, line.amount) for line in lines)
    return order, OrderRecord("so-1", "v1", timezone.now(), "SO100", order.number, "p-1", "confirmed", "none", told, order.net, order.tax, order.gross)


def apply(cast, *records):
    with scope(cast.system):
        since = last_fact()
        problems = actions.apply_orders(cast.system, list(records))
        return problems, recorded(since)


def test_a_confirmed_order_is_confirmed_once(cast, placed):
    order, told = placed
    assert apply(cast, told) == ([], [facts.OrderConfirmed(order_id=order.pk)])
    assert apply(cast, told) == ([], [])
    assert apply(cast, replace(told, version="v2")) == ([], [])
    with scope(cast.sanne):
        found = Order.objects.get(pk=order.pk)
        assert (found.status, found.erp_number, found.sync) == ("confirmed", "SO100", "acknowledged")


def test_an_older_record_changes_nothing(cast, placed):
    order, told = placed
    apply(cast, told)
    assert apply(cast, replace(told, version="v0", state="transmitted", seen_at=told.seen_at - timedelta(minutes=1))) == ([], [])
    with scope(cast.sanne):
        assert Order.objects.get(pk=order.pk).status == "confirmed"


def test_another_quantity_is_shown_as_a_change(cast, placed, client_of):
    order, told = placed
    less = replace(told.lines[0], quantity=Decimal(4), amount=Decimal("4.00"))
    problems, happened = apply(cast, replace(told, lines=(less, told.lines[1])))
    assert (problems, happened) == ([], [facts.OrderChanged(order_id=order.pk)])
    with scope(cast.sanne):
        detail = queries.detail(cast.sanne, order.number)
        assert detail.order.status == "confirmed_with_changes"
        assert [(line.answer, line.quantity, line.confirmed_quantity) for line in detail.lines] == [
            ("3", 10, 4),
            ("5", detail.lines[1].quantity, detail.lines[1].quantity),
        ]
    assert 'class="line changed"' in client_of("sanne").get(f"/orders/{order.number}/").content.decode()


def test_a_date_is_compared_with_the_day_on_which_that_line_is_wanted(cast, placed, client_of):
    order, told = placed
    first = timezone.localdate() + timedelta(days=10)
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(wanted_date=first)
        OrderLine.objects.filter(order=order, position=1).update(wanted_date=first + timedelta(days=5))
    late = tuple(replace(line, confirmed_date=first + timedelta(days=4)) for line in told.lines)
    apply(cast, replace(told, lines=late))
    with scope(cast.sanne):  # the first line may come five days later than the order, the second may not
        assert [line.answer for line in queries.detail(cast.sanne, order.number).lines] == ["5", "3"]
    with scope(cast.system):
        OrderLine.objects.filter(order=order, position=1).update(wanted_date=first - timedelta(days=5))
    apply(cast, replace(told, version="v2", lines=tuple(replace(line, confirmed_date=first - timedelta(days=1)) for line in told.lines)))
    with scope(cast.sanne):
        assert [line.answer for line in queries.detail(cast.sanne, order.number).lines] == ["3", "5"]
    assert client_of("sanne").get(f"/orders/{order.number}/").content.decode().count('class="line changed"') == 1


def test_a_promised_day_that_moves_is_told_to_who_ordered_and_only_then(cast, placed):
    order, told = placed
    first = timezone.localdate() + timedelta(days=10)

    def promised(version, *days, shipped=0, state="in_progress"):
        lines = tuple(replace(line, confirmed_date=day, shipped_quantity=line.quantity if line.position <= shipped else Decimal(0)) for line, day in zip(told.lines, days, strict=True))
        happened = apply(cast, replace(told, version=version, state=state, lines=lines))[1]
        return [item for item in happened if isinstance(item, facts.DateMoved)]

    assert promised("v1", first, first) == []  # the first promise
    assert promised("v2", first, first, shipped=1) == []  # one line left: no day moved
    assert promised("v3", first + timedelta(days=1), first, shipped=1) == []  # what left already is not still to come
    later = (first + timedelta(days=4)).isoformat()
    assert promised("v4", first, first + timedelta(days=4), shipped=1) == [facts.DateMoved(order_id=order.pk, position=2, was=first.isoformat(), expected_on=later, lines=1)]
    assert promised("v5", first, first + timedelta(days=4), shipped=1) == []
    run_jobs()
    with scope(cast.sanne):
        assert [(row.user_id, row.values["number"], row.values["name"], row.mail_key != "") for row in Notification.objects.filter(kind="orders.date_moved")] == [(cast.sanne.user_id, order.number, told.lines[1].description, True)]  # by mail, as long as he chose nothing else
    with scope(cast.dirk):
        assert not Notification.objects.filter(kind="orders.date_moved").exists()
    assert promised("v6", first, first + timedelta(days=9), shipped=1, state="completed") == []


def test_a_dropped_line_is_refused_and_not_forgotten(cast, placed):
    order, told = placed
    apply(cast, replace(told, lines=told.lines[:1]))
    with scope(cast.sanne):
        assert [line.answer for line in queries.detail(cast.sanne, order.number).lines] == ["5", "7"]


def test_an_order_by_phone_comes_in(cast, placed):
    _order, told = placed
    phone = replace(told, external_id="so-9", number="SO900", reference="")
    problems, happened = apply(cast, phone)
    assert problems == []
    assert isinstance(happened[0], facts.OrderImported)
    with scope(cast.sanne):
        found = queries.order(cast.sanne, "SO900")
        assert (found.origin, found.status, found.line_count) == ("erp", "confirmed", 2)
    with scope(cast.dirk), pytest.raises(Exception, match=r"^$|Not"):
        queries.order(cast.dirk, "SO900")


def test_an_order_by_phone_has_the_companys_own_numbers_and_is_found_by_them(cast, placed):
    _order, told = placed
    with scope(cast.system):
        Product.objects.filter(sku="GP-125-2600").update(external_id="plate")
    plate = replace(told.lines[0], product="plate", sku="GP-125-2600")
    assert apply(cast, replace(told, external_id="so-9", number="SO900", reference="", lines=(plate,)))[0] == []
    with scope(cast.sanne):
        found = queries.order(cast.sanne, "SO900")
        assert [line.own_number for line in queries.detail(cast.sanne, "SO900").lines] == ["BB-1001"]
        assert found in queries.orders(cast.sanne, search="bb-1001")
    # A line that the administration adds to an order of ours as well.
    order, _told = placed
    assert apply(cast, replace(told, version="v7", lines=(*told.lines, replace(plate, external_id="l9", position=9))))[0] == []
    with scope(cast.sanne):
        assert queries.detail(cast.sanne, order.number).lines[-1].own_number == "BB-1001" and order in queries.orders(cast.sanne, search="bb-1001")


def test_one_bad_record_does_not_block_the_others(cast, placed):
    order, told = placed
    bad = [
        replace(told, external_id="x1", reference="", party="nobody"),
        replace(told, external_id="x2", reference="", total_amount=Decimal("NaN")),
        replace(told, external_id="x3", reference="", total_amount=Decimal("1e20")),
        replace(told, external_id="x4", reference="", state="odd"),
    ]
    problems, happened = apply(cast, *bad, told)
    assert sorted(key for key, _reason in problems) == ["x1", "x2", "x3", "x4"]
    assert happened == [facts.OrderConfirmed(order_id=order.pk)]


def test_only_the_portal_itself_applies(cast, placed):
    _order, told = placed
    for actor in (cast.sanne, cast.peter):
        with scope(actor), pytest.raises(Exception, match=r"^$|Not"):
            actions.apply_orders(actor, [told])


def test_a_shipment_moves_the_order_and_shows_what_came(cast, placed, client_of):
    order, told = placed
    apply(cast, told)
    lines = tuple(ShipmentLineRecord(line.sku, line.quantity, "so-1", line.external_id) for line in told.lines)
    part = ShipmentRecord(
        "sh-1",
        "v1",
        timezone.now(),
        "PB-1",
        "p-1",
        "shipped",
        ("so-1",),
        lines[:1],
        shipped_on=date(2026, 5, 4),
        carrier="Eigen vervoer",
        tracking_url="javascript:alert(1)",
    )
    with scope(cast.system):
        since = last_fact()
        assert actions.apply_shipments(cast.system, [part, replace(part, external_id="sh-x", orders=("none",), lines=())]) == [
            ("sh-x", "unknown_order")
        ]
        assert [type(item) for item in recorded(since)] == [facts.OrderShipped]
        assert Order.objects.get(pk=order.pk).delivery == "partial"
        actions.apply_shipments(
            cast.system, [replace(part, external_id="sh-2", number="PB-2", lines=lines[1:], state="delivered"), replace(part, version="v2", state="delivered")]
        )
        assert Order.objects.get(pk=order.pk).delivery == "delivered"
        since = last_fact()
        actions.apply_shipments(cast.system, [replace(part, version="v2", state="delivered")])
        assert recorded(since) == []
    text = client_of("sanne").get(f"/orders/{order.number}/").content.decode()
    assert "PB-1" in text and "PB-2" in text
    assert "javascript:" not in text


def test_the_payload_is_what_the_buyer_saw(cast, placed):
    order, _told = placed
    with scope(cast.system):
        payload = queries.payload_for_erp(cast.system, order_id=order.pk)
        assert (payload.key, payload.party, payload.may_send) == (order.number, "p-1", True)
        assert sum(cast_line.quantity * cast_line.price for cast_line in payload.lines).quantize(Decimal("0.01")) == order.net
        actions.hold_order(cast.system, order=order, reason="wacht")
        assert not queries.payload_for_erp(cast.system, order_id=order.pk).may_send

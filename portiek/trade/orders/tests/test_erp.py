"""What comes in from the ERP."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.foundation.parties.models import Party
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

"""When goods can come: the days, the hour, what a buyer may ask, and that nobody asks what cannot be."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Conflict, Forbidden, Refused
from portiek.core.models import FactRow
from portiek.edges.connectors.contract import NewOrder
from portiek.trade.orders import actions, delivering, queries, rules
from portiek.trade.orders.delivering import Calendar
from portiek.trade.orders.models import CartLine, ClosedDay, DeliveryDays, Order, OrderLine
from portiek.trade.orders.queries import Asked, Details

ZONE = ZoneInfo("Europe/Amsterdam")
WEEK = Calendar(frozenset(range(5)), {day: time(12 if day == 4 else 15) for day in range(5)})


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "first"),
    [(at(23, 9), 24), (at(23, 14, 59), 24), (at(23, 15), 25), (at(27, 11), 30), (at(27, 12), date(2026, 12, 1)), (at(28, 9), date(2026, 12, 1)), (at(22, 23), 24)],
)  # fmt: skip
def test_the_first_day_that_is_possible(now, first):
    assert WEEK.earliest(now) == (first if isinstance(first, date) else date(2026, 11, first))


def test_days_on_which_nothing_moves():
    closed = Calendar(WEEK.days, WEEK.cutoffs, 1, frozenset({date(2026, 11, 24), date(2026, 11, 25)}))
    assert closed.earliest(at(23, 9)) == date(2026, 11, 26) and closed.earliest(at(23, 16)) == date(2026, 11, 27)
    assert Calendar(frozenset({1}), WEEK.cutoffs, 1).earliest(at(24, 9)) == date(2026, 12, 1)
    assert Calendar(frozenset({1}), WEEK.cutoffs, 0).earliest(at(24, 9)) == date(2026, 11, 24)
    assert Calendar(frozenset(), WEEK.cutoffs).earliest(at(24, 9)) is None and Calendar(WEEK.days, {}).earliest(at(24, 9)) is None
    every_day = frozenset(date(2026, 11, 1) + timedelta(days=day) for day in range(900))
    assert Calendar(WEEK.days, WEEK.cutoffs, 1, every_day).earliest(at(24, 9)) is None


@pytest.mark.parametrize(("wanted", "why"), [(None, ""), (date(2026, 11, 24), ""), (date(2026, 11, 23), "orders.too_early"), (date(2026, 11, 29), "orders.no_delivery")])
def test_a_day_that_cannot_be(wanted, why):
    assert delivering.why_not(WEEK, wanted, at(23, 9)) == why and delivering.why_not(None, wanted, at(23, 9)) == ""


def test_dutch_holidays():
    assert {delivering.easter(year) for year in (2024, 2025, 2026, 2027, 2038)} == {date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)}
    assert delivering.dutch_holidays(2025)[date(2025, 4, 26)] == "Koningsdag" and date(2025, 5, 5) in delivering.dutch_holidays(2025) and date(2026, 5, 5) not in delivering.dutch_holidays(2026)
    assert {date(2026, 5, 14), date(2026, 5, 25), date(2026, 4, 6), date(2026, 12, 26)} <= set(delivering.dutch_holidays(2026))


def open_week(actor, **more):
    with scope(actor):
        actions.set_delivery(actor, **{"days": range(7), "cutoffs": dict.fromkeys(range(7), time(23, 59, 59)), "lead": 2, "slots": ["morning"], "asks_parts": True, **more})


def soon(days):
    return timezone.localdate() + timedelta(days=days)


def add(actor, *codes):
    with scope(actor):
        for code in codes:
            actions.add_to_cart(actor, code=code, quantity=Decimal(60))


def submit(actor):
    found = queries.basket(actor, day=timezone.localdate())
    return actions.submit_order(actor, key=found.cart.key, seen=found.hash, now=timezone.now())


def test_what_is_asked_goes_with_the_order_and_to_the_erp(cast):
    sanne = cast.sanne
    open_week(cast.peter)
    add(sanne, "GP-125-2600", "SS-3535")
    with scope(sanne):
        lines = list(CartLine.objects.filter(cart__user_id=sanne.user_id, cart__is_open=True).order_by("pk"))
        actions.want_line(sanne, line_id=lines[1].pk, day=soon(9), now=timezone.now())
        actions.set_details(sanne, reference="P 12", note="", wanted_date=soon(5), address_id=None, slot="morning", shipping="whole")
        order = submit(sanne)
        assert (order.wanted_date, order.slot, order.shipping) == (soon(5), "morning", "whole")
        assert [line.wanted_date for line in OrderLine.objects.filter(order=order).order_by("position")] == [None, soon(9)]
    with scope(cast.system):
        payload = queries.payload_for_erp(cast.system, order_id=order.pk)
        assert (payload.slot, payload.shipping, payload.lines[1].wanted_date) == ("morning", "whole", soon(9))


def test_the_payload_says_it_and_the_remarks_do_so_for_an_erp_without_a_place():
    from portiek.edges.connectors.contract import NewOrderLine

    made = NewOrder("1", (NewOrderLine("7", Decimal(2), Decimal(3), "achterom", requested_date=date(2026, 12, 1)),), slot="morning", shipping="parts", note="Bel even")
    assert NewOrder.from_payload(made.as_payload()) == made
    assert made.remarks == "Bel even\nLevering: in de ochtend\nLevering: wat er is eerst, de rest later" and made.lines[0].remarks == "achterom\nGewenste leverdatum: 2026-12-01"


def test_what_cannot_be_is_refused_at_the_last_click_too(cast):
    sanne = cast.sanne
    add(sanne, "GP-125-2600")
    with scope(sanne):
        line = CartLine.objects.get(cart__user_id=sanne.user_id, cart__is_open=True)
        actions.set_details(sanne, reference="", note="", wanted_date=soon(1), address_id=None)
    open_week(cast.peter)
    with scope(sanne):
        for problem, values in (("too_early", {"wanted_date": soon(1)}), ("no_such_slot", {"wanted_date": None, "slot": "afternoon"}), ("no_such_shipping", {"wanted_date": None, "slot": "", "shipping": "bulk"[:6]})):
            actions.set_details(sanne, **{"reference": "", "note": "", "address_id": None, **values})
            with pytest.raises(Refused, match=problem):
                submit(sanne)
        actions.set_details(sanne, reference="", note="", wanted_date=None, address_id=None, slot="", shipping="")
        with pytest.raises(Refused, match="too_early"):
            actions.want_line(sanne, line_id=line.pk, day=soon(1), now=timezone.now())
        with pytest.raises(Refused, match="wanted_date"):
            actions.want_line(sanne, line_id=line.pk, day=soon(-1), now=timezone.now())
        # Somebody else's line is not there.
        with pytest.raises(Refused, match="line_gone"):
            actions.want_line(sanne, line_id=2**40, day=soon(9), now=timezone.now())
    with scope(cast.dirk), pytest.raises(Refused, match="line_gone"):
        actions.want_line(cast.dirk, line_id=line.pk, day=soon(9), now=timezone.now())


def test_another_day_than_was_seen_is_a_conflict(cast):
    sanne = cast.sanne
    add(sanne, "GP-125-2600")
    with scope(sanne):
        before = queries.basket(sanne, day=timezone.localdate())
        actions.want_line(sanne, line_id=before.lines[0].line.pk, day=soon(9), now=timezone.now())
        with pytest.raises(Conflict):
            actions.submit_order(sanne, key=before.cart.key, seen=before.hash, now=timezone.now())
        now = queries.basket(sanne, day=timezone.localdate())
        found = rules.differences(before.content, now.content)
        assert [(item.product, item.what, item.now) for item in found] == [(before.lines[0].line.product_id, "wanted_date", soon(9).isoformat())]


def test_the_api_names_each_problem_in_its_place(cast, machine_of):
    open_week(cast.peter, days=[soon(9).weekday()])
    with scope(cast.sanne):
        found = queries.proposal(cast.sanne, lines=[Asked("GP-125-2600", Decimal(60), wanted_date=soon(1)), Asked("SS-3535", Decimal(6), wanted_date=soon(8))], details=Details(wanted_date=soon(9), slot="afternoon", shipping="whole"), day=timezone.localdate())
        assert [(item.code, item.field) for item in found.problems] == [("orders.too_early", "lines/0/wanted_date"), ("orders.no_delivery", "lines/1/wanted_date"), ("orders.no_such_slot", "slot")]
    days = machine_of(cast.sanne, "order.place").get("/delivery-days").json()
    assert days["earliest"] == days["days"][0] and len(days["days"]) == 10 and days["slots"] == ["morning"] and not days["any_day"]


def test_staff_set_it_and_only_they(cast, client_of):
    peter, sanne = client_of("peter"), client_of("sanne")
    assert peter.get("/orders/delivery/").status_code == 200
    assert peter.post("/orders/delivery/", {"days": ["0"], "lead": "1"}).status_code == 422
    assert peter.post("/orders/delivery/", {"days": ["0", "1"], "lead": "1", "until0": "15:00", "slots": ["morning"], "asks_parts": "on", "pickup": "on"}).status_code == 302
    assert peter.post("/orders/delivery/close/", {"year": str(timezone.localdate().year + 1)}).status_code == 302
    assert peter.post("/orders/delivery/close/", {"day": soon(3).isoformat(), "name": "Inventaris"}).status_code == 302
    page = peter.get("/orders/delivery/").content.decode()
    assert re.search(r"name=\"pickup\"[^>]* checked", page) and "Inventaris" in page and "Koningsdag" in page and "15:00" in page
    assert peter.post("/orders/delivery/open/", {"day": soon(3).isoformat()}).status_code == 302 and peter.post("/orders/delivery/open/", {"day": "x"}).status_code == 404
    for method, path in (("get", "/orders/delivery/"), ("post", "/orders/delivery/"), ("post", "/orders/delivery/close/"), ("post", "/orders/delivery/open/")):
        assert getattr(sanne, method)(path).status_code == 404
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.set_delivery(cast.sanne, days=[], cutoffs={}, lead=0, slots=[], asks_parts=False)
    with scope(cast.otto):
        assert not DeliveryDays.objects.exists() and not ClosedDay.objects.exists()
    with scope(cast.system):
        assert DeliveryDays.objects.get().cutoffs == {"0": "15:00"} and FactRow.objects.filter(name="orders.delivery.changed").count() == 4


def test_the_cart_says_the_first_day_and_asks_what_the_portal_asks(cast, client_of):
    add(cast.sanne, "GP-125-2600")
    client = client_of("sanne")
    page = client.get("/orders/cart/").content.decode()
    assert "Dagdeel" not in page and "eerste dag die kan" not in page
    open_week(cast.peter)
    page = client.get("/orders/cart/").content.decode()
    assert "Dagdeel" in page and "eerste dag die kan" in page and "Alles in één keer" in page
    details = {"reference": "", "note": "", "address": "", "slot": "", "shipping": ""}
    assert client.post("/orders/cart/details/", {**details, "wanted_date": soon(1).isoformat()}).status_code == 422
    assert client.post("/orders/cart/details/", {**details, "slot": "afternoon"}).status_code == 422
    assert client.post("/orders/cart/details/", {**details, "wanted_date": soon(5).isoformat(), "slot": "morning", "shipping": "parts", "next": "review"}).status_code == 302
    with scope(cast.sanne):
        line = CartLine.objects.get(cart__user_id=cast.sanne.user_id, cart__is_open=True)
    assert client.post("/orders/cart/change/", {"line": str(line.pk), "wanted_date": soon(1).isoformat()}).status_code == 422
    assert client.post("/orders/cart/change/", {"line": str(line.pk), "wanted_date": soon(9).isoformat()}).status_code == 302
    page = client.get("/orders/cart/review/").content.decode()
    assert "In de ochtend" in page and "Eerst wat er is" in page and "gewenst op" in page
    with scope(cast.sanne):
        order = submit(cast.sanne)
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert "In de ochtend" in page and "gewenst op" in page
    assert client.get(f"/orders/{order.number}/pdf/").status_code == 200
    with scope(cast.sanne):
        assert Order.objects.get(pk=order.pk).slot == "morning"

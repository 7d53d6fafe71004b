"""Decisions, by the table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portiek.core.money import Policy
from portiek.trade.orders import rules
from portiek.trade.orders.records import Invoiced

pytestmark = pytest.mark.no_database
QUANTITIES = st.decimals(min_value="0.001", max_value="99999", places=3)


@pytest.mark.parametrize(
    ("minimum", "step", "wanted", "quantity", "code"),
    [
        ("1", "1", "7", "7", ""),
        ("1", "6", "7", "12", "not_a_step"),
        ("12", "6", "3", "12", "below_minimum"),
        ("10", "6", "3", "12", "below_minimum"),
        ("1", "0.5", "2.5", "2.5", ""),
        ("1", "1", "-1", None, "not_a_quantity"),
        ("1", "1", "NaN", None, "not_a_quantity"),
        ("1", "1", "Infinity", None, "not_a_quantity"),
        ("1", "1", "1e308", None, "not_a_quantity"),
        ("1", "1", "0", None, "not_a_quantity"),
    ],
)
def test_a_quantity_is_made_fit(minimum, step, wanted, quantity, code):
    assert rules.QuantityRule(D(minimum), D(step)).fit(D(wanted)) == rules.Fitted(D(quantity) if quantity else None, code)


@given(QUANTITIES, st.sampled_from([D("0.5"), D(1), D(6), D(12), D("2.4")]), QUANTITIES)
def test_what_fits_is_a_whole_number_of_packages_and_fits_again(minimum, step, wanted):
    rule = rules.QuantityRule(minimum, step)
    fitted = rule.fit(wanted).quantity
    assert fitted is not None
    assert fitted >= wanted
    assert fitted % step == 0
    assert rule.fit(fitted) == rules.Fitted(fitted)


@pytest.mark.parametrize(
    ("quantity", "price", "tiers", "more"),
    [
        ("6", "33.60", [("1", "33.60"), ("8", "31.90")], "2"),
        ("8", "31.90", [("1", "33.60"), ("8", "31.90")], None),
        ("1", "33.60", [("1", "33.60"), ("8", "31.90")], None),
        ("7", "10", [("1", "10"), ("8", "12")], None),
        ("7", "10", [("1", "10"), ("8", None)], None),
    ],
)
def test_a_tier_is_hinted_at_only_when_it_is_near(quantity, price, tiers, more):
    hint = rules.tier_hint(D(quantity), D(price), [(D(least), D(net) if net else None) for least, net in tiers], rules.QuantityRule())
    assert (hint.more if hint else None) == (D(more) if more else None)


@given(st.lists(st.tuples(QUANTITIES, st.decimals(min_value=0, max_value=9999, places=4), st.sampled_from([D(0), D(9), D(21)])), max_size=30))
def test_totals_are_the_sum_of_the_lines(lines):
    policy = Policy()
    amounts = [(policy.line(quantity, price), rate) for quantity, price, rate in lines]
    totals = policy.totals(amounts)
    assert totals.net == sum((amount for amount, _rate in amounts), D(0))
    assert totals.gross == totals.net + totals.tax
    assert all(abs(policy.line(quantity, price) - quantity * price) <= D("0.005") for quantity, price, _rate in lines)


def test_the_fingerprint_knows_equal_values_and_every_difference():
    seen = {"lines": [[1, rules.plain(D("2.000")), "9.25", "21", ""]], "reference": "A", "gross": "22.39"}
    assert rules.content_hash(seen) == rules.content_hash({**seen, "lines": [[1, rules.plain(D(2)), "9.25", "21", ""]]})
    other = {**seen, "lines": [[1, "2", "9.30", "21", ""], [2, "1", "1", "21", ""]], "reference": "B"}
    assert [(item.product, item.what) for item in rules.differences(seen, other)] == [(1, "price"), (2, "added"), (0, "reference")]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, None),
        ({"status": "submitted"}, "orders.decided"),
        ({"approval": "rejected"}, "orders.decided"),
        ({"user": 7}, "orders.own_order"),
        ({"user": 0}, "orders.own_order"),
        ({"seen": "b"}, "orders.approval_changed"),
    ],
)
def test_who_may_decide(values, code):
    assert (
        rules.why_not_decide(**{"status": "pending_approval", "approval": "pending", "requested_by": 7, "user": 8, "seen": "a", "holds": "a", **values}) == code
    )


@pytest.mark.parametrize(
    ("status", "sync", "code"),
    [
        ("submitted", "queued", None),
        ("submitted", "sent", "orders.ask_to_cancel"),
        ("transmitted", "acknowledged", "orders.ask_to_cancel"),
        ("completed", "acknowledged", "orders.ended"),
        ("pending_approval", "none", None),
        ("cancelled", "none", "orders.ended"),
    ],
)
def test_when_an_order_can_be_cancelled(status, sync, code):
    assert rules.why_not_cancel(status, sync) == code
    assert rules.why_not_cancel(status, sync, "shipped") == "orders.ended"


@pytest.mark.parametrize(
    ("net", "invoiced", "unknown", "state"),
    [
        ("100", None, "", "none"),
        ("100", "0", "", "none"),
        ("100", "40", "", "partial"),
        ("100", "100", "", "invoiced"),
        ("100", "107.50", "", "invoiced"),
        ("100", "-40", "", "none"),
        ("-100", "-40", "", "partial"),
        ("-100", "-100", "", "invoiced"),
        ("0", "0", "", "invoiced"),
        ("0", None, "", "none"),
        # What the books put no figure to is never told as everything.
        ("100", "0", "more", "partial"),
        ("100", "40", "more", "partial"),
        ("100", "100", "more", "invoiced"),
        ("100", "100", "less", "partial"),
        ("100", "0", "less", "none"),
        ("-100", "0", "less", "partial"),
        ("-100", "-100", "more", "partial"),
        ("-100", "-100", "less", "invoiced"),
    ],
)
def test_how_far_an_order_is_invoiced(net, invoiced, unknown, state):
    known = Invoiced(D(invoiced), more=unknown == "more", less=unknown == "less") if invoiced is not None else None
    assert rules.invoice_state(D(net), known) == state


@pytest.mark.parametrize(
    ("confirmed", "price", "day", "code"),
    [
        ("10", "2.50", None, "5"),
        ("8", "2.50", None, "3"),
        ("10", "2.60", None, "3"),
        ("0", "2.50", None, "7"),
        ("10", "2.5000", date(2026, 5, 4), "3"),
        ("10", "2.50", date(2026, 5, 1), "5"),
    ],
)
def test_a_line_is_compared_with_what_was_ordered(confirmed, price, day, code):
    assert rules.line_answer(D(10), D("2.50"), date(2026, 5, 1), D(confirmed), D(price), day).code == code


@pytest.mark.parametrize(
    ("address", "kept"), [("https://track.example/1", True), ("http://track.example", False), ("javascript:alert(1)", False), ('https://x"onclick', False)]
)
def test_only_a_plain_https_address_becomes_a_link(address, kept):
    assert bool(rules.safe_link(address)) is kept


def test_what_is_on_its_way_has_not_arrived():
    assert rules.track("completed", "shipped") == rules.track("in_progress", "shipped") == 4
    assert rules.track("completed", "delivered") == rules.track("completed", "none") == 5

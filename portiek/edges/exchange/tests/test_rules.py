"""How an electronic order is understood."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portiek.edges.exchange import rules
from portiek.edges.exchange.ubl.records import Code, Item, Order, OrderLine, Party

pytestmark = pytest.mark.no_database
TODAY = date(2026, 6, 1)
OWN = {"gln": "8712345678906", "coc_number": "12345678", "vat_number": ""}


def order(*lines, **more):
    return Order("1", TODAY, "EUR", Party(), Party(), lines, **more)


def line(**more):
    return OrderLine("1", Item("Plaat"), Decimal(1), **more)


@pytest.mark.parametrize(("sent", "own", "same"), [("", "MTR", True), ("MTR", "", True), ("MTR", "MTR", True), ("C62", "H87", True), ("EA", "NAR", True), ("C62", "MTR", False), ("KGM", "GRM", False)])
def test_units(sent, own, same):
    assert rules.same_unit(sent, own) is same


def test_numbers_of_an_item_the_seller_s_own_first_and_each_once():
    assert rules.numbers(Item("x", "eigen", "sku", Code("0160", "08712345678906"))) == ["sku", "08712345678906", "8712345678906", "eigen"]
    assert rules.numbers(Item("x", "sku", "sku")) == ["sku"] and rules.numbers(Item("x")) == []


@pytest.mark.parametrize(("codes", "other"), [
    ([Code("0088", "8712345678906")], ""), ([Code("0106", "12 34 56 78")], ""), ([Code("0192", "987654325")], ""), ([], ""), ([Code("9944", "NL004495445B01")], ""),
    ([Code("0088", "8700000000004")], "8700000000004"), ([Code("0088", "8712345678906"), Code("0106", "99999999")], "99999999"),
])
def test_another_buyer_is_known_by_any_number_that_can_be_compared(codes, other):
    assert rules.other_buyer(codes, OWN) == other


def test_the_price_of_one_unit():
    assert rules.unit_price(line(price=Decimal(25), base=Decimal(100))) == Decimal("0.25") and rules.unit_price(line()) is None
    assert rules.unit_price(line(price=Decimal(25), base=Decimal(0))) is None and rules.unit_price(line(price=Decimal(25))) == 25


@pytest.mark.parametrize(("quantity", "price", "odd"), [("60", "1.2345678", []), ("0.125", None, []), ("60.0000", None, []), ("0.1251", None, ["1"]), ("10000000", None, ["1"]), ("9" * 39, "9" * 39, ["1"]), ("1", "1000000001", ["1"])])
def test_figures_that_nobody_trades_in(quantity, price, odd):
    assert rules.odd_figures(order(OrderLine("1", Item("Plaat"), Decimal(quantity), price=Decimal(price) if price else None))) == odd


@pytest.mark.parametrize(("start", "end", "day"), [(date(2026, 6, 3), date(2026, 6, 9), date(2026, 6, 3)), (date(2026, 5, 1), date(2026, 6, 9), date(2026, 6, 9)), (None, date(2026, 6, 9), date(2026, 6, 9)), (date(2026, 5, 1), None, date(2026, 5, 1)), (None, None, None)])
def test_the_wanted_day_is_the_first_of_the_period_that_can_still_be(start, end, day):
    assert rules.wanted(order(line(), wanted_from=start, wanted_until=end), TODAY) == day


def test_days_of_lines_give_the_order_the_first_and_stand_at_the_others():
    early, late = line(wanted_from=date(2026, 6, 4)), line(wanted_until=date(2026, 6, 8))
    assert rules.wanted(order(early, late, line()), TODAY) == date(2026, 6, 4)
    assert [rules.line_day(item, date(2026, 6, 4), TODAY) for item in (early, late, line())] == [None, date(2026, 6, 8), None]


@pytest.mark.parametrize(("status", "answers", "code"), [
    ("pending_approval", [""], "AB"), ("submitted", [""], "AB"), ("transmitted", [""], "AB"), ("on_hold", ["5"], "AB"), ("confirmed", ["5", "5"], "AP"), ("completed", ["5", "3"], "CA"), ("in_progress", ["5", "7"], "CA"), ("confirmed", ["5", "1"], "CA"),
    ("confirmed_with_changes", ["5"], "CA"), ("rejected", [""], "RE"), ("cancelled", ["5"], "RE"),
])
def test_how_an_order_is_answered(status, answers, code):
    assert rules.response_code(status, answers) == code

"""Periods of budgets and what is left of them, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portiek.trade.approvals import rules
from portiek.trade.approvals.budgeting import Left, Terms, meter, since


def spent(**months):
    """Amounts by month: `m2026_3=(ordered, waiting)`."""
    return {date(*map(int, name[1:].split("_")), 1): (Decimal(amounts[0]), Decimal(amounts[1])) for name, amounts in months.items()}


@pytest.mark.parametrize(
    ("period", "starts", "day", "start", "end"),
    [
        ("month", date(2026, 1, 1), date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        ("quarter", date(2026, 1, 1), date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        # A book year that begins in April, and a quarter that is counted from February.
        ("year", date(2025, 4, 1), date(2026, 3, 31), date(2025, 4, 1), date(2026, 3, 31)),
        ("year", date(2025, 4, 1), date(2026, 4, 1), date(2026, 4, 1), date(2027, 3, 31)),
        ("quarter", date(2025, 2, 1), date(2026, 1, 31), date(2025, 11, 1), date(2026, 1, 31)),
    ],
)
def test_in_which_period_a_day_lies(period, starts, day, start, end):
    found = meter(Terms(Decimal(100), period, starts), {}, day)
    assert (found.start, found.end, found.left) == (start, end, Decimal(100))
    assert since(Terms(Decimal(100), period, starts), day) == start


def test_before_it_begins_there_is_none():
    terms = Terms(Decimal(100), "month", date(2026, 5, 1))
    assert meter(terms, {}, date(2026, 4, 30)) is None and since(terms, date(2026, 4, 30)) is None


def test_what_waits_counts():
    found = meter(Terms(Decimal(100), "month", date(2026, 1, 1)), spent(m2026_3=("30", "60"), m2026_2=("99", "0")), date(2026, 3, 10))
    assert (found.spent, found.waiting, found.left, found.percent, found.is_near) == (30, 60, 10, 90, True)


def test_what_is_left_comes_along_and_what_was_too_much_does_not():
    terms = Terms(Decimal(100), "month", date(2026, 1, 1), carries=True)
    assert meter(terms, spent(m2026_1=("40", "0"), m2026_2=("50", "0")), date(2026, 3, 10)).room == 100 + 60 + 50
    assert meter(terms, spent(m2026_1=("40", "0"), m2026_2=("500", "0")), date(2026, 3, 10)).room == 100
    assert since(terms, date(2026, 3, 10)) == date(2026, 1, 1)


def test_a_quarter_adds_its_months():
    found = meter(Terms(Decimal(100), "quarter", date(2026, 1, 1)), spent(m2026_4=("20", "0"), m2026_5=("30", "5"), m2026_7=("99", "0")), date(2026, 6, 1))
    assert (found.spent, found.waiting) == (50, 5)


def left(key, amount, hard=False):
    return Left(key, f"Budget {key}", "month", Decimal(1000), Decimal(amount), hard)


def test_above_a_budget_somebody_approves_and_a_rule_says_who():
    case = rules.Case(net=Decimal(101), budgets=(left(7, 100), left(8, 500)))
    assert [planned.rules for planned in rules.route([], case)] == [(-7,)]
    assert rules.route([], rules.Case(net=Decimal(100), budgets=(left(7, 100),))) == []
    named = rules.Rule(3, rules.When(over_budget=True), (rules.Stage(rules.PEOPLE, (5,)),))
    [planned] = rules.route([named], case)
    assert planned.stage.people == (5,) and planned.rules == (-7, 3)
    assert rules.route([named], rules.Case(net=Decimal(99), budgets=(left(7, 100),))) == []


def test_nobody_approves_above_a_hard_one():
    case = rules.Case(net=Decimal(101), budgets=(left(7, 50), left(8, 100, hard=True)))
    assert case.stopped.key == 8
    assert rules.Case(net=Decimal(100), budgets=(left(8, 100, hard=True),)).stopped is None


def test_a_rule_for_a_cost_centre():
    when = rules.When(cost_centre="210")
    assert rules.holds(when, rules.Case(net=Decimal(1), cost_centre="210"))
    assert not rules.holds(when, rules.Case(net=Decimal(1), cost_centre="220")) and not rules.holds(when, rules.Case(net=Decimal(1)))

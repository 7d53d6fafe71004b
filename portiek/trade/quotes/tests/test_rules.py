"""Which lines of an offer are ordered, when it can be accepted, and what differs between versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from portiek.trade.quotes import rules

TODAY = date(2026, 11, 23)


@dataclass
class Line:
    """A line as the rules look at it."""

    key: int
    price: Decimal | None = Decimal(1)
    optional: bool = False
    instead_of: int | None = None
    quantity: Decimal = Decimal(1)
    target: Decimal | None = None
    remark: str = ""
    sku: str = "A"

    @property
    def name(self) -> str:
        return f"line {self.key}"


LINES = [Line(1), Line(2), Line(3, instead_of=2), Line(4, optional=True), Line(5, price=None), Line(6, optional=True), Line(7, instead_of=6)]


@pytest.mark.parametrize(("keys", "wanted", "problem"), [
    (None, [1, 2], ""), ({2}, [1, 2], ""), ({3}, [1, 3], ""), ({3, 4}, [1, 3, 4], ""), (set(), [], "line 2"), ({2, 3}, [], "line 2"), ({2, 5}, [1, 2], ""), ({2, 7}, [1, 2, 7], ""), ({2, 6, 7}, [], "line 6"), ({2, 99}, [1, 2], ""),
])  # fmt: skip
def test_what_is_taken(keys, wanted, problem):
    """Fixed lines always, one of each group of alternatives, optional ones when chosen; what has no price never."""
    found, name = rules.taken(LINES, keys)
    assert ([line.key for line in found], name) == (wanted, problem)


@pytest.mark.parametrize(("status", "seen", "day", "late", "wanted"), [
    ("offered", "a", TODAY, False, ""), ("offered", "b", TODAY, False, "quotes.changed"), ("offered", "a", date(2026, 11, 22), False, "quotes.over"), ("offered", "a", date(2026, 11, 22), True, ""),
    ("expired", "a", date(2026, 11, 1), False, "quotes.over"), ("expired", "a", date(2026, 11, 1), True, ""), ("expired", "b", date(2026, 11, 1), True, "quotes.changed"), ("accepted", "a", TODAY, True, "quotes.taken"),
    ("ordered", "a", TODAY, True, "quotes.taken"), ("in_review", "a", TODAY, True, "quotes.turn"), ("withdrawn", "a", TODAY, True, "quotes.turn"), ("declined", "a", TODAY, True, "quotes.turn"),
])  # fmt: skip
def test_when_a_version_can_be_accepted(status, seen, day, late, wanted):
    """As it was seen, until its last day; after it where the portal lets one."""
    assert rules.why_not_accept(status=status, seen=seen, holds="a", valid_until=day, today=TODAY, late=late) == wanted


def test_differences_name_what_changed():
    """By key: added, removed, and each field that differs."""
    found = rules.differences([Line(1), Line(2), Line(3)], [Line(1), Line(2, quantity=Decimal(5), target=Decimal(9)), Line(4)])
    assert [(item.key, item.kind) for item in found] == [(3, "removed"), (2, "changed"), (4, "added")]
    assert (found[1].before, found[1].now) == ({"quantity": Decimal(1), "target": None}, {"quantity": Decimal(5), "target": Decimal(9)})


def test_an_offer_ends_within_two_years():
    """Today counts, yesterday and the far future do not."""
    assert rules.may_end(TODAY, TODAY) and not rules.may_end(date(2026, 11, 22), TODAY) and not rules.may_end(date(2029, 1, 1), TODAY)

"""What may be in a mandate and where one stands: decisions alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portiek.core.permissions import rights
from portiek.foundation.parties import rules
from portiek.foundation.parties.permissions import mandatable

DAY = date(2026, 11, 22)


def why(**values: Any) -> str | None:
    return rules.why_not_mandate(**{"rights": {"order.view"}, "mandatable": ["order.view", "invoice.view"], "held": {"order.view"}, "starts_on": DAY, "ends_on": None, "today": DAY} | values)


@pytest.mark.parametrize(("values", "answer"), [
    ({}, None), ({"rights": set()}, "mandate-empty"), ({"rights": set(), "mandatable": []}, "mandate-empty"), ({"rights": {"user.manage"}}, "mandate-right"), ({"rights": {"order.view", "nothing.at_all"}}, "mandate-right"),
    ({"rights": {"order.view.company"}}, "mandate-right"), ({"held": set()}, "mandate-beyond"), ({"rights": {"order.view", "invoice.view"}}, "mandate-beyond"), ({"held": None, "rights": {"invoice.view"}}, None),
    ({"ends_on": date(2026, 11, 21)}, "mandate-days"), ({"ends_on": DAY}, None), ({"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)}, "mandate-days"),
])  # fmt: skip
def test_what_may_be_given(values: dict[str, Any], answer: str | None):
    assert why(**values) == answer


@pytest.mark.parametrize(("confirmed", "ended", "starts", "ends", "state"), [
    (False, False, DAY, None, "asked"), (False, True, DAY, None, "refused"), (True, True, DAY, None, "ended"), (True, False, DAY, None, "now"), (True, False, DAY, DAY, "now"),
    (True, False, date(2026, 11, 1), date(2026, 11, 21), "over"), (True, False, date(2026, 11, 23), None, "later"),
])  # fmt: skip
def test_where_it_stands(confirmed: bool, ended: bool, starts: date, ends: date | None, state: str):
    assert rules.state_of(confirmed=confirmed, ended=ended, starts_on=starts, ends_on=ends, today=DAY) == state


def test_no_door_is_opened_by_a_mandate():
    given = set(mandatable())
    assert {"order.view", "order.place", "invoice.view"} <= given
    assert not given & {"user.manage", "role.manage", "sso.manage", "apikey.manage", "mandate.manage", "mandate.use", "order.approve", "bank.manage", "bank.view"}
    assert all(rights()[code].audience != "staff" for code in given)

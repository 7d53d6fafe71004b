"""What the ERP makes of an order counts for budgets: more, less, nothing, or what was ordered elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.foundation.notifications.models import Notification
from portiek.trade.approvals import actions as approvals
from portiek.trade.approvals import queries as budgets
from portiek.trade.orders.models import Order
from portiek.trade.orders.tests.test_erp import apply, placed  # noqa: F401  (a fixture)


@pytest.fixture
def kept(cast, placed):  # noqa: F811
    """The order, how the ERP tells of it, and a budget of which it uses less than four fifths; nothing else counts."""
    order, told = placed
    with scope(cast.system):
        Order.objects.filter(party_id=cast.sanne.party_id).exclude(pk=order.pk).update(placed_at=timezone.now() - timedelta(days=800))
    with scope(cast.sanne):
        approvals.make_budget(cast.sanne, given=approvals.Budgeting(name="Materiaal", amount=order.net * 2, period="month", starts_on=timezone.localdate().replace(day=1)))
    run_jobs()
    return order, told


def used(cast):
    """Return what the budget says is used."""
    with scope(cast.sanne):
        return next(iter(budgets.metered(cast.sanne, budgets.Budget.objects.filter(party_id=cast.sanne.party_id), party_id=cast.sanne.party_id, day=timezone.localdate()))).meter.used


def warned(cast):
    """Return how many were told that a budget is nearly used up."""
    run_jobs()
    with scope(cast.system):
        return Notification.objects.filter(kind__startswith="approvals.").count()


def dearer(told, factor):
    line = replace(told.lines[0], unit_price=told.lines[0].unit_price * factor, amount=told.lines[0].amount * factor)
    more = line.amount - told.lines[0].amount
    return replace(told, version="v2", lines=(line, *told.lines[1:]), untaxed_amount=told.untaxed_amount + more, total_amount=told.total_amount + more)


def test_more_than_was_ordered_counts_and_warns(cast, kept):
    order, told = kept
    assert used(cast) == order.net and warned(cast) == 0
    told = dearer(told, Decimal(3))
    apply(cast, told)
    assert used(cast) == told.untaxed_amount > order.net and warned(cast) > 0


def test_less_comes_back_and_what_is_cancelled_wholly(cast, kept):
    order, told = kept
    less = replace(told, lines=told.lines[:1], untaxed_amount=told.lines[0].amount, total_amount=told.lines[0].amount)
    apply(cast, less)
    assert used(cast) == told.lines[0].amount < order.net
    apply(cast, replace(less, version="v3", state="cancelled", seen_at=timezone.now()))
    assert used(cast) == 0 and warned(cast) == 0


def test_what_came_over_the_telephone_counts_for_the_company_and_warns(cast, kept):
    order, told = kept
    apply(cast, replace(told, external_id="so-9", number="SO900", reference=""))
    assert used(cast) == order.net + told.untaxed_amount and warned(cast) > 0

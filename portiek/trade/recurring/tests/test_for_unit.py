"""A recurring order for a branch, department or project: at its prices, as its order; checked when it is chosen and at each turn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Membership
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Party, Unit
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.recurring import actions, queries
from portiek.trade.recurring.actions import Settings
from portiek.trade.recurring.tests.test_recurring import made, none_yet, now_of, run, turns_of  # noqa: F401 - the fixture

# With a price that was agreed for the project, below that of the company (8.35).
PLATE, PRICE = "GP-125-3000", Decimal("7.45")


@pytest.fixture
def site(cast):
    with scope(cast.system):
        return Unit.objects.get(party_id=cast.sanne.party_id, name="Nieuwbouw Havenkwartier")


def test_each_turn_is_for_it_at_its_prices(cast, client_of, site):
    found = made(cast.sanne, codes=(PLATE,), for_unit_id=site.pk)
    with scope(cast.sanne):
        [row] = queries.look(cast.sanne, queries.recurring(cast.sanne, found.pk), {}, day=timezone.localdate()).rows
        assert (row.line.price, row.now) == (PRICE, PRICE)
    page = client_of("sanne").get(f"/recurring-orders/{found.pk}/").content.decode()
    assert "voor Nieuwbouw Havenkwartier" in page
    run(cast)
    [turn] = turns_of(cast, found)
    with scope(cast.system):
        order = Order.objects.get(pk=turn.order_id)
        assert order.unit_id == site.pk and OrderLine.objects.get(order=order, charge="").price == PRICE


def test_a_colleague_sees_what_its_owner_would_pay_and_takes_it_over_as_he_may(cast, site):
    found = made(cast.sanne, codes=(PLATE,), days=3, scope="company", for_unit_id=site.pk)
    with scope(cast.system):
        own = parties.add_unit(cast.system, party=Party.objects.get(pk=cast.sanne.party_id), name="Werf")
        Membership.objects.filter(party_id=cast.sanne.party_id, user_id=cast.youssef.user_id).update(unit=own)
    youssef = replace(cast.youssef, unit_id=own.pk)
    with scope(youssef):
        look = queries.look(youssef, queries.recurring(youssef, found.pk), {}, day=timezone.localdate())
        assert [row.now for row in look.rows] == [PRICE] and not look.problems
    manager = replace(cast.sanne, user_id=cast.acting("karin", "bakker").user_id, unit_id=own.pk)
    with scope(manager):
        taken = actions.take_over(manager, key=found.pk, today=timezone.localdate())
    assert taken.user_id == manager.user_id and taken.for_unit_id is None
    with scope(cast.system):
        told = FactRow.objects.filter(subject=f"recurring.order:{found.pk}", name="recurring.order.taken_over").get()
        assert told.changes["for_unit"] == [site.name, ""]


def test_it_is_chosen_in_the_form(cast, client_of, site):
    found, sanne = made(cast.sanne, codes=(PLATE,), days=3), client_of("sanne")
    path = f"/recurring-orders/{found.pk}/change/"
    assert f'<option value="{site.pk}">' in sanne.get(path).content.decode()
    given = {"name": "Werkplaats", "next_on": found.next_on.isoformat(), "every": "1", "rhythm": "week", "remind_days": "3", "scope": "person", "address": "", "for_unit": str(site.pk)}
    assert sanne.post(path, given).status_code == 302 and now_of(cast, found).for_unit_id == site.pk
    assert f'<option value="{site.pk}" selected>' in sanne.get(path).content.decode()
    assert sanne.post(path, {**given, "for_unit": ""}).status_code == 302 and now_of(cast, found).for_unit_id is None
    assert sanne.post(path, {**given, "for_unit": "999999"}).status_code == 422


def test_a_unit_that_is_not_his_is_refused_now_and_at_the_turn(cast, site):
    today = timezone.localdate()
    with scope(cast.system):
        foreign = parties.add_unit(cast.system, party=Party.objects.get(pk=cast.dirk.party_id), name="Elders")
        own = parties.add_unit(cast.system, party=Party.objects.get(pk=cast.sanne.party_id), name="Werf")
    for key in (foreign.pk, 10**6):
        with pytest.raises(Refused, match=r"orders\.no_unit"):
            made(cast.sanne, codes=(PLATE,), for_unit_id=key)
    found = made(cast.sanne, codes=(PLATE,), for_unit_id=site.pk)
    # Somebody else may order for it no more: what he kept is not changed by that, but no order comes of it.
    with scope(cast.system):
        Membership.objects.filter(party_id=cast.sanne.party_id, user_id=cast.sanne.user_id).update(unit=own)
        before = Order.objects.count()
    run(cast)
    [turn] = turns_of(cast, found)
    with scope(cast.system):
        assert turn.state == "failed" and turn.said and Order.objects.count() == before
    with scope(cast.sanne), pytest.raises(Refused, match=r"orders\.no_unit"):
        actions.make_recurring(cast.sanne, settings=Settings("X", today, for_unit_id=foreign.pk), wishes=[], today=today)

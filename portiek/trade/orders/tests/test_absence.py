"""Approving in the place of who is away: both names are kept, and nobody comes by it to what he may not do himself."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.models import Membership, Role
from portiek.trade.approvals.models import Decision
from portiek.trade.orders import actions
from portiek.trade.orders.tests.test_submit import fill, submit


def away(actor, deputy):
    today = timezone.localdate()
    with scope(actor):
        accounts.set_own_absence(actor, first_day=today, last_day=today + timedelta(days=3), deputy_id=deputy.user_id)


def approver(cast, key):
    """Let one of Bakker approve too."""
    with scope(cast.sanne):
        actor = cast.acting(key, "bakker")
    with scope(cast.system):
        role = Role.objects.create(portal_id=actor.portal_id, owner_id=actor.party_id, code=f"approver-{key}", name="Goedkeurder", audience="party", rights=["order.approve", "order.view.company", "order.place", "cart.edit"])
        Membership.objects.filter(user_id=actor.user_id, party_id=actor.party_id).update(role=role)
    return cast.acting(key, "bakker")


def above(actor):
    with scope(actor):
        return submit(actor, fill(actor, 3, "400"))


def test_approved_in_the_place_of(cast, client_of):
    karin = approver(cast, "karin")
    order = above(cast.youssef)
    away(cast.sanne, karin)
    page = client_of("karin", "bakker").get(f"/orders/{order.number}/").content.decode()
    assert "u beslist ook namens Sanne Bakker" in page
    assert client_of("karin", "bakker").post(f"/orders/{order.number}/approve/", {"seen": order.content_hash}).status_code == 302
    with scope(cast.system):
        row = Decision.objects.get(step__request__number=order.number)
        assert (row.approved, row.name, row.instead_of, row.user_id) == (True, "Karin Bakker", "Sanne Bakker", karin.user_id)
        fact = FactRow.objects.filter(name="orders.order.approved").latest("pk")
        assert (fact.user_name, fact.changes["instead_of"][1]) == ("Karin Bakker", "Sanne Bakker")
    assert "namens Sanne Bakker" in client_of("youssef").get(f"/orders/{order.number}/").content.decode()


def test_a_deputy_without_the_right_approves_nothing(cast, client_of):
    karin, order = cast.acting("karin", "bakker"), above(cast.youssef)
    away(cast.sanne, karin)
    assert client_of("karin", "bakker").post(f"/orders/{order.number}/approve/", {"seen": order.content_hash}).status_code == 403
    with scope(karin), pytest.raises(Forbidden):
        actions.approve_order(karin, order=order, seen=order.content_hash, now=timezone.now())


def test_nobody_approves_his_own_order_as_a_deputy(cast):
    """Youssef, who may approve now, stands in for Sanne: his own order stays hers to decide."""
    youssef = dataclasses.replace(approver(cast, "youssef"), order_limit=cast.youssef.order_limit)
    order = above(youssef)
    away(cast.sanne, youssef)
    with scope(youssef), pytest.raises(Refused, match=r"orders\.own_order"):
        actions.approve_order(youssef, order=order, seen=order.content_hash, now=timezone.now())


def test_not_in_the_place_of_who_asked(cast):
    """Sanne decides about Youssef's order while she stands in for him: by herself, not in his place."""
    youssef = dataclasses.replace(approver(cast, "youssef"), order_limit=cast.youssef.order_limit)
    order = above(youssef)
    away(youssef, cast.sanne)
    with scope(cast.sanne):
        actions.approve_order(cast.sanne, order=order, seen=order.content_hash, now=timezone.now())
        assert Decision.objects.get(step__request__number=order.number).instead_of == ""


def test_after_the_last_day_it_is_ones_own(cast):
    karin = approver(cast, "karin")
    order = above(cast.youssef)
    away(cast.sanne, karin)
    with scope(cast.sanne):
        accounts.end_own_absence(cast.sanne)
    with scope(karin):
        actions.reject_order(karin, order=order, seen=order.content_hash, reason="te duur", now=timezone.now())
        assert Decision.objects.get(step__request__number=order.number).instead_of == ""

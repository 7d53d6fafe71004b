"""Writes of what a company asks of the reference of its orders: by itself, and by staff for it."""

from __future__ import annotations

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import MANAGE
from portiek.trade.approvals import facts, permissions
from portiek.trade.approvals.models import ReferencePolicy
from portiek.trade.approvals.referring import Reference, may_be_shape


@action(permissions.BUDGETS_MANAGE)
def ask_reference(actor: Actor, *, asked: Reference) -> None:
    """Say what the own company asks of the reference of each order. Raises Refused for a shape that cannot be; NotFound for who acts for no party."""
    if actor.party_id is None:
        raise NotFound
    _ask(actor, actor.party_id, asked)


@action(MANAGE)
def ask_reference_of(actor: Actor, *, party: Party, asked: Reference) -> None:
    """Say for a party what it asks of the reference of each order. Raises Refused for a shape that cannot be; NotFound for another portal's party."""
    if party.portal_id != actor.portal_id:
        raise NotFound
    _ask(actor, party.pk, asked)


def _ask(actor: Actor, party_id: int, asked: Reference) -> None:
    values = {"required": asked.needed, "hint": " ".join(asked.hint.split())[:160], "shape": asked.shape.strip().upper()}
    if not may_be_shape(str(values["shape"])):
        raise Refused("approvals.reference_shape", field="shape")
    row = ReferencePolicy.objects.select_for_update().filter(portal_id=actor.portal_id, party_id=party_id).first() or ReferencePolicy(portal_id=actor.portal_id, party_id=party_id)
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    if not changes:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record(actor, facts.ReferenceAsked(required=asked.needed), party_id=party_id, changes={f"reference.{name}": change for name, change in changes.items()})

"""What portal and party have set about orders at all, so that what nobody set is not read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists

from portiek.core.actor import Actor
from portiek.foundation.fields import queries as fields
from portiek.foundation.parties.models import Portal
from portiek.trade.approvals import queries as approvals
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.queries.delivery import with_window


@dataclass(frozen=True)
class Asking:
    """Whether there are fields of the portal's own, something that the party asks of a reference, cost centres, rules of approval, budgets, and a time in which an order may still be changed."""

    fields: bool = True
    reference: bool = True
    centres: bool = True
    rules: bool = True
    budgets: bool = True
    window: bool = True


def asking(actor: Actor) -> Asking:
    """Return what an order of the actor has to be held against. One statement."""
    party = actor.party_id or 0
    there = (fields.to_ask(actor, ORDER.key), approvals.reference_policies(actor, party), approvals.cost_centres(actor), approvals.party_rules(actor, party_id=party), approvals.party_budgets(actor, party), with_window(actor))
    return Asking(*Portal.objects.filter(pk=actor.portal_id).values_list(*(Exists(found) for found in there)).get())

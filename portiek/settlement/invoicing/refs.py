"""How an invoice is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.settlement.invoicing import permissions
from portiek.settlement.invoicing.models import Invoice
from portiek.settlement.invoicing.queries import scoped


def _invoice(actor: Actor, key: int) -> Shown | None:
    found = Invoice.objects.filter(pk=key).only("number").first() if actor.may(permissions.VIEW) else None
    return Shown(found.number, reverse("invoicing:detail", args=[found.number])) if found else None


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    found = scoped(actor).filter(pk=key).only("number", "party_id").first() if actor.may(permissions.VIEW) else None
    return Sight(found.number, reverse("invoicing:detail", args=[found.number]), found.party_id, (Way(permissions.VIEW),), (Way(permissions.VIEW),)) if found else None


register_ref("invoicing.invoice", _invoice)
register_sight("invoicing.invoice", _sight)

"""Reads of surcharges."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.pricing.models import Surcharge


def surcharges(actor: Actor, *, running: date | None = None) -> QuerySet[Surcharge]:
    """Return surcharges: for staff all, for a party those of what it sees; those that count on a day or later when one is given."""
    found = Surcharge.objects.filter(portal_id=actor.portal_id)
    return found if running is None else found.filter(Q(valid_until=None) | Q(valid_until__gte=running))


def surcharge(actor: Actor, key: int) -> Surcharge:
    """Return one surcharge. Raises NotFound."""
    found = surcharges(actor).filter(pk=key).select_related("product").first()
    if found is None:
        raise NotFound
    return found

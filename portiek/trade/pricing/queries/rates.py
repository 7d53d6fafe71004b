"""Reads of exchange rates."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.pricing.models import ExchangeRate, PriceList


def rates(actor: Actor) -> QuerySet[ExchangeRate]:
    """Return exchange rates, for staff."""
    return ExchangeRate.objects.filter(portal_id=actor.portal_id) if actor.is_staff else ExchangeRate.objects.none()


def rate(actor: Actor, key: int) -> ExchangeRate:
    """Return one rate. Raises NotFound."""
    found = rates(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def lists_without_rate(actor: Actor, *, currency: str, day: date) -> QuerySet[PriceList]:
    """Return the price lists in use in another currency than the portal's that no rate is there for on a day: nobody pays their prices. For staff."""
    running = ExchangeRate.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day), portal_id=actor.portal_id, currency=OuterRef("currency"), valid_from__lte=day)
    found = PriceList.objects.filter(portal_id=actor.portal_id, is_active=True).exclude(currency=currency)
    return (found if actor.is_staff else found.none()).exclude(Exists(running)).order_by("code")

"""Writes of exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.foundation.parties.queries import portal
from portiek.trade.pricing import errors, facts, permissions
from portiek.trade.pricing.models import ExchangeRate


@action(permissions.MANAGE)
def set_rate(actor: Actor, *, currency: str, rate: Decimal, valid_from: date, valid_until: date | None = None, source: str = "") -> ExchangeRate:
    """Say what one of a currency is worth in the portal's own from a day on; the rate from the same day on is changed. What was ordered keeps its prices. Raises Refused."""
    if currency == portal(actor).currency:
        raise Refused(errors.RATE_OWN, field="currency")
    if valid_until and valid_until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    old = ExchangeRate.objects.filter(portal_id=actor.portal_id, currency=currency, valid_from=valid_from).values_list("rate", flat=True).first()
    made, _new = ExchangeRate.objects.update_or_create(portal_id=actor.portal_id, currency=currency, valid_from=valid_from, defaults={"rate": rate, "valid_until": valid_until, "source": source})
    record(actor, facts.RateSet(currency=currency, rate=str(rate)), text=currency, changes={"exchange_rate": (old, rate)})
    return made


@action(permissions.MANAGE)
def remove_rate(actor: Actor, *, rate: ExchangeRate) -> None:
    """Take a rate away: the one before it counts again, or lists in that currency count no longer."""
    record(actor, facts.RateSet(currency=rate.currency, rate=""), text=rate.currency, changes={"exchange_rate": (rate.rate, None)})
    rate.delete()

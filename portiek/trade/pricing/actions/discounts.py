"""Writes of percentages per discount group."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.pricing import errors, facts, permissions, rules, words
from portiek.trade.pricing.actions.own import _hold
from portiek.trade.pricing.models import PartyDiscount


@action(permissions.MANAGE)
def set_discount(
    actor: Actor, *, party: Party, discount_group: str, percent: Decimal, valid_from: date | None = None, valid_until: date | None = None
) -> PartyDiscount:
    """Give a party a percentage off the list price of a discount group; the one from the same day on is changed. Raises Refused, also where another one counts on the same days."""
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    if PartyDiscount.objects.filter(party=party, discount_group=discount_group, valid_from=valid_from, external_id__isnull=False).exists():
        raise Refused(errors.OF_THE_ERP)
    _hold(party.pk)
    there = PartyDiscount.objects.filter(party=party, discount_group=discount_group)
    same = there.filter(valid_from=valid_from).first()
    if same is None or not rules.within((valid_from, valid_until), (same.valid_from, same.valid_until)):
        for other in there.exclude(valid_from=valid_from) if valid_from else there.exclude(valid_from=None):
            if rules.overlap((valid_from, valid_until), when := (other.valid_from, other.valid_until)):
                raise Refused(errors.DISCOUNT_ELSEWHERE, field="valid_from", days=words.days(*when))
    made, _new = PartyDiscount.objects.update_or_create(
        portal_id=actor.portal_id,
        party=party,
        discount_group=discount_group,
        valid_from=valid_from,
        defaults={"percent": percent, "valid_until": valid_until, "as_of": timezone.now()},
    )
    record(
        actor,
        facts.DiscountSet(discount_group=discount_group, percent=str(percent)),
        party_id=party.pk,
        subject=ref("parties.party", party.pk),
        text=discount_group,
    )
    return made

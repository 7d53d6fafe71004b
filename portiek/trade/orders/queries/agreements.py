"""How much of what was agreed a party ordered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.orders.models import STOPPED, OrderLine
from portiek.trade.pricing.models import Agreement, AgreementLine


def called_off(actor: Actor, *, agreement: Agreement, product_ids: Iterable[int]) -> dict[int, Decimal]:
    """Return how much of these products was ordered in the days of an agreement, also by telephone, as confirmed where the ERP answered. One statement. Raises NotFound for another party's."""
    if not actor.is_staff and agreement.party_id != actor.party_id:
        raise NotFound
    lines = OrderLine.objects.filter(portal_id=actor.portal_id, party_id=agreement.party_id, product_id__in=list(product_ids), order__party_id=agreement.party_id)
    if agreement.valid_from:
        lines = lines.filter(order__placed_at__gte=_start(agreement.valid_from))
    if agreement.valid_until and agreement.valid_until < date.max:
        lines = lines.filter(order__placed_at__lt=_start(agreement.valid_until + timedelta(days=1)))
    ordered = lines.exclude(order__status__in=["pending_approval", *STOPPED])
    return dict(ordered.values_list("product_id").annotate(called=Sum(Coalesce("confirmed_quantity", "quantity"))))


@dataclass(frozen=True, slots=True)
class Remaining:
    """What of an agreement that ends is not taken yet: (article, quantity that is left, unit), in the order of its lines."""

    agreement: Agreement
    lines: list[tuple[str, Decimal, str]]


def ending(actor: Actor, *, on: date) -> list[Remaining]:
    """Return the agreements whose last day this is and of which something that was agreed is left. For the portal itself."""
    if not actor.is_staff:
        raise NotFound
    lines = AgreementLine.objects.filter(portal_id=actor.portal_id, agreed__isnull=False, agreement__valid_until=on, agreement__is_active=True).select_related("agreement", "product").order_by("agreement_id", "pk")
    found = []
    for agreement, grouped in groupby(lines, key=lambda line: line.agreement):
        named = [(line.product, line.agreed) for line in grouped if line.product and line.agreed]
        called = called_off(actor, agreement=agreement, product_ids=[product.pk for product, _agreed in named])
        left = [(product.label, agreed - called.get(product.pk, Decimal(0)), product.unit_label) for product, agreed in named]
        if some := [item for item in left if item[1] > 0]:
            found.append(Remaining(agreement, some))
    return found


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

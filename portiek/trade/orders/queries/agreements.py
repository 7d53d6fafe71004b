"""How much of what was agreed a party ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, F, Func, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Unit
from portiek.trade.orders.models import STOPPED, OrderLine
from portiek.trade.pricing.models import Agreement, AgreementLine
from portiek.trade.pricing.permissions import AGREEMENT_VIEW

# How far ahead an agreement that begins is worth waiting for, and one that ends worth a word; and which word comes first.
COMING, ENDING = timedelta(days=60), timedelta(days=31)
WEIGHT = ("over", "spent", "coming", "ending")


def called_off(actor: Actor, *, agreement: Agreement, product_ids: Iterable[int]) -> dict[int, Decimal]:
    """Return how much of these products was ordered in the days of an agreement, also by telephone, as confirmed where the ERP answered; of an agreement for a branch, department or project what was ordered for it and what stands in it. One statement. Raises NotFound for another party's."""
    if not actor.is_staff and agreement.party_id != actor.party_id:
        raise NotFound
    lines = OrderLine.objects.filter(portal_id=actor.portal_id, party_id=agreement.party_id, product_id__in=list(product_ids), free_of=None, order__party_id=agreement.party_id)
    if agreement.unit_id:
        lines = lines.filter(order__unit__path__contains=[agreement.unit_id])
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


@dataclass(frozen=True, slots=True)
class AgreedNote:
    """What a buyer may want to know of an agreement before he orders a product: `kind` spent (nothing was left), over (`amount` of this line is more than is left), ending (`amount` is left until `day`) or coming (it counts from `day` on)."""

    kind: str
    name: str
    amount: Decimal
    day: date | None


def agreed_notes(actor: Actor, wanted: Mapping[int, Decimal], *, day: date) -> dict[int, AgreedNote]:
    """Return what to know of agreements with these products (quantity by product) on a day, the weightiest thing of each. One statement; nothing for who may not see agreements."""
    if not wanted or not actor.may(AGREEMENT_VIEW):
        return {}
    ordered = (
        OrderLine.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id, product_id=OuterRef("product_id"), free_of=None, order__placed_at__date__gte=OuterRef("start"), order__placed_at__date__lte=OuterRef("end"))  # type: ignore[misc]
        .exclude(order__status__in=["pending_approval", *STOPPED])
        .values("product_id")
        .annotate(called=Sum(Coalesce("confirmed_quantity", "quantity")))
        .values("called")
    )
    lines = AgreementLine.objects.filter(party_id=actor.party_id, product_id__in=list(wanted), agreement__is_active=True)  # type: ignore[misc]
    # What was agreed with a branch, department or project is for who belongs to it or to what stands in it, as its prices are.
    standing_in = Unit.objects.filter(party_id=actor.party_id, pk=actor.unit_id or 0).annotate(each=Func(F("path"), function="unnest")).values("each")  # type: ignore[misc]
    lines = lines.filter(Q(agreement__unit=None) | Q(agreement__unit__in=standing_in))
    lines = lines.filter(Q(agreement__valid_until=None) | Q(agreement__valid_until__gte=day)).filter(Q(agreed__isnull=False) | Q(agreement__valid_from__gt=day, agreement__valid_from__lte=day + COMING))
    lines = lines.annotate(start=Coalesce("agreement__valid_from", Value(date(1900, 1, 1))), end=Coalesce("agreement__valid_until", Value(date(9000, 1, 1))))
    # For whom an order was, it says itself: one that names no unit counts for what was agreed with the whole company alone.
    within = Func(OuterRef("agreement__unit_id"), template="ARRAY[%(expressions)s]", output_field=ArrayField(BigIntegerField()))
    lines = lines.annotate(called=Case(When(agreement__unit=None, then=Subquery(ordered)), default=Subquery(ordered.filter(order__unit__path__contains=within))))
    found: dict[int, list[AgreedNote]] = {}
    for line in lines.select_related("agreement").order_by("pk"):
        assert line.product_id is not None
        if note := _note(line, wanted[line.product_id], day):
            found.setdefault(line.product_id, []).append(note)
    return {product: min(notes, key=lambda note: WEIGHT.index(note.kind)) for product, notes in found.items()}


def _note(line: AgreementLine, quantity: Decimal, day: date) -> AgreedNote | None:
    agreement, left = line.agreement, (line.agreed or Decimal(0)) - (getattr(line, "called", None) or Decimal(0))
    if agreement.valid_from and agreement.valid_from > day:
        return AgreedNote("coming", agreement.name, Decimal(0), agreement.valid_from) if agreement.valid_from <= day + COMING else None
    if left <= 0:
        return AgreedNote("spent", agreement.name, line.agreed or Decimal(0), None)
    if quantity > left:
        return AgreedNote("over", agreement.name, quantity - left, None)
    soon = agreement.valid_until is not None and agreement.valid_until <= day + ENDING and quantity < left
    return AgreedNote("ending", agreement.name, left - quantity, agreement.valid_until) if soon else None


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

"""Reads of what was agreed with parties."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing.models import Agreement, AgreementLine
from portiek.trade.pricing.rules import same_step


def agreements(actor: Actor, *, party_id: int | None = None) -> QuerySet[Agreement]:
    """Return agreements with their number of lines; of one party when it is named."""
    found = Agreement.objects.filter(portal_id=actor.portal_id) if actor.is_staff else Agreement.objects.filter(party_id=actor.party_id)  # type: ignore[misc]
    if party_id is not None:
        found = found.filter(party_id=party_id)
    return found.select_related("party", "unit")


def agreement(actor: Actor, party_id: int, number: str) -> Agreement:
    """Return one agreement of a party by number. Raises NotFound."""
    found = agreements(actor, party_id=party_id).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def agreements_beside(actor: Actor, agreement: Agreement, *, product: Product | None = None, discount_group: str = "", min_quantity: Decimal | None = None) -> list[Agreement]:
    """Return the other agreements of its party in use, for the same unit, that have a line for the same, from the same quantity on: the same as this line, or (without `min_quantity`) as any line of the agreement."""
    lines = AgreementLine.objects.filter(party_id=agreement.party_id, agreement__is_active=True, agreement__unit=agreement.unit_id).exclude(agreement=agreement)
    if min_quantity is not None:
        lines = lines.filter(product=product, discount_group=discount_group, min_quantity__in=same_step(min_quantity))
    else:
        step = Case(When(min_quantity=1, then=Value(Decimal(0))), default=F("min_quantity"))
        own = AgreementLine.objects.filter(party_id=agreement.party_id, agreement=agreement, discount_group=OuterRef("discount_group")).annotate(step=step).filter(Q(product=None) | Q(product=OuterRef("product")), step=OuterRef("step"))
        lines = lines.annotate(step=step).filter(Exists(own))
    return list(Agreement.objects.filter(pk__in=lines.values("agreement")).order_by("pk"))


def agreement_lines(actor: Actor, agreement: Agreement) -> QuerySet[AgreementLine]:
    """Return the lines of an agreement."""
    return AgreementLine.objects.filter(party_id=agreement.party_id, agreement=agreement).order_by("pk")


def agreement_line(actor: Actor, agreement: Agreement, key: int) -> AgreementLine:
    """Return one line of an agreement. Raises NotFound."""
    found = agreement_lines(actor, agreement).filter(pk=key).select_related("agreement").first()
    if found is None:
        raise NotFound
    return found


def sees(actor: Actor, party: Party, product: Product) -> bool:
    """Whether one of a party's assortments, or the portal's default, holds the product."""
    return catalog.holds(actor, catalog.assortments_of(actor, party.pk), product)

"""Reads of minimum prices, for staff."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.pricing.models import CostPrice, PriceFloor

FLOORS_BY = ("discount_group", "id")


def floors(actor: Actor, *, search: str = "") -> QuerySet[PriceFloor]:
    """Return minimum prices with their product and its `cost`, those of products first; of one product or discount group when its code is given."""
    found = PriceFloor.objects.filter(portal_id=actor.portal_id) if actor.is_staff else PriceFloor.objects.none()
    if search:
        found = found.filter(Q(product__sku__iexact=search) | Q(discount_group__iexact=search))
    return found.select_related("product").annotate(cost=Subquery(CostPrice.objects.filter(product_id=OuterRef("product_id")).values("cost")[:1]))


def floor(actor: Actor, key: int) -> PriceFloor:
    """Return one minimum price. Raises NotFound."""
    found = floors(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def cost(actor: Actor, product_id: int) -> Decimal | None:
    """Return what one unit of a product costs the portal; None: not known, or not for the actor."""
    return CostPrice.objects.filter(portal_id=actor.portal_id, product_id=product_id).values_list("cost", flat=True).first() if actor.is_staff else None

"""Reads of what comes free of charge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.pricing.models import FreeGoods
from portiek.trade.pricing.rules import Free

# How many of a party's own are shown at once.
MOST = 100


@dataclass(frozen=True, slots=True)
class Given:
    """What comes free of charge with a product, and on which days."""

    product_id: int
    free: Free
    valid_from: date | None


def free_goods(actor: Actor) -> QuerySet[FreeGoods]:
    """Return what comes free of charge, for staff."""
    found = FreeGoods.objects.filter(portal_id=actor.portal_id) if actor.is_staff else FreeGoods.objects.none()
    return found.select_related("product", "customer", "group", "price_list")


def free_good(actor: Actor, key: int) -> FreeGoods:
    """Return one of them. Raises NotFound."""
    found = free_goods(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def my_free_goods(actor: Actor, *, day: date) -> list[Given]:
    """Return what comes free of charge for the actor's party on a day or later, by name. One statement; nothing for staff, who read the whole list."""
    if actor.is_staff:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id, name, buy, give, valid_until, of_group, valid_from FROM ctx.free_goods_mine(%s) ORDER BY name, id LIMIT %s", [day, MOST])
        return [Given(row[0], Free(row[1], row[2], row[3], Decimal(0), row[4], row[5]), row[6]) for row in cursor.fetchall()]

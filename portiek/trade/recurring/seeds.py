"""Recurring orders of the cast; in a demo one that was ordered today, and one that became dearer and waits for a yes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.trade.lists.queries import Wish
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.recurring import actions, queries, rules
from portiek.trade.recurring.actions import Settings
from portiek.trade.recurring.models import Recurring, RecurringLine

# Who, name, in how many days, rhythm, each so many, whose it is, lines (number, quantity).
RECURRING: list[tuple[str, str, int, str, int, str, list[tuple[str, str]]]] = [
    ("sanne", "Werkplaats aanvullen", 5, rules.WEEK, 2, rules.COMPANY, [("GP-125-2600", "60"), ("MS-C75-26", "48"), ("SS-3535", "6")]),
    ("youssef", "Bus 7", 9, rules.MONTH, 1, rules.PERSONAL, [("PU-750", "12"), ("VV-25", "4")]),
    ("dirk", "Toonzaal", 12, rules.MONTH, 1, rules.PERSONAL, [("BD-830", "6")]),
    ("nadia2", "Bus 3", 4, rules.WEEK, 1, rules.PERSONAL, [("BT-KB-15", "24")]),
]


def seed(size: str) -> None:
    """Make them where there are none."""
    cast = Cast()
    for who, name, days, rhythm, each, whose, wanted in RECURRING:
        _made(getattr(cast, who), name, days, rhythm, each, whose, wanted)
    if size == "demo":
        _turned(cast)


def _made(actor: Actor, name: str, days: int, rhythm: str, each: int, whose: str, wanted: list[tuple[str, str]]) -> Recurring | None:
    with scope(actor):
        found = {product.sku: product.pk for product in orderable(actor).filter(sku__in=[sku for sku, _quantity in wanted])}
        wishes = [Wish(found[sku], Decimal(quantity)) for sku, quantity in wanted if sku in found]
        if not wishes or queries.all_recurring(actor).filter(name=name).exists():
            return None
        today = timezone.localdate()
        return actions.make_recurring(actor, settings=Settings(name, today + timedelta(days=days), rhythm, each, limit_percent=Decimal(10), reference=name, scope=whose), wishes=wishes, today=today)


def _turned(cast: Cast) -> None:
    """Let two turns come: one is ordered, one waits."""
    sanne = cast.sanne
    ordered = _made(sanne, "Kit en schuim", 0, rules.WEEK, 4, rules.PERSONAL, [("PU-750", "12"), ("SS-3525", "10")])
    dearer = _made(sanne, "Steiger Noord", 2, rules.WEEK, 1, rules.PERSONAL, [("OSB-18", "40"), ("VH-38-89", "120")])
    with scope(sanne):
        for found in (ordered, dearer):
            if found is not None:
                RecurringLine.objects.filter(party_id=found.party_id, recurring=found, position=1).update(price=F("price") * Decimal("0.85" if found is dearer else "0.97"))
                actions.take_turn(sanne, key=found.pk, now=timezone.now())

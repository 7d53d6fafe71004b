"""Order lists of the cast: one of a person, one of the company with a minimum stock."""

from __future__ import annotations

from decimal import Decimal

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.trade.catalog.packs import units_of
from portiek.trade.lists import actions, queries, rules
from portiek.trade.lists.queries import Wish
from portiek.trade.orders.queries.cart import orderable

# Who, party, name, whose it is, lines (number, quantity, minimum stock, note).
LISTS: list[tuple[str, str, str, list[tuple[str, str, str | None, str]]]] = [
    ("sanne", "Wekelijks werkplaats", rules.PERSONAL, [("GP-125-2600", "60", None, ""), ("MS-C75-26", "48", None, ""), ("SS-3535", "6", None, "in de bus van Youssef"), ("PU-750", "12", None, ""), ("MK-310-W", "24", None, "")]),
    ("sanne", "Magazijn: aanvullen", rules.COMPANY, [("SS-3525", "10", "24", "stelling 3"), ("SS-3535", "10", "24", "stelling 3"), ("VV-25", "4", "10", "bij de deur"), ("PU-750", "12", "36", "")]),
    ("dirk", "Toonzaal", rules.PERSONAL, [("BD-830", "6", None, ""), ("KZ-9016", "12", None, "")]),
    ("nadia2", "Bus 3", rules.PERSONAL, [("BT-KB-15", "24", "48", "")]),
]
# What is ordered by the box.
BOXED = {"MK-310-W": "XBX"}


def seed(size: str) -> None:
    """Make the lists where there are none."""
    for who, name, whose, wanted in LISTS:
        actor = getattr(Cast(), who)
        with scope(actor):
            if queries.lists(actor).filter(name=name).exists():
                continue
            found = {product.sku: product.pk for product in orderable(actor).filter(sku__in=[line[0] for line in wanted])}
            boxes = {sku: unit.kept for sku, code in BOXED.items() for unit in units_of(actor, [found.get(sku, 0)]).get(found.get(sku, 0), []) if unit.code == code}
            wishes = [Wish(found[sku], Decimal(quantity), note, Decimal(par) if par else None, boxes.get(sku)) for sku, quantity, par, note in wanted if sku in found]
            if wishes:
                actions.make_list(actor, name=name, scope=whose, wishes=wishes)

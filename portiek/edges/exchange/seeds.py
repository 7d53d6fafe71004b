"""In the demo: what the purchasing system of Bakker sent, what became of it, and the catalogue that it takes in."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from portiek.core.db import scope
from portiek.edges.exchange import actions
from portiek.edges.exchange.ubl.change import write_cancellation
from portiek.edges.exchange.ubl.order import write_order
from portiek.edges.exchange.ubl.records import Cancellation, Code, Item, Order, OrderLine, Party
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.parties.queries import own_party

BUYER = Party("Bouwbedrijf Bakker B.V.", Code("0088", "8712345678906"), (Code("0088", "8712345678906"),), "NL004495445B01", Code("0106", "12345678"), "Youssef El Amrani")
# (number, hours ago, currency, lines: seller's number, name, quantity, price)
ORDERS: list[tuple[str, int, str, list[tuple[str, str, int, str | None]]]] = [
    ("INK-2026-0412", 75, "EUR", [("GP-125-2600", "Gipsplaat AK 12,5 mm", 60, None), ("MS-C75-26", "Metal stud C 75", 24, None)]),
    ("INK-2026-0418", 51, "USD", [("GP-125-2600", "Gipsplaat AK 12,5 mm", 120, None)]),
    ("INK-2026-0421", 27, "EUR", [("GP-125-2600", "Gipsplaat AK 12,5 mm", 60, None), ("MS-C75-62", "Metal stud C 75", 24, None), ("SS-3535", "Schroef 3,5 × 35", 2, None)]),
    ("INK-2026-0425", 2, "EUR", [("GP-125-2600", "Gipsplaat AK 12,5 mm", 60, "6.10"), ("MS-C75-26", "Metal stud C 75", 24, None)]),
]


def seed(size: str) -> None:
    """Send the orders and ask for a catalogue; nothing but in the demo."""
    if size != "demo":
        return
    sanne, now = Cast().sanne, timezone.now()
    for number, hours, currency, lines in ORDERS:
        sent = tuple(OrderLine(str(place * 10), Item(name, sellers=sku), Decimal(quantity), price=Decimal(price) if price else None) for place, (sku, name, quantity, price) in enumerate(lines, 1))
        document = Order(number, timezone.localdate(now - timedelta(hours=hours)), currency, BUYER, Party("Van Dijk Bouwmaterialen"), sent, reference="Werk Parkweg")
        with scope(sanne):
            actions.receive_order(sanne, content=write_order(document), name=f"{number}.xml", now=now - timedelta(hours=hours))
    with scope(sanne):
        cancelled = write_cancellation(Cancellation("INK-2026-0418-A", timezone.localdate(now), "INK-2026-0418", BUYER, Party("Van Dijk Bouwmaterialen"), "Dubbel besteld"))
        actions.receive_order(sanne, content=cancelled, name="INK-2026-0418-A.xml", now=now - timedelta(hours=1))
        actions.ask_catalogue(sanne, party=own_party(sanne), since="", day=timezone.localdate(now), now=now)

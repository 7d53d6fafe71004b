"""What was said of lines that were confirmed otherwise, asked or wanted otherwise, as it stands now: of rows that somebody has in hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portiek.trade.orders import rules
from portiek.trade.orders.models import Order, OrderLine, Reply


@dataclass(frozen=True)
class Otherwise:
    """A line that was confirmed otherwise than it was ordered, the fingerprint of that confirmation (`seen`), and what was decided and asked last about it."""

    line: OrderLine
    seen: str
    decided: Reply | None = None
    asked: Reply | None = None

    @property
    def waits(self) -> bool:
        """Whether the party has still to say something of it; while its question is open, staff have."""
        return self.decided is None and not (self.asked is not None and self.asked.waits)


def fingerprint(line: OrderLine) -> str:
    """Return by what a confirmation of a line is known again."""
    return rules.content_hash({"answer": line.answer, "quantity": rules.plain(line.confirmed_quantity), "price": rules.plain(line.confirmed_price), "day": str(line.confirmed_on or ""), "sku": line.confirmed_sku})[:16]


def otherwise(lines: Iterable[OrderLine], said: Iterable[Reply]) -> list[Otherwise]:
    """Return the lines of an order that were confirmed otherwise, with what was said of each as it stands now."""
    by_seen: dict[tuple[int | None, str], dict[bool, Reply]] = {}
    for row in said:
        by_seen.setdefault((row.position, row.seen), {})[row.kind == Reply.Kind.ASKED] = row
    found = []
    for line in lines:
        if line.answer in rules.OTHERWISE:
            seen = fingerprint(line)
            about = by_seen.get((line.position, seen), {})
            found.append(Otherwise(line, seen, about.get(False), about.get(True)))
    return found


def unanswered(order: Order, said: Iterable[Reply]) -> list[Reply]:
    """Return what staff still have to answer of an order; of one that is over nothing can be made otherwise."""
    return [row for row in said if row.waits and not (row.kind == Reply.Kind.WISHED and order.status in rules.ENDED)]


def wish_of(order: Order, said: Iterable[Reply]) -> Reply | None:
    """Return what is wanted otherwise of an order and not answered: one at a time."""
    return next((row for row in unanswered(order, said) if row.kind == Reply.Kind.WISHED), None)


def why_not_wish(order: Order, said: Iterable[Reply]) -> str | None:
    """Return why nobody can ask the staff to change an order, of which this was said; or None when somebody can."""
    return rules.why_not_wish(order.status, order.delivery, order.changeable_until, is_open=wish_of(order, said) is not None)

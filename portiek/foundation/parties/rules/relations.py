"""What may be in a mandate, and where one stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

# What a parent company gets of its subsidiary unless more is agreed: reading.
READING = ("catalog.view", "price.view", "order.view", "invoice.view", "balance.view", "agreement.view", "file.view")
# Of those that one company asked and nobody confirmed yet.
MOST_ASKED = 20


def why_not_mandate(*, rights: Collection[str], mandatable: Iterable[str], held: Collection[str] | None, starts_on: date, ends_on: date | None, today: date) -> str | None:
    """Return why a mandate cannot be given so, or None. `held`: the rights of who gives it, over the whole company (None: staff, who give what a party can have)."""
    if not rights:
        return "mandate-empty"
    if not set(rights) <= set(mandatable):
        return "mandate-right"
    if held is not None and not set(rights) <= set(held):
        return "mandate-beyond"
    if ends_on is not None and (ends_on < starts_on or ends_on < today):
        return "mandate-days"
    return None


def state_of(*, confirmed: bool, ended: bool, starts_on: date, ends_on: date | None, today: date) -> str:
    """Return where a mandate stands: asked, refused (ended before it was confirmed), ended, over (its last day is past), later or now."""
    if not confirmed:
        return "refused" if ended else "asked"
    if ended:
        return "ended"
    if ends_on is not None and ends_on < today:
        return "over"
    return "later" if starts_on > today else "now"

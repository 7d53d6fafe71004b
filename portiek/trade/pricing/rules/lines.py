"""What may stand in lists and agreements, and which days meet. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portiek.trade.pricing.records import PriceLineRecord, PriceListRecord

ZERO = Decimal(0)


def wrong_line(has_product: bool, discount_group: str, price: Decimal | None, percent: Decimal | None) -> str | None:
    """Return what is wrong with a line of an agreement: "target", "reward" or nothing."""
    if has_product == bool(discount_group):
        return "target"
    if (price is None) == (percent is None) or (price is not None and not has_product):
        return "reward"
    return None


def same_step(quantity: Decimal) -> tuple[Decimal, ...]:
    """Return the quantities that mean the same as this one where a line begins: nothing and one are both from the first."""
    return (ZERO, Decimal(1)) if quantity in (0, 1) else (quantity,)


def overlap(first: tuple[date | None, date | None], second: tuple[date | None, date | None]) -> bool:
    """Whether two times, each with both days in it and open where None, share a day."""
    return all(start is None or end is None or start <= end for start, end in ((first[0], second[1]), (second[0], first[1])))


def within(first: tuple[date | None, date | None], second: tuple[date | None, date | None]) -> bool:
    """Whether the first time lies wholly in the second."""
    return (second[0] is None or (first[0] is not None and first[0] >= second[0])) and (second[1] is None or (first[1] is not None and first[1] <= second[1]))


def wrong_list(item: PriceListRecord) -> str | None:
    """Return why a price list from the ERP cannot be taken, or None."""
    if not item.external_id or len(item.external_id) > 64 or not item.code or len(item.code) > 40:
        return "bad_code"
    if item.tiers not in ("all_units", "incremental"):
        return "bad_tiers"
    return "bad_name" if not item.name or len(item.name) > 120 or len(item.currency) != 3 else None


def wrong_list_line(line: PriceLineRecord) -> str | None:
    """Return why a line of a price list cannot be taken, or None."""
    if not (line.min_quantity.is_finite() and 0 <= line.min_quantity < 10**8):
        return "bad_quantity"
    if line.price is not None and not (line.price.is_finite() and 0 <= line.price < 10**10):
        return "bad_price"
    if line.valid_from and line.valid_until and line.valid_until < line.valid_from:
        return "bad_days"
    return "too_long" if len(line.note) > 200 else None

"""What may stand in agreements, discounts, surcharges and minimum prices that the ERP keeps. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portiek.trade.pricing.records import AgreementLineRecord, AgreementRecord, DiscountRecord, FloorRecord, SurchargeRecord
from portiek.trade.pricing.rules.lines import wrong_line

MOST_PERCENT, MOST_MARKUP, CENT = Decimal(100), Decimal(9999), Decimal("0.01")


def _wrong_days(first: date | None, last: date | None) -> str | None:
    return "bad_days" if first and last and last < first else None


def _wrong_percent(percent: Decimal | None) -> str | None:
    """The portal keeps two decimals, and rounds nothing that somebody agreed."""
    fits = percent is None or (percent.is_finite() and 0 <= percent <= MOST_PERCENT and percent == percent.quantize(CENT))
    return None if fits else "bad_percent"


def _wrong_price(price: Decimal | None) -> str | None:
    return None if price is None or (price.is_finite() and 0 <= price < 10**10) else "bad_price"


def wrong_agreement(item: AgreementRecord) -> str | None:
    """Return why an agreement cannot be taken, or None."""
    if not item.external_id or len(item.external_id) > 64 or not item.number or len(item.number) > 40 or item.tiers not in ("all_units", "incremental"):
        return "bad_code"
    if not item.name or len(item.name) > 120:
        return "bad_name"
    return "bad_whose" if (item.party is None) == (item.group is None) else _wrong_days(item.valid_from, item.valid_until)


def wrong_agreement_line(line: AgreementLineRecord) -> str | None:
    """Return why a line of an agreement cannot be taken, or None."""
    if wrong := wrong_line(line.product is not None, line.discount_group, line.price, line.percent):
        return f"bad_{wrong}"
    if len(line.discount_group) > 20:
        return "bad_code"
    if not (line.min_quantity.is_finite() and 0 <= line.min_quantity < 10**8) or (line.agreed is not None and not (line.agreed.is_finite() and 0 < line.agreed < 10**11 and line.product is not None)):
        return "bad_quantity"
    return _wrong_price(line.price) or _wrong_percent(line.percent)


def wrong_discount(item: DiscountRecord) -> str | None:
    """Return why a discount cannot be taken, or None."""
    if not item.external_id or len(item.external_id) > 64 or not item.discount_group or len(item.discount_group) > 20:
        return "bad_code"
    return "bad_whose" if (item.party is None) == (item.group is None) else _wrong_percent(item.percent) or _wrong_days(item.valid_from, item.valid_until)


def wrong_surcharge(item: SurchargeRecord) -> str | None:
    """Return why a surcharge cannot be taken, or None."""
    if not item.external_id or len(item.external_id) > 64 or len(item.discount_group) > 20:
        return "bad_code"
    if not item.name or len(item.name) > 80:
        return "bad_name"
    if (item.product is not None) == bool(item.discount_group):
        return "bad_target"
    if (item.percent is None) == (item.amount is None) or item.percent == 0 or item.amount == 0:
        return "bad_reward"
    return _wrong_percent(item.percent) or _wrong_price(item.amount) or _wrong_days(item.valid_from, item.valid_until)


def wrong_floor(item: FloorRecord) -> str | None:
    """Return why a minimum price cannot be taken, or None."""
    if not item.external_id or len(item.external_id) > 64 or len(item.discount_group) > 20:
        return "bad_code"
    if (item.product is not None) == bool(item.discount_group):
        return "bad_target"
    if (item.percent is None) == (item.amount is None) or item.amount == 0:
        return "bad_reward"
    if item.amount is not None and item.product is None:
        return "amount_of_group"
    if item.percent is not None and not (item.percent.is_finite() and 0 <= item.percent <= MOST_MARKUP and item.percent == item.percent.quantize(CENT)):
        return "bad_markup"
    return _wrong_price(item.amount) or _wrong_days(item.valid_from, item.valid_until)

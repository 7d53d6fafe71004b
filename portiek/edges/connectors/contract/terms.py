"""What was agreed about prices, as an ERP and the portal speak of it; the conventions stand in the package's docstring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AgreementLineRecord:
    """A net `price` or a `discount` on the list price, for one `product` (external id) or one `discount_group`, from `min_quantity` on. `agreed`: how many units are to be taken; None: nothing was said."""

    product: str | None
    discount_group: str
    min_quantity: Decimal
    price: Decimal | None
    discount: Decimal | None
    agreed: Decimal | None


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """What was agreed for a time with one `party` (external id), or with the customer group with the code `group`; its lines are all there are. Both days count, None: open. `tiers` as of a price list."""

    external_id: str
    party: str | None
    group: str | None
    number: str
    name: str
    valid_from: date | None
    valid_until: date | None
    note: str
    lines: tuple[AgreementLineRecord, ...]
    active: bool
    tiers: str = "all_units"


@dataclass(frozen=True, slots=True)
class DiscountRecord:
    """What a `party` (external id), or the members of the customer group with the code `group`, pay less than the list price of all products of a discount group, where no price list has them. Both days count, None: open."""

    external_id: str
    party: str | None
    discount_group: str
    discount: Decimal
    valid_from: date | None
    valid_until: date | None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class SurchargeRecord:
    """What comes on top of every price of one `product` (external id) or one `discount_group` for a time: a `rate` of the price, or an `amount` per unit. `name` as customers read it."""

    external_id: str
    name: str
    product: str | None
    discount_group: str
    rate: Decimal | None
    amount: Decimal | None
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class FloorRecord:
    """What one `product` (external id), or each of one `discount_group`, never costs less than: an `amount` per unit (of a product only), or its cost price and a `markup` of that. `agreements_below`: agreements may go below it."""

    external_id: str
    product: str | None
    discount_group: str
    amount: Decimal | None
    markup: Decimal | None
    agreements_below: bool
    valid_from: date | None
    valid_until: date | None

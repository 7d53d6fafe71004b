"""What the ERP says about prices, in this module's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portiek.trade.catalog.records import Problem


@dataclass(frozen=True, slots=True)
class PriceLineRecord:
    """One step of a list; `product` is an external id; `price` None: on request. Both days count."""

    product: str
    min_quantity: Decimal = Decimal(0)
    price: Decimal | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriceListRecord:
    """A price list; its lines replace all the portal had of it, or of its products after `after` up to and including `until`, in the order of code points. `fallback` is an external id, `tiers` all_units or incremental."""

    external_id: str
    code: str
    name: str
    currency: str = "EUR"
    lines: tuple[PriceLineRecord, ...] = field(default=(), repr=False)
    fallback: str | None = None
    active: bool = True
    tiers: str = "all_units"
    after: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class AgreementLineRecord:
    """A price, or a percentage off the list price, for one product (external id) or one discount group; `agreed`: units to be taken."""

    product: str | None
    discount_group: str = ""
    min_quantity: Decimal = Decimal(0)
    price: Decimal | None = None
    percent: Decimal | None = None
    agreed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """What was agreed with a party (external id) or with a customer group (code); its lines are all there are. Both days count."""

    external_id: str
    number: str
    name: str
    party: str | None = None
    group: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    note: str = ""
    tiers: str = "all_units"
    lines: tuple[AgreementLineRecord, ...] = field(default=(), repr=False)
    active: bool = True


@dataclass(frozen=True, slots=True)
class DiscountRecord:
    """A percentage off the list price of a discount group for a party (external id) or for a customer group (code)."""

    external_id: str
    party: str | None
    discount_group: str
    percent: Decimal
    valid_from: date | None = None
    valid_until: date | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class SurchargeRecord:
    """A percentage of the price, or an amount per unit, on top of what a product (external id) or all of a discount group cost."""

    external_id: str
    name: str
    product: str | None = None
    discount_group: str = ""
    percent: Decimal | None = None
    amount: Decimal | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class FloorRecord:
    """What a product (external id), or each of a discount group, never costs less than: an amount, or its cost price and a percentage."""

    external_id: str
    product: str | None = None
    discount_group: str = ""
    amount: Decimal | None = None
    percent: Decimal | None = None
    agreements_below: bool = False
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch of lists did, in lines."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()

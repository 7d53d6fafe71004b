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
    """A price list; its lines replace all the portal had of it. `fallback` is an external id."""

    external_id: str
    code: str
    name: str
    currency: str = "EUR"
    lines: tuple[PriceLineRecord, ...] = field(default=(), repr=False)
    fallback: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch of lists did, in lines."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()

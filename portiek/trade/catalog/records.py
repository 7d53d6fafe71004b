"""What the ERP says about products, in this module's own words. Ids are the ERP's, as text; a rate is in percent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A group of products; `parent` is an external id."""

    external_id: str
    code: str
    name: str
    name_en: str = ""
    parent: str | None = None
    active: bool = True
    position: int = 0


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """Something sold. `category` is an external id; `list_price` None: on request; `active` False: no longer sold."""

    external_id: str
    sku: str
    name: str
    name_en: str = ""
    description: str = ""
    category: str | None = None
    unit_code: str = "C62"
    unit_label: str = "stuk"
    ean: str = ""
    min_quantity: Decimal = ONE
    step_quantity: Decimal = ONE
    list_price: Decimal | None = None
    tax_rate: Decimal = Decimal(21)
    discount_group: str = ""
    weight: Decimal | None = None
    active: bool = True
    version: str = ""


@dataclass(frozen=True, slots=True)
class StockRecord:
    """Stock of one product (external id) in one warehouse."""

    external_id: str
    product: str
    warehouse: str
    warehouse_name: str = ""
    on_hand: Decimal = Decimal(0)
    available: Decimal = Decimal(0)
    expected_at: date | None = None
    expected_quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one record was left out; the rest was applied. `code` for machines, `external_id` the record's."""

    external_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch did."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = field(default=())

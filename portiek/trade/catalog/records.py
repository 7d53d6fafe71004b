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
class UnitRecord:
    """A unit in which a product is ordered beside its sales unit; `factor`: sales units in one of it, `weight` in kg of one of it."""

    code: str
    label: str
    factor: Decimal
    label_en: str = ""
    ean: str = ""
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FamilyRecord:
    """What a product is a version of; `axes`: codes of the attributes in which its versions differ, empty: whatever differs."""

    external_id: str
    code: str
    name: str
    name_en: str = ""
    axes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """Something sold. `category` is an external id; `list_price` None: on request; `active` False: no longer sold; `lead_days`: working days to get what is not there; `units` None: the ERP says nothing of other units; `family` None: a version of nothing."""

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
    lead_days: int | None = None
    units: tuple[UnitRecord, ...] | None = None
    family: FamilyRecord | None = None


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
class SaidRecord:
    """What one attribute of a product is: `code` (of ETIM where there is one), its names and kind (text, number, range, logic), its unit, and the value as text."""

    code: str
    name: str
    kind: str
    value: str
    name_en: str = ""
    unit: str = ""
    value_en: str = ""


# By which code the brand of a product is said.
BRAND = "brand"


def brand(name: str) -> SaidRecord:
    """Return what says of which brand a product is."""
    return SaidRecord(BRAND, "Merk", "text", name.strip()[:200], "Brand")


@dataclass(frozen=True, slots=True)
class AttributesRecord:
    """All that the ERP says of one product (external id)."""

    product: str
    attributes: tuple[SaidRecord, ...]


@dataclass(frozen=True, slots=True)
class PictureRecord:
    """Which picture the ERP has of one product (external id): a marker that changes with it; empty: none."""

    product: str
    marker: str


@dataclass(frozen=True, slots=True)
class RelationRecord:
    """Another product (external id) that a product leads to, as successor, alternative or accessory."""

    kind: str
    other: str


@dataclass(frozen=True, slots=True)
class RelationsRecord:
    """All that the ERP says that one product (external id) leads to, in its order."""

    product: str
    relations: tuple[RelationRecord, ...]


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

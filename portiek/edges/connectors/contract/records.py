"""The records an ERP and the portal speak in; the conventions stand in the package's docstring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from portiek.edges.connectors.contract.terms import AgreementRecord, DiscountRecord, FloorRecord, SurchargeRecord

PartyKind = Literal["customer", "dealer", "supplier", "person"]
# The portal's order states (docs/reference): an ERP never reports the ones before `transmitted` except `draft`, a sale
# that somebody in the ERP is still typing: show it to nobody and never move an order of the portal back to it.
OrderState = Literal["draft", "transmitted", "confirmed", "on_hold", "in_progress", "completed", "cancelled", "rejected"]
DeliveryState = Literal["none", "partial", "shipped"]
InvoiceState = Literal["open", "partially_paid", "paid", "cancelled"]
ShipmentState = Literal["planned", "picking", "shipped", "delivered", "cancelled"]


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """Where a party lives, is delivered to or is invoiced.

    `street` holds the street with the number; `country` is ISO 3166-1 alpha-2. Source: `party.address`.
    """

    external_id: str
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    is_invoice: bool
    is_delivery: bool
    active: bool


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A person who works for a party. Source: `party.relation.all` and the related `party.party`."""

    external_id: str
    name: str
    role: str
    email: str
    phone: str
    active: bool


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A company or person the portal's owner trades with.

    `credit_limit` in money, None: no limit. `payment_days` None: unknown. `price_list` is the external id of a
    `PriceListRecord`; None: this party pays the product's list price. `language` is ISO 639-1.
    """

    external_id: str
    number: str
    name: str
    kind: PartyKind
    language: str
    vat_number: str
    coc_number: str
    email: str
    phone: str
    credit_limit: Decimal | None
    payment_days: int | None
    price_list: str | None
    addresses: tuple[AddressRecord, ...]
    contacts: tuple[ContactRecord, ...]
    active: bool
    # Codes of the customer groups that it is in; None: the ERP says nothing about groups.
    groups: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A group of products; `names` by language, `parent` is an external id."""

    external_id: str
    code: str
    names: Mapping[str, str]
    parent: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit of measure: UN/ECE Recommendation 20 `code` ("C62" when the ERP has none) and the ERP's own label."""

    external_id: str
    code: str
    label: str


AttributeKind = Literal["text", "number", "range", "logic"]


@dataclass(frozen=True, slots=True)
class AttributeRecord:
    """What one attribute of a product is: `code` of ETIM where the ERP has one, `names` and `values` by language.

    A number is written with a point and without its unit, a range as "10..20", yes or no as "1" or "0": of these the first value counts.
    """

    code: str
    names: Mapping[str, str]
    kind: AttributeKind
    unit: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PackRecord:
    """Another unit in which a product is ordered: `code` of UN/ECE Recommendation 20 (or 21 with an X in front), `names` by language, `factor` sales units in one of it, `weight` in kg of one of it."""

    code: str
    names: Mapping[str, str]
    factor: Decimal
    ean: str = ""
    weight: Decimal | None = None


RelationKind = Literal["successor", "alternative", "accessory"]


@dataclass(frozen=True, slots=True)
class RelationRecord:
    """Another product (external id) that a product leads to: what comes in its place, what may be taken instead, what goes with it."""

    kind: RelationKind
    product: str


DocumentKind = Literal["safety", "performance", "technical", "manual", "drawing", "certificate", "picture", "other"]


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document of a product: its kind, and the address it can be fetched from. `language` is ISO 639-1, empty: none, or several; `title` where there are several of one kind and language."""

    kind: DocumentKind
    source: str
    title: str = ""
    language: str = ""
    version: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class FamilyRecord:
    """What a product is one of several versions of: `code` as people know it, `names` by language, `axes` the codes of the attributes in which its versions differ (empty: whatever differs)."""

    external_id: str
    code: str
    names: Mapping[str, str]
    axes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """Something sold, in its sales unit.

    `list_price` per one `unit`, None: price on request. `quantity_step` and `min_quantity` in `unit`. `weight` in kg
    per `unit`. `tax_rate` is the domestic rate without the party's tax rule. `image` is what `document("product", id,
    "image")` fetches, a marker that changes with the picture; None: no picture. `discount_group` is a code that
    discounts of parties name. `packs`: its other units; None: the ERP knows none, so that those of the portal stay. `attributes` and `relations` are all that the ERP says of it, in its order.
    `family` None: a version of nothing, as far as the ERP knows. `documents`: all that it names; None: it says nothing of documents. `lead_days`: working days to get what is not in stock. `brand`: as customers know it; empty: none, or not known.
    """

    external_id: str
    sku: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    category: str | None
    categories: tuple[str, ...]
    unit: UnitRecord
    quantity_step: Decimal
    min_quantity: Decimal
    ean: str
    list_price: Decimal | None
    tax_rate: Decimal
    weight: Decimal | None
    is_service: bool
    image: str | None
    active: bool
    discount_group: str = ""
    packs: tuple[PackRecord, ...] | None = None
    attributes: tuple[AttributeRecord, ...] = ()
    family: FamilyRecord | None = None
    relations: tuple[RelationRecord, ...] = ()
    documents: tuple[DocumentRecord, ...] | None = None
    lead_days: int | None = None
    brand: str = ""


@dataclass(frozen=True, slots=True)
class PriceLineRecord:
    """One step of a price list: `price` for all units from `min_quantity` on.

    The line that counts is the one with the largest `min_quantity` not above the quantity among the lines of the
    product that are valid on the day (`valid_from` and `valid_until` both included, None: open). Lines of one product
    never tie. `price` None: the ERP has no price there, so the portal shows "on request", not the list price. `note`
    says which rule of the ERP made it.
    """

    product: str
    min_quantity: Decimal
    price: Decimal | None
    valid_from: date | None
    valid_until: date | None
    note: str


@dataclass(frozen=True, slots=True)
class PriceListRecord:
    """A price list expanded to absolute net prices for every product sold; it replaces all lines of it there were.

    `code`: the ERP's short name, empty when it has none. `fallback`: the list asked for what this one lacks.
    `tiers`: "all_units", or "incremental" where each step's price is that of the units from there on alone.
    A very long list comes in portions, by product in the order of code points: the lines then replace those of products after `after` up to and including `until` alone; None: from the first, to the last.
    """

    external_id: str
    name: str
    currency: str
    lines: tuple[PriceLineRecord, ...]
    active: bool
    code: str = ""
    fallback: str | None = None
    tiers: str = "all_units"
    after: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class StockRecord:
    """The stock of one product in one warehouse, in the product's sales unit.

    `available` is what may be promised today: on hand less all that is still to leave, at least 0. `expected_*` is the
    next receipt planned; a date before today is a late one.
    """

    external_id: str
    product: str
    warehouse: str
    warehouse_name: str
    on_hand: Decimal
    available: Decimal
    expected_at: date | None
    expected_quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class OrderLineRecord:
    """A line of an order; `product` None: text or a cost of the ERP's own.

    `requested_date` and `confirmed_date` are shipping days; `confirmed_date` None until the ERP has planned it.
    """

    external_id: str
    position: int
    product: str | None
    sku: str
    description: str
    quantity: Decimal
    unit: UnitRecord | None
    unit_price: Decimal
    amount: Decimal
    tax_rate: Decimal
    requested_date: date | None
    confirmed_date: date | None
    shipped_quantity: Decimal


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """A sales order; `reference` is the portal's key when the portal placed it.

    `source_state` is the ERP's own word.
    """

    external_id: str
    number: str
    reference: str
    party: str
    state: OrderState
    source_state: str
    delivery_state: DeliveryState
    order_date: date | None
    requested_date: date | None
    currency: str
    delivery_address: str | None
    lines: tuple[OrderLineRecord, ...]
    untaxed_amount: Decimal
    tax_amount: Decimal
    total_amount: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class ShipmentLineRecord:
    """What of an order line is in a shipment, in `unit`; `order_line` is an external id."""

    external_id: str
    product: str
    sku: str
    quantity: Decimal
    unit: UnitRecord | None
    order: str | None
    order_line: str | None


@dataclass(frozen=True, slots=True)
class ShipmentRecord:
    """A delivery to a party; `orders` are external ids, `tracking` the carrier's references."""

    external_id: str
    number: str
    party: str
    state: ShipmentState
    orders: tuple[str, ...]
    lines: tuple[ShipmentLineRecord, ...]
    delivery_address: str | None
    planned_at: date | None
    shipped_at: date | None
    carrier: str
    tracking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvoiceLineRecord:
    """A line of an invoice, as posted."""

    external_id: str
    product: str | None
    description: str
    quantity: Decimal
    unit: UnitRecord | None
    unit_price: Decimal
    amount: Decimal
    tax_rate: Decimal
    order_line: str | None


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """A posted customer invoice; amounts of a credit note are negative and `is_credit` is set.

    `amount_open` has the sign of total.
    """

    external_id: str
    number: str
    party: str
    state: InvoiceState
    is_credit: bool
    invoice_date: date | None
    due_date: date | None
    currency: str
    reference: str
    orders: tuple[str, ...]
    lines: tuple[InvoiceLineRecord, ...]
    untaxed_amount: Decimal
    tax_amount: Decimal
    total_amount: Decimal
    amount_open: Decimal


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """Money received from a party (negative: paid back); `invoices` are the numbers it was booked on."""

    external_id: str
    party: str
    paid_on: date
    amount: Decimal
    invoices: tuple[str, ...]
    reference: str


type_of_record = {
    "party": PartyRecord,
    "agreement": AgreementRecord,
    "discount": DiscountRecord,
    "surcharge": SurchargeRecord,
    "floor": FloorRecord,
    "category": CategoryRecord,
    "product": ProductRecord,
    "price_list": PriceListRecord,
    "stock": StockRecord,
    "order": OrderRecord,
    "shipment": ShipmentRecord,
    "invoice": InvoiceRecord,
    "payment": PaymentRecord,
}
Record = PartyRecord | AgreementRecord | DiscountRecord | SurchargeRecord | FloorRecord | CategoryRecord | ProductRecord | PriceListRecord | StockRecord | OrderRecord | ShipmentRecord | InvoiceRecord | PaymentRecord

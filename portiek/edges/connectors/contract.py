"""What an ERP connector offers the portal, and the records it speaks in.

One small class per ERP implements `Connector`; the portal's side (tables, retries, logs, screens) is written once
against this page. Nothing here knows Django, a vendor or a database. Conventions for every record:

- amounts, prices, quantities and rates are `Decimal`, never float; money is in the ERP company's currency unless
  `currency` says otherwise;
- a rate is a fraction (`Decimal("0.21")` is 21 %); prices are net of tax, per one sales unit, with the discounts of
  the line in them;
- a `datetime` is aware; a `date` is the ERP company's calendar day; ids are the ERP's own, as text, and opaque;
- tuples, not lists: a record never changes, and two readings of the same data are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

PartyKind = Literal["customer", "dealer", "supplier", "person"]
# The portal's order states (docs/reference): an ERP never reports the ones before `transmitted` except `draft`, a sale
# that somebody in the ERP is still typing: show it to nobody and never move an order of the portal back to it.
OrderState = Literal[
    "draft", "transmitted", "confirmed", "on_hold", "in_progress", "completed", "cancelled", "rejected"
]
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


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """Something sold, in its sales unit.

    `list_price` per one `unit`, None: price on request. `quantity_step` and `min_quantity` in `unit`. `weight` in kg
    per `unit`. `tax_rate` is the domestic rate without the party's tax rule. `image` is what `document("product", id,
    "image")` fetches, a marker that changes with the picture; None: no picture.
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
    """A price list expanded to absolute net prices for every product sold; it replaces all lines of it there were."""

    external_id: str
    name: str
    currency: str
    lines: tuple[PriceLineRecord, ...]
    active: bool


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
    "category": CategoryRecord,
    "product": ProductRecord,
    "price_list": PriceListRecord,
    "stock": StockRecord,
    "order": OrderRecord,
    "shipment": ShipmentRecord,
    "invoice": InvoiceRecord,
    "payment": PaymentRecord,
}
Record = (
    PartyRecord
    | CategoryRecord
    | ProductRecord
    | PriceListRecord
    | StockRecord
    | OrderRecord
    | ShipmentRecord
    | InvoiceRecord
    | PaymentRecord
)


# --- pulling
# -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record could not be mapped: for the quarantine, with what the ERP sent."""

    text: str
    payload: str


@dataclass(frozen=True, slots=True)
class Change:
    """One record as it is now; `data` None and `problem` None: gone, or no longer of concern to the portal.

    `version` is opaque: only compare it. Equal (entity, external_id, version) means equal data, so a row seen twice is
    skipped. `seen_at` is the portal's clock, for "as of" on screen.
    """

    entity: str
    external_id: str
    version: str
    data: Record | None
    seen_at: datetime
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of changes; store `cursor` in the transaction that stores the changes. `more`: ask again now."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class FeedCapability:
    """How a feed behaves; `full_every_hours`: what the cursor cannot see, a full run must find."""

    cursor: Literal["counter", "time", "none"]
    has_deletions: bool
    page_size: int
    full_every_hours: int


@dataclass(frozen=True, slots=True)
class CommandCapability:
    """What a command supports in the ERP."""

    supports_version: bool
    has_idempotency: bool
    is_async: bool


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connector offers; calls None: no limit of its own."""

    feeds: Mapping[str, FeedCapability]
    commands: Mapping[str, CommandCapability]
    documents: Mapping[str, tuple[str, ...]]
    calls_per_minute: int | None = None
    calls_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The outcome of a real connection; `clock_skew` in seconds, positive: the ERP is ahead.

    `missing` are rights it lacks.
    """

    ok: bool
    version: str
    clock_skew: float | None
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blob:
    """A document with its media type and a file name without a path."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A question for a price: `quantity` in the product's sales unit."""

    product: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """The ERP's own answer, net per sales unit; None: it has none."""

    product: str
    quantity: Decimal
    unit_price: Decimal | None


# --- pushing
# -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """Something the ERP must do; `key` is unique per connector and is the reference people see in the ERP."""

    kind: str
    key: str
    aggregate: str
    external_id: str | None = None
    base_version: str | None = None
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewOrderLine:
    """A line of `create_order`; `unit_price` is what the customer was told, net per unit."""

    product: str
    quantity: Decimal
    unit_price: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """The payload of `create_order`.

    `customer_reference` is the buyer's own number; `delivery_address` and `warehouse` are external ids.
    """

    party: str
    lines: tuple[NewOrderLine, ...]
    requested_date: date | None = None
    delivery_address: str | None = None
    customer_reference: str = ""
    note: str = ""
    warehouse: str | None = None

    def as_payload(self) -> dict[str, object]:
        """Return JSON-safe values: decimals and dates as text."""
        return {
            "party": self.party,
            "lines": [
                {
                    "product": line.product,
                    "quantity": str(line.quantity),
                    "unit_price": None if line.unit_price is None else str(line.unit_price),
                    "note": line.note,
                }
                for line in self.lines
            ],
            "requested_date": self.requested_date.isoformat() if self.requested_date else None,
            "delivery_address": self.delivery_address,
            "customer_reference": self.customer_reference,
            "note": self.note,
            "warehouse": self.warehouse,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, object]) -> NewOrder:
        """Read what `as_payload` wrote. Raises ValueError on anything else."""
        lines = payload.get("lines")
        if not payload.get("party") or not isinstance(lines, list | tuple) or not lines:
            raise ValueError("create_order needs a party and lines")
        try:
            requested = payload.get("requested_date")
            address, warehouse = payload.get("delivery_address"), payload.get("warehouse")
            return cls(
                party=str(payload["party"]),
                lines=tuple(
                    NewOrderLine(
                        product=str(line["product"]),
                        quantity=Decimal(str(line["quantity"])),
                        unit_price=None if line.get("unit_price") is None else Decimal(str(line["unit_price"])),
                        note=str(line.get("note") or ""),
                    )
                    for line in lines
                ),
                requested_date=date.fromisoformat(str(requested)) if requested else None,
                delivery_address=str(address) if address else None,
                customer_reference=str(payload.get("customer_reference") or ""),
                note=str(payload.get("note") or ""),
                warehouse=str(warehouse) if warehouse else None,
            )
        except (KeyError, ArithmeticError, AttributeError, TypeError) as error:
            raise ValueError(f"create_order: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Done:
    """Applied, now or by an earlier try; `data` is what the ERP made of it, `number` its own number."""

    external_id: str
    version: str
    number: str
    data: Record | None


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted, not applied yet: ask `find` later."""

    token: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The ERP says no: a retry is no use. `fault` set: a fault of the mapping or the settings, raise an alarm.

    `external_id` is set when the ERP keeps something of it, such as an order left as a quotation.
    """

    code: str
    text: str
    field: str = ""
    fault: bool = False
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody changed the record since `base_version`; nothing was written."""

    current: Change


@dataclass(frozen=True, slots=True)
class NeedsDecision:
    """The ERP warns and a person must decide; nothing of this step was written."""

    code: str
    text: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after `after` seconds; `maybe_done`: the ERP may have done (part of) it, so `find` comes first."""

    after: float
    maybe_done: bool
    text: str = ""


Result = Done | Pending | Rejected | Conflict | NeedsDecision | Retry


@dataclass(frozen=True, slots=True)
class External:
    """What an earlier try left in the ERP; `complete`: nothing is left to do."""

    external_id: str
    version: str
    number: str
    complete: bool
    data: Record | None


class ConnectorError(Exception):
    """A read failed; `after` seconds until it makes sense to try again, None: only a person can help."""

    def __init__(self, text: str, *, code: str = "fault", after: float | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.after = after


class HttpAnswer(Protocol):
    """What a connector needs of an HTTP response."""

    @property
    def status_code(self) -> int: ...
    @property
    def content(self) -> bytes: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class HttpClient(Protocol):
    """The one way out.

    httpx's errors tell what was sent: nothing after `ConnectError`, `ConnectTimeout` and `PoolTimeout`.
    """

    def post(
        self, url: str, *, json: object = None, headers: dict[str, str] | None = None, timeout: float | None = None
    ) -> HttpAnswer: ...


@runtime_checkable
class Connector(Protocol):
    """One ERP. Reads raise ConnectorError; `push` never raises for what the ERP answers and never retries by itself."""

    def capabilities(self) -> Capabilities: ...
    def check(self) -> Health: ...
    def pull(self, entity: str, cursor: str | None, limit: int) -> Page: ...
    def keys(self, entity: str, after: str | None, limit: int) -> list[str]: ...
    def fetch(self, entity: str, external_id: str) -> Change: ...
    def document(self, entity: str, external_id: str, kind: str) -> Blob: ...
    def price(self, party: str, lines: list[PriceLine], day: date) -> list[Price]: ...
    def find(self, command: Command) -> External | None: ...
    def push(self, command: Command) -> Result: ...

"""What an ERP says about orders and shipments, as this module reads it. A connector makes these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OrderLineRecord:
    """A line of an order in the ERP. `product` is the external id of a product (None: text or costs); `position` counts from 1.

    `unit_price` is net per `unit` (its label; `unit_code` that of UN/ECE Recommendation 20); `confirmed_date` None: not planned yet.
    """

    external_id: str
    position: int
    sku: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    tax_rate: Decimal = Decimal("21")
    unit: str = ""
    unit_code: str = ""
    product: str | None = None
    requested_date: date | None = None
    confirmed_date: date | None = None
    shipped_quantity: Decimal = Decimal("0")


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order in the ERP. `reference` is our number when the portal placed it; `party` is the external id of the party.

    `version` is opaque: the same one means nothing changed. `seen_at` is the portal's clock: an older record than the last is ignored.
    `state` is draft, transmitted, confirmed, in_progress, completed, rejected, on_hold or cancelled; `delivery_state` none, partial, shipped,
    delivered or backordered.
    """

    external_id: str
    version: str
    seen_at: datetime
    number: str
    reference: str
    party: str
    state: str
    delivery_state: str
    lines: tuple[OrderLineRecord, ...]
    untaxed_amount: Decimal
    tax_amount: Decimal
    total_amount: Decimal
    currency: str = "EUR"
    order_date: date | None = None
    requested_date: date | None = None
    customer_reference: str = ""
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentLineRecord:
    """What of an order line is in a shipment; `order` and `order_line` are external ids."""

    sku: str
    quantity: Decimal
    order: str | None = None
    order_line: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentRecord:
    """A delivery in the ERP; `orders` are external ids; `state` is planned, picking, shipped, delivered or cancelled.

    `tracking_url` is shown only when it is an https address.
    """

    external_id: str
    version: str
    seen_at: datetime
    number: str
    party: str
    state: str
    orders: tuple[str, ...]
    lines: tuple[ShipmentLineRecord, ...] = ()
    planned_on: date | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None
    carrier: str = ""
    tracking: tuple[str, ...] = field(default=())
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What the books hold of an order: the net they put a figure to, and whether an invoice (`more`) or a credit note (`less`) is for it too without saying how much."""

    net: Decimal
    more: bool = False
    less: bool = False

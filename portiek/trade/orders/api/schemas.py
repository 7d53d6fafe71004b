"""What orders look like to a machine: shapes of their own, never the tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from django.utils.translation import gettext_noop as _
from pydantic import ConfigDict, Field

from portiek.core.api import Day, Money, Number, Quantity, Schema, Text, one_of
from portiek.foundation.accounts.models import Period
from portiek.foundation.fields.api import FieldOut
from portiek.foundation.fields.models import Field as OwnField
from portiek.trade.approvals.models import Request, Step
from portiek.trade.orders import rules
from portiek.trade.orders.models import Order, OrderLine, Shipment

Status = Annotated[str, one_of(Order.Status.values)]
Delivery = Annotated[str, one_of(Order.Delivery.values)]
Invoicing = Annotated[str, one_of(Order.Invoice.values)]
Sync = Annotated[str, one_of(Order.Sync.values)]
Origin = Annotated[str, one_of(Order.Origin.values)]


class OrderParty(Schema):
    """Whose order it is."""

    number: str
    name: str


class OrderRow(Schema):
    """One order in a list, with its four axes."""

    number: str
    erp_number: Annotated[str, Field(description=_("The seller's own number, empty until there is one"))]
    party: Annotated[OrderParty | None, Field(description=_("Whose it is, for keys of the portal itself; else null"))]
    origin: Origin
    status: Status
    delivery: Delivery
    invoice: Invoicing
    sync: Annotated[Sync, Field(description=_("How far it is on its way into the seller's administration"))]
    reference: str
    placed_by: str
    placed_at: datetime
    confirmed_at: datetime | None
    expected_on: Annotated[date | None, Field(description=_("The last day on which something of it is still to leave"))]
    cancel_asked_at: datetime | None
    changed_at: datetime
    line_count: int
    currency: str
    net: Money
    tax: Money
    gross: Money


class ConfirmedOut(Schema):
    """What the seller made of a line."""

    answer: Annotated[str, one_of(OrderLine.Answer.values), Field(description=_("Code of UNCL1229: 1 added, 3 changed, 5 accepted, 7 not accepted."))]
    quantity: Number
    price: Money | None
    amount: Money | None
    ships_on: date | None


class OrderLineOut(Schema):
    """A line as it was ordered."""

    position: int
    sku: str
    own_number: str
    name: str
    note: str
    quantity: Number
    unit: Annotated[str, Field(description=_("UN/ECE Recommendation 20 code, empty where the seller gave none"))]
    unit_label: str
    price: Annotated[Money, Field(description=_("Of one unit, excluding VAT"))]
    list_price: Money | None
    tax_rate: Number
    amount: Money
    shipped_quantity: Number
    confirmed: Annotated[ConfirmedOut | None, Field(description=_("What the seller made of it; null until he has answered"))]


class SentOut(Schema):
    """How much of which line came with a shipment."""

    position: Annotated[int | None, Field(description=_("The line it belongs to; null for what was not ordered as a line"))]
    sku: str
    quantity: Number
    unit: str


class ShipmentOut(Schema):
    """A delivery with what of this order is in it."""

    number: str
    state: Annotated[str, one_of(Shipment.State.values)]
    carrier: str
    tracking: str
    tracking_url: str
    planned_on: date | None
    shipped_on: date | None
    delivered_on: date | None
    lines: list[SentOut]


class DecisionOut(Schema):
    """What a colleague decided."""

    by: str
    instead_of: str
    approved: bool
    at: datetime
    reason: str


class ApprovalStepOut(Schema):
    """A step of an approval: each opens when the one before it is approved."""

    position: int
    status: Annotated[str, one_of(Step.Status.values)]
    opened_at: datetime | None
    decisions: list[DecisionOut]


class ApprovalOut(Schema):
    """What colleagues decide about an order that is above its buyer's limit or that a rule of the party asks approval for."""

    status: Annotated[str, one_of(Request.Status.values)]
    limit: Annotated[Money | None, Field(description=_("The buyer's limit that it was above; null: a rule alone asked for it"))]
    period: Annotated[Annotated[str, one_of(Period.values)] | None, Field(description=_("The limit was one per month, quarter or year; null: per order"))]
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    seen: Annotated[str, Field(description=_("The order as it is now: send it back with your decision"))]
    step: Annotated[int | None, Field(description=_("The step that is open: send it back with your decision, so that it is never taken for another one"))]
    steps: list[ApprovalStepOut]


class DeliveredTo(Schema):
    """Where the goods go; empty texts: as usual."""

    label: str = ""
    name: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


class InvoicedTo(DeliveredTo):
    """Where the invoice goes; empty texts: as usual."""


class OrderOut(OrderRow):
    """One order, whole."""

    waits_for_approval: Annotated[bool, Field(description=_("It is above the limit of who placed it and goes on when a colleague approves"))]
    note: str
    reason: Annotated[str, Field(description=_("Why it stands still, was refused or cancelled"))]
    wanted_date: date | None
    address: DeliveredTo
    invoice_address: Annotated[InvoicedTo, Field(description=_("Of orders for a branch, department or project that has one of its own"))]
    transmitted_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    as_of: Annotated[datetime | None, Field(description=_("When the seller's administration last said so"))]
    fields: Annotated[list[FieldOut], Field(description=_("What is filled in in fields of the seller's own making"))]
    lines: list[OrderLineOut]
    shipments: list[ShipmentOut]
    approval: ApprovalOut | None


class LineIn(Schema):
    """A product and how much of it. Each product stands in one line."""

    sku: Annotated[Text, Field(min_length=1, max_length=64, description=_("Article number, EAN or your own number"))]
    quantity: Annotated[Quantity, Field(description=_("Above zero, with at most three decimals"))]
    note: Annotated[Text, Field(max_length=200)] = ""


class OnceIn(Schema):
    """Where the goods of this order go, and of no other: it goes into no address book."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    label: Annotated[Text, Field(max_length=80)] = ""
    name: Annotated[Text, Field(max_length=200, description=_("For whom, where that is somebody else"))] = ""
    street: Annotated[Text, Field(min_length=1, max_length=200, description=_("With the number"))]
    postal_code: Annotated[Text, Field(max_length=12)] = ""
    city: Annotated[Text, Field(min_length=1, max_length=120)]
    country: Annotated[Text, Field(min_length=2, max_length=2, description=_("ISO 3166-1 alpha-2"))] = "NL"


class OrderIn(Schema):
    """What is ordered."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"lines": [{"sku": "GP-125-2600", "quantity": "60"}, {"sku": "MS-C75-26", "quantity": "24"}], "reference": "Parkweg 12"}]}
    )
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=rules.MAX_LINES)]
    reference: Annotated[Text, Field(max_length=80, description=_("Comes back on confirmation, packing slip and invoice."))] = ""
    note: Annotated[Text, Field(max_length=1000)] = ""
    wanted_date: Annotated[Day | None, Field(description=_("From today on"))] = None
    address: Annotated[int | None, Field(ge=1, le=2**63 - 1, description=_("An id of `/delivery-addresses`; without one the goods go where they always go"))] = None
    address_once: Annotated[OnceIn | None, Field(description=_("An address for this order alone, instead of `address`; needs the right `address.use_oneoff`"))] = None
    fields: Annotated[dict[Text, Text], Field(max_length=60, description=_("Answers to what the seller asks with every order, by the name of the field; see `/order-fields`"))] = Field(default_factory=dict)


class AskedOut(Schema):
    """What the seller asks with every order."""

    key: str
    label: str
    help: str
    kind: Annotated[str, one_of(OwnField.Kind.values)]
    choices: list[str]
    required: bool


class ReasonIn(Schema):
    """Why."""

    reason: Annotated[Text, Field(max_length=300)] = ""


class SeenIn(Schema):
    """The order as it was seen."""

    seen: Annotated[Text, Field(max_length=64, description=_("What `approval.seen` of the order was when you looked"))]
    step: Annotated[int | None, Field(ge=1, le=99, description=_("What `approval.step` was when you looked; left out: whichever step is open"))] = None


class RejectIn(SeenIn):
    """The order as it was seen, and why not."""

    reason: Annotated[Text, Field(min_length=1, max_length=300, description=_("What your colleague reads"))]


class TriedProblem(Schema):
    """What stands in the way."""

    pointer: Annotated[str, Field(description=_("Its place in what you sent (JSON Pointer)"))]
    code: str
    detail: str


class TriedStock(Schema):
    """What there is over all warehouses, and what is expected."""

    available: Number
    expected_at: date | None
    expected_quantity: Number | None
    as_of: datetime | None


class TriedLine(Schema):
    """What a line would be, in the order of the question."""

    sku: str
    own_number: str
    name: str
    quantity: Number
    unit: str
    unit_label: str
    price: Annotated[Money | None, Field(description=_("Of one unit, excluding VAT; null: see the problems"))]
    tax_rate: Number | None
    amount: Money | None
    stock: TriedStock | None


class TriedOut(Schema):
    """What the order would be now; nothing was placed."""

    can_be_placed: bool
    needs_approval: bool
    order_limit: Annotated[Money | None, Field(description=_("Above it an order waits for approval; null: the key has no limit"))]
    period_limit: Annotated[Money | None, Field(description=_("What can be ordered in a period without approval; null: no such limit"))]
    period: Annotated[str, one_of(Period.values)] | None
    period_left: Annotated[Money | None, Field(description=_("What is left of it now"))]
    currency: str
    net: Money
    tax: Money
    gross: Money
    lines: list[TriedLine]
    problems: list[TriedProblem]


class AddressOut(Schema):
    """Where the company may have goods sent to."""

    id: int
    label: str
    name: str
    street: str
    postal_code: str
    city: str
    country: str

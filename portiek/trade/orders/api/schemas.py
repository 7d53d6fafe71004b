"""What orders look like to a machine: shapes of their own, never the tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from django.utils.translation import gettext_noop as _
from pydantic import ConfigDict, Field

from portiek.core.api import Day, Money, Number, Quantity, Schema, Text, Texts, one_of
from portiek.foundation.accounts.models import Period
from portiek.foundation.fields.api import FieldOut
from portiek.foundation.fields.models import Field as OwnField
from portiek.foundation.parties.models import Unit
from portiek.trade.approvals.models import Request, Step
from portiek.trade.orders import costs, delivering, rules
from portiek.trade.orders.api.replies import ReplyOut
from portiek.trade.orders.models import Order, OrderLine, Shipment
from portiek.trade.pricing.api import PackOut, StepOut

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
    changeable_until: Annotated[datetime | None, Field(description=_("Until when it waits before it goes to the seller's administration, and its buyer may cancel or change it; null: it waits no longer"))]
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
    sku: Annotated[str, Field(description=_("What is delivered in its place; empty: what was ordered"))]
    name: str
    seen: Annotated[str, Field(description=_("This confirmation of the line: send it back with your `reply`"))]


class OrderLineOut(Schema):
    """A line as it was ordered."""

    position: int
    sku: str
    own_number: str
    name: str
    note: str
    wanted_date: date | None
    quantity: Number
    unit: Annotated[str, Field(description=_("UN/ECE Recommendation 20 code, empty where the seller gave none"))]
    unit_label: str
    pack: Annotated[PackOut | None, Field(description=_("The unit in which it was ordered, where that is not the sales unit"))]
    price: Annotated[Money, Field(description=_("Of one unit, excluding VAT"))]
    list_price: Money | None
    tax_rate: Number
    amount: Money
    shipped_quantity: Number
    expected_on: Annotated[date | None, Field(description=_("When what was not there was expected, as it was said when it was ordered; `confirmed.ships_on` goes before"))]
    free_of: Annotated[int | None, Field(description=_("The position of the line that it comes with free of charge; null: it was ordered"))]
    explanation: Annotated[list[StepOut], Field(description=_("How the price came about when it was ordered; empty for what the seller added"))]
    confirmed: Annotated[ConfirmedOut | None, Field(description=_("What the seller made of it; null until he has answered"))]


class ChargeOut(Schema):
    """A cost that comes on an order besides its goods."""

    kind: Annotated[str, one_of([costs.FEE, costs.FREIGHT]), Field(description=_("`fee`: of an order below the minimum, `freight`: of its delivery"))]
    sku: Annotated[str, Field(description=_("The article on which the seller books it"))]
    name: str
    tax_rate: Number
    amount: Annotated[Money, Field(description=_("Excluding VAT; as confirmed where the seller answered"))]


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


class OrderUnitOut(Schema):
    """A branch, department or project."""

    id: int
    kind: Annotated[str, one_of(Unit.Kind.values)]
    name: str
    code: str


class OrderOut(OrderRow):
    """One order, whole."""

    waits_for_approval: Annotated[bool, Field(description=_("It is above the limit of who placed it and goes on when a colleague approves"))]
    cost_centre: Annotated[str, Field(description=_("Its code; empty: none was chosen"))]
    cost_name: Annotated[str, Field(description=_("What the cost centre was called then"))]
    for_unit: Annotated[OrderUnitOut | None, Field(description=_("For which branch, department or project it is; null: the company as a whole, or not known"))]
    note: str
    reason: Annotated[str, Field(description=_("Why it stands still, was refused or cancelled"))]
    wanted_date: date | None
    slot: Annotated[str, one_of(["", *delivering.SLOTS])]
    shipping: Annotated[str, one_of(["", delivering.WHOLE, delivering.PARTS, delivering.PICKUP])]
    address: DeliveredTo
    invoice_address: Annotated[InvoicedTo, Field(description=_("Of orders for a branch, department or project that has one of its own"))]
    transmitted_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    as_of: Annotated[datetime | None, Field(description=_("When the seller's administration last said so"))]
    fields: Annotated[list[FieldOut], Field(description=_("What is filled in in fields of the seller's own making"))]
    lines: list[OrderLineOut]
    charges: Annotated[list[ChargeOut], Field(description=_("What comes on it besides its lines; in the totals"))]
    shipments: list[ShipmentOut]
    approval: ApprovalOut | None
    replies: Annotated[list[ReplyOut], Field(description=_("What you said of lines that were confirmed otherwise or asked about the order, and what the seller answered"))]


class LineIn(Schema):
    """A product and how much of it. Each product stands in one line."""

    sku: Annotated[Text, Field(min_length=1, max_length=64, description=_("Article number, EAN or your own number"))]
    quantity: Annotated[Quantity, Field(description=_("Above zero, with at most three decimals"))]
    unit: Annotated[Text, Field(max_length=20, description=_("In which unit the quantity is: a code of the product's `units` or its name; empty: the sales unit"))] = ""
    note: Annotated[Text, Field(max_length=200)] = ""
    wanted_date: Annotated[Day | None, Field(description=_("Of this line alone; without one that of the order"))] = None


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
    slot: Annotated[str, one_of(["", *delivering.SLOTS]), Field(description=_("Part of the wanted day, where the seller offers that; see `/delivery-days`"))] = ""
    shipping: Annotated[str, one_of(["", delivering.WHOLE, delivering.PARTS, delivering.PICKUP]), Field(description=_("`whole`: everything at once, `parts`: what is there first, where the seller asks that; `pickup`: you pick it up, where he offers that"))] = ""
    address: Annotated[int | None, Field(ge=1, le=2**63 - 1, description=_("An id of `/delivery-addresses`; without one the goods go where they always go"))] = None
    address_once: Annotated[OnceIn | None, Field(description=_("An address for this order alone, instead of `address`; needs the right `address.use_oneoff`"))] = None
    cost_centre: Annotated[Text, Field(max_length=20, description=_("The code of a cost centre of `/cost-centres`; some companies ask one for each order"))] = ""
    for_unit: Annotated[int | None, Field(ge=1, le=2**63 - 1, description=_("An id of `/order-units`: prices that were agreed for it count; without one it is for what the key's maker belongs to"))] = None
    fields: Annotated[Texts, Field(max_length=60, description=_("Answers to what the seller asks with every order, by the name of the field; see `/order-fields`"))] = Field(default_factory=dict)


class DeliveryDaysOut(Schema):
    """When the seller delivers."""

    any_day: Annotated[bool, Field(description=_("The seller named no days: any day from today on may be asked"))]
    earliest: Annotated[date | None, Field(description=_("The first day on which what is ordered now can come"))]
    order_until: Annotated[datetime | None, Field(description=_("Until when that holds"))]
    days: Annotated[list[date], Field(description=_("The first days of delivery from then on"))]
    slots: list[str]
    asks_parts: bool
    pickup: Annotated[bool, Field(description=_("Whether the goods may be picked up, without freight"))]


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
    expected_at: Annotated[date | None, Field(description=_("The next announced receipt, else when it comes by its lead time"))]
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
    free: Annotated[Number, Field(description=_("How many more come with it free of charge, as a line of their own"))]
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
    minimum: Annotated[Money | None, Field(description=_("Of the lines, excluding VAT: below it an order is refused, or a fee comes on it; null: there is none"))]
    minimum_lacks: Annotated[Money, Field(description=_("How much more of the lines reaches it"))]
    free_delivery_lacks: Annotated[Money, Field(description=_("How much more of the lines, excluding VAT, makes the delivery free; 0 where it is, or never becomes so"))]
    charges: list[ChargeOut]
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


class CostCentreOut(Schema):
    """A cost centre that can be chosen."""

    code: str
    name: str


class CostCentresOut(Schema):
    """The cost centres of the company."""

    required: Annotated[bool, Field(description=_("One has to be chosen with each order"))]
    items: list[CostCentreOut]


class ReferenceOut(Schema):
    """What the company asks of the reference of its orders."""

    required: Annotated[bool, Field(description=_("One has to be sent with each order"))]
    hint: str
    shape: Annotated[str, Field(description=_("# is a figure, @ a letter, * whatever follows, anything else itself; empty: any text"))]
    example: str

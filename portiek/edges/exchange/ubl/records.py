"""What the documents say, whoever wrote them: an order, what the seller answers, what he sells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Code:
    """A number with the scheme that it is of: ("0088", "8712345678906") is a GLN."""

    scheme: str
    value: str


@dataclass(frozen=True)
class Party:
    """A buyer or a seller. `endpoint`: his electronic address; `ids`: what he goes by; `company`: in the trade register."""

    name: str = ""
    endpoint: Code | None = None
    ids: tuple[Code, ...] = ()
    vat: str = ""
    company: Code | None = None
    contact: str = ""

    @property
    def codes(self) -> tuple[Code, ...]:
        """Every number with a scheme that he goes by."""
        return tuple(dict.fromkeys(code for code in (self.endpoint, *self.ids, self.company) if code is not None and code.scheme))


@dataclass(frozen=True)
class Place:
    """Where the goods go. `code`: its number (a GLN), where it has one."""

    name: str = ""
    street: str = ""
    more: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    code: Code | None = None


@dataclass(frozen=True)
class Item:
    """What a line is about, by whose number."""

    name: str = ""
    buyers: str = ""
    sellers: str = ""
    standard: Code | None = None


@dataclass(frozen=True)
class OrderLine:
    """A line of an order. `price`: of `base` units, excluding VAT."""

    id: str
    item: Item
    quantity: Decimal
    unit: str = ""
    price: Decimal | None = None
    base: Decimal | None = None
    amount: Decimal | None = None
    note: str = ""
    cost: str = ""
    wanted_from: date | None = None
    wanted_until: date | None = None


@dataclass(frozen=True)
class Order:
    """Peppol BIS Order, transaction T01."""

    number: str
    issued_on: date
    currency: str
    buyer: Party
    seller: Party
    lines: tuple[OrderLine, ...]
    notes: tuple[str, ...] = ()
    reference: str = ""
    cost: str = ""
    valid_until: date | None = None
    place: Place | None = None
    wanted_from: date | None = None
    wanted_until: date | None = None
    charges: bool = False
    net: Decimal | None = None
    payable: Decimal | None = None


@dataclass(frozen=True)
class Change:
    """Peppol Order Change, transaction T114. `order`: what it says, under its own number; `of`: the number of the order that is changed; `codes`: by the id of a line what is done with it (1 added, 2 deleted, else as it now stands)."""

    order: Order
    of: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Cancellation:
    """Peppol Order Cancellation, transaction T115. `order`: the number of the order that is taken back."""

    number: str
    issued_on: date
    order: str
    buyer: Party
    seller: Party
    note: str = ""


@dataclass(frozen=True)
class ResponseLine:
    """What the seller answers about a line: `status` of UNCL1229 as Peppol uses it (1 added, 3 changed, 5 accepted, 7 not accepted, 42 already delivered)."""

    id: str
    status: str
    line: str
    item: Item
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    promised: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Response:
    """Peppol BIS Order Response, transaction T76, or T116 where it answers a `change` (the number of a change or cancellation). `code`: AB received, AP accepted, CA accepted with changes, RE rejected."""

    number: str
    issued_on: date
    code: str
    order: str
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[ResponseLine, ...] = ()
    sales_order: str = ""
    note: str = ""
    reference: str = ""
    promised: date | None = None
    change: str = ""


@dataclass(frozen=True)
class Step:
    """What one orderable unit costs from a quantity on. `until`: the largest quantity that this is said of; `last_day`: on which it still holds."""

    quantity: Decimal
    price: Decimal
    until: Decimal | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Property:
    """What is said of a product. `code` of the list `of`; a pack has its unit as code and how many go in it as `quantity` of `unit`."""

    name: str
    value: str
    code: str = ""
    of: str = ""
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class CatalogueLine:
    """A product in a catalogue, at the buyer's own prices, excluding VAT. `action`: Add, Update or Delete; `kind`: its class and of which list."""

    id: str
    action: str
    item: Item
    unit: str = ""
    description: str = ""
    step: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    prices: tuple[Step, ...] = ()
    rate: Decimal | None = None
    orderable: bool = True
    keyword: str = ""
    kind: Code | None = None
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """Peppol BIS Catalogue, transaction T19, without its lines. `action`: Add for the first one, Replace for a whole one, Update for what changed since the one numbered `since`."""

    number: str
    action: str
    issued_on: date
    seller: Party
    buyer: Party
    valid_from: date | None = None
    name: str = ""
    since: str = ""

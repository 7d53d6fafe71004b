"""The calls of a connector: reading pages, writing commands, and the six results of a write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from portiek.edges.connectors.contract.records import AddressRecord, ContactRecord, PartyRecord, Record

# --- pulling
# -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record could not be mapped, as "code: details" (the codes stand in connectors.wording), with what the ERP sent: for the quarantine."""

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
class NewOrderField:
    """A field of the portal's own making that the buyer sees or filled in: its name for machines, its label, its value as it is kept and as people read it."""

    key: str
    label: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class NewAddress:
    """A place that the ERP may have no address for: one for this order alone, or one that the buyer keeps in the portal. `country` is ISO 3166-1 alpha-2."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str

    def is_at(self, known: AddressRecord) -> bool:
        """Whether an address of the ERP is this very place, however it is spaced and capitalised."""
        return all(_bare(getattr(self, part)) == _bare(getattr(known, part)) for part in ("name", "street", "postal_code", "city", "country"))


@dataclass(frozen=True, slots=True)
class NewOrder:
    """The payload of `create_order`.

    `customer_reference` is the buyer's own number; `delivery_address`, `invoice_address` and `warehouse` are external ids; `fields` never holds one that is the staff's alone.
    Where there is no external id, `deliver_to` and `invoice_to` say the place itself: goods that go where the party usually has them go wrong.
    """

    party: str
    lines: tuple[NewOrderLine, ...]
    requested_date: date | None = None
    delivery_address: str | None = None
    customer_reference: str = ""
    note: str = ""
    warehouse: str | None = None
    # Where the invoice goes, when that is not where it always goes.
    invoice_address: str | None = None
    fields: tuple[NewOrderField, ...] = ()
    deliver_to: NewAddress | None = None
    invoice_to: NewAddress | None = None

    @property
    def remarks(self) -> str:
        """The note and the fields as lines of text, for an ERP that has no place for each of them."""
        return "\n".join([*([self.note] if self.note else []), *(f"{item.label}: {item.text}" for item in self.fields)])

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
            "invoice_address": self.invoice_address,
            "fields": [{"key": item.key, "label": item.label, "value": item.value, "text": item.text} for item in self.fields],
            "deliver_to": asdict(self.deliver_to) if self.deliver_to else None,
            "invoice_to": asdict(self.invoice_to) if self.invoice_to else None,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, object]) -> NewOrder:
        """Read what `as_payload` wrote. Raises ValueError on anything else."""
        lines = payload.get("lines")
        if not payload.get("party") or not isinstance(lines, list | tuple) or not lines:
            raise ValueError("create_order needs a party and lines")
        try:
            requested = payload.get("requested_date")
            address, warehouse, invoiced = payload.get("delivery_address"), payload.get("warehouse"), payload.get("invoice_address")
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
                invoice_address=str(invoiced) if invoiced else None,
                fields=tuple(NewOrderField(str(item["key"]), str(item["label"]), str(item["value"]), str(item["text"])) for item in payload.get("fields") or ()),  # type: ignore[attr-defined]
                deliver_to=_place(payload.get("deliver_to")),
                invoice_to=_place(payload.get("invoice_to")),
            )
        except (KeyError, ArithmeticError, AttributeError, TypeError) as error:
            raise ValueError(f"create_order: {error!r}") from error


def _place(value: object) -> NewAddress | None:
    return NewAddress(*(str(value[part]) for part in ("name", "street", "postal_code", "city", "country"))) if isinstance(value, Mapping) else None


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum()).casefold()


@dataclass(frozen=True, slots=True)
class ChangeParty:
    """The payload of `change_party`: other values of one field of a party, of its address or of its contact.

    `subject` is party, address or contact and `external_id` that one's own; `old` is what the portal saw and `new` what it is to be, both by the
    names of the record's fields.
    """

    party: str
    subject: str
    external_id: str
    old: Mapping[str, str]
    new: Mapping[str, str]

    def as_payload(self) -> dict[str, object]:
        """Return JSON-safe values."""
        return {"party": self.party, "subject": self.subject, "external_id": self.external_id, "old": dict(self.old), "new": dict(self.new)}

    @classmethod
    def from_payload(cls, payload: Mapping[str, object]) -> ChangeParty:
        """Read what `as_payload` wrote. Raises ValueError on anything else."""
        old, new, subject = payload.get("old"), payload.get("new"), payload.get("subject")
        if not payload.get("party") or not payload.get("external_id") or subject not in ("party", "address", "contact"):
            raise ValueError("change_party needs a party, a subject and its external_id")
        if not isinstance(old, Mapping) or not isinstance(new, Mapping) or not new or set(old) != set(new):
            raise ValueError("change_party needs old and new values of the same fields")
        values = ({str(name): str(value) for name, value in given.items()} for given in (old, new))
        return cls(str(payload["party"]), str(subject), str(payload["external_id"]), *values)

    def target(self, record: PartyRecord) -> PartyRecord | AddressRecord | ContactRecord | None:
        """Return what is to be changed in a party as it is now; None: it is not there any more."""
        if self.subject == "party":
            return record
        parts: tuple[AddressRecord | ContactRecord, ...] = record.addresses if self.subject == "address" else record.contacts
        return next((part for part in parts if part.external_id == self.external_id), None)

    def current(self, record: PartyRecord) -> dict[str, str] | None:
        """Return the values that the fields have in a party as it is now. Raises ValueError for a field that the record does not have."""
        found = self.target(record)
        if found is None:
            return None
        if unknown := next((name for name in self.new if not isinstance(getattr(found, name, None), str)), None):
            raise ValueError(f"change_party: no text field {unknown}")
        return {name: str(getattr(found, name)) for name in self.new}

    def is_done(self, record: PartyRecord) -> bool:
        """Whether a party has the new values, perhaps written in the ERP's own way."""
        now = self.current(record)
        return now is not None and all(_bare(now[name]) == _bare(value) for name, value in self.new.items())

    def is_as_seen(self, record: PartyRecord) -> bool:
        """Whether a party still has the values that the portal saw."""
        now = self.current(record)
        return now is not None and all(_bare(now[name]) == _bare(value) for name, value in self.old.items())


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

    def post(self, url: str, *, json: object = None, headers: dict[str, str] | None = None, timeout: float | None = None) -> HttpAnswer: ...


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

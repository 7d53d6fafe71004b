"""The payload of an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from portiek.edges.connectors.contract.calls.same import bare
from portiek.edges.connectors.contract.records import AddressRecord

# As the administration of a Dutch seller reads it.
ASKED = {"morning": "Levering: in de ochtend", "afternoon": "Levering: in de middag", "whole": "Levering: alles in één keer", "parts": "Levering: wat er is eerst, de rest later", "pickup": "Levering: wordt afgehaald"}


@dataclass(frozen=True, slots=True)
class NewOrderLine:
    """A line of `create_order`; `unit_price` is what the customer was told, net per unit. `pack`: the code of the unit in which it was ordered, `pack_quantity` of it; quantity and price are of the sales unit all the same. `requested_date`: of this line alone. `charge`: `fee` or `freight` for a cost besides the goods, of which the told price counts whatever the ERP's own is; so it does of what comes `free` of charge."""

    product: str
    quantity: Decimal
    unit_price: Decimal | None = None
    note: str = ""
    pack: str = ""
    pack_quantity: Decimal | None = None
    requested_date: date | None = None
    charge: str = ""
    free: bool = False

    @property
    def remarks(self) -> str:
        """The note and the day as lines of text, for an ERP whose lines have no day."""
        return "\n".join([*([self.note] if self.note else []), *([f"Gewenste leverdatum: {self.requested_date.isoformat()}"] if self.requested_date else [])])


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
        return all(bare(getattr(self, part)) == bare(getattr(known, part)) for part in ("name", "street", "postal_code", "city", "country"))


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
    # "morning" or "afternoon" of the requested date; "whole": everything at once, "parts": what is there first, "pickup": the buyer fetches it. Empty: as it comes.
    slot: str = ""
    shipping: str = ""

    @property
    def remarks(self) -> str:
        """The note, the fields and what is asked about the delivery as lines of text, for an ERP that has no place for each of them."""
        return "\n".join([*([self.note] if self.note else []), *(f"{item.label}: {item.text}" for item in self.fields), *(ASKED[text] for text in (self.slot, self.shipping) if text)])

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
                    "pack": line.pack,
                    "pack_quantity": None if line.pack_quantity is None else str(line.pack_quantity),
                    "requested_date": line.requested_date.isoformat() if line.requested_date else None,
                    **({"charge": line.charge} if line.charge else {}),
                    **({"free": True} if line.free else {}),
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
            "slot": self.slot,
            "shipping": self.shipping,
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
                        pack=str(line.get("pack") or ""),
                        pack_quantity=None if line.get("pack_quantity") is None else Decimal(str(line["pack_quantity"])),
                        requested_date=date.fromisoformat(str(line["requested_date"])) if line.get("requested_date") else None,
                        charge=str(line.get("charge") or ""),
                        free=bool(line.get("free")),
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
                slot=str(payload.get("slot") or ""),
                shipping=str(payload.get("shipping") or ""),
            )
        except (KeyError, ArithmeticError, AttributeError, TypeError) as error:
            raise ValueError(f"create_order: {error!r}") from error


def _place(value: object) -> NewAddress | None:
    return NewAddress(*(str(value[part]) for part in ("name", "street", "postal_code", "city", "country"))) if isinstance(value, Mapping) else None

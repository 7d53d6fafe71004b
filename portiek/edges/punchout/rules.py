"""How a purchasing system comes in, and what goes back to it. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

# How long a visit stands, and how long its one-time address.
HOURS, TICKET_MINUTES = 4, 10
MOST_HOSTS, MOST_FOUND, MOST_LINES = 20, 50, 500
HOST = re.compile(r"(?=[^:]{1,253}(:|\Z))([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[1-9][0-9]{0,4})?")
# No name and password before the host, no backslash, nothing that two readers read as two hosts.
ADDRESS = re.compile(r"(https?)://([A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?:[/?][!-\[\]-~]*)?")
# What OCI has given back as it came.
CARRIED = ("~OkCode", "~CALLER", "~TARGET", "OCI_VERSION", "OPI_VERSION")
TARGETS = ("_top", "_parent", "_self", "_blank")
# Lengths of OCI 4.0 and 5.0; what is longer is cut.
LENGTHS = {"DESCRIPTION": 40, "MATNR": 40, "UNIT": 3, "CURRENCY": 5, "VENDORMAT": 40, "MANUFACTMAT": 40, "EXT_PRODUCT_ID": 40, "EXT_QUOTE_ID": 35, "EXT_QUOTE_ITEM": 10, "EXT_CATEGORY_ID": 60, "CUST_FIELD1": 10}
LONG_TEXT = 4000


@dataclass(frozen=True)
class Line:
    """A line that goes back: `price` for one `unit`, excluding VAT, at the moment of going back. `own_number`: the buyer's own."""

    sku: str
    name: str
    quantity: str
    unit: str
    price: str
    currency: str
    own_number: str = ""
    ean: str = ""
    description: str = ""
    tax_rate: str = ""
    days: int | None = None

    def kept(self) -> dict[str, object]:
        """Return it as the visit keeps it."""
        return asdict(self)


def hash_of(secret: str) -> bytes:
    """Return what is kept of a secret: it is 192 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def read_hosts(text: str) -> list[str] | None:
    """Return the hosts that somebody typed, without https:// and what follows; None for what is none, and for none at all."""
    found = list(dict.fromkeys(re.sub(r"^https://", "", word.lower()).split("/")[0] for word in re.split(r"[\s,;]+", text) if word))
    return found if found and len(found) <= MOST_HOSTS and all(HOST.fullmatch(host) for host in found) else None


def origin(address: str, hosts: Collection[str], plain: Collection[str] = ()) -> str:
    """Return where an address to go back to leads (https://host), or "" when it is not one of the agreed hosts; `plain`: those of the operator's own that need no https."""
    found = ADDRESS.fullmatch(address) if len(address) <= 1000 else None
    if found is None:
        return ""
    scheme, host = found[1], found[2].lower()
    return f"{scheme}://{host}" if host in hosts and (scheme == "https" or host in plain) else ""


def carried(sent: Mapping[str, str]) -> dict[str, str]:
    """Return what of a call is given back as it came."""
    return {name: value[:40] for name in CARRIED if (value := sent.get(name, ""))}


def target(sent: Mapping[str, str]) -> str:
    """Return in which window the answer belongs; "" for this one."""
    wanted = sent.get("~TARGET", "").lower()
    return wanted if wanted in TARGETS else ""


def price_unit(price: Decimal) -> tuple[Decimal, int]:
    """Return a price with at most three decimals, as OCI has it, and for how many units it is."""
    for unit in (1, 10, 100, 1000):
        if price * unit == round(price * unit, 3):
            return price * unit, unit
    return round(price * 10000, 3), 10000


def _figure(value: Decimal) -> str:
    whole = value.normalize()
    return f"{whole:f}"


def oci_fields(lines: Sequence[Line], *, visit: str = "") -> list[tuple[str, str]]:
    """Return a cart as the fields of OCI: NEW_ITEM-DESCRIPTION[1] and so on. `visit`: comes back with the order as the quotation, where the system keeps that."""
    found: list[tuple[str, str]] = []
    for place, line in enumerate(lines, 1):
        price, unit = price_unit(Decimal(line.price))
        values = {
            "DESCRIPTION": line.name, "MATNR": line.own_number, "QUANTITY": _figure(Decimal(line.quantity)), "UNIT": line.unit, "PRICE": _figure(price), "CURRENCY": line.currency, "PRICEUNIT": str(unit),
            "LEADTIME": "" if line.days is None else str(line.days), "VENDORMAT": line.sku, "MANUFACTMAT": line.ean, "EXT_PRODUCT_ID": line.sku, "EXT_QUOTE_ID": visit, "EXT_QUOTE_ITEM": str(place) if visit else "", "CUST_FIELD1": line.tax_rate,
        }  # fmt: skip
        found += [(f"NEW_ITEM-{name}[{place}]", value[: LENGTHS.get(name, 15)]) for name, value in values.items() if value]
        found += [(f"NEW_ITEM-LONGTEXT_{place}:132[]", (line.description or line.name)[:LONG_TEXT])]
    return found


def is_ordered(lines: Iterable[Mapping[str, object]], ordered: Mapping[str, Decimal]) -> bool:
    """Whether an order is what went back: the same products, so many of each."""
    wanted: dict[str, Decimal] = {}
    for line in lines:
        wanted[str(line["sku"])] = wanted.get(str(line["sku"]), Decimal(0)) + Decimal(str(line["quantity"]))
    return bool(wanted) and wanted == dict(ordered)

"""How an electronic order is understood. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portiek.edges.exchange.ubl import structure
from portiek.edges.exchange.ubl.records import CatalogueLine, Code, Item, Order, OrderLine, Step
from portiek.edges.exchange.ubl.tree import Element
from portiek.trade.pricing.rules import Price

# Units that count single things, as one or the other system calls them.
PIECES = frozenset({"C62", "H87", "EA", "NAR", "PCE", "XPP"})
# Schemes (ICD, EAS) of numbers that a party has.
SCHEMES = {"0088": "gln", "0106": "coc_number", "9944": "vat_number"}
# How many messages a party may send in a day.
MOST_A_DAY = 2000
# A feature of ETIM, and the list that codes of units are of.
FEATURE, UNITS = re.compile(r"EF[A-Z]{0,2}\d{4,6}"), "UNECERec20"
# Catalogues: of one party at a time, and in a day.
AT_ONCE, CATALOGUES_A_DAY = 3, 100
MOST_QUANTITY, MOST_PRICE = 9_999_999, 10**9
ENDED = ("rejected", "cancelled")
CONFIRMED = ("confirmed", "confirmed_with_changes", "in_progress", "completed")


@dataclass(frozen=True)
class Said:
    """What was found about a message. `level`: stop (it is not taken), mend (a person mends it), ask (a person agrees), say."""

    code: str
    level: str
    place: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """Return it as the message keeps it."""
        return {"code": self.code, "level": self.level, "place": self.place, "values": dict(self.values)}


def key_of(number: str) -> str:
    """Return the key under which the order of a sender's number is placed: once, whatever its documents say (32 hexadecimal digits)."""
    return hashlib.sha256(f"ubl {number}".encode()).hexdigest()[:32]


def same_unit(sent: str, own: str) -> bool:
    """Whether a line counts in the unit that the product is sold in; who names none leaves it to us."""
    return not sent or not own or sent == own or {sent, own} <= PIECES


def numbers(item: Item) -> list[str]:
    """Return the numbers by which a product may be found, the seller's own first; a GTIN-14 also as the EAN within."""
    standard = item.standard.value if item.standard else ""
    found = [item.sellers, standard, standard[1:] if len(standard) == 14 and standard.startswith("0") else "", item.buyers]
    return list(dict.fromkeys(code for code in found if code))


def other_buyer(codes: Iterable[Code], own: Mapping[str, str]) -> str:
    """Return the number that says that somebody else orders; "" where those that can be compared agree, or none can be."""
    told = [(code, own[SCHEMES[code.scheme]]) for code in codes if own.get(SCHEMES.get(code.scheme, ""))]
    return next((code.value for code, number in told if _bare(code.value) != _bare(number)), "")


def _bare(number: str) -> str:
    return "".join(sign for sign in number.upper() if sign.isalnum())


def unit_price(line: OrderLine) -> Decimal | None:
    """Return the price of one unit as it was sent; None for none."""
    return None if line.price is None or (line.base is not None and line.base <= 0) else line.price / (line.base or Decimal(1))


def odd_figures(order: Order) -> list[str]:
    """Return the ids of lines whose quantity or price is no figure of trade: more than seven digits or three decimals, a price beyond a thousand million."""
    found = []
    for line in order.lines:
        price = unit_price(line)
        fits = abs(line.quantity) <= MOST_QUANTITY and line.quantity == round(line.quantity, 3) and (price is None or abs(price) <= MOST_PRICE)
        found += [] if fits else [line.id]
    return found


def wanted(order: Order, today: date) -> date | None:
    """Return the day on which the goods are wanted: the first day from today on of the period that the order names, or that of its lines that comes first."""
    periods = [(order.wanted_from, order.wanted_until)] if order.wanted_from or order.wanted_until else [(line.wanted_from, line.wanted_until) for line in order.lines]
    days = [day for period in periods if (day := _first(*period, today))]
    return min(days, default=None)


def line_day(line: OrderLine, order_day: date | None, today: date) -> date | None:
    """Return the day on which a line is wanted, where that is another one than of the whole order."""
    day = _first(line.wanted_from, line.wanted_until, today)
    return day if day != order_day else None


def _first(start: date | None, end: date | None, today: date) -> date | None:
    return next((day for day in (start, end) if day is not None and day >= today), start or end)


def response_code(status: str, answers: Iterable[str]) -> str:
    """Return how an order is answered (T76): AB received, AP accepted, CA with changes, RE not accepted."""
    if status in ENDED:
        return "RE"
    if status not in CONFIRMED:
        return "AB"
    return "CA" if status == "confirmed_with_changes" or any(answer in ("1", "3", "7") for answer in answers) else "AP"


def ill_made(root: Element) -> list[Said]:
    """Return which elements of a document are not as they have to be, each with what was expected; what stops it first."""
    return [Said(f"exchange.{item.why}", "stop" if item.stops else "say", item.line, {"what": item.what, "said": item.said}) for item in structure.check(root)]


def verdict(found: Iterable[Said], agreed: Iterable[str] = ()) -> str:
    """Return which state a message with these findings would have; `agreed`: what needs no person."""
    levels = {item.level for item in found if item.code not in set(agreed)}
    return "refused" if "stop" in levels else "to_mend" if "mend" in levels else "held" if "ask" in levels else "ordered"


def quantities(price: Price, least: Decimal) -> list[Decimal]:
    """Return the quantities from which a unit has a price that a catalogue can say: those of tiers for the whole quantity. What costs less from there on alone has no price of its own."""
    found = [least]
    for tier in price.table:
        if tier.quantity > least:
            if tier.sliced or tier.price is None:
                break
            found.append(tier.quantity)
    return found


def steps(prices: Mapping[Decimal, Price], price: Price, least: Decimal, step: Decimal) -> tuple[Step, ...]:
    """Return the prices of a catalogue line; `prices`: by the quantities above. The last one says until where it holds when something follows that cannot be said."""
    found = [Step(quantity, item.net, None, _last_day(item)) for quantity in quantities(price, least) if (item := prices[quantity]).net is not None]
    ends = [tier.quantity for tier in price.table if tier.quantity > least]
    return tuple(replace(one, until=max(end - step, one.quantity)) if (end := next((item for item in ends if item > one.quantity), None)) else one for one in found)


def _last_day(price: Price) -> date | None:
    return price.upcoming[0] - timedelta(days=1) if price.upcoming else price.valid_until


def digest(line: CatalogueLine) -> str:
    """Return what tells whether a line of a catalogue changed, whatever is to be done with it."""
    return hashlib.sha256(repr(replace(line, action="")).encode()).hexdigest()[:16]


def pack(digests: Mapping[str, str]) -> bytes:
    """Return digests by the id of a line as they are kept."""
    return zlib.compress(json.dumps(digests, separators=(",", ":")).encode())


def unpack(kept: bytes) -> dict[str, str]:
    """Return the digests that were kept."""
    found: dict[str, str] = json.loads(zlib.decompress(kept)) if kept else {}
    return found

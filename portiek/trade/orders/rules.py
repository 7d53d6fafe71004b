"""Decisions about carts and orders: quantities, what changed since somebody looked, who may decide, where an order stands."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from portiek.foundation.parties.rules import postal_code
from portiek.trade.catalog.rules import STEM, pieces, stem
from portiek.trade.orders.records import Invoiced

MAX_QUANTITY = Decimal("9999999.999")
MAX_LINES = 1000
# Open at once, of one person for one party.
MOST_CARTS = 20
# Above so many lines the rows of a cart are dense.
ROOMY = 30
MAX_TOTAL = Decimal("999999999999.99")
MAX_FOUND_BY = 2000
# Days in which the same reference may be a mistake, and in which a colleague's basket may be; and how much of two baskets is then the same.
LOOKBACK, MOST_LOOKBACK, OF_COLLEAGUES = 30, 365, 7
SAME = Decimal("0.8")
# A hint that makes the order a third dearer is no favour.
MAX_RISE = Decimal("1.35")

WITH_ERP = ("transmitted", "confirmed", "confirmed_with_changes", "in_progress")
ENDED = ("completed", "rejected", "cancelled")
# Answers of the seller (UNCL1229) that say that a line is otherwise than it was ordered, what the party says of such a line, and how much may wait for an answer about one order.
OTHERWISE = ("1", "3", "7")
REPLIES = ("accepted", "refused", "asked")
MOST_QUESTIONS = 20
# Orders of which one shows how far they are: the others wait for a decision, or stopped.
WITH_TRACK = ("submitted", *WITH_ERP, "on_hold", "completed")
STEPS = ("received", "transmitted", "confirmed", "shipped", "delivered")


@dataclass(frozen=True)
class Fitted:
    """The quantity that may be ordered and, when it differs from what was asked, why. None as quantity: not to be ordered at all."""

    quantity: Decimal | None
    code: str = ""


@dataclass(frozen=True)
class QuantityRule:
    """What quantities of a product are sold: whole packages of `step`, at least `minimum`, at most `maximum`. The same in cart, paste, file and API."""

    minimum: Decimal = Decimal(1)
    step: Decimal = Decimal(1)
    maximum: Decimal = MAX_QUANTITY

    @property
    def least(self) -> Decimal:
        """The smallest quantity that can be ordered."""
        return self._up(max(self.minimum, self.step))

    def _up(self, quantity: Decimal) -> Decimal:
        return (quantity / self.step).to_integral_value(ROUND_CEILING) * self.step if self.step > 0 else quantity

    def packed(self, factor: Decimal) -> QuantityRule:
        """Return the rule for whole packs of so many: steps that are whole packages of both."""
        return replace(self, step=Decimal(math.lcm(int(self.step * 1000), int(factor * 1000))) / 1000)

    def fit(self, wanted: Decimal) -> Fitted:
        """Return the nearest quantity that is sold, never less than was asked unless there is a maximum."""
        if not wanted.is_finite() or wanted <= 0 or wanted > MAX_QUANTITY:
            return Fitted(None, "not_a_quantity")
        if wanted < self.least:
            return Fitted(self.least, "below_minimum")
        most = (self.maximum / self.step).to_integral_value(ROUND_FLOOR) * self.step if self.step > 0 else self.maximum
        if wanted > most:
            return Fitted(most, "above_maximum") if most > 0 else Fitted(None, "not_a_quantity")
        fitted = self._up(wanted)
        return Fitted(fitted, "" if fitted == wanted else "not_a_step")


def in_packs(quantity: Decimal, factor: Decimal | None) -> Decimal:
    """Return a quantity of the sales unit in packs of so many (None: as it is), without needless zeros: whole ones where it does not come out in three decimals."""
    share = quantity / factor if factor else quantity
    return Decimal(plain(share if share == round(share, 3) else share.to_integral_value(ROUND_CEILING)))


@dataclass(frozen=True)
class TierHint:
    """How much more brings the next price, and what the line costs then."""

    more: Decimal
    quantity: Decimal
    price: Decimal
    total_now: Decimal
    total_then: Decimal


def tier_hint(quantity: Decimal, price: Decimal, tiers: Sequence[tuple[Decimal, Decimal | None]], rule: QuantityRule) -> TierHint | None:
    """Return the next of the ascending tiers when it is near: the unit price falls and the line does not become more than a third dearer."""
    for minimum, tier_price in tiers:
        if minimum <= quantity or tier_price is None or tier_price >= price:
            continue
        reached = rule.fit(minimum).quantity
        if reached is None or reached <= quantity or reached < minimum:
            return None
        now, then = quantity * price, reached * tier_price
        return TierHint(reached - quantity, reached, tier_price, now, then) if then <= now * MAX_RISE else None
    return None


@dataclass(frozen=True)
class FreeHint:
    """How much more brings goods free of charge: what the line would be then, and how many come with it."""

    more: Decimal
    quantity: Decimal
    units: Decimal


def free_hint(quantity: Decimal, buy: Decimal, give: Decimal, rule: QuantityRule) -> FreeHint | None:
    """Return the next quantity with which more comes free of charge, from half way on."""
    reached = rule.fit((quantity // buy + 1) * buy).quantity
    if reached is None or reached <= quantity or reached // buy <= quantity // buy or quantity % buy * 2 < buy:
        return None
    return FreeHint(reached - quantity, reached, (reached // buy - quantity // buy) * give)


def rise(then: Decimal, now: Decimal | None) -> Decimal | None:
    """Return by how many percent a price rose since then, to a tenth; None where there is nothing to compare."""
    return None if now is None or then <= 0 else ((now - then) * 100 / then).quantize(Decimal("0.1"))


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the fingerprint of what somebody saw; decimals count by value, so 2 and 2.000 are the same."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def plain(number: Decimal | None) -> str:
    """Write a decimal so that equal values are equal texts."""
    if number is None:
        return ""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was seen: of a line (by product) or of the whole (`product` 0)."""

    product: int
    what: str
    before: str
    now: str


def differences(seen: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Compare two contents, each with `lines` (product, quantity, price, tax rate) and single values, and name what differs."""
    found = []
    before_lines, now_lines = {line[0]: line for line in seen.get("lines", ())}, {line[0]: line for line in now.get("lines", ())}
    for product, line in before_lines.items():
        other = now_lines.get(product)
        if other is None:
            found.append(Difference(product, "gone", "", ""))
            continue
        found += [
            Difference(product, what, line[place], other[place])
            for place, what in enumerate(("", "quantity", "price", "tax_rate", "note"))
            if place and line[place] != other[place]
        ]
    found += [Difference(product, "added", "", "") for product in now_lines if product not in before_lines]
    days, now_days = ({int(product): day for product, day in content.get("dates", {}).items()} for content in (seen, now))
    found += [Difference(product, "wanted_date", days.get(product, ""), now_days.get(product, "")) for product in sorted({*days, *now_days} & {*before_lines, *now_lines}) if days.get(product) != now_days.get(product)]
    free, now_free = (content.get("free", {}) for content in (seen, now))
    found += [Difference(int(product), "free", free.get(product, ""), now_free.get(product, "")) for product in sorted({*free, *now_free}) if int(product) in {*before_lines, *now_lines} and free.get(product) != now_free.get(product)]
    if seen.get("charges", []) != now.get("charges", []):
        found.append(Difference(0, "charges", *(", ".join(amount for _kind, amount, _rate in content.get("charges", ())) for content in (seen, now))))
    for key in ("reference", "address", "invoice_address", "wanted_date", "slot", "shipping", "unit", "cost_centre", "note", "gross"):
        if seen.get(key) != now.get(key) and not (key == "gross" and found):
            found.append(Difference(0, key, str(seen.get(key) or ""), str(now.get(key) or "")))
    if (seen.get("answers") or {}) != (now.get("answers") or {}):
        found.append(Difference(0, "answers", ", ".join((seen.get("answers") or {}).values()), ", ".join((now.get("answers") or {}).values())))
    return found


def may_want(day: date | None, today: date) -> bool:
    """Whether goods may be wanted on this day: none in particular, or from today on within two years."""
    return day is None or today <= day <= today + timedelta(days=730)


def needs_approval(net: Decimal, limit: Decimal | None, left: Decimal | None = None) -> bool:
    """Whether an order is above the buyer's limit, or above what is left of his limit per period; None means no limit."""
    return (limit is not None and net > limit) or (left is not None and net > left)


def period_start(period: str, day: date) -> date:
    """Return the first day of the month, quarter or year in which a day lies."""
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return date(day.year, month, 1)


def why_not_decide(*, status: str, approval: str, requested_by: int, user: int, seen: str, holds: str) -> str | None:
    """Return why this person cannot approve or reject this order now, or None when he can."""
    if status != "pending_approval" or approval != "pending":
        return "orders.decided"
    if user == requested_by or user == 0:
        return "orders.own_order"
    return "orders.approval_changed" if seen != holds else None


def why_not_cancel(status: str, sync: str, delivery: str = "none") -> str | None:
    """Return why an order cannot simply be cancelled: `orders.ask_to_cancel` when it is with the ERP, `orders.ended` when it is over or on its way."""
    if status in ENDED or delivery in ("shipped", "delivered"):
        return "orders.ended"
    # Once a command is under way nobody knows whether the ERP has it: from then on it is a question.
    if status in WITH_ERP or sync in ("sent", "acknowledged"):
        return "orders.ask_to_cancel"
    return None


def why_not_change(status: str, until: datetime | None, agreed: str, now: datetime) -> str | None:
    """Return why who ordered cannot take an order back to change it, or None when he can. `until`: as long as it is there, the ERP was not told."""
    if status in ENDED:
        return "orders.ended"
    if status != "submitted" or until is None or now >= until:
        return "orders.change_over"
    # Its prices are those of a quote: what is changed is another order, at other prices.
    return "orders.change_agreed" if agreed else None


def why_not_wish(status: str, delivery: str, until: datetime | None, *, is_open: bool) -> str | None:
    """Return why nobody can ask the staff to change an order, or None when somebody can. `until`: it can still be changed without asking; `is_open`: something was asked that waits for an answer."""
    if status in ENDED or delivery in ("shipped", "delivered"):
        return "orders.ended"
    if status == "pending_approval" or until is not None:
        return "orders.wish_early"
    return "orders.asked_already" if is_open else None


def track(status: str, delivery: str) -> int:
    """Return how many of the five steps (received, passed on, confirmed, on its way, delivered) are done."""
    if delivery in ("shipped", "partial"):  # also when the ERP is done with it: what is on its way has not arrived
        return 4
    if delivery == "delivered" or status == "completed":
        return 5
    return {
        "pending_approval": 0,
        "submitted": 1,
        "transmitted": 2,
        "confirmed": 3,
        "confirmed_with_changes": 3,
        "in_progress": 3,
        "on_hold": 1,
        "rejected": 1,
        "cancelled": 1,
    }.get(status, 1)


def tone(status: str, delivery: str, sync: str) -> str:
    """Return how a status is coloured: ok, wait, stop, info or rest."""
    if status in ("cancelled",):
        return "rest"
    if status == "rejected" or sync == "needs_human":
        return "stop"
    if status in ("pending_approval", "on_hold", "confirmed_with_changes") or delivery in ("partial", "backordered"):
        return "wait"
    if status == "completed" or delivery == "delivered":
        return "ok"
    return "info"


@dataclass(frozen=True)
class LineAnswer:
    """What the ERP made of a line: the code of UNCL1229 and whether it differs from the order."""

    code: str
    changed: bool


def line_answer(ordered: Decimal, price: Decimal, wanted: date | None, confirmed: Decimal, confirmed_price: Decimal, confirmed_on: date | None, *, replaced: bool = False) -> LineAnswer:
    """Compare an ordered line with the confirmed one: quantity and price by value, a date only when the wanted one (the line's own, else the order's) is passed."""
    if confirmed == 0 and ordered > 0:
        return LineAnswer("7", True)
    late = wanted is not None and confirmed_on is not None and confirmed_on > wanted
    changed = confirmed != ordered or confirmed_price != price or late or replaced
    return LineAnswer("3" if changed else "5", changed)


def is_replaced(product: int | None, sku: str, named: str | None, theirs: int | None, their_sku: str) -> bool:
    """Whether the ERP delivers another article on a line: its product (`named`: its id there, `theirs`: ours of it) is not the one that was ordered, nor is its number."""
    return product is not None and bool(named) and theirs != product and bool(their_sku) and their_sku.strip().upper() != sku.strip().upper()


def why_not_answer(text: str, done: bool | None, *, wished: bool) -> str | None:
    """Return why staff cannot answer this, or None. `wished`: it is about what somebody wants otherwise, so that the answer says whether it was made so (`done`), and when not, why."""
    if (done is None) == wished:
        return "orders.say_whether"
    return None if done or text.strip() else "orders.answer_needed"


def why_not_reply(kind: str, text: str, *, current: bool, decided: bool, asked: bool) -> str | None:
    """Return why this cannot be said of a line that was confirmed otherwise, or None. `current`: it is about how the line is confirmed now; `decided`, `asked`: what was said of that already."""
    if kind not in REPLIES:
        return "orders.unknown_reply"
    if not current:
        return "orders.confirmed_anew"
    if decided:
        return "orders.replied_already"
    if kind == "asked" and asked:
        return "orders.asked_already"
    return "orders.say_why" if kind != "accepted" and not text.strip() else None


def status_after(record_state: str, changed: bool, now: str) -> str:
    """Return our status for an ERP state; a confirmed order that differs is confirmed with changes."""
    if record_state == "draft":
        return "transmitted"
    if record_state == "confirmed":
        return "confirmed_with_changes" if changed else "confirmed"
    if record_state in ("transmitted", "in_progress", "completed", "rejected", "on_hold", "cancelled"):
        return record_state
    return now


def invoice_state(net: Decimal, invoiced: Invoiced | None) -> str:
    """Return how far an order is invoiced: none, partial or invoiced; the last only where that is known. None: not at all. It may be more than was ordered (transport)."""
    if invoiced is None:
        return "none"
    known, more, less = invoiced.net, invoiced.more, invoiced.less
    if net < 0:  # a return: its credit note
        net, known, more, less = -net, -known, less, more
    if known <= 0 < net and not more:
        return "none"
    return "invoiced" if known >= net and not less else "partial"


def safe_link(address: str) -> str:
    """Return a web address when it is a plain https one, else nothing: it comes from outside and is shown as a link."""
    plain_enough = address.startswith("https://") and len(address) <= 500 and not any(sign in address for sign in ' "<>\\\n\r\t')
    return address if plain_enough else ""


def search_text(parts: Iterable[str], known: str = "") -> str:
    """Return what an order is found by, with spaces between: words, their parts and stems, and codes without signs, as `catalog.rules.word_queries` asks for them."""
    found: dict[str, None] = {}
    for runs in pieces(" ".join(parts)):
        found |= dict.fromkeys([*runs, "".join(runs), *(stem(run) + STEM for run in runs if run.isalpha())])
    return " ".join(dict.fromkeys(word[:60] for word in [*found, *known.split()][:MAX_FOUND_BY]))


ADDRESS_FIELDS = ("label", "name", "street", "postal_code", "city", "country")


def address_once(values: Mapping[str, str]) -> tuple[dict[str, str], str, str]:
    """Return an address for one order as it is kept, and why it cannot be with the field that says so ("" for none)."""
    given = {name: values.get(name, "").strip()[:200] for name in ADDRESS_FIELDS}
    given["country"] = given["country"].upper()
    postal = postal_code(given["postal_code"], given["country"])
    if postal is None:
        return given, "postal-code-wrong", "postal_code"
    if not given["street"] or not given["city"] or len(given["country"]) != 2:
        return given, "orders.oneoff_incomplete", "street" if not given["street"] else "city"
    return given | {"postal_code": postal}, "", ""


def address_kept(address: Any, oneoff: Mapping[str, Any]) -> dict[str, str]:
    """Return an address, of the address book or for once, as an order keeps it; nothing: as usual."""
    if oneoff:
        return {name: str(oneoff.get(name, "")) for name in ADDRESS_FIELDS}
    return {name: getattr(address, name) for name in ADDRESS_FIELDS} if address else {}


def address_in_words(address: Any, oneoff: Mapping[str, Any]) -> str:
    """Return an address on one line; empty: as usual."""
    if not oneoff:
        return str(address) if address else ""
    place = f"{oneoff.get('street', '')}, {oneoff.get('postal_code', '')} {oneoff.get('city', '')}"
    return f"{oneoff['name']}, {place}" if oneoff.get("name") else place

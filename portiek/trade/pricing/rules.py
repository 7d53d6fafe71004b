"""Which price counts. Pure: candidates and a day in, one price with its explanation out.

Order (first that has a price for the quantity): agreement on the product > agreement on its discount group > the party's price lists
by position > what those fall back on (nearest first) > percentage of the party's discount group > the product's list price.
Tiers are all-units: the line with the largest `min_quantity` not above the quantity counts for the whole quantity.
Ties: of several agreements the lowest price, then the one that began last, then the oldest; in a list of two lines with the same
`min_quantity` the one that began last, then the newest; of several discounts the highest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from portiek.trade.pricing.records import PriceLineRecord, PriceListRecord

Kind = Literal["product_agreement", "group_agreement", "price_list", "discount_group", "list_price"]
ORDER: dict[Kind, int] = {"product_agreement": 0, "group_agreement": 1, "price_list": 2, "discount_group": 3, "list_price": 4}
AGREED = ("product_agreement", "group_agreement")
ZERO = Decimal(0)
EARLIEST = date.min


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line that may decide. `price` or `percent` off the list price, in percent; both None: on request. `rank`: (depth, position) of a list."""

    kind: Kind
    source_id: int
    line_id: int
    name: str
    min_quantity: Decimal = ZERO
    price: Decimal | None = None
    percent: Decimal | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    rank: tuple[int, int] = (0, 0)
    as_of: datetime | None = None

    def counts_on(self, day: date) -> bool:
        """Whether the line is valid on the day, both ends included."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation: `before` to `after` by a rule. `kind` is a Kind, "tier" or "on_request"."""

    kind: str
    before: Decimal | None
    after: Decimal | None
    rule: str = ""
    percent: Decimal | None = None
    quantity: Decimal | None = None
    valid_until: date | None = None

    @property
    def code(self) -> str:
        """The code under which the step is worded."""
        return f"price.step.{self.kind}"


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, at a quantity on a day, and why. `net` None: on request.

    `tiers` are (from quantity, price), ascending, one entry for each change. `upcoming`: the next day on which this price changes and what it
    is then. `valid_until`: the last day of the rule that decides.
    """

    net: Decimal | None
    list_price: Decimal | None
    tiers: tuple[tuple[Decimal, Decimal | None], ...]
    valid_until: date | None
    explanation: tuple[Step, ...]
    as_of: datetime | None = None
    currency: str = "EUR"
    upcoming: tuple[date, Decimal | None] | None = None


Rounding = Callable[[Decimal], Decimal]


def including(price: Price, with_tax: Rounding) -> Price:
    """Return a price as persons read it: every amount in it with VAT."""

    def add(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else with_tax(amount)

    return replace(
        price,
        net=add(price.net),
        list_price=add(price.list_price),
        tiers=tuple((quantity, add(net)) for quantity, net in price.tiers),
        explanation=tuple(replace(step, before=add(step.before), after=add(step.after)) for step in price.explanation),
        upcoming=(price.upcoming[0], add(price.upcoming[1])) if price.upcoming else None,
    )


# In order of precedence; a level holds its sources, a source its lines, largest quantity first.
Levels = list[list[list[Candidate]]]


def _net(candidate: Candidate, list_price: Decimal | None, rounded: Rounding) -> Decimal | None:
    if candidate.price is not None:
        return rounded(candidate.price)
    if candidate.percent is not None and list_price is not None:
        return rounded(list_price * (100 - candidate.percent) / 100)
    return None


def _applies(candidate: Candidate, list_price: Decimal | None) -> bool:
    """A percentage needs a list price; a list's line without a price decides "on request"."""
    return (
        candidate.price is not None
        or (candidate.percent is not None and list_price is not None)
        or (candidate.kind == "price_list" and candidate.percent is None)
    )


def sources(candidates: Iterable[Candidate], day: date, list_price: Decimal | None) -> Levels:
    """Return the levels in order; a level holds its sources, a source its lines, largest quantity first."""
    levels: dict[tuple[int, tuple[int, int], int], dict[int, dict[Decimal, Candidate]]] = {}
    for item in candidates:
        if not item.counts_on(day) or not _applies(item, list_price):
            continue
        place = ORDER[item.kind]
        # Lists are asked one by one; agreements of one level stand side by side.
        level = (place, item.rank, item.source_id) if item.kind == "price_list" else (place, (0, 0), 0)
        lines = levels.setdefault(level, {}).setdefault(item.source_id, {})
        there = lines.get(item.min_quantity)
        if there is None or _newer(item) > _newer(there):
            lines[item.min_quantity] = item
    return [[[lines[step] for step in sorted(lines, reverse=True)] for lines in found.values()] for _level, found in sorted(levels.items())]


def _newer(item: Candidate) -> tuple[date, int]:
    return (item.valid_from or EARLIEST, item.line_id)


def decide(levels: Levels, quantity: Decimal, list_price: Decimal | None, rounded: Rounding) -> tuple[Candidate, list[Candidate]] | None:
    """Return the line that counts for a quantity with the lines of its source, or None: the list price counts."""
    for level in levels:
        found = []
        for lines in level:
            line = next((item for item in lines if item.min_quantity <= quantity), None)
            if line is not None:
                found.append((line, lines))
        if found:
            return found[0] if len(found) == 1 else min(found, key=lambda pair: _tie(pair[0], list_price, rounded))
    return None


def _tie(item: Candidate, list_price: Decimal | None, rounded: Rounding) -> tuple[Decimal, int, int]:
    net = _net(item, list_price, rounded)
    return (Decimal("Infinity") if net is None else net, -(item.valid_from or EARLIEST).toordinal(), item.source_id)


def price_of(
    candidates: Sequence[Candidate],
    *,
    list_price: Decimal | None,
    quantity: Decimal,
    day: date,
    rounded: Rounding,
    least: Decimal = ZERO,
    as_of: datetime | None = None,
    currency: str = "EUR",
) -> Price:
    """Return the price of a product. `least` is its smallest order: tiers start there. `rounded` rounds a unit price as the portal does."""
    listed = rounded(list_price) if list_price is not None else None
    levels = sources(candidates, day, listed)
    chosen = decide(levels, quantity, listed, rounded)
    net = _net(chosen[0], listed, rounded) if chosen else listed
    return Price(
        net,
        listed,
        _tiers(levels, listed, least, rounded),
        chosen[0].valid_until if chosen else None,
        _explained(levels, quantity, listed, rounded),
        (chosen[0].as_of if chosen else None) or as_of,
        currency,
        _upcoming(candidates, listed, quantity, day, net, rounded),
    )


def _at(levels: Levels, quantity: Decimal, listed: Decimal | None, rounded: Rounding) -> Decimal | None:
    chosen = decide(levels, quantity, listed, rounded)
    return _net(chosen[0], listed, rounded) if chosen else listed


def _tiers(levels: Levels, listed: Decimal | None, least: Decimal, rounded: Rounding) -> tuple[tuple[Decimal, Decimal | None], ...]:
    """Ask the price at every quantity where it may change, so that the table cannot differ from the price."""
    breaks = sorted({least, *(item.min_quantity for level in levels for lines in level for item in lines if item.min_quantity > least)})
    tiers: list[tuple[Decimal, Decimal | None]] = []
    for quantity in breaks:
        net = _at(levels, quantity, listed, rounded)
        if not tiers or tiers[-1][1] != net:
            tiers.append((quantity, net))
    return tuple(tiers)


def _upcoming(
    candidates: Sequence[Candidate], listed: Decimal | None, quantity: Decimal, day: date, net: Decimal | None, rounded: Rounding
) -> tuple[date, Decimal | None] | None:
    days = {item.valid_from for item in candidates if item.valid_from and item.valid_from > day}
    days |= {item.valid_until + timedelta(days=1) for item in candidates if item.valid_until and date.max > item.valid_until >= day}
    for when in sorted(days):
        then = _at(sources(candidates, when, listed), quantity, listed, rounded)
        if then != net:
            return when, then
    return None


def _explained(levels: Levels, quantity: Decimal, listed: Decimal | None, rounded: Rounding) -> tuple[Step, ...]:
    """Tell how the price came about. A price that was agreed also tells what it replaces; a percentage is off the list price."""
    steps = [Step("list_price", None, listed)] if listed is not None else []
    chosen = decide(levels, quantity, listed, rounded)
    if chosen is None:
        return tuple(steps) or (Step("on_request", None, None),)
    line, _lines = chosen
    if line.kind in AGREED and line.price is not None:
        without = decide([level for level in levels if level[0][0].kind not in AGREED], quantity, listed, rounded)
        if without:
            steps += _told(*without, listed, rounded)
    before = steps[-1].after if steps and line.price is not None else listed
    return (*steps, *_told(*chosen, before, rounded, listed))


def _told(line: Candidate, lines: list[Candidate], before: Decimal | None, rounded: Rounding, listed: Decimal | None = None) -> list[Step]:
    listed = before if listed is None else listed
    first = lines[-1]
    base = _net(first, listed, rounded)
    steps = [Step(first.kind if base is not None else "on_request", before, base, first.name, first.percent, None, first.valid_until)]
    if line is not first:
        net = _net(line, listed, rounded)
        steps.append(Step("tier" if net is not None else "on_request", base, net, line.name, line.percent, line.min_quantity, line.valid_until))
    return steps


def wrong_line(has_product: bool, discount_group: str, price: Decimal | None, percent: Decimal | None) -> str | None:
    """Return what is wrong with a line of an agreement: "target", "reward" or nothing."""
    if has_product == bool(discount_group):
        return "target"
    if (price is None) == (percent is None) or (price is not None and not has_product):
        return "reward"
    return None


def same_step(quantity: Decimal) -> tuple[Decimal, ...]:
    """Return the quantities that mean the same as this one where a line begins: nothing and one are both from the first."""
    return (ZERO, Decimal(1)) if quantity in (0, 1) else (quantity,)


def overlap(first: tuple[date | None, date | None], second: tuple[date | None, date | None]) -> bool:
    """Whether two times, each with both days in it and open where None, share a day."""
    return all(start is None or end is None or start <= end for start, end in ((first[0], second[1]), (second[0], first[1])))


def within(first: tuple[date | None, date | None], second: tuple[date | None, date | None]) -> bool:
    """Whether the first time lies wholly in the second."""
    return (second[0] is None or (first[0] is not None and first[0] >= second[0])) and (second[1] is None or (first[1] is not None and first[1] <= second[1]))


def wrong_list(item: PriceListRecord) -> str | None:
    """Return why a price list from the ERP cannot be taken, or None."""
    if not item.external_id or len(item.external_id) > 64 or not item.code or len(item.code) > 40:
        return "bad_code"
    return "bad_name" if not item.name or len(item.name) > 120 or len(item.currency) != 3 else None


def wrong_list_line(line: PriceLineRecord) -> str | None:
    """Return why a line of a price list cannot be taken, or None."""
    if not (line.min_quantity.is_finite() and 0 <= line.min_quantity < 10**8):
        return "bad_quantity"
    if line.price is not None and not (line.price.is_finite() and 0 <= line.price < 10**10):
        return "bad_price"
    if line.valid_from and line.valid_until and line.valid_until < line.valid_from:
        return "bad_days"
    return "too_long" if len(line.note) > 200 else None


@dataclass(frozen=True, slots=True)
class Meter:
    """How far an agreed quantity is: what was called off, what is left (never below zero) and the whole weeks until the last day (None: no end).

    `state`: "done" taken whole, "over" more than agreed, "ended" its days are over with some left, "behind" at this pace some will be left, "running".
    """

    agreed: Decimal
    called: Decimal
    left: Decimal
    weeks: int | None
    state: Literal["done", "over", "ended", "behind", "running"]


# Who is less than a tenth behind an even pace is on time.
SLACK = Decimal("0.9")


def meter(agreed: Decimal, called: Decimal, *, start: date | None, end: date | None, today: date) -> Meter:
    """Return how far an agreed quantity is on a day; both days of the agreement count."""
    left, weeks = max(agreed - called, ZERO), None if end is None else max((end - today).days + 1, 0) // 7
    if called >= agreed:
        return Meter(agreed, called, left, weeks, "over" if called > agreed else "done")
    if end is not None and end < today:
        return Meter(agreed, called, left, weeks, "ended")
    behind = False
    if start is not None and end is not None and start <= today:
        behind = called * ((end - start).days + 1) < agreed * (today - start).days * SLACK
    return Meter(agreed, called, left, weeks, "behind" if behind else "running")

"""Which price counts. Pure: candidates and a day in, one price with its explanation out.

Order (first that has a price for the quantity): agreement on the product > agreement on its discount group > the price lists of the party by position, then
of its customer groups > what those fall back on (nearest first) > percentage of the discount group > the product's list price. Of agreements and percentages
those of the unit that orders go before those of the whole party (docs/decisions/0063), and those before what counts for its groups (0062).
Tiers count for the whole quantity (the line with the largest `min_quantity` not above it), or where a source says so each for its own slice: docs/decisions/0061.
Ties: of several agreements the lowest price, then the one that began last, then the oldest; in a list of two lines with the same
`min_quantity` the one that began last, then the newest; of several discounts the highest. A minimum price raises what decided (docs/decisions/0098); surcharges come on top of that, all of them, each of the price before any.
What comes free of charge with a quantity changes no price (docs/decisions/0110).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from portiek.core.money import Policy

Kind = Literal["product_agreement", "group_agreement", "price_list", "discount_group", "list_price", "surcharge", "floor", "free"]
ORDER: dict[Kind, int] = {"product_agreement": 0, "group_agreement": 1, "price_list": 2, "discount_group": 3, "list_price": 4}
AGREED = ("product_agreement", "group_agreement")
# As what the administration tells of it.
HEARD_AS: dict[Kind, str] = {"product_agreement": "agreement", "group_agreement": "agreement", "price_list": "price_list", "discount_group": "discount"}
# On top of whatever decides; an amount per unit as `price`, or a percentage of the price.
SURCHARGE = "surcharge"
# Under which what decides never brings the price; an amount per unit as `price`.
FLOOR = "floor"
# What comes free of charge with a quantity: `price` units with each full `min_quantity`.
FREE = "free"
# These decide nothing: they do something to what was decided, or come with it.
BESIDE = (SURCHARGE, FLOOR, FREE)
ZERO, ONE = Decimal(0), Decimal(1)
EARLIEST = date.min


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line that may decide. `price` or `percent` off the list price, in percent; both None: on request. `rank`: (depth, position) of a list; (1, 0) where it is for a group and not for the party itself, (0, below zero) for its branch, department or project, nearest first; of a minimum price (1 for a discount group, 1 where agreements may go below it); of free goods (0 for the party, 1 its groups, 2 its price lists, 3 everybody). `sliced`: its source has incremental tiers."""

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
    sliced: bool = False
    # The customer group that it is for; empty: for the party itself.
    group: str = ""
    # In which currency its list is, and what one of that is worth; the price is worked out with it already. Empty: that of the portal.
    currency: str = ""
    rate: Decimal | None = None
    # That of the agreement; empty: it has none.
    number: str = ""
    # Kept in the administration, not here.
    of_erp: bool = False

    def counts_on(self, day: date) -> bool:
        """Whether the line is valid on the day, both ends included."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation: `before` to `after` by a rule. `kind` is a Kind, "tier", "slice" (of `units`, in the tier from `quantity`), "average" (of `quantity`), "floor", "surcharge", "free" (`units` with the `quantity` that is bought) or "on_request"."""

    kind: str
    before: Decimal | None
    after: Decimal | None
    rule: str = ""
    percent: Decimal | None = None
    quantity: Decimal | None = None
    valid_until: date | None = None
    units: Decimal | None = None
    group: str = ""
    # Of a price in another currency: which, and what one of that is worth.
    currency: str = ""
    rate: Decimal | None = None
    # That of the agreement; empty: it has none.
    number: str = ""

    @property
    def code(self) -> str:
        """The code under which the step is worded."""
        return f"price.step.{self.kind}"


@dataclass(frozen=True, slots=True)
class Tier:
    """A row of the table of tiers: what a unit costs from a quantity on, and `net`, what one costs on average at just that quantity.

    `sliced`: the price is that of the units from there on alone.
    """

    quantity: Decimal
    price: Decimal | None
    net: Decimal | None
    sliced: bool = False


@dataclass(frozen=True, slots=True)
class Free:
    """What comes free of charge: with each full `buy` of a product `give` more, so `units` with the quantity that was asked (0: it is too small yet)."""

    name: str
    buy: Decimal
    give: Decimal
    units: Decimal
    valid_until: date | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, at a quantity on a day, and why. `net` None: on request.

    `table`: the tiers, ascending, one for each change. `upcoming`: the next day on which this price changes and what it is then.
    `valid_until`: the last day of the rule that decides. `free`: what comes with it free of charge, now or with more. `from_erp`: what decides is kept in the administration, not here.
    """

    net: Decimal | None
    list_price: Decimal | None
    table: tuple[Tier, ...]
    valid_until: date | None
    explanation: tuple[Step, ...]
    as_of: datetime | None = None
    currency: str = "EUR"
    upcoming: tuple[date, Decimal | None] | None = None
    free: Free | None = None
    from_erp: bool = False
    # The kinds of the administration's data that it rests on, by which its age is known; none: all of it is kept here.
    rests_on: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The name of what decides, without what comes on top; empty: the list price."""
        return next((step.rule for step in reversed(self.explanation) if step.kind not in BESIDE), "")

    @property
    def tiers(self) -> tuple[tuple[Decimal, Decimal | None], ...]:
        """The table as (from quantity, price)."""
        return tuple((tier.quantity, tier.price) for tier in self.table)

    @property
    def jumps(self) -> tuple[tuple[Decimal, Decimal | None], ...]:
        """The tiers at which every unit gets another price: what is worth a hint to order a little more."""
        return tuple((tier.quantity, tier.price) for tier in self.table if not tier.sliced)


def including(price: Price, with_tax: Callable[[Decimal], Decimal]) -> Price:
    """Return a price as persons read it: every amount in it with VAT."""

    def add(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else with_tax(amount)

    return replace(
        price,
        net=add(price.net),
        list_price=add(price.list_price),
        table=tuple(replace(tier, price=add(tier.price), net=add(tier.net)) for tier in price.table),
        explanation=tuple(replace(step, before=add(step.before), after=add(step.after)) for step in price.explanation),
        upcoming=(price.upcoming[0], add(price.upcoming[1])) if price.upcoming else None,
    )


# In order of precedence; a level holds its sources, a source its lines, largest quantity first.
Levels = list[list[list[Candidate]]]
# The line that counts for a quantity, with those of its source that are reached, largest quantity first.
Chosen = list[Candidate]


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
        level = (place, item.rank, item.source_id if item.kind == "price_list" else 0)
        lines = levels.setdefault(level, {}).setdefault(item.source_id, {})
        there = lines.get(item.min_quantity)
        if there is None or _newer(item) > _newer(there):
            lines[item.min_quantity] = item
    return [[[lines[step] for step in sorted(lines, reverse=True)] for lines in found.values()] for _level, found in sorted(levels.items())]


def _newer(item: Candidate) -> tuple[date, int]:
    return (item.valid_from or EARLIEST, item.line_id)


@dataclass(frozen=True, slots=True)
class Sum:
    """How a product is added up: its list price, how the portal rounds, and in what steps it is sold."""

    listed: Decimal | None
    policy: Policy
    step: Decimal = ONE
    # Those of one day.
    surcharges: tuple[Candidate, ...] = ()
    floor: Candidate | None = None

    def charge(self, item: Candidate, net: Decimal) -> Decimal:
        """Return what a surcharge adds to a price."""
        return self.policy.price(item.price if item.price is not None else net * (item.percent or ZERO) / 100)

    def charged(self, net: Decimal | None) -> Decimal | None:
        """Return a price with what comes on top."""
        return net if net is None or not self.surcharges else net + sum(self.charge(item, net) for item in self.surcharges)

    def unit(self, line: Candidate) -> Decimal | None:
        """Return what a line says one unit costs."""
        if line.price is not None:
            return self.policy.price(line.price)
        if line.percent is not None and self.listed is not None:
            return self.policy.price(self.listed * (100 - line.percent) / 100)
        return None

    def kept(self, line: Candidate | None, price: Decimal | None) -> Decimal | None:
        """Return a price, of a line or of the list (None), raised to the minimum price where it lies below."""
        if price is None or self.floor is None or self.floor.price is None or (line is not None and line.kind in AGREED and self.floor.rank[1]):
            return price
        return max(price, self.policy.price(self.floor.price))

    def slices(self, chosen: Chosen, quantity: Decimal) -> list[tuple[Candidate, Decimal]]:
        """Return how many units each tier of incremental ones holds, from the first. One from fifty on begins after the last quantity below fifty that is sold."""
        lines = chosen[::-1]
        starts = [ZERO, *(max((line.min_quantity / self.step).to_integral_value(ROUND_CEILING) - 1, ZERO) * self.step for line in lines[1:])]
        ends = [*starts[1:], quantity]
        return [(line, end - start) for line, start, end in zip(lines, starts, ends, strict=True) if end > start]

    def net(self, chosen: Chosen | None, quantity: Decimal) -> Decimal | None:
        """Return what a unit costs: for incremental tiers the average over the quantity."""
        if chosen is None:
            return self.kept(None, self.listed)
        if not chosen[0].sliced:
            return self.kept(chosen[0], self.unit(chosen[0]))
        parts = self.slices(chosen, quantity)
        if len(parts) < 2:  # none: a table may begin at nothing
            line = parts[0][0] if parts else chosen[-1]
            return self.kept(line, self.unit(line))
        total = ZERO
        for line, units in parts:
            price = self.kept(line, self.unit(line))
            if price is None:
                return None
            total += units * price
        return self.policy.average(total, quantity)

    def at(self, levels: Levels, quantity: Decimal) -> Decimal | None:
        """Return the price at a quantity."""
        return self.charged(self.net(self.decide(levels, quantity), quantity))

    def decide(self, levels: Levels, quantity: Decimal) -> Chosen | None:
        """Return the line that counts for a quantity with those of its source below it, or None: the list price counts."""
        for level in levels:
            found = []
            for lines in level:
                place = next((place for place, line in enumerate(lines) if line.min_quantity <= quantity), None)
                if place is not None:
                    found.append(lines[place:])
            if found:
                return found[0] if len(found) == 1 else min(found, key=lambda lines: self._tie(lines, quantity))
        return None

    def _tie(self, lines: Chosen, quantity: Decimal) -> tuple[Decimal, int, int]:
        net, item = self.net(lines, quantity), lines[0]
        return (Decimal("Infinity") if net is None else net, -(item.valid_from or EARLIEST).toordinal(), item.source_id)

    def tiers(self, levels: Levels, least: Decimal) -> tuple[Tier, ...]:
        """Ask the price at every quantity where it may change, so that the table cannot differ from the price."""
        breaks = sorted({least, *(item.min_quantity for level in levels for lines in level for item in lines if item.min_quantity > least)})
        tiers: list[Tier] = []
        for quantity in breaks:
            chosen = self.decide(levels, quantity)
            sliced, net = chosen is not None and chosen[0].sliced, self.net(chosen, quantity)
            price = self.kept(chosen[0], self.unit(chosen[0])) if chosen and sliced and net is not None else net
            if not tiers or (tiers[-1].price, tiers[-1].sliced) != (price, sliced):
                tiers.append(Tier(quantity, price, net, sliced))
        return tuple(replace(tier, price=self.charged(tier.price), net=self.charged(tier.net)) for tier in tiers) if self.surcharges else tuple(tiers)

    def explained(self, levels: Levels, quantity: Decimal) -> tuple[Step, ...]:
        """Tell how the price came about, with what comes on top of it."""
        steps = self._decided(levels, quantity)
        net = steps[-1].after
        if net is None:
            return tuple(steps)
        at = net
        for item in self.surcharges:
            at, before = at + self.charge(item, net), at
            steps.append(Step(SURCHARGE, before, at, item.name, item.percent, None, item.valid_until))
        return tuple(steps)

    def _decided(self, levels: Levels, quantity: Decimal) -> list[Step]:
        """Tell what decided. A price that was agreed also tells what it replaces; a percentage is off the list price."""
        steps = [Step("list_price", None, self.listed)] if self.listed is not None else []
        chosen = self.decide(levels, quantity)
        if chosen is None:
            return steps + self._raised(None, self.listed) or [Step("on_request", None, None)]
        line = chosen[0]
        if line.kind in AGREED and line.price is not None:
            without = self.decide([level for level in levels if level[0][0].kind not in AGREED], quantity)
            if without:
                steps += self._told(without, quantity, self.listed)
        before = steps[-1].after if steps and line.price is not None else self.listed
        return [*steps, *self._told(chosen, quantity, before)]

    def _told(self, chosen: Chosen, quantity: Decimal, before: Decimal | None) -> list[Step]:
        line, first = chosen[0], chosen[-1]
        base = self.unit(first)
        steps = [Step(first.kind if base is not None else "on_request", before, base, first.name, first.percent, None, first.valid_until, None, first.group, first.currency, first.rate, first.number)]
        if line.sliced:
            return steps + self._in_slices(chosen, quantity)
        if line is not first:
            net = self.unit(line)
            steps.append(Step("tier" if net is not None else "on_request", base, net, line.name, line.percent, line.min_quantity, line.valid_until, number=line.number))
        return steps + self._raised(line, self.unit(line))

    def _raised(self, line: Candidate | None, price: Decimal | None) -> list[Step]:
        """Tell that a minimum price counts; nothing of what it comes from."""
        return [] if (net := self.kept(line, price)) == price else [Step(FLOOR, price, net)]

    def _in_slices(self, chosen: Chosen, quantity: Decimal) -> list[Step]:
        parts, net = self.slices(chosen, quantity), self.net(chosen, quantity)
        if len(parts) == 1 and parts[0][0] is chosen[-1]:
            return self._raised(chosen[-1], self.unit(chosen[-1]))
        steps: list[Step] = []
        before = self.unit(chosen[-1])
        for line, units in parts:
            price = self.unit(line)
            steps += [Step("slice", before, price, line.name, line.percent, line.min_quantity, line.valid_until, units, number=line.number), *self._raised(line, price)]
            before = steps[-1].after
        return [*steps, Step("average" if net is not None else "on_request", before, net, chosen[0].name, None, quantity, chosen[0].valid_until, number=chosen[0].number)]

    def upcoming(self, candidates: Sequence[Candidate], extra: Sequence[Candidate], quantity: Decimal, day: date, net: Decimal | None) -> tuple[date, Decimal | None] | None:
        """Return the next day on which the price is another one, and what it is then."""
        days = {item.valid_from for item in (*candidates, *extra) if item.valid_from and item.valid_from > day}
        days |= {item.valid_until + timedelta(days=1) for item in (*candidates, *extra) if item.valid_until and date.max > item.valid_until >= day}
        for when in sorted(days):
            then = replace(self, surcharges=_on(extra, when), floor=lowest(extra, when)).at(sources(candidates, when, self.listed), quantity)
            if then != net:
                return when, then
        return None


def _on(extra: Sequence[Candidate], day: date) -> tuple[Candidate, ...]:
    return tuple(sorted((item for item in extra if item.kind == SURCHARGE and item.counts_on(day)), key=lambda item: (item.name, item.line_id))) if extra else ()


def lowest(extra: Sequence[Candidate], day: date) -> Candidate | None:
    """Return the minimum price that counts on a day: one of the product itself before one of its group, of several the highest."""
    return min((item for item in extra if item.kind == FLOOR and item.counts_on(day)), key=lambda item: (item.rank[0], -(item.price or ZERO), item.line_id), default=None) if extra else None


def free_with(extra: Sequence[Candidate], quantity: Decimal, day: date) -> tuple[Candidate, Free] | None:
    """Return what comes free of charge with a quantity: what is for the party itself before what is for its groups, its price lists and everybody, of several the most. Nothing yet: what comes first with more, in the same order."""
    found = [(item, quantity // item.min_quantity * (item.price or ZERO)) for item in extra if item.kind == FREE and item.counts_on(day)]
    if not found:
        return None
    item, units = min(found, key=lambda pair: (not pair[1], pair[0].rank, -pair[1], pair[0].min_quantity, pair[0].line_id))
    return item, Free(item.name, item.min_quantity, item.price or ZERO, units, item.valid_until, item.group)


def _rests_on(decides: Candidate | None, listed: bool) -> tuple[str, ...]:
    """Return the kinds of the administration's data behind a price: a percentage is as old as the list price it is off."""
    own = (HEARD_AS[decides.kind],) if decides and decides.of_erp else ()
    return (*own, "product") if listed and (decides is None or decides.percent is not None) else own


def price_of(
    candidates: Sequence[Candidate],
    *,
    list_price: Decimal | None,
    quantity: Decimal,
    day: date,
    policy: Policy,
    least: Decimal = ZERO,
    step: Decimal = ONE,
    as_of: datetime | None = None,
) -> Price:
    """Return the price of a product. `least` is its smallest order: tiers start there; `step` what it is sold in. `policy`: how the portal rounds, and its currency."""
    extra = [item for item in candidates if item.kind in BESIDE]
    if extra:
        candidates = [item for item in candidates if item.kind not in BESIDE]
    of = Sum(policy.price(list_price) if list_price is not None else None, policy, step, _on(extra, day), lowest(extra, day))
    levels = sources(candidates, day, of.listed)
    chosen = of.decide(levels, quantity)
    net = of.charged(of.net(chosen, quantity))
    free = free_with(extra, quantity, day) if extra and net is not None else None
    given = [Step(FREE, net, net, free[1].name, None, quantity, free[1].valid_until, free[1].units, free[1].group)] if free and free[1].units else []
    return Price(
        net,
        of.listed,
        of.tiers(levels, least),
        chosen[0].valid_until if chosen else None,
        (*of.explained(levels, quantity), *given),
        (chosen[0].as_of if chosen else None) or as_of,
        policy.currency,
        of.upcoming(candidates, extra, quantity, day, net),
        free[1] if free else None,
        chosen[0].of_erp if chosen else as_of is not None,
        _rests_on(chosen[0] if chosen else None, as_of is not None),
    )

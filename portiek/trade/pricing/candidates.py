"""Why a line did not decide a price. Pure: candidates, a quantity and a day in, each with its price and a reason out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from portiek.core.money import Policy
from portiek.trade.pricing.rules.price import BESIDE, FLOOR, FREE, ONE, ORDER, SURCHARGE, Candidate, Sum, free_with, lowest, sources

Reason = Literal["wins", "later", "ended", "no_list_price", "quantity", "slice", "tier", "newer", "tie", "after", "on_top", "raises", "above", "spared", "nearer", "gives", "gives_not"]


@dataclass(frozen=True, slots=True)
class Considered:
    """One line that might have decided: what one unit would cost by it alone (None: on request; of a surcharge what it adds, of a minimum price itself) and why it did not. Of tiers that each have their own price the one that is reached has the average, the others their own."""

    candidate: Candidate
    net: Decimal | None
    reason: Reason


def considered(candidates: Sequence[Candidate], *, list_price: Decimal | None, quantity: Decimal, day: date, policy: Policy, step: Decimal = ONE) -> list[Considered]:
    """Return every line, the one that wins first, then in the order in which they are asked; last what comes on top."""
    lines = [item for item in candidates if item.kind not in BESIDE]
    floor = lowest(candidates, day)
    of = Sum(policy.price(list_price) if list_price is not None else None, policy, step, floor=floor)
    bare = replace(of, floor=None)
    levels = sources(lines, day, of.listed)
    chosen = of.decide(levels, quantity) or []
    winner = chosen[0] if chosen else None
    slices = {id(line) for line, _units in of.slices(chosen, quantity)} if winner and winner.sliced else set()
    standing = {id(line): source for level in levels for source in level for line in source}

    def reason(item: Candidate) -> Reason:
        if item is winner:
            return "wins"
        if not item.counts_on(day):
            return "later" if item.valid_from and item.valid_from > day else "ended"
        if id(item) not in standing:
            return "no_list_price" if item.percent is not None and of.listed is None else "newer"
        if item.min_quantity > quantity:
            return "quantity"
        # Agreements of a party and of a group are counted apart: the same number is the same source only at the same place.
        if winner is not None and (item.kind, item.rank, item.source_id) == (winner.kind, winner.rank, winner.source_id):
            return "slice" if id(item) in slices else "tier"
        return "tie" if winner is not None and (item.kind, item.rank) == (winner.kind, winner.rank) and item.kind != "price_list" else "after"

    def alone(item: Candidate) -> Decimal | None:
        reached = [line for line in standing.get(id(item), ()) if line.min_quantity <= quantity]
        return bare.net(reached, quantity) if reached and reached[0] is item else of.unit(item)

    def bound(item: Candidate) -> Reason:
        if not item.counts_on(day):
            return "later" if item.valid_from and item.valid_from > day else "ended"
        if item is not floor:
            return "nearer"
        return "raises" if net != (under := bare.net(chosen or None, quantity)) else "spared" if under is not None and item.price is not None and under < policy.price(item.price) else "above"

    def giving(item: Candidate) -> Reason:
        if not item.counts_on(day):
            return "later" if item.valid_from and item.valid_from > day else "ended"
        return "quantity" if item.min_quantity > quantity else "gives" if given and given[0] is item and net is not None else "gives_not"

    found = [Considered(item, alone(item), reason(item)) for item in lines]
    found.sort(key=lambda item: (item.reason != "wins", ORDER[item.candidate.kind], item.candidate.rank, item.candidate.source_id, item.candidate.min_quantity))
    net, given = of.net(chosen or None, quantity), free_with(candidates, quantity, day)
    extra = sorted((item for item in candidates if item.kind == SURCHARGE), key=lambda item: (item.name, item.line_id))
    found += [Considered(item, policy.price(item.price), bound(item)) for item in candidates if item.kind == FLOOR and item.price is not None]
    found += [Considered(item, None, giving(item)) for item in candidates if item.kind == FREE]
    return found + [Considered(item, None if net is None else of.charge(item, net), "on_top" if item.counts_on(day) else reason(item)) for item in extra]

"""Where the figures of a document are not what the portal makes of it, and why. Pure: figures and a policy in, differences out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Any, Literal

from portiek.core.money import CENT, Policy

MODES: tuple[Literal["half_up", "half_even"], ...] = ("half_up", "half_even")
PER: tuple[Literal["line", "document"], ...] = ("document", "line")
LEAST_DIGITS = 2
HALF = CENT / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ERP with what the portal had: `ours` is the portal's price of one unit; None where it had none (transport that the ERP added). `averaged`: it is the average of incremental tiers."""

    position: int
    label: str
    quantity: Decimal
    ours: Decimal | None
    price: Decimal
    amount: Decimal
    rate: Decimal
    averaged: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """An order or invoice as the ERP has it."""

    lines: tuple[Line, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that differs: of a line (`position`) or of the whole (0). `gap`: how much more the ERP counts.

    `fits`: how the portal would have to calculate to agree, as `Policy` names it ("tax_per=line"); empty: no way of rounding explains it.
    """

    position: int
    label: str
    what: str
    code: str
    fits: str
    ours: Decimal
    theirs: Decimal
    gap: Decimal


def differences(document: Document, policy: Policy) -> list[Difference]:
    """Return every figure that differs by a cent or more: first of the lines, then of the whole as it follows from the ERP's own lines, so that nothing is told twice."""
    found = [item for line in document.lines if (item := _line(line, policy))]
    totals = policy.totals((line.amount, line.rate) for line in document.lines)
    if totals.net != document.net:
        found.append(_whole("net", "sum", "", totals.net, document.net))
    elif totals.tax != document.tax:
        fits = next((_named(other, policy) for other in others(policy) if _tax(document, other) == document.tax), "")
        found.append(_whole("tax", "tax_rounding" if fits else "tax", fits, totals.tax, document.tax))
    if document.net + document.tax != document.gross:
        found.append(_whole("gross", "sum", "", document.net + document.tax, document.gross))
    return found


def _whole(what: str, code: str, fits: str, ours: Decimal, theirs: Decimal) -> Difference:
    return Difference(0, "", what, code, fits, ours, theirs, theirs - ours)


def _line(line: Line, policy: Policy) -> Difference | None:
    if line.ours is None:
        return None
    gap = line.amount - policy.line(line.quantity, line.ours)
    if abs(gap) < CENT:
        return None
    if line.averaged and _rounds_itself(line, gap, policy):
        what, ours, theirs = ("amount", line.amount - gap, line.amount) if line.ours == line.price else ("price", line.ours, line.price)
        return Difference(line.position, line.label, what, "tiers", "", ours, theirs, gap)
    if line.ours == line.price:
        fits = next((f"mode={mode}" for mode in MODES if mode != policy.mode and replace(policy, mode=mode).line(line.quantity, line.price) == line.amount), "")
        return Difference(line.position, line.label, "amount", "line_rounding" if fits else "amount", fits, line.amount - gap, line.amount, gap)
    fits = next((f"price_digits={digits}" for digits in range(policy.price_digits - 1, LEAST_DIGITS - 1, -1) if replace(policy, price_digits=digits).price(line.ours) == line.price), "")
    return Difference(line.position, line.label, "price", "price_rounding" if fits else "price", fits, line.ours, line.price, gap)


def _rounds_itself(line: Line, gap: Decimal, policy: Policy) -> bool:
    """Whether the ERP has the same tiers and rounds their average in its own way: to fewer digits, or by adding the tiers up (docs/decisions/0061)."""
    assert line.ours is not None
    off = abs(line.ours - line.price)
    return off <= HALF if off else abs(gap) <= line.quantity * Decimal(1).scaleb(-policy.price_digits) / 2 + CENT


def others(policy: Policy) -> list[Policy]:
    """Return the other ways to round, nearest first: one setting different, then both."""
    made = [replace(policy, mode=mode, tax_per=per) for mode, per in product(MODES, PER)]
    return sorted((item for item in made if item != policy), key=lambda item: (item.mode != policy.mode) + (item.tax_per != policy.tax_per))


def _named(other: Policy, policy: Policy) -> str:
    return ",".join(f"{name}={getattr(other, name)}" for name in ("tax_per", "mode") if getattr(other, name) != getattr(policy, name))


def _tax(document: Document, policy: Policy) -> Decimal:
    return policy.totals((line.amount, line.rate) for line in document.lines).tax


def agreeing(documents: Sequence[Document], policy: Policy) -> dict[str, int]:
    """Return of how many documents amounts and VAT come out as the ERP has them, as the portal calculates now ("") and in each other way."""

    def agrees(document: Document, way: Policy) -> bool:
        return _tax(document, way) == document.tax and all(way.line(line.quantity, line.price) == line.amount for line in document.lines if line.ours is not None)

    return {_named(way, policy): sum(agrees(document, way) for document in documents) for way in (policy, *others(policy))}


def best(tried: dict[str, int]) -> str:
    """Return the way to calculate in which most documents agree, when those are more than as the portal calculates now; else nothing."""
    way = max(tried, key=lambda name: (tried[name], -len(name)), default="")
    return way if tried.get(way, 0) > tried.get("", 0) else ""


def settings(fits: str) -> dict[str, str]:
    """Return what a way to calculate changes, by setting."""
    return dict(part.split("=", 1) for part in fits.split(",") if part)


def is_same(before: Any, ours: Decimal, theirs: Decimal) -> bool:
    """Whether a difference is the one that was seen before: the same two figures."""
    return bool(before.ours == ours and before.theirs == theirs)


def still_open(known: bool, gap: Decimal, up_to: Decimal | None) -> bool:
    """Whether a difference asks for somebody: nobody said that it is known, nor that all up to so much are."""
    return not known and (up_to is None or abs(gap) > up_to)

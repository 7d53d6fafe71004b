"""What to do after a try, when to try again, when to stop. No database, no clock, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from portiek.edges.connectors import contract

# What the rest needs first: an order line names a product, an invoice an order.
ORDER = ("category", "product", "price_list", "surcharge", "floor", "party", "agreement", "discount", "stock", "order", "shipment", "invoice", "payment")
# Seconds between two runs of a feed that had nothing more.
INTERVALS = {"category": 900, "product": 300, "price_list": 300, "surcharge": 300, "floor": 300, "party": 300, "agreement": 300, "discount": 300, "stock": 60, "order": 30, "shipment": 60, "invoice": 120, "payment": 300}
MAX_TRIES = 12
# A command that breaks the connector itself is parked sooner: trying again changes nothing.
MAX_FAULTS = 5
# Failures in a row after which the ERP counts as down.
BREAKER = 3
# Part of the calls a limit leaves to feeds; the rest is kept for orders.
FEED_SHARE = Decimal("0.8")
SWEEP_SHARE = Decimal("0.03")
SWEEP_FLOOR = 5

State = Literal["queued", "sent", "acknowledged", "failed", "needs_human"]


@dataclass(frozen=True)
class Outcome:
    """What a try of a command led to: its state, seconds until the next try, and why.

    `reached`: the ERP answered at all, which closes the breaker; False counts as a failure of the connection. `counts`: the try counts
    for giving up.
    """

    state: State
    code: str = ""
    text: str = ""
    wait: float = 0.0
    maybe_done: bool = False
    reached: bool = True
    counts: bool = True
    fault: bool = False


def backoff(tries: int, chance: float) -> float:
    """Return seconds until the next try: 15, 30, 60 ... at most half an hour, a quarter more or less by `chance` (0 to 1)."""
    return min(15.0 * 2 ** min(max(tries - 1, 0), 10), 1800.0) * (0.75 + 0.5 * chance)


def outcome(result: contract.Result, tries: int, chance: float) -> Outcome:
    """Decide what a result means for a command that was tried `tries` times, this one included."""
    match result:
        case contract.Done():
            return Outcome("acknowledged")
        case contract.Pending():
            # Asked again, not sent again: the ERP has it.
            return Outcome("sent", "pending", "", backoff(min(tries, 4), chance), maybe_done=True, counts=False)
        case contract.Rejected(code=code, text=text, fault=fault):
            return Outcome("needs_human", "fault" if fault else "rejected", f"{text}" if text else code)
        case contract.NeedsDecision(code=code, text=text):
            return Outcome("needs_human", "decision", text or code)
        case contract.Conflict():
            return Outcome("needs_human", "conflict", "")
        case contract.Retry(after=after, maybe_done=maybe_done, text=text):
            # Nothing reached the ERP: not this order's fault, so that a week-end without ERP gives up on none.
            if not maybe_done:
                return Outcome("failed", "unreachable", text, max(after, backoff(1, chance)), reached=False, counts=False)
            if tries >= MAX_TRIES:
                return Outcome("needs_human", "tries", text, maybe_done=True, reached=False)
            return Outcome("failed", "unsure", text, max(after, backoff(tries, chance)), maybe_done=True, reached=False)
    raise TypeError(f"not a result: {type(result).__name__}")


def outcome_of_fault(text: str, faults: int, chance: float) -> Outcome:
    """Decide what an exception inside the connector means: tried again a few times, then parked."""
    if faults >= MAX_FAULTS:
        return Outcome("needs_human", "poison", text, maybe_done=True, fault=True)
    return Outcome("failed", "broken", text, backoff(faults, chance), maybe_done=True, fault=True)


def probe_wait(failures: int) -> float:
    """Return seconds until an ERP that is down is tried again: 10, 20 ... at most two minutes."""
    return min(10.0 * 2 ** min(max(failures - BREAKER, 0), 6), 120.0)


def feed_wait(entity: str, errors: int, more: bool, after: float | None, chance: float) -> float:
    """Return seconds until a feed runs again; after an error longer and longer, at least what the ERP asked."""
    if errors:
        return max(after or 0.0, backoff(errors, chance))
    return 0.0 if more else float(INTERVALS.get(entity, 300)) * (0.9 + 0.2 * chance)


def needs_full(full_at: datetime | None, every_hours: int, now: datetime) -> bool:
    """Whether a feed must be read from its start again, since its cursor does not show everything. 0 hours: never."""
    return full_at is not None and every_hours > 0 and now - full_at > timedelta(hours=every_hours)


def may_sweep(known: int, missing: int) -> bool:
    """Whether so few records are missing that they may be put away; more looks like a fault and a person must look."""
    return missing <= max(SWEEP_FLOOR, int(known * SWEEP_SHARE))


def room(limit_minute: int | None, limit_day: int | None, minute: int, day: int, *, for_order: bool) -> bool:
    """Whether there is room for a call; feeds leave a part of the limits to orders."""
    share = Decimal(1) if for_order else FEED_SHARE
    return (limit_minute is None or minute < limit_minute * share) and (limit_day is None or day < limit_day * share)


def why_not_cancel(state: str, *, maybe_done: bool) -> str | None:
    """Return why a command cannot be given up (is-done, under-way, maybe-done), or None."""
    if state in ("acknowledged", "cancelled"):
        return "is-done"
    if state == "sent":
        return "under-way"
    return "maybe-done" if maybe_done else None

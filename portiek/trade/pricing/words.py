"""How a price is said: each step of its explanation, and its tiers, in the language of the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portiek.trade.pricing.rules import Price, Step
from portiek.ui import format


def on_request() -> str:
    """Return what stands where a price would."""
    return _("on request")


def days(start: date | None, end: date | None) -> str:
    """Return for how long something was agreed."""
    if start and end:
        return _("from %(start)s until %(end)s") % {"start": format.full_day(start), "end": format.full_day(end)}
    if start:
        return _("from %(start)s on") % {"start": format.full_day(start)}
    return _("until %(end)s") % {"end": format.full_day(end)} if end else _("always")


def step(step: Step, currency: str) -> tuple[str, str]:
    """Return (words, amount) of one step of an explanation."""
    return _label(step), format.money(step.after, currency) if step.after is not None else _("on request")


def _label(step: Step) -> str:
    if step.kind == "list_price":
        return _("List price")
    if step.kind == "on_request":
        return _("%(rule)s: on request") % {"rule": step.rule} if step.rule else _("Price on request")
    if step.percent is not None:
        off = format.percent(step.percent)
        if step.kind == "discount_group":
            return _("Discount group %(rule)s, %(percent)s off the list price") % {"rule": step.rule, "percent": off}
        if step.kind == "tier":
            return _("%(rule)s from %(quantity)s, %(percent)s off the list price") % {
                "rule": step.rule,
                "quantity": format.quantity(step.quantity),
                "percent": off,
            }
        return _("%(rule)s, %(percent)s off the list price") % {"rule": step.rule, "percent": off}
    less = _difference(step.before, step.after)
    if step.kind == "tier":
        return _("Tier from %(quantity)s") % {"quantity": format.quantity(step.quantity)} + less
    return step.rule + less


def _difference(before: Decimal | None, after: Decimal | None) -> str:
    """Return " (−22%)", rounded to half a percent for the eye only."""
    if not before or after is None or before == after:
        return ""
    change = ((after - before) * 200 / before).quantize(Decimal(1)) / 2
    return f" ({format.percent(change, sign=True)})" if change else ""


def explained(price: Price, *, own: bool = True) -> tuple[list[tuple[str, str]], tuple[str, str]]:
    """Return the steps of a price and its total, for `ui.why`; `own`: said to the party itself."""
    net = format.money(price.net, price.currency) if price.net is not None else _("on request")
    day = format.day(price.valid_until)
    total = (_("Your price, valid until %(day)s") % {"day": day} if day else _("Your price")) if own else _("Price, valid until %(day)s") % {"day": day} if day else _("Price")
    return [step(item, price.currency) for item in price.explanation], (total, net)


@dataclass(frozen=True)
class Shown:
    """A price as a page shows it: texts, and the explanation as HTML."""

    price: str
    was: str | None
    why: Any
    tiers: list[tuple[str, str, str]]
    note: str


def upcoming(price: Price) -> str:
    """Return what will change, or nothing."""
    if price.upcoming is None:
        return ""
    day, net = price.upcoming
    values = {"day": format.day(day), "price": format.money(net, price.currency) if net is not None else _("on request")}
    return _("From %(day)s: %(price)s") % values


def tiers(price: Price, unit: str, totals: Sequence[Decimal | None]) -> list[tuple[str, str, str]]:
    """Return the rows of a table of tiers; `totals` is what each quantity costs together."""
    made = []
    for (quantity, net), total in zip(price.tiers, totals, strict=True):
        made.append(
            (
                format.quantity(quantity, unit),
                format.money(net, price.currency) if net is not None else _("on request"),
                format.money(total, price.currency),
            )
        )
    return made

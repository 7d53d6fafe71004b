"""How a price is said: each step of its explanation, and its tiers, in the language of the moment."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portiek.trade.pricing.candidates import Considered
from portiek.trade.pricing.rules import Free, Price, Step
from portiek.trade.pricing.rules.price import AGREED, FLOOR, FREE, SURCHARGE
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
    return _step(step, currency, get_language())


# A page of products says the same few steps on every row, and for every customer of a list.
@functools.lru_cache(maxsize=4096)
def _step(step: Step, currency: str, language: str | None) -> tuple[str, str]:
    return _label(step, currency), format.money(step.after, currency) if step.after is not None else _("on request")


def reckoned(step: Mapping[str, Any], currency: str, unit: str = "") -> str:
    """Return the words of a step that is worked out over what was decided, as pricing has it or as a line of an order keeps it; nothing for other kinds."""
    number = {name: Decimal(str(step[name])) for name in ("after", "quantity", "units") if step.get(name) is not None}
    if step.get("kind") == "slice":
        values = {"units": format.quantity(number["units"], unit), "price": format.money(number.get("after"), currency) or on_request(), "quantity": format.quantity(number.get("quantity") or 1)}
        return _("%(units)s at %(price)s, from %(quantity)s") % values
    if step.get("kind") == "average":
        return _("On average over %(quantity)s") % {"quantity": format.quantity(number["quantity"], unit)}
    if step.get("kind") == "surcharge":
        more = format.percent(Decimal(str(step["percent"]))) if step.get("percent") is not None else format.money(number["after"] - Decimal(str(step["before"])), currency)
        return f"{step['rule']} (+{more})"
    if step.get("kind") == FREE:
        return for_group(_("%(name)s: %(units)s free of charge with %(quantity)s") % {"name": step["rule"], "units": format.quantity(number["units"], unit), "quantity": format.quantity(number["quantity"], unit)}, step)
    return _("Minimum price") if step.get("kind") == FLOOR else ""


def free_short(buy: Decimal, give: Decimal) -> str:
    """Return what comes free of charge as people say it: "10 + 1 free"."""
    return _("%(buy)s + %(give)s free") % {"buy": format.quantity(buy), "give": format.quantity(give)}


def free(found: Free, unit: str) -> str:
    """Return what comes free of charge with each full quantity, and until when."""
    values = {"name": found.name, "buy": format.quantity(found.buy, unit), "give": format.quantity(found.give, unit), "day": format.full_day(found.valid_until) if found.valid_until else ""}
    return (_("%(name)s: with each %(buy)s another %(give)s free of charge, until and including %(day)s") if found.valid_until else _("%(name)s: with each %(buy)s another %(give)s free of charge")) % values


def _label(step: Step, currency: str) -> str:
    told = asdict(step)
    return rested(reckoned(told, currency) or for_group(_plain(step), told, currency), told)


def rested(words: str, step: Mapping[str, Any]) -> str:
    """Return the words of a step with what it rests on: the number of the agreement, once and not again at each of its tiers, and its last day."""
    until, kind = step.get("valid_until"), step.get("kind")
    until = date.fromisoformat(until) if isinstance(until, str) else until
    parts = [words, _("no. %(number)s") % {"number": step["number"]} if step.get("number") and kind not in ("tier", "slice", "average") else ""]
    # The day in full: the words of a step are kept, and stand on paper.
    parts.append(_("valid until %(day)s") % {"day": format.day(until, today=date.min)} if until and until < date.max and kind != "average" else "")
    return ", ".join(part for part in parts if part)


def for_group(words: str, step: Mapping[str, Any], currency: str = "EUR") -> str:
    """Return the words of a step, with the exchange rate of a list in another currency and the customer group that it is for."""
    if step.get("rate") is not None:
        words = _("%(step)s, 1 %(currency)s at %(rate)s") % {"step": words, "currency": step["currency"], "rate": format.money(Decimal(str(step["rate"])).normalize(), currency)}
    return _("%(step)s, for group %(group)s") % {"step": words, "group": step["group"]} if step.get("group") else words


def _plain(step: Step) -> str:
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
    """A price as a page shows it: texts, and the explanation as HTML. What only the product's own page says is put in words when it is asked for."""

    price: str
    was: str | None
    why: Any
    # The price itself, to find the lowest of several; None: on request.
    net: Decimal | None
    of: Price
    unit: str
    totals: Callable[[], Sequence[Decimal | None]]
    # Since when nothing was heard of it, where that is longer than the portal takes for certain.
    unheard: datetime | None = None

    @property
    def tiers(self) -> list[tuple[str, str, str]]:
        """The rows of the table of tiers."""
        return tiers(self.of, self.unit, self.totals())

    @property
    def note(self) -> str:
        """What will change, or nothing."""
        return upcoming(self.of)

    @property
    def tiers_note(self) -> str:
        """What the prices of the tiers count for."""
        return tiers_note(self.of)

    @property
    def free(self) -> str:
        """What comes with it free of charge, in a sentence, or nothing."""
        return free(self.of.free, self.unit) if self.of.free else ""

    @property
    def free_short(self) -> str:
        """The same in short."""
        return free_short(self.of.free.buy, self.of.free.give) if self.of.free else ""


def upcoming(price: Price) -> str:
    """Return what will change, or nothing."""
    if price.upcoming is None:
        return ""
    day, net = price.upcoming
    values = {"day": format.day(day), "price": format.money(net, price.currency) if net is not None else _("on request")}
    return _("From %(day)s: %(price)s") % values


def tiers(price: Price, unit: str, totals: Sequence[Decimal | None]) -> list[tuple[str, str, str]]:
    """Return the rows of a table of tiers; `totals` is what each quantity costs together."""
    made, mixed = [], any(tier.sliced != price.table[0].sliced for tier in price.table)
    for tier, total in zip(price.table, totals, strict=True):
        each = format.money(tier.price, price.currency) if tier.price is not None else on_request()
        made.append((format.quantity(tier.quantity, unit), _("%(price)s each further one") % {"price": each} if mixed and tier.sliced else each, format.money(total, price.currency)))
    return made


def tiers_note(price: Price) -> str:
    """Return what the prices of the tiers count for."""
    sliced = {tier.sliced for tier in price.table}
    if len(sliced) > 1:
        return _("Where it says each further one, what is below keeps its own price")
    return _("Each tier has its own price: the first ones keep theirs") if True in sliced else _("The price counts for the whole quantity")


def considered(item: Considered) -> str:
    """Name a line that might have decided: what it stands in, from which quantity and when it counts."""
    line = item.candidate
    kind = {"product_agreement": _("Agreement on the product"), "group_agreement": _("Agreement on its group"), "price_list": _("Price list"), "discount_group": _("Discount on the group"), "surcharge": _("Surcharge"), FLOOR: _("Minimum price"), FREE: _("Free of charge")}.get(line.kind, line.kind)
    whose = _("for group %(name)s") % {"name": line.group} if line.group else _("for the branch, department or project") if line.kind in AGREED and line.rank < (0, 0) else ""
    if line.kind == FLOOR:
        kind = _("Minimum price of the discount group") if line.rank[0] else kind
        whose = _("cost price and %(percent)s") % {"percent": format.percent(line.percent)} if line.percent is not None else ""
    if line.kind == FREE:
        parts = [free_short(line.min_quantity, line.price or Decimal(0)), f"{kind}: {line.name}", whose, days(line.valid_from, line.valid_until) if line.valid_from or line.valid_until else ""]
        return ", ".join(part for part in parts if part)
    parts = [f"{kind}: {line.name}" if line.name else kind, _("no. %(number)s") % {"number": line.number} if line.number else "", whose, _("from %(quantity)s") % {"quantity": format.quantity(line.min_quantity)} if line.min_quantity > 1 else "", days(line.valid_from, line.valid_until) if line.valid_from or line.valid_until else ""]
    return ", ".join(part for part in parts if part)


def alone(item: Considered, currency: str) -> str:
    """Return what one unit would cost by a line alone, or what it adds."""
    if item.candidate.kind == SURCHARGE:
        return f"+{format.money(item.net, currency)}" if item.net is not None else ""
    return format.money(item.net, currency) if item.net is not None else "" if item.candidate.kind == FREE else on_request()


def reason(item: Considered) -> str:
    """Say why a line decides, or does not."""
    return {
        "wins": _("This one counts"), "later": _("Does not count yet on this day"), "ended": _("Is over on this day"), "no_list_price": _("A percentage, and there is no list price to take it off"),
        "quantity": _("Counts from a larger quantity"), "slice": _("Counts for its own part of the quantity"), "tier": _("Another tier of the same agreement or list counts for this quantity"), "newer": _("A newer line of the same list takes its place"),
        "tie": _("Another agreement of the same kind is lower, or began later"), "after": _("Is only asked after the one that counts"), "on_top": _("Comes on top of the price"),
        "raises": _("Raises the price to this"), "above": _("The price lies above it"), "spared": _("An agreement counts, which may go below it"), "nearer": _("Another minimum price counts"), "gives": _("Comes with it free of charge"), "gives_not": _("Something else comes with it free of charge, or there is no price"),
    }[item.reason]  # fmt: skip

"""Recurring orders in words."""

from __future__ import annotations

from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portiek.trade.orders.wording import unit_lost
from portiek.trade.recurring import rules
from portiek.trade.recurring.models import Recurring, Turn
from portiek.trade.recurring.queries import Look, Row
from portiek.ui import format

FACT_WORDS: dict[str, tuple[Any, str, str]] = {
    "recurring.order.made": (gettext_lazy("{user} made the recurring order {text}"), "repeat", ""),
    "recurring.order.changed": (gettext_lazy("{user} changed the recurring order {text}"), "pencil", ""),
    "recurring.order.skipped": (gettext_lazy("{user} skipped a turn of {text}"), "skip-forward", ""),
    "recurring.order.paused": (gettext_lazy("{user} paused the recurring order {text}"), "pause", ""),
    "recurring.order.resumed": (gettext_lazy("{user} let the recurring order {text} go on"), "play", ""),
    "recurring.order.ended": (gettext_lazy("The recurring order {text} ended"), "square", ""),
    "recurring.order.stopped": (gettext_lazy("The recurring order {text} stopped: its maker may not order any more"), "circle-pause", "stop"),
    "recurring.order.taken_over": (gettext_lazy("{user} took over the recurring order {text}"), "user-check", ""),
    "recurring.order.waits": (gettext_lazy("The recurring order {text} became dearer and waits for a yes"), "trending-up", "wait"),
    "recurring.order.accepted": (gettext_lazy("{user} said yes to the prices of {text}"), "check", "ok"),
    "recurring.order.ordered": (gettext_lazy("The recurring order {text} was placed"), "repeat", "ok"),
    "recurring.order.failed": (gettext_lazy("The recurring order {text} could not be placed"), "circle-x", "stop"),
}
STATES = {rules.ACTIVE: "ok", rules.PAUSED: "wait", rules.STOPPED: "stop", rules.ENDED: "rest"}
TURNS = {rules.COMING: "info", rules.WAITS: "wait", rules.PLACED: "ok", rules.SKIPPED: "rest", rules.FAILED: "stop", rules.LAPSED: "stop"}


def rhythm(found: Recurring) -> str:
    """Return how often it is ordered."""
    day = found.next_on
    if found.rhythm == rules.MONTH:
        often = ngettext("each month", "each %(num)s months", found.every) % {"num": found.every}
        return _("%(often)s on day %(day)s") % {"often": often, "day": found.month_day}
    often = ngettext("each week", "each %(num)s weeks", found.every) % {"num": found.every}
    return _("%(often)s on %(day)s") % {"often": often, "day": WEEKDAYS[day.weekday()]} if day else often


def status(found: Recurring) -> tuple[str, str]:
    """Return colour and word of how it stands."""
    if found.state == rules.ACTIVE and getattr(found, "waits", False):
        return "wait", _("Waits for a yes")
    return STATES[found.state], str(Recurring.State(found.state).label)


def turn_status(found: Turn) -> tuple[str, str]:
    """Return colour and word of what became of a turn."""
    return TURNS[found.state], str(Turn.State(found.state).label)


def ends(found: Recurring) -> str:
    """Return when it ends by itself; empty: never."""
    parts = [_("until and including %(day)s") % {"day": format.full_day(found.until)}] if found.until else []
    if found.left is not None:
        parts.append(ngettext("%(num)s time more", "%(num)s times more", found.left) % {"num": found.left})
    return ", ".join(parts)


def problem(row: Row) -> str:
    """Return why a line is not ordered; empty where it is."""
    if row.problem == "gone" and row.successor is not None:
        return _("no longer sold; %(name)s came in its place") % {"name": row.successor.label}
    return {"out": _("not this time"), "gone": _("no longer in your assortment"), "no_price": _("price on request"), "quantity": _("not sold in this quantity")}.get(row.problem, "")


def change(row: Row) -> str:
    """Return what is not as last time of a line, in a few words."""
    name = row.line.name
    if row.problem:
        return f"{name}: {problem(row)}"
    parts = [unit_lost(row.lost, row.packs.sales)] if row.lost and row.packs else []
    if row.quantity != row.line.quantity:
        parts.append(_("%(now)s instead of %(was)s") % {"now": format.quantity(row.quantity), "was": format.quantity(row.line.quantity)})
    if row.rise is not None:
        parts.append(_("price %(rise)s") % {"rise": format.percent(row.rise, sign=True)})
    return f"{name}: {', '.join(parts)}"


def changes(found: Look, *, most: int = 6) -> str:
    """Return what is not as last time, in one paragraph."""
    rows = found.changes
    if not rows:
        return _("Nothing changed since last time.")
    said = "; ".join(change(row) for row in rows[:most]) + ("." if len(rows) <= most else ngettext("; and %(num)s line more.", "; and %(num)s lines more.", len(rows) - most) % {"num": len(rows) - most})
    return _("Not as last time: %(what)s") % {"what": said}

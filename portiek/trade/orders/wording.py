"""How orders are said: states, steps of the track, why a price is what it is, and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.foundation.accounts.models import Period
from portiek.trade.approvals.queries import Plan
from portiek.trade.orders import rules
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.queries import AgreedNote, Basket, BasketLine, Double, Room, Sent
from portiek.trade.pricing.rules import Meter
from portiek.trade.pricing.words import for_group, reckoned, rested
from portiek.ui import format


class Said(NamedTuple):
    """The sentence of a fact, with its icon and colour."""

    text: Any
    icon: str
    tone: str


FACT_WORDS: dict[str, Said] = {
    "orders.order.submitted": Said(gettext_lazy("{user} placed order {text}"), icon="package", tone=""),
    "orders.order.approval_requested": Said(gettext_lazy("{user} asked approval for order {text}"), icon="badge-check", tone="wait"),
    "orders.order.lowered": Said(gettext_lazy("{user} struck or lowered lines of order {text}"), icon="git-compare", tone="wait"),
    "orders.order.approval_expired": Said(gettext_lazy("Nobody decided about order {text} in time: it goes back"), icon="clock-alert", tone="stop"),
    "orders.order.approved": Said(gettext_lazy("{user} approved order {text}"), icon="badge-check", tone="ok"),
    "orders.order.rejected": Said(gettext_lazy("{user} rejected order {text}"), icon="circle-x", tone="stop"),
    "orders.order.released": Said(gettext_lazy("Order {text} can no longer be changed and is passed on"), icon="send", tone=""),
    "orders.order.taken_back": Said(gettext_lazy("{user} took order {text} back to change it"), icon="undo-2", tone=""),
    "orders.order.change_asked": Said(gettext_lazy("{user} asked for a change of order {text}"), icon="pencil", tone="wait"),
    "orders.order.change_answered": Said(gettext_lazy("{user} answered what was asked about order {text}"), icon="message-circle-question-mark", tone=""),
    "orders.order.withdrawn": Said(gettext_lazy("{user} withdrew order {text}"), icon="undo-2", tone=""),
    "orders.order.cancelled": Said(gettext_lazy("{user} cancelled order {text}"), icon="circle-x", tone="stop"),
    "orders.order.cancel_requested": Said(gettext_lazy("{user} asked to cancel order {text}"), icon="circle-x", tone="wait"),
    "orders.order.cancel_refused": Said(gettext_lazy("{user} lets order {text} go on"), icon="package", tone=""),
    "orders.order.held": Said(gettext_lazy("{user} put order {text} on hold"), icon="circle-pause", tone="wait"),
    "orders.order.resumed": Said(gettext_lazy("{user} let order {text} go on"), icon="package", tone=""),
    "orders.order.confirmed": Said(gettext_lazy("Order {text} was confirmed"), icon="circle-check", tone="ok"),
    "orders.order.changed": Said(gettext_lazy("Order {text} was confirmed with changes"), icon="git-compare", tone="wait"),
    "orders.order.lines_replied": Said(gettext_lazy("{user} answered to what was confirmed otherwise of order {text}"), icon="message-circle-question-mark", tone=""),
    "orders.order.question_asked": Said(gettext_lazy("{user} asked about order {text}"), icon="message-circle-question-mark", tone="wait"),
    "orders.order.reply_answered": Said(gettext_lazy("{user} answered a question about order {text}"), icon="message-circle-question-mark", tone="ok"),
    "orders.order.updated": Said(gettext_lazy("Order {text} was updated"), icon="refresh-cw", tone=""),
    "orders.order.date_moved": Said(gettext_lazy("Order {text} comes on another day"), icon="calendar", tone="wait"),
    "orders.order.imported": Said(gettext_lazy("Order {text} came in outside the portal"), icon="package", tone=""),
    "orders.order.shipped": Said(gettext_lazy("A shipment of order {text} left"), icon="truck", tone="info"),
    "orders.order.delivered": Said(gettext_lazy("A shipment of order {text} arrived"), icon="package-check", tone="ok"),
    "orders.order.sync_changed": Said(gettext_lazy("How far order {text} is passed on was updated"), icon="plug", tone=""),
    "orders.cart.shared": Said(gettext_lazy("{user} shared the cart {text} with colleagues"), icon="shopping-cart", tone=""),
    "orders.cart.kept": Said(gettext_lazy("{user} no longer shares the cart {text}"), icon="shopping-cart", tone=""),
    "orders.delivery.changed": Said(gettext_lazy("{user} changed the delivery days"), icon="truck", tone=""),
    "orders.costs.changed": Said(gettext_lazy("{user} changed the order minimum and freight"), icon="settings", tone=""),
    "orders.lookback.changed": Said(gettext_lazy("{user} has the same reference asked about for {text} days"), icon="settings", tone=""),
    "orders.order.invoice_changed": Said(gettext_lazy("The invoicing of order {text} was updated"), icon="receipt-euro", tone=""),
}
# The same, on the page of the order itself.
EVENTS: dict[str, Any] = {
    "orders.order.submitted": gettext_lazy("Order received"),
    "orders.order.approval_requested": gettext_lazy("Approval asked"),
    "orders.order.lowered": gettext_lazy("Lines struck or lowered"),
    "orders.order.approval_expired": gettext_lazy("Not approved in time"),
    "approvals.step.approved": gettext_lazy("Step approved"),
    "approvals.step.escalated": gettext_lazy("Passed on to the administrators"),
    "orders.order.approved": gettext_lazy("Approved"),
    "orders.order.rejected": gettext_lazy("Rejected"),
    "orders.order.released": gettext_lazy("Passed on, no longer to be changed"),
    "orders.order.taken_back": gettext_lazy("Taken back to be changed"),
    "orders.order.change_asked": gettext_lazy("Change asked"),
    "orders.order.change_answered": gettext_lazy("Question about a change answered"),
    "orders.order.withdrawn": gettext_lazy("Withdrawn"),
    "orders.order.cancelled": gettext_lazy("Cancelled"),
    "orders.order.cancel_requested": gettext_lazy("Cancellation asked"),
    "orders.order.cancel_refused": gettext_lazy("Order goes on"),
    "orders.order.held": gettext_lazy("Put on hold"),
    "orders.order.resumed": gettext_lazy("Resumed"),
    "orders.order.confirmed": gettext_lazy("Confirmed as ordered"),
    "orders.order.changed": gettext_lazy("Confirmed with changes"),
    "orders.order.lines_replied": gettext_lazy("Answer to what was confirmed otherwise"),
    "orders.order.question_asked": gettext_lazy("Question asked"),
    "orders.order.reply_answered": gettext_lazy("Question answered"),
    "orders.order.updated": gettext_lazy("Order updated"),
    "orders.order.date_moved": gettext_lazy("Comes on another day"),
    "orders.order.imported": gettext_lazy("Came in outside the portal"),
    "orders.order.shipped": gettext_lazy("Shipment left"),
    "orders.order.delivered": gettext_lazy("Shipment arrived"),
    "orders.order.invoice_changed": gettext_lazy("Invoiced"),
}
# How each looks there: icon and colour.
LOOKS: dict[str, tuple[str, str]] = {name: (said.icon, said.tone) for name, said in FACT_WORDS.items()} | {"approvals.step.approved": ("badge-check", "ok"), "approvals.step.escalated": ("clock-alert", "wait")}
SYNC: dict[str, Any] = {
    "queued": gettext_lazy("Is being passed on"),
    "sent": gettext_lazy("Sent, waiting for the answer"),
    "acknowledged": gettext_lazy("Booked in the administration"),
    "failed": gettext_lazy("Not passed on yet, it is tried again by itself"),
    "needs_human": gettext_lazy("We are looking into it; you need not do anything"),
}
NOTICES: dict[str, Any] = {
    "below_minimum": gettext_lazy("The smallest order of {name} is {quantity}; that is what is in your cart now."),
    "not_a_step": gettext_lazy("{name} is sold per package; we made it {quantity}."),
    "above_maximum": gettext_lazy("The largest order of {name} is {quantity}; that is what is in your cart now."),
    "": gettext_lazy("{quantity} × {name} is in your cart."),
}
# Parts of a day, and what is chosen about several deliveries.
SLOTS: dict[str, Any] = {"": gettext_lazy("Any time of the day"), "morning": gettext_lazy("In the morning"), "afternoon": gettext_lazy("In the afternoon")}
SHIPPING: dict[str, Any] = {"": gettext_lazy("As it comes"), "whole": gettext_lazy("Everything at once"), "parts": gettext_lazy("What is there first"), "pickup": gettext_lazy("You pick it up")}
# Why a line of a list cannot be added, or what became of it.
DRAFT: dict[str, Any] = {
    "unknown": gettext_lazy("Not in your assortment"),
    "science": gettext_lazy("A spreadsheet left out the last figures of this number. Search for the product, or copy the number anew."),
    "ambiguous": gettext_lazy("Several products have this number"),
    "not_a_quantity": gettext_lazy("No quantity we can read"),
    "not_sold": gettext_lazy("Not sold in this quantity"),
    "unit": gettext_lazy("Not sold in this unit"),
    "replaced": gettext_lazy("No longer sold; this came in its place"),
    "no_price": gettext_lazy("Price on request"),
    "over": gettext_lazy("More lines than one order can hold"),
    "out": gettext_lazy("Left out"),
}
REPAIRS: dict[str, Any] = {
    "signs": gettext_lazy("Other signs or spaces in the number"),
    "zeros": gettext_lazy("Zeros in front of the number"),
    "science": gettext_lazy("Number that a spreadsheet wrote with an E"),
    "measure": gettext_lazy("Word behind the quantity"),
    "below_minimum": gettext_lazy("Smallest order"),
    "not_a_step": gettext_lazy("Whole packages"),
    "above_maximum": gettext_lazy("Largest order"),
    "day": gettext_lazy("Wanted date"),
    "days": gettext_lazy("Wanted on several days"),
}
MEANINGS: dict[str, Any] = {
    "": gettext_lazy("Not taken over"),
    "code": gettext_lazy("Number of the product"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "note": gettext_lazy("Note"),
    "reference": gettext_lazy("Your reference"),
    "date": gettext_lazy("Wanted date"),
}
PROBLEMS: dict[str, Any] = {
    "gone": gettext_lazy("No longer in your assortment. Take it out to go on."),
    "no_price": gettext_lazy("Price on request. Take it out and ask us for a price."),
    "quantity": gettext_lazy("This quantity is no longer sold. Change it to go on."),
}
CHANGES: dict[str, Any] = {
    "gone": gettext_lazy("Is no longer in your cart"),
    "added": gettext_lazy("Was added to your cart"),
    "quantity": gettext_lazy("Quantity"),
    "price": gettext_lazy("Price"),
    "tax_rate": gettext_lazy("VAT"),
    "note": gettext_lazy("Note"),
    "reference": gettext_lazy("Your reference"),
    "address": gettext_lazy("Delivery address"),
    "invoice_address": gettext_lazy("Invoice address"),
    "wanted_date": gettext_lazy("Wanted date"),
    "slot": gettext_lazy("Part of the day"),
    "shipping": gettext_lazy("Delivery"),
    "unit": gettext_lazy("For"),
    "cost_centre": gettext_lazy("Cost centre"),
    "free": gettext_lazy("Free of charge"),
    "charges": gettext_lazy("Fee and freight"),
    "gross": gettext_lazy("Total"),
    "answers": gettext_lazy("Further details"),
}


def status(order: Order) -> tuple[str, str]:
    """Return how an order stands in one word with its colour: what moves most says it."""
    tone = rules.tone(order.status, order.delivery, order.sync)
    if order.status == Order.Status.REJECTED and order.confirmed_at is None and order.sync == Order.Sync.NONE:
        return "stop", _("Not approved")
    if order.status in rules.ENDED and order.status != Order.Status.COMPLETED:
        return tone, str(Order.Status(order.status).label)
    if order.cancel_asked_at:
        return "wait", _("Cancellation asked")
    if order.delivery != Order.Delivery.NONE and order.status not in (Order.Status.ON_HOLD, Order.Status.PENDING_APPROVAL):
        if order.delivery == Order.Delivery.SHIPPED:
            return tone, _("On its way")
        return tone, str(Order.Delivery(order.delivery).label)
    if order.status == Order.Status.SUBMITTED:
        return tone, _("Received") if order.sync in ("none", "acknowledged") else _("Received, is being passed on")
    return tone, str(Order.Status(order.status).label)


def steps(order: Order) -> list[tuple[str, str, str]]:
    """Return the five steps of the track: (label, when, done | now | "")."""
    done = rules.track(order.status, order.delivery)
    whens = [order.placed_at, order.transmitted_at, order.confirmed_at, order.shipped_at, order.delivered_at]
    labels = [_("Received"), _("Passed on"), _("Confirmed"), _("On its way"), _("Delivered")]
    if order.status == Order.Status.CHANGED:
        labels[2] = _("Confirmed with changes")
    if order.delivery == Order.Delivery.PARTIAL:
        labels[3] = _("Partly on its way")
    found = []
    for place, (label, at) in enumerate(zip(labels, whens, strict=True)):
        state = "done" if place < done else "now" if place == done and (order.status not in rules.ENDED or order.status == Order.Status.COMPLETED) else ""
        note = format.moment(at) if at and place < done else ""
        if state == "now" and place >= 3 and order.expected_on:
            late = order.expected_on < timezone.localdate()
            note = (_("was expected %(day)s") if late else _("expected %(day)s")) % {"day": format.day(order.expected_on)}
        found.append((label, note, state))
    return found


def limit(amount: Decimal | None, period: str = "", currency: str = "EUR") -> str:
    """Return a buyer's limit in words: an amount, with its period if it has one."""
    return f"{format.money(amount, currency)} {Period(period).label}" if period else format.money(amount, currency)


def above(plan: Plan, room: Room, currency: str = "EUR") -> str:
    """Return why an order asks for approval; "" when it does not."""
    if not plan:
        return ""
    if plan.case.limit is None and plan.case.over:
        return _("This is above the budget %(name)s. A colleague approves it first; these prices stay.") % {"name": plan.case.over[0].name}
    if plan.case.limit is None:
        return _("A rule of your company asks for approval; these prices stay.")
    if not plan.case.period:
        return _("This is above your limit of %(limit)s. A colleague approves it first; these prices stay.") % {"limit": limit(plan.case.limit, "", currency)}
    return _("You can still order %(left)s of your %(limit)s by yourself. A colleague approves this order first; these prices stay.") % {
        "left": format.money(room.left, currency), "limit": limit(room.period_limit, room.period, currency)}


def charges(found: Iterable[tuple[str, Decimal, Decimal]], currency: str) -> list[tuple[str, str]]:
    """Return costs (name, VAT in percent, amount) as lines of the totals."""
    return [(_("%(name)s (VAT %(rate)s)") % {"name": name, "rate": format.percent(rate)}, format.money(amount, currency)) for name, rate, amount in found]


def due(line: OrderLine) -> Decimal:
    """Return what a line comes to, as confirmed where the seller answered."""
    return line.amount if line.confirmed_amount is None else line.confirmed_amount


def costs(basket: Basket) -> list[tuple[str, str]]:
    """Return what more goods would change of the costs of a basket, as (colour, sentence); the smallest order first."""
    due, currency, said = basket.due, basket.policy.currency, []
    values = {"lacks": format.money(due.lacks, currency), "minimum": format.money(basket.minimum, currency), "fee": format.money(due.fee, currency), "free": format.money(due.to_free, currency)}
    if due.refused:
        said.append(("stop", _("%(lacks)s more to the order minimum of %(minimum)s, excl. VAT. Then you can order.") % values))
    elif due.fee:
        said.append(("wait", _("Below %(minimum)s excl. VAT a fee of %(fee)s comes on it: %(lacks)s more and it does not.") % values))
    if due.to_free:
        said.append(("info", _("%(free)s more, excl. VAT, and the delivery is free.") % values))
    return said


def double(found: Double) -> str:
    """Return why an order may be the same as one that was placed: who ordered it and when, if the reader may see it, else only that a colleague did."""
    order = found.order
    if order is None:
        return _("A colleague ordered with this reference lately.") if found.by_reference else _("A colleague ordered nearly the same this week.")
    values = {"number": order.number, "when": format.moment(order.placed_at), "name": order.user_name or str(order.get_origin_display())}
    return (_("Order %(number)s has the same reference: %(when)s, %(name)s.") if found.by_reference else _("Order %(number)s of a colleague holds nearly the same: %(when)s, %(name)s.")) % values


def event(name: str, payload: Mapping[str, Any]) -> str:
    """Return what happened to an order in a few words."""
    return str(Order.Invoice(payload["state"]).label) if name == "orders.order.invoice_changed" else str(EVENTS[name])


def shipment(sent: Sent) -> str:
    """Return how a shipment stands: its state, the day that says most and who brings it."""
    parts = [str(sent.shipment.get_state_display()), format.day(sent.day) if sent.day else "", sent.shipment.carrier]
    return ", ".join(part for part in parts if part)


def said(what: str, value: str) -> str:
    """Return one side of a difference as people read it."""
    if what == "wanted_date" and value:
        return format.full_day(date.fromisoformat(value))
    return str({"slot": SLOTS, "shipping": SHIPPING}.get(what, {}).get(value, value))


def short(item: BasketLine) -> str:
    """Say how much there is of what is wanted more of, and when the rest comes."""
    stock = item.stock
    assert stock is not None
    day = format.day(stock.expected_at) if stock.expected_at else _("later")
    if not stock.available and stock.expected_at:
        return _("Not in stock, expected %(day)s") % {"day": day}
    return _("%(available)s in stock, the rest follows %(day)s") % {"available": format.quantity(stock.available), "day": day}


def expected(line: OrderLine) -> str:
    """Return when a line left, or is expected; nothing where nobody said."""
    if line.confirmed_on is None:
        return _("expected %(day)s") % {"day": format.day(line.expected_on, short=True)} if line.expected_on and not line.shipped_quantity else ""
    day = format.day(line.confirmed_on, short=True)
    wanted = line.quantity if line.confirmed_quantity is None else line.confirmed_quantity
    return (_("sent %(day)s") if line.shipped_quantity >= wanted else _("expected %(day)s")) % {"day": day}


def why(explanation: Iterable[Any], unit: str, currency: str = "EUR") -> list[tuple[str, str]]:
    """Return the steps of a price as (label, amount); takes steps of pricing or the JSON kept on an order's line."""
    found = []
    for item in explanation:
        step: Mapping[str, Any] = asdict(item) if is_dataclass(item) and not isinstance(item, type) else item
        after = step.get("after")
        found.append((rested(reckoned(step, currency, unit) or for_group(_step(step, unit), step, currency), step), format.money(Decimal(str(after)), currency) if after is not None else _("on request")))
    return found


def because(line: OrderLine, currency: str) -> str:
    """Return in one line how the price of an ordered line came about, as it was then; nothing for a mere list price. A price that was confirmed otherwise is said to be the one that was ordered at."""
    if len(line.explanation) < 2 and all(step.get("kind") in ("list_price", "on_request") for step in line.explanation):
        return ""
    said = " → ".join(f"{label} {amount}" for label, amount in why(line.explanation, line.unit, currency))
    return _("Ordered at: %(price)s") % {"price": said} if line.confirmed_price is not None and line.confirmed_price != line.price else said


def _step(step: Mapping[str, Any], unit: str) -> str:
    rule, percent, quantity = step.get("rule") or "", step.get("percent"), step.get("quantity")
    less = f" (\u2212{format.percent(Decimal(str(percent)))})" if percent else ""
    if step.get("kind") == "list_price":
        return _("List price")
    if step.get("kind") == "tier":
        return _("From %(quantity)s") % {"quantity": format.quantity(Decimal(str(quantity)), unit)} + less if quantity else rule
    if step.get("kind") == "quote":
        return _("Quote %(number)s") % {"number": rule}
    if step.get("kind") == "discount_group":
        return _("Discount group %(group)s") % {"group": rule} + less
    return f"{rule}{less}" or _("Your price")


def amount(quantity: Decimal, unit: str, pack: str = "", factor: Decimal | None = None) -> str:
    """Return a quantity in its sales unit, and in the unit in which it was ordered where that is another and comes out whole: "2 doos = 24 stuk"."""
    whole = format.quantity(quantity, unit)
    return f"{format.quantity(quantity / factor, pack)} = {whole}" if factor and quantity % factor == 0 else whole


def unit_lost(unit: str, sales: str) -> str:
    """Say that what is ordered again is counted in its sales unit, since the unit that was chosen is not there any more; empty where it is."""
    return _("No longer sold per %(unit)s as it was; counted in %(sales)s") % {"unit": unit, "sales": sales} if unit and sales else ""


def agreed(note: AgreedNote, unit: str) -> str:
    """Say what to know of an agreement before one orders a product of it."""
    values = {"name": note.name, "amount": format.quantity(note.amount, unit), "day": format.day(note.day) if note.day else ""}
    return {
        "over": _("%(amount)s more than is left of the agreement %(name)s."), "spent": _("All %(amount)s of the agreement %(name)s were taken already."),
        "coming": _("From %(day)s on the agreement %(name)s counts for this."), "ending": _("Of the agreement %(name)s %(amount)s are left then, until %(day)s."),
    }[note.kind] % values  # fmt: skip


def meter(found: Meter) -> tuple[str, str]:
    """Return how an agreed quantity stands, as (kind, words) of a status."""
    if found.state == "done":
        return "ok", _("Taken whole")
    if found.state == "over":
        return "info", _("More than agreed")
    if found.state == "ended":
        return "stop", _("Ended with some left")
    return ("wait", _("Behind an even pace")) if found.state == "behind" else ("ok", _("On schedule"))

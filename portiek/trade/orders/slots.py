"""What orders put on lower pages, the places on its own, and its places in the menu."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from portiek.core import nav, slots
from portiek.core.events import event
from portiek.core.pages import Request, render
from portiek.foundation.audit.words import change_words, fact_words
from portiek.foundation.fields.shown import panel
from portiek.trade.orders import facts, permissions, queries, reading, replying, wording
from portiek.trade.orders.fields import ORDER
from portiek.trade.pricing.permissions import AGREEMENT_VIEW
from portiek.trade.pricing.permissions import VIEW as PRICE_VIEW
from portiek.trade.pricing.rules import meter

slots.declare("orders.cart.ways", "A button above a cart with lines, such as putting them on a list: render(request) returns HTML.")
slots.declare("orders.draft.ways", "A button above a list on its way into the cart: render(request, draft=Draft) returns HTML.")
slots.declare("orders.detail.side", "Beside one order: render(request, order=Order) returns HTML.")
slots.declare("orders.detail.sections", "Below the lines of one order, such as its invoices: render(request, order=Order) returns HTML.")
slots.declare("orders.detail.actions", "A button above one order, such as asking a question: render(request, order=Order) returns HTML.")


def _cart(request: Request) -> Any:
    if request.actor.is_staff:
        return None
    amount = queries.cart_amount(request.actor, day=timezone.localdate(), with_tax=request.member.with_tax)
    return SimpleNamespace(url=reverse("orders:cart"), lines=queries.cart_counting(request.actor), amount=amount, currency=request.portal.currency)


def _panel(request: Request, **about: Any) -> Any:
    if request.actor.is_staff:
        return None
    with_tax = request.member.with_tax
    cart = queries.glance(request.actor, request.portal.policy, day=timezone.localdate(), with_tax=with_tax)
    html = render(request, "orders/panel.html#panel", {"cart": cart, "with_tax": with_tax, "currency": request.portal.currency}).content.decode()
    return Markup(html)  # noqa: S704  (our own template, which escapes)


def _of_party(request: Request, *, party: Any) -> Any:
    """Show staff what a party ordered last."""
    found = list(queries.orders(request.actor, party_id=party.pk).order_by("-placed_at", "-pk").listed()[:10])
    values = {"party": party, "orders": found, "statuses": {order.id: wording.status(order) for order in found}}
    return Markup(render_to_string("orders/of_party.html", values, request=request, using="jinja2"))  # noqa: S704  (our own template, which escapes)


def _own_fields(request: Request, *, order: Any) -> Any:
    return panel(request, ORDER, order, order.number)


def _replies(request: Request, *, order: Any) -> Any:
    """Show what was said and asked about an order, and what was answered."""
    rows = queries.replies(request.actor, order)
    if not rows:
        return None
    waits = {row.pk for row in replying.unanswered(order, rows)}
    values = {"order": order, "rows": rows, "waits": waits, "names": queries.line_names(request.actor, order), "may_answer": request.actor.may(permissions.MANAGE) and bool(waits)}
    return Markup(render_to_string("orders/replies.html", values, request=request, using="jinja2"))  # noqa: S704  (our own template, which escapes)


def _question(request: Request, *, order: Any) -> Any:
    """Offer the lines of an order as a file, and to ask something about one of one's own."""
    return Markup(render_to_string("orders/question_button.html", {"order": order, "may_ask": order.party_id == request.actor.party_id}, request=request, using="jinja2"))  # noqa: S704  (our own template, which escapes)


def _meters(request: Request, *, agreement: Any, lines: list[Any], products: Any) -> Any:
    """Show how much of an agreement was taken, what is left and for how long."""
    called = queries.called_off(request.actor, agreement=agreement, product_ids=[line.product_id for line in lines])
    today = timezone.localdate()
    found = [(line, meter(line.agreed, called.get(line.product_id, Decimal(0)), start=agreement.valid_from, end=agreement.valid_until, today=today)) for line in lines]
    values = {"rows": [(products.get(line.product_id), item, wording.meter(item)) for line, item in found], "end": agreement.valid_until}
    return Markup(render_to_string("orders/meters.html", values, request=request, using="jinja2"))  # noqa: S704  (our own template, which escapes)


def _bought(request: Request, *, product: Any) -> Any:
    """Say when the reader's party bought a product last, and what it cost then."""
    found = queries.last_purchase(request.actor, product.pk)
    if found is None:
        return None
    values = {"line": found.line, "order": found.line.order, "price": reading.paid(found.line, request.portal.policy, with_tax=request.member.with_tax), "with_tax": request.member.with_tax, "sees_price": request.actor.may(PRICE_VIEW)}
    return Markup(render_to_string("orders/bought_last.html", values, request=request, using="jinja2"))  # noqa: S704  (our own template, which escapes)


slots.fill("pricing.agreement.used", key="orders", right=AGREEMENT_VIEW, render=_meters)
slots.fill("catalog.detail.side", key="bought", right=permissions.VIEW, order=5, render=_bought)
slots.fill("orders.detail.sections", key="replies", right=permissions.VIEW, order=5, render=_replies)
slots.fill("orders.detail.actions", key="question", right=permissions.VIEW, order=90, render=_question)
slots.fill("orders.detail.side", key="fields", right=permissions.VIEW, order=5, render=_own_fields)
slots.fill("parties.detail.tabs", key="orders", label=_("Orders"), right=permissions.VIEW, order=20, render=_of_party)
slots.fill("shell.cart", key="cart", right=permissions.CART, render=_cart)
if "catalog.list.side" in slots.slots():
    slots.fill("catalog.list.side", key="cart", right=permissions.CART, order=10, render=_panel)
nav.place("orders", _("Orders"), icon="package", url="orders:list", right=permissions.VIEW, order=30, kinds=("customer", "dealer", "person"))
nav.belongs("orders:cart", "catalog-order")
nav.place("bought", _("Bought before"), icon="history", url="orders:bought", right=permissions.VIEW, audience="party", order=32, kinds=("customer", "dealer", "person"))
# No count of its own: what waits for approval is counted among the tasks.
nav.place("orders-to-approve", _("To approve"), icon="badge-check", url="orders:to_approve", right=permissions.APPROVE, audience="party", order=31)
for _name, _text in (("days", _("Delivery days")), ("cutoffs", _("Order until")), ("lead", _("Days of handling before the delivery")), ("slots", _("Part of the day")), ("asks_parts", _("Ask whether everything comes at once or what is there first")), ("pickup", _("Buyers may pick up their goods")), ("change_minutes", _("Minutes in which an order may still be changed")), ("closed", _("Closed days"))):
    change_words(f"delivery.{_name}", _text)
for _name, _text in (("minimum", _("Order minimum, excl. VAT")), ("fee", _("Fee below the minimum, excl. VAT")), ("fee_article", _("Article number of the fee")), ("freight", _("Freight of an order, excl. VAT")), ("free_from", _("Free delivery from, excl. VAT")), ("freight_article", _("Article number of the freight"))):
    change_words(f"costs.{_name}", _text)
change_words("lookback", _("Days for the same reference"))
for _name, (_text, _icon, _tone) in wording.FACT_WORDS.items():
    fact_words(_name, _text, icon=_icon, tone=_tone)  # type: ignore[arg-type]

for _event, _label, _fact in (
    ("order.submitted", _("An order was placed"), facts.OrderSubmitted),
    ("order.approval_requested", _("An order waits for approval"), facts.ApprovalRequested),
    ("order.approved", _("A colleague approved an order"), facts.OrderApproved),
    ("order.rejected", _("An order was refused, by a colleague or by the seller"), facts.OrderRejected),
    ("order.lowered", _("Who approves struck or lowered lines of an order"), facts.OrderLowered),
    ("order.approval_expired", _("Nobody decided about an order in time: it goes back to the buyer"), facts.ApprovalExpired),
    ("order.withdrawn", _("The buyer took back an order that waited for approval"), facts.OrderWithdrawn),
    ("order.change_asked", _("Somebody asks for a change of an order"), facts.ChangeAsked),
    ("order.change_answered", _("We answered who asked for a change of an order"), facts.ChangeAnswered),
    ("order.cancel_requested", _("Somebody asks to cancel an order"), facts.CancelRequested),
    ("order.cancel_refused", _("An order that was to be cancelled goes on"), facts.CancelRefused),
    ("order.cancelled", _("An order was cancelled"), facts.OrderCancelled),
    ("order.held", _("An order was put on hold"), facts.OrderHeld),
    ("order.resumed", _("An order on hold goes on"), facts.OrderResumed),
    ("order.confirmed", _("An order was confirmed as it was placed"), facts.OrderConfirmed),
    ("order.changed", _("An order was confirmed with changes"), facts.OrderChanged),
    ("order.lines_replied", _("The buyer agreed, did not agree or asked about lines that were confirmed otherwise"), facts.LinesReplied),
    ("order.question_asked", _("Somebody asked about an order"), facts.QuestionAsked),
    ("order.reply_answered", _("The seller answered what was said or asked about an order"), facts.ReplyAnswered),
    ("order.updated", _("Something else of an order changed: status, date, what was shipped"), facts.OrderUpdated),
    ("order.date_moved", _("Lines of an order that are still to come were promised for another day"), facts.DateMoved),
    ("order.imported", _("An order that was not placed in the portal came in"), facts.OrderImported),
    ("order.shipped", _("A shipment of an order left"), facts.OrderShipped),
    ("order.delivered", _("A shipment of an order arrived"), facts.OrderDelivered),
):
    event(_event, _label, _fact, right=permissions.VIEW, path="/orders/{}")

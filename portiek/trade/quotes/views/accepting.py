"""The last look at a quote before it is ordered, whole or in part."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.fields import forms as own
from portiek.foundation.fields import queries as fields
from portiek.trade.approvals import wording as approving
from portiek.trade.approvals.queries import centres, reference
from portiek.trade.approvals.shown import preview
from portiek.trade.orders import queries as orders
from portiek.trade.orders import wording as order_words
from portiek.trade.orders.forms import CartDetails
from portiek.trade.orders.permissions import VIEW as VIEW_ORDERS
from portiek.trade.quotes import actions, forms, permissions, queries, rules
from portiek.trade.quotes.models import Quote
from portiek.trade.quotes.views.quote import done, refuse


@page(permissions.ACCEPT, "GET", "POST", audience="party")
def accept(request: Request, number: str) -> HttpResponse:
    """Look once more, choose among optional lines and alternatives, and order all that is left."""
    return _ordering(request, number, in_part=False)


@page(permissions.ACCEPT, "GET", "POST", audience="party")
def part(request: Request, number: str) -> HttpResponse:
    """Say how much of each line is ordered now; the rest can be ordered as long as the quote holds."""
    return _ordering(request, number, in_part=True)


def _ordering(request: Request, number: str, *, in_part: bool) -> HttpResponse:
    actor, quote = request.actor, queries.quote(request.actor, number)
    found = queries.detail(actor, quote)
    if found.offer is None or found.offer is not found.latest or quote.status not in (*rules.HELD, Quote.Status.EXPIRED):
        return done(quote)
    few, asked = orders.choices(actor, None)[0], fields.asked(actor, "order")
    left, terms = queries.left(actor, found), queries.terms(actor)
    if request.method != "POST":
        details = CartDetails(addresses=few, asked=asked, centres=centres(actor), reference=reference(actor), initial={"reference": quote.reference, "wanted_date": quote.wanted_date if quote.wanted_date and quote.wanted_date >= timezone.localdate() else None})
        return _page(request, found, details, None, forms.Parts(lines=left) if in_part else None, forms.Sign(terms=terms, initial={"name": actor.name, "capacity": queries.capacity(actor)}))
    ordering = request.POST.get("next") != "look"
    keys = {int(value) for name in request.POST if name == "line" or name.startswith("choice-") for value in request.POST.getlist(name) if value.isascii() and value.isdigit() and len(value) < 6}
    details, bound = CartDetails(request.POST, addresses=few, asked=asked, going_on=ordering, centres=centres(actor), reference=reference(actor)), forms.Accept(request.POST)
    parts = forms.Parts(request.POST, lines=left) if in_part else None
    # Who only calculates signs nothing yet.
    sign = forms.Sign(request.POST, terms=terms) if ordering else forms.Sign(terms=terms, initial={name: request.POST.get(f"sign-{name}", "")[:120] for name in ("name", "capacity", "agree")})
    is_good = [form.is_valid() for form in (details, parts, *([sign] if ordering else [])) if form is not None]
    if not ordering:
        return _page(request, found, details, keys, parts, sign)
    if all(is_good) and not bound.is_valid():
        details.add_error(None, _("Something was missing in what was sent. Nothing was ordered: look once more and press the button again."))
    elif all(is_good):
        given = details.cleaned_data
        try:
            order = actions.accept_quote(
                actor, quote=quote, seen=bound.cleaned_data["seen"], key=bound.cleaned_data["key"], keys=keys, parts=parts.wanted() if parts is not None else None, signature=sign.signature(), now=timezone.now(), today=timezone.localdate(),
                details=orders.Details(given["reference"], given["note"], given["wanted_date"], details.where()["address_id"], None, details.answers(), cost_centre=details.parts().get("cost_centre", "")),
            )  # fmt: skip
            messages.success(request, _("Quote %(quote)s is ordered: %(order)s.") % {"quote": quote.number, "order": order.number} if parts is None else _("A part of quote %(quote)s is ordered: %(order)s.") % {"quote": quote.number, "order": order.number})
            # Who accepts may have no sight of orders.
            return HttpResponseRedirect(reverse("orders:detail", args=[order.number])) if actor.reach(VIEW_ORDERS) else done(quote)
        except Refused as refused:
            if parts is not None and any((item.field or "").startswith("part-") for item in refused.parts):
                refuse(parts, refused)
            elif refused.field == "agree":
                # With others than were read: what is drawn now is what he reads next.
                sign = forms.Sign(terms=terms, initial=sign.cleaned_data | {"agree": False})
                details.add_error(None, wording(refused))
            else:
                own.refuse(details, refused.parts[0] if refused.parts else refused)
    return _page(request, found, details, keys, parts, sign, 422)


def _page(request: Request, found: queries.Detail, details: CartDetails, keys: set[int] | None, parts: forms.Parts | None, sign: forms.Sign, status: int = 200) -> HttpResponse:
    assert found.offer is not None
    actor, quote, today, left = request.actor, found.quote, timezone.localdate(), queries.left(request.actor, found)
    if parts is None:
        # Where the choice cannot be, what it comes to is shown for what was asked.
        taken = rules.taken(left, keys)[0]
        lines = taken or rules.taken(left, None)[0]
        chosen = {line.key for line in (taken if keys is not None else lines)}
    else:
        lines = rules.parts(left, parts.wanted(), {})[0] if parts.is_bound and parts.is_valid() else []
        chosen = set()
    proposed = queries.agreed(actor, found, lines=lines, details=orders.Details(cost_centre=str(details["cost_centre"].value() or "") if "cost_centre" in details.fields else ""), day=today) if lines else None
    plan = orders.plan(actor, proposed.basket, day=today, agreed=True) if proposed else None
    return render(request, "quotes/accept.html", {
        "quote": quote, "offer": found.offer, "lines": left, "mains": {line.instead_of for line in left if line.instead_of}, "chosen": chosen, "totals": proposed.basket.totals if proposed else None, "details": details, "currency": quote.currency,
        "key": request.POST.get("key", "")[:64] or secrets.token_hex(24), "above": order_words.above(plan, orders.room(actor, day=today), quote.currency) if plan else "", "route": preview(actor, plan, quote.currency) if plan else [],
        "budgets": [approving.budget(item, quote.currency) for item in plan.case.budgets] if plan is not None else [], "stopped": approving.stopped(plan.case.stopped, quote.currency) if plan is not None and plan.case.stopped else "",
        "has_extras": any(line.optional or line.instead_of for line in left), "parts": parts, "sign": sign, "terms": queries.terms(actor), "begun": bool(found.called),
    }, status=status)  # fmt: skip

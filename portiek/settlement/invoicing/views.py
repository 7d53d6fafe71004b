"""Pages of invoices and payments; staff see the same ones with the party beside each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.pages import Request, page, render
from portiek.foundation.audit import queries as audit
from portiek.foundation.audit.shown import timeline
from portiek.settlement.invoicing import permissions, queries
from portiek.settlement.invoicing.actions import REF
from portiek.settlement.invoicing.document import document
from portiek.settlement.invoicing.shown import balance_shown, shown, shown_all


def _text(request: Request, name: str, longest: int = 80) -> str:
    return request.GET.get(name, "")[:longest].replace("\0", "").strip()


@page(permissions.VIEW)
def list_invoices(request: Request) -> HttpResponse:
    """Show invoices, what is outstanding and how old that is."""
    actor, today, search, show = request.actor, timezone.localdate(), _text(request, "q"), _text(request, "show", 10)
    show = show if show in queries.FILTERS else ""
    party = queries.party_by_number(actor, _text(request, "party", 20))
    found = queries.invoices(
        actor, search=search, show=show, party_id=party.pk if party else None, today=today, after=request.GET.get("after"), before=request.GET.get("before")
    )
    kept = {"q": search, "party": party.number if party else ""}
    more = urlencode({**{key: value for key, value in kept.items() if value}, **({"show": show} if show else {})})
    values: dict[str, Any] = {
        "page": found,
        "rows": shown_all(actor, found.rows, today),
        "search": search,
        "show": show,
        "party": party,
        "more": f"&{more}" if more else "",
        "chips": [
            (label, f"{reverse('invoicing:list')}?{urlencode({key: value for key, value in {**kept, 'show': code}.items() if value})}", code == show, None)
            for code, label in (("", _("All")), ("open", _("Open")), ("overdue", _("Overdue")), ("paid", _("Paid")))
        ],
    }
    if request.headers.get("HX-Request-Type") == "partial":
        return render(request, "invoicing/list.html#rows", values)
    seen = queries.may_see_balance(actor)
    values["balance"] = balance_shown(queries.balance(actor, today=today, party_id=party.pk if party else None)) if seen else None
    values["as_of"] = values["balance"].as_of if seen else queries.as_of(actor)
    return render(request, "invoicing/list.html", values)


@page(permissions.VIEW)
def invoice_detail(request: Request, number: str) -> HttpResponse:
    """Show one invoice: lines, orders, what was paid on it, what happened."""
    actor = request.actor
    found = queries.invoice(actor, number)
    orders = queries.order_numbers(actor, [found]).get(found.pk, [])
    history = timeline(audit.history(actor, f"{REF}:{found.pk}")) if actor.is_staff else []
    return render(
        request,
        "invoicing/detail.html",
        {
            "invoice": found,
            "item": shown(found, orders, timezone.localdate()),
            "lines": queries.lines(actor, found),
            "booked": queries.booked(actor, found),
            "history": history,
            "may_download": actor.may(permissions.DOWNLOAD),
            "as_of": queries.as_of(actor),
        },
    )


@page(permissions.DOWNLOAD)
def invoice_pdf(request: Request, number: str) -> HttpResponse:
    """Hand out the ERP's document, or a copy of our own where there is none."""
    return document(request, queries.invoice(request.actor, number))


@page(permissions.VIEW)
def list_payments(request: Request) -> HttpResponse:
    """Show what was paid and where it went."""
    actor = request.actor
    party = queries.party_by_number(actor, _text(request, "party", 20))
    found = queries.payments(actor, party_id=party.pk if party else None, after=request.GET.get("after"), before=request.GET.get("before"))
    return render(
        request, "invoicing/payments.html", {"page": found, "party": party, "more": f"&party={party.number}" if party else "", "as_of": queries.as_of(actor)}
    )

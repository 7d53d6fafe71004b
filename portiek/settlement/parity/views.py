"""Pages of parity, for staff."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.core.refs import ref
from portiek.foundation.audit.shown import history_panel
from portiek.settlement.parity import actions, forms, permissions, queries
from portiek.settlement.parity import wording as words
from portiek.settlement.parity.models import Cause, Difference
from portiek.trade.orders.models import OrderLine
from portiek.trade.orders.wording import why
from portiek.ui import format

VIEW, MANAGE = permissions.VIEW, permissions.MANAGE


@page(VIEW, audience="staff")
def overview(request: Request) -> HttpResponse:
    """Show how the last checks went and what differs, by cause."""
    checks = queries.checks(request.actor)
    values = {
        "groups": queries.groups(request.actor), "checks": [(Cause.Document(name).label, check, words.result(check)) for name, check in checks.items()],
        "advice": words.advice(checks), "words": words, "may": request.actor.may(MANAGE),
    }  # fmt: skip
    return render(request, "parity/overview.html", values)


@page(MANAGE, "POST", audience="staff")
def check(request: Request) -> HttpResponse:
    """Have the last days checked now."""
    actions.ask_check(request.actor)
    messages.success(request, _("The last seven days are being checked; what is found comes here."))
    return HttpResponseRedirect(reverse("parity:overview"))


def _row(item: Difference, line: OrderLine | None) -> dict[str, Any]:
    """Return one difference as the page shows it: where it is, both figures, and how ours came about."""
    document: Any = item.order or item.invoice
    currency = document.currency
    name = "orders:detail" if item.order else "invoicing:detail"
    steps = why(line.explanation, line.unit, currency) if line is not None and item.what == Difference.What.PRICE else []
    return {
        "item": item, "number": document.number, "url": reverse(name, args=[document.number]), "party": document.party, "currency": currency, "name": line.name if line else "",
        "ours": format.money(item.ours, currency), "theirs": format.money(item.theirs, currency), "steps": steps, "total": (_("Price in the portal"), format.money(item.ours, currency)),
    }  # fmt: skip


@page(VIEW, audience="staff")
def cause(request: Request, key: int) -> HttpResponse:
    """Show the documents that differ for one cause."""
    found, known = queries.cause(request.actor, key), request.GET.get("show") == "known"
    rows = keyset(queries.differences(request.actor, cause=found, only_open=not known), ("-id",), after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    lines, place, kept = queries.order_lines(request.actor, rows.rows), reverse("parity:cause", args=[key]), {"show": "known"} if known else {}
    values = {
        "cause": found, "rows": [_row(item, lines.get((item.order_id, item.position))) for item in rows.rows], "known": known, "words": words, "may": request.actor.may(MANAGE),
        "chips": [(_("Open"), place, not known, None), (_("Known and accepted"), f"{place}?show=known", known, None)],
        "previous": "?" + urlencode({**kept, "before": rows.previous}) if rows.previous else None, "next": "?" + urlencode({**kept, "after": rows.next}) if rows.next else None,
        "history": history_panel(request, ref(actions.REF, found.pk)),
    }  # fmt: skip
    return render(request, "parity/cause.html", values)


@page(MANAGE, "GET", "POST", audience="staff")
def know(request: Request, key: int) -> HttpResponse:
    """Ask up to where and why differences of a cause are known."""
    found = queries.cause(request.actor, key)
    largest = max((group.largest for group in queries.groups(request.actor) if group.cause.pk == key), default=Decimal(0))
    form = forms.KnownUpTo(request.POST if request.method == "POST" else None, initial={"up_to": largest or None})
    if form.is_bound and form.is_valid():
        try:
            actions.know_cause(request.actor, cause=found, reason=form.cleaned_data["reason"], up_to=form.cleaned_data["up_to"], now=timezone.now())
            return HttpResponseRedirect(reverse("parity:overview"))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    values = {"form": form, "heading": words.cause(found), "lead": _("What differs for this cause by no more than this, now and later, is no alarm any more. It stays to be seen with your reason."), "action": reverse("parity:know", args=[key]), "cause": found}
    return render(request, "parity/known.html", values, status=422 if form.is_bound else 200)


@page(MANAGE, "POST", audience="staff")
def reopen(request: Request, key: int) -> HttpResponse:
    """Make differences of a cause an alarm again."""
    actions.reopen_cause(request.actor, cause=queries.cause(request.actor, key))
    return HttpResponseRedirect(reverse("parity:cause", args=[key]))


@page(MANAGE, "GET", "POST", audience="staff")
def know_one(request: Request, key: int) -> HttpResponse:
    """Ask why one difference is known."""
    found = queries.difference(request.actor, key)
    form = forms.Known(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.know_difference(request.actor, difference=found, reason=form.cleaned_data["reason"], now=timezone.now())
        return HttpResponseRedirect(reverse("parity:cause", args=[found.cause_id]))
    shown = _row(found, None)
    heading = _("%(number)s differs by %(gap)s") % {"number": shown["number"], "gap": format.money(found.gap, shown["currency"])}
    values = {"form": form, "heading": heading, "lead": _("This one difference is no alarm any more, until its figures change."), "action": reverse("parity:know-one", args=[key]), "cause": found.cause}
    return render(request, "parity/known.html", values, status=422 if form.is_bound else 200)

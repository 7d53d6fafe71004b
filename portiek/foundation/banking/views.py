"""Pages about bank accounts: what is under way, one change, a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.banking import actions, forms, permissions, queries
from portiek.foundation.banking.models import BankChange

STATUS = {"asked": "wait", "confirmed": "wait", "cooling": "info", "done": "ok", "refused": "stop", "stopped": "rest"}


def _row(request: Request, found: BankChange) -> dict[str, Any]:
    return {"change": found, "number": queries.number_of(request.actor, found), "status": (STATUS[found.state], BankChange.State(found.state).label)}


@page(permissions.VIEW)
def list_changes(request: Request) -> HttpResponse:
    """List changes of bank accounts, last first: of every party for staff, one's own for others."""
    actor = request.actor
    found = keyset(queries.changes(actor), queries.NEWEST, after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    now = queries.account(actor, party_id=actor.party_id) if actor.party_id else None
    values = {"rows": [_row(request, row) for row in found.rows], "page": found, "now": now, "number": queries.number_of(actor, now) if now else "", "hours": queries.cooling_hours(actor),
              "form": forms.Hours(initial={"hours": queries.cooling_hours(actor)})}
    return render(request, "banking/list.html", values)


@page(permissions.MANAGE, "GET", "POST", audience="party")
def ask(request: Request) -> HttpResponse:
    """Ask for another bank account."""
    form = forms.Account(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.ask_change(request.actor, **form.cleaned_data)
            messages.success(request, _("Asked. A colleague must confirm it; the administrators of your company have been warned."))
            return HttpResponseRedirect(reverse("banking:detail", args=[made.pk]))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "banking/ask.html", {"form": form}, status=422 if form.is_bound else 200)


@page(permissions.VIEW)
def detail(request: Request, key: int) -> HttpResponse:
    """Show one change: who did which step, and what is next."""
    return _detail(request, queries.change(request.actor, key))


def _detail(request: Request, found: BankChange, form: forms.Reason | None = None) -> HttpResponse:
    actor = request.actor
    steps = [(_("Asked"), found.asked_name, found.asked_at), (_("Confirmed"), found.confirmed_name, found.confirmed_at), (_("Accepted"), found.accepted_name, found.accepted_at)]
    values = {**_row(request, found), "steps": steps, "form": form or forms.Reason(), "may_stop": found.state in ("asked", "confirmed", "cooling") and actor.may(permissions.DECIDE if actor.is_staff else permissions.MANAGE),
              "may_accept": actor.is_staff and found.state == "confirmed", "own": not actor.is_staff and found.state == "asked" and found.asked_by == actor.user_id,
              "may_confirm": not actor.is_staff and found.state == "asked" and found.asked_by != actor.user_id}
    values["panels"] = slots.rendered("banking.change.panels", request, change=found)
    return render(request, "banking/detail.html", values, status=422 if form is not None else 200)


@page(permissions.MANAGE, "POST", audience="party")
def confirm(request: Request, key: int) -> HttpResponse:
    """Confirm what a colleague asked."""
    actions.confirm_change(request.actor, change=queries.change(request.actor, key))
    messages.success(request, _("Confirmed. Now it waits for acceptance."))
    return HttpResponseRedirect(reverse("banking:detail", args=[key]))


@page(permissions.DECIDE, "POST", audience="staff")
def accept(request: Request, key: int) -> HttpResponse:
    """Accept a change."""
    actions.accept_change(request.actor, change=queries.change(request.actor, key))
    messages.success(request, _("Accepted. It counts after the cooling-off, unless somebody stops it."))
    return HttpResponseRedirect(reverse("banking:detail", args=[key]))


@page(permissions.VIEW, "POST")
def stop(request: Request, key: int) -> HttpResponse:
    """Stop a change, with a reason: the party its own, staff any."""
    found, form = queries.change(request.actor, key), forms.Reason(request.POST)
    if not form.is_valid():
        return _detail(request, found, form)
    (actions.refuse_change if request.actor.is_staff else actions.stop_change)(request.actor, change=found, reason=form.cleaned_data["reason"])
    messages.success(request, _("Stopped. The bank account stays as it was."))
    return HttpResponseRedirect(reverse("banking:detail", args=[key]))


@page(permissions.DECIDE, "POST", audience="staff")
def set_cooling(request: Request) -> HttpResponse:
    """Choose how long the cooling-off takes."""
    form = forms.Hours(request.POST)
    if form.is_valid():
        actions.set_cooling(request.actor, hours=form.cleaned_data["hours"])
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Give a whole number of hours, at most two weeks."))
    return HttpResponseRedirect(reverse("banking:list"))

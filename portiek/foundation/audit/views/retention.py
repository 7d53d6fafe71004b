"""How long things are kept: the terms with what the next night removes, and legal holds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, gate_of, keyset, page, render
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import actions, forms, queries


@page(PORTAL_MANAGE, "GET", "POST", audience="staff", scoped=False)
def terms(request: Request) -> HttpResponse:
    """Show how long each thing is kept and what the next night would remove, and change it. Sessions are the gate's, so the scopes are opened here."""
    gate, actor = gate_of(request), request.actor
    with scope(gate, read_only=True):
        found = queries.terms_at(gate, at_gate=True)
    with scope(actor, read_only=True):
        found = sorted([*found, *queries.terms_at(actor, at_gate=False)], key=lambda item: item.label)
    form = forms.Terms(request.POST if request.method == "POST" else None, standing=found)
    if form.is_bound and form.is_valid():
        with scope(actor):
            actions.set_terms(actor, days=form.days())
        messages.success(request, _("Saved. It counts from the next night on."))
        return HttpResponseRedirect(reverse("audit:retention"))
    with scope(actor, read_only=True):
        return render(request, "audit/retention.html", {"form": form, "terms": found}, status=422 if form.is_bound else 200)


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def holds(request: Request) -> HttpResponse:
    """List legal holds, last first, and place one."""
    actor = request.actor
    form = forms.HoldForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.place_hold(actor, **form.cleaned_data)
            messages.success(request, _("What is known of %(name)s is kept.") % {"name": made.name})
            return HttpResponseRedirect(reverse("audit:holds"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    found = keyset(queries.all_holds(actor), ("-id",), after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    return render(request, "audit/holds.html", {"form": form, "rows": found.rows, "page": found, "today": timezone.localdate()}, status=422 if form.is_bound else 200)


@page(PORTAL_MANAGE, "POST", audience="staff")
def end_hold(request: Request, key: int) -> HttpResponse:
    """End a legal hold."""
    actions.end_hold(request.actor, key=key)
    messages.success(request, _("The hold has ended; terms count again from the next night on."))
    return HttpResponseRedirect(reverse("audit:holds"))

"""The page on which a company says what it asks of the reference of its orders; staff have it for each party."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import Refused
from portiek.core.pages import Request, page, render
from portiek.foundation.fields.forms import refuse
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import MANAGE
from portiek.trade.approvals import actions, forms, permissions, queries


def _asked(request: Request, party: Party | None) -> HttpResponse:
    here = reverse("approvals:reference-of", args=[party.number]) if party else reverse("approvals:reference")
    found = queries.reference(request.actor, party_id=party.pk if party else None)
    form = forms.ReferenceAsked(request.POST if request.method == "POST" else None, initial={"required": found.needed, "hint": found.hint, "shape": found.shape})
    if form.is_bound and form.is_valid():
        try:
            if party:
                actions.ask_reference_of(request.actor, party=party, asked=form.given())
            else:
                actions.ask_reference(request.actor, asked=form.given())
            messages.success(request, _("Saved. It holds for what is ordered from now on."))
            return HttpResponseRedirect(here)
        except Refused as refused:
            refuse(form, refused)
    return render(request, "approvals/reference.html", {"form": form, "found": found, "party": party, "here": here}, status=422 if form.is_bound else 200)


@page(permissions.BUDGETS_MANAGE, "GET", "POST", audience="party")
def ask_reference(request: Request) -> HttpResponse:
    """Say whether each order needs a reference of the own company, and how it looks."""
    return _asked(request, None)


@page(MANAGE, "GET", "POST", audience="staff")
def ask_reference_of(request: Request, party: str) -> HttpResponse:
    """Say so for a party."""
    return _asked(request, parties.party(request.actor, party))

"""Which purchasing systems may come in: staff set them up, the customer sees how."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.addresses import whole
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.edges.punchout import actions, forms, permissions, queries
from portiek.edges.punchout import wording as words
from portiek.edges.punchout.models import System
from portiek.foundation.accounts import choosing
from portiek.foundation.parties import queries as parties
from portiek.ui.fields import looked_for


@page(permissions.MANAGE)
def list_systems(request: Request) -> HttpResponse:
    """List the purchasing systems that may come in, newest first."""
    found = keyset(queries.systems(request.actor), list(queries.NEWEST), after=request.GET.get("after"), before=request.GET.get("before"))
    values = {"systems": found.rows, "last": queries.last(request.actor, found.rows), "words": words, "staff": request.actor.is_staff, "previous": f"?before={found.previous}" if found.previous else None, "next": f"?after={found.next}" if found.next else None}
    return render(request, "punchout/systems.html", values)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def add(request: Request, number: str) -> HttpResponse:
    """Let a purchasing system of a party in; its password is shown this once."""
    party = parties.party(request.actor, number)
    form = forms.Setup(request.POST if request.method == "POST" else None, people=choosing.people(request.actor, party_id=party.pk, right=permissions.CART))
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            made, secret = actions.add_system(request.actor, party=party, **form.asked())
            return _shown(request, made, secret=secret, status=201)
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "punchout/system_form.html", {"form": form, "party": party, "system": None, "back": reverse("parties:tab", args=[party.number, "punchout"])}, status=422 if form.is_bound and not looked else 200)


@page(permissions.MANAGE)
def show(request: Request, login: str) -> HttpResponse:
    """Show a system: how to connect it, and how its visits went."""
    return _shown(request, queries.system(request.actor, login))


def _shown(request: Request, system: System, *, secret: str = "", status: int = 200) -> HttpResponse:
    found = keyset(queries.visits(request.actor, system), list(queries.NEWEST), after=request.GET.get("after"), before=request.GET.get("before"))
    values = {"system": system, "secret": secret, "visits": found.rows, "may_shop": queries.may_shop(request.actor, party_id=system.party_id, user_id=system.user_id), "words": words, "staff": request.actor.is_staff, "address": whole(request.portal.host, reverse(f"punchout:{system.kind}")),
              "previous": f"?before={found.previous}" if found.previous else None, "next": f"?after={found.next}" if found.next else None}  # fmt: skip
    return render(request, "punchout/system.html", values, status=status)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change(request: Request, login: str) -> HttpResponse:
    """Change how a system comes in."""
    found = queries.system(request.actor, login)
    initial = {"name": found.name, "kind": found.kind, "user": str(found.user_id), "hosts": "\n".join(found.hosts)}
    form = forms.Setup(request.POST if request.method == "POST" else None, initial=initial, people=choosing.people(request.actor, party_id=found.party_id, right=permissions.CART))
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.change_system(request.actor, login=login, **form.asked())
            messages.success(request, _("The system has been changed."))
            return HttpResponseRedirect(reverse("punchout:system", args=[login]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "punchout/system_form.html", {"form": form, "party": found.party, "system": found, "back": reverse("punchout:system", args=[login])}, status=422 if form.is_bound and not looked else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def renew(request: Request, login: str) -> HttpResponse:
    """Make another password and show it this once."""
    secret = actions.renew_secret(request.actor, login=login)
    return _shown(request, queries.system(request.actor, login), secret=secret)


@page(permissions.MANAGE, "POST", audience="staff")
def switch_on(request: Request, login: str) -> HttpResponse:
    """Let a system come in."""
    return _switched(request, login, True)


@page(permissions.MANAGE, "POST", audience="staff")
def switch_off(request: Request, login: str) -> HttpResponse:
    """Let a system come in no more."""
    return _switched(request, login, False)


def _switched(request: Request, login: str, is_active: bool) -> HttpResponse:
    actions.switch_system(request.actor, login=login, is_active=is_active)
    messages.success(request, _("The system may come in.") if is_active else _("The system comes in no more, and no cart goes back to it."))
    return HttpResponseRedirect(reverse("punchout:system", args=[login]))

"""How people come in: the portal's page for its staff and all parties, and a party's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, gate_of, page, render
from portiek.core.sessions import session_of
from portiek.foundation.accounts import actions, forms, permissions, queries
from portiek.foundation.accounts.models import LoginPolicy


def _form(request: Request, kept: LoginPolicy, sent: bool, allowed: list[str]) -> forms.LoginPolicy:
    initial = {"ways": kept.ways, "second_step": kept.second_step, "since": kept.since}
    return forms.LoginPolicy(request.POST if sent else None, initial=initial, allowed=allowed, auto_id=f"id_{kept.audience}_%s")


def _saved(request: Request, form: forms.LoginPolicy, audience: str) -> bool:
    """Save a policy; False with the reason on the form."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        strong = queries.is_strong(gate, session=session_of(request))
    try:
        with scope(request.actor):
            if request.actor.is_staff:
                actions.set_portal_policy(request.actor, audience=audience, strong=strong, **form.cleaned_data)
            else:
                actions.set_party_policy(request.actor, strong=strong, **form.cleaned_data)
    except Refused as refused:
        form.add_error(refused.field, wording(refused))
        return False
    messages.success(request, _("How people log in has been saved. Who is logged in otherwise has to log in again."))
    return True


@page(permissions.PORTAL_MANAGE, "GET", "POST", audience="staff", scoped=False)
def of_portal(request: Request) -> HttpResponse:
    """Decide how staff and the people of all parties log in."""
    gate, sent = gate_of(request), request.POST.get("audience", "") if request.method == "POST" else ""
    with scope(gate, read_only=True):
        kept, lacking = queries.policies(gate, party_id=None), queries.without_second_step(gate, party_id=None)
    if request.method == "POST" and sent not in kept:
        raise NotFound
    shown = {audience: _form(request, policy, audience == sent, []) for audience, policy in kept.items()}
    if sent in shown and shown[sent].is_valid() and _saved(request, shown[sent], sent):
        return HttpResponseRedirect(reverse("accounts:portal-policy"))
    with scope(request.actor, read_only=True):
        return render(request, "accounts/portal_policy.html", {"forms": shown, "lacking": lacking}, status=422 if request.method == "POST" else 200)


@page(permissions.USER_MANAGE, "GET", "POST", audience="party", scoped=False)
def of_party(request: Request) -> HttpResponse:
    """Decide how one's own people log in."""
    gate, sent = gate_of(request), request.method == "POST"
    with scope(gate, read_only=True):
        kept, lacking = queries.policies(gate, party_id=request.actor.party_id), queries.without_second_step(gate, party_id=request.actor.party_id)
    form = _form(request, kept["own"], sent, kept["portal"].ways)
    if sent and form.is_valid() and _saved(request, form, "party"):
        return HttpResponseRedirect(reverse("accounts:policy"))
    with scope(request.actor, read_only=True):
        return render(request, "accounts/policy.html", {"form": form, "portal": kept["portal"], "lacking": lacking}, status=422 if sent else 200)

"""How people come in: the portal's page for its staff and all parties, and a party's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, gate_of, page, render
from portiek.core.sessions import session_of
from portiek.foundation.accounts import actions, forms, permissions, queries
from portiek.foundation.accounts.models import EmergencyAccess, LoginPolicy


def _form(request: Request, kept: LoginPolicy, sent: bool, allowed: list[str], able: set[int], named: list[EmergencyAccess]) -> forms.LoginPolicy:
    """Return the form of a policy, with the providers that it may ask for, and for staff the administrators who can be named for emergencies."""
    actor, staff = request.actor, kept.audience == "staff"
    initial = {"ways": kept.ways, "second_step": kept.second_step, "since": kept.since, "provider": str(kept.provider_id or ""), "emergency": [str(row.user_id) for row in named]}
    with scope(actor, read_only=True):
        offered = queries.providers_to_ask(actor, party_id=actor.party_id, audience=kept.audience)
        linked = queries.linked(actor, party_id=actor.party_id, audience=kept.audience) if offered else {}
        people = dict(queries.holders(actor, permissions.PORTAL_MANAGE, party_id=None).order_by("user__name").values_list("user_id", "user__name")) if offered and staff else {}
    providers = [(row, ngettext("%(num)s person is linked to it", "%(num)s people are linked to it", linked.get(row.pk, 0)) % {"num": linked.get(row.pk, 0)}) for row in offered]
    administrators = [(user, name if user in able else _("%(name)s (has no password or no authenticator app yet)") % {"name": name}) for user, name in people.items()]
    return forms.LoginPolicy(request.POST if sent else None, initial=initial, allowed=allowed, providers=providers, administrators=administrators, auto_id=f"id_{kept.audience}_%s")


def _saved(request: Request, form: forms.LoginPolicy, audience: str, able: set[int]) -> bool:
    """Save a policy; False with the reason on the form."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        shown: dict[str, Any] = {"strong": queries.is_strong(gate, session=session_of(request)), "through": queries.provider_of_session(gate, session=session_of(request))}
    try:
        with scope(request.actor):
            if request.actor.is_staff:
                actions.set_portal_policy(request.actor, audience=audience, able=able, **shown, **form.policy())
            else:
                actions.set_party_policy(request.actor, **shown, **form.policy())
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
        return False
    messages.success(request, _("How people log in has been saved. Who is logged in otherwise has to log in again."))
    return True


@page(permissions.PORTAL_MANAGE, "GET", "POST", audience="staff", scoped=False)
def of_portal(request: Request) -> HttpResponse:
    """Decide how staff and the people of all parties log in."""
    gate, sent = gate_of(request), request.POST.get("audience", "") if request.method == "POST" else ""
    with scope(gate, read_only=True):
        kept, lacking, able, named = queries.policies(gate, party_id=None), queries.without_second_step(gate, party_id=None), queries.able(gate), queries.in_emergency(gate)
    if request.method == "POST" and sent not in kept:
        raise NotFound
    shown = {audience: _form(request, policy, audience == sent, [], able, named) for audience, policy in kept.items()}
    if sent in shown and shown[sent].is_valid() and _saved(request, shown[sent], sent, able):
        return HttpResponseRedirect(reverse("accounts:portal-policy"))
    with scope(request.actor, read_only=True):
        helpless = kept["staff"].provider_id is not None and not able & {row.user_id for row in named}
        return render(request, "accounts/portal_policy.html", {"forms": shown, "lacking": lacking, "helpless": helpless, "used": [row for row in named if row.used_at]}, status=422 if request.method == "POST" else 200)


@page(permissions.USER_MANAGE, "GET", "POST", audience="party", scoped=False)
def of_party(request: Request) -> HttpResponse:
    """Decide how one's own people log in."""
    gate, sent = gate_of(request), request.method == "POST"
    with scope(gate, read_only=True):
        kept, lacking = queries.policies(gate, party_id=request.actor.party_id), queries.without_second_step(gate, party_id=request.actor.party_id)
    form = _form(request, kept["own"], sent, kept["portal"].ways, set(), [])
    if sent and form.is_valid() and _saved(request, form, "party", set()):
        return HttpResponseRedirect(reverse("accounts:policy"))
    with scope(request.actor, read_only=True):
        return render(request, "accounts/policy.html", {"form": form, "portal": kept["portal"], "lacking": lacking}, status=422 if sent else 200)


@page(permissions.SSO_MANAGE, "POST", audience="staff")
def lift(request: Request, key: int) -> HttpResponse:
    """Let the people of a party come in without the provider that it asks for, for a reason."""
    row, form = queries.provider(request.actor, key), forms.Lift(request.POST)
    if form.is_valid():
        actions.lift_party_policy(request.actor, provider=row, reason=form.cleaned_data["reason"])
        messages.success(request, _("The people of %(company)s come in by code or password again. Its administrators are told.") % {"company": row.party.name if row.party else ""})
    else:
        messages.error(request, _("Say in a few words why."))
    return HttpResponseRedirect(reverse("accounts:provider", args=[row.pk]))

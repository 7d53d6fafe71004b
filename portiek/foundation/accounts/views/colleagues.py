"""People and their rights: one's own colleagues, and for staff the people of a party."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.pages import Page, Request, gate_of, page, render
from portiek.foundation.accounts import actions, choosing, forms, permissions, queries
from portiek.foundation.accounts.models import Invitation, Membership
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.ui.fields import looked_for


def _back(request: Request, party: Party | None) -> str:
    """Return the list that this person came from."""
    return reverse("parties:tab", args=[party.number, "users"]) if party is not None and request.actor.is_staff else reverse("accounts:colleagues")


def neighbours(found: Page, asked: dict[str, str]) -> dict[str, str | None]:
    """Return the addresses of the pages before and after, with what was asked for."""
    return {"previous": "?" + urlencode({**asked, "before": found.previous}) if found.previous else None, "next": "?" + urlencode({**asked, "after": found.next}) if found.next else None}


def shown_people(request: Request, party_id: int | None) -> dict[str, Any]:
    """Return the people of a company as the request asks for them: found by name or address, those who left, the next page."""
    search, ended = request.GET.get("q", "").strip()[:100], request.GET.get("ended") == "1"
    values = queries.people(request.actor, party_id=party_id, search=search, ended=ended, after=request.GET.get("after"), before=request.GET.get("before"))
    asked = {key: value for key, value in (("q", search), ("ended", "1" if ended else "")) if value}
    chips = [(label, "?" + urlencode({**({"q": search} if search else {}), **({"ended": "1"} if past else {})}), past == ended, None) for label, past in ((_("Have access"), False), (_("Access ended"), True))]
    return {**values, "chips": chips, "here": request.path, **neighbours(values["page"], asked)}


@page(permissions.USER_MANAGE)
def list_colleagues(request: Request) -> HttpResponse:
    """List one's colleagues with their roles, and who has been invited."""
    # Its key is all that is asked of it: not worth a statement.
    party = None if request.actor.is_staff else Party(pk=request.actor.party_id)
    return render(request, "accounts/colleagues.html", {**shown_people(request, request.actor.party_id), "may_roles": request.actor.may(permissions.ROLE_MANAGE),
                                                        "list_ways": slots.rendered("list.ways", request, what="people", party=party)})


def access_in_words(row: Membership | Invitation | None) -> tuple[str, str]:
    """Return how the access of a person to a company stands, as (kind, words) of a status."""
    if row is None:
        return "rest", _("No access")
    if isinstance(row, Invitation):
        return "wait", _("Invited as %(role)s") % {"role": row.role.label}
    return ("ok", row.role.label) if row.is_active and row.user.is_active else ("rest", _("Access ended"))


def _invite(request: Request, party: Party | None) -> HttpResponse:
    party_id = party.pk if party else None
    units = list(parties.units(request.actor, party=party)) if party else []
    initial = {name: request.GET.get(name, "")[:254] for name in ("name", "email")}
    form = forms.Invite(request.POST if request.method == "POST" else None, initial=initial, roles=choosing.roles(request.actor, party_id=party_id), units=units)
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            language = party.language if party else request.portal.language
            made = actions.invite(request.actor, email=form.cleaned_data["email"], name=form.cleaned_data["name"], party=party, language=language, **form.place())
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": made.email})
            return HttpResponseRedirect(_back(request, party))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "accounts/invite.html", {"form": form, "party": party, "back": _back(request, party)}, status=422 if form.is_bound and not looked else 200)


@page(permissions.USER_MANAGE, "GET", "POST")
def invite(request: Request) -> HttpResponse:
    """Ask in a colleague."""
    return _invite(request, None if request.actor.is_staff else parties.own_party(request.actor))


@page(permissions.USER_MANAGE, "GET", "POST", audience="staff")
def invite_to(request: Request, number: str) -> HttpResponse:
    """Ask in somebody of a party."""
    return _invite(request, parties.party(request.actor, number))


@page(permissions.USER_MANAGE, "GET", "POST")
def change(request: Request, key: int) -> HttpResponse:
    """Change a colleague's role, branch and order limit."""
    row = queries.membership(request.actor, key)
    units = list(parties.units(request.actor, party=row.party)) if row.party else []
    if row.unit is not None and not row.unit.is_active:
        units.append(row.unit)  # what he has may stay
    initial = {"role": str(row.role_id), "unit": str(row.unit_id or ""), "order_limit": row.order_limit, "period_limit": row.period_limit, "period": row.period, "until": row.until}
    form = forms.Place(request.POST if request.method == "POST" else None, initial=initial, units=units, roles=choosing.roles(request.actor, party_id=row.party_id))
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.change_membership(request.actor, membership=row, **form.place())
            messages.success(request, _("The rights of %(name)s have been changed.") % {"name": row.user.name})
            return HttpResponseRedirect(_back(request, row.party))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    above = wording(Refused("member-above", name=row.user.name)) if queries.is_above(request.actor, row) else ""
    away = choosing.away_in_words(queries.away(request.actor, party_id=row.party_id, user_ids=[row.user_id]).get(row.user_id))
    return render(request, "accounts/colleague.html", {"form": form, "row": row, "away": away, "me": request.actor.user_id, "above": above, "panels": slots.rendered("accounts.colleague.panels", request, row=row), **_along(request, row), "back": _back(request, row.party)}, status=422 if form.is_bound and not looked else 200)


def _along(request: Request, row: Membership) -> dict[str, bool]:
    """Return whether staff may look along from this place, and act for who has it."""
    there = request.actor.is_staff and row.party is not None and row.is_active
    return {"may_look": there and request.actor.may(permissions.LOOK_AS), "may_act": there and request.actor.may(permissions.ACT_FOR)}


@page(permissions.USER_MANAGE, "POST")
def end(request: Request, key: int) -> HttpResponse:
    """Take a colleague's place away."""
    row = queries.membership(request.actor, key)
    actions.end_membership(request.actor, membership=row)
    messages.success(request, _("%(name)s no longer has access.") % {"name": row.user.name})
    return HttpResponseRedirect(_back(request, row.party))


@page(permissions.USER_MANAGE, "POST")
def restore(request: Request, key: int) -> HttpResponse:
    """Give a colleague his place back."""
    row = queries.membership(request.actor, key)
    actions.restore_membership(request.actor, membership=row)
    messages.success(request, _("%(name)s has access again.") % {"name": row.user.name})
    return HttpResponseRedirect(_back(request, row.party))


@page(permissions.USER_MANAGE, "GET", "POST", scoped=False)
def reset(request: Request, key: int) -> HttpResponse:
    """Let a colleague set up his log-in anew, for a reason."""
    with scope(request.actor, read_only=True):
        row = queries.membership(request.actor, key)
    gate = gate_of(request)
    form = forms.Reset(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            with scope(gate):
                actions.reset_factors(gate, manager=request.actor, membership_id=row.pk, **form.cleaned_data)
            messages.success(request, _("%(name)s is logged out everywhere, sets up the log-in anew and gets a mail about it.") % {"name": row.user.name})
            return HttpResponseRedirect(_back(request, row.party))
        except Refused as refused:
            form.add_error(None, wording(refused))
    with scope(gate, read_only=True):
        factors = queries.factors(gate, user_id=row.user_id)
    with scope(request.actor, read_only=True):
        return render(request, "accounts/reset.html", {"form": form, "row": row, "factors": factors, "back": reverse("accounts:colleague", args=[row.pk])}, status=422 if form.is_bound else 200)


def _party_of(request: Request, party_id: int | None) -> Party | None:
    return parties.party_by_id(request.actor, party_id) if party_id is not None else None


@page(permissions.USER_MANAGE, "POST")
def resend(request: Request, key: int) -> HttpResponse:
    """Mail an invitation again."""
    found = queries.invitation(request.actor, key)
    actions.resend_invitation(request.actor, invitation=found)
    messages.success(request, _("The invitation to %(email)s is on its way again; the earlier link no longer works.") % {"email": found.email})
    return HttpResponseRedirect(_back(request, _party_of(request, found.party_id)))


@page(permissions.USER_MANAGE, "POST")
def revoke(request: Request, key: int) -> HttpResponse:
    """Withdraw an invitation."""
    found = queries.invitation(request.actor, key)
    actions.revoke_invitation(request.actor, invitation=found)
    messages.success(request, _("The invitation to %(email)s has been withdrawn.") % {"email": found.email})
    return HttpResponseRedirect(_back(request, _party_of(request, found.party_id)))

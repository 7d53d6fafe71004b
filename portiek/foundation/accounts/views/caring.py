"""Teams, how staff is shown to parties, who looks after a party, and handing all of it over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.accounts import actions, choosing, forms, permissions, queries
from portiek.foundation.accounts.models import Team, User
from portiek.foundation.accounts.views.colleagues import neighbours
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.permissions import MANAGE
from portiek.ui.fields import looked_for


@page(permissions.PORTAL_MANAGE, audience="staff")
def list_teams(request: Request) -> HttpResponse:
    """List the teams, and the staff with whom each looks after."""
    search = request.GET.get("q", "").strip()[:100]
    found = queries.staff(request.actor).filter(name__icontains=search) if search else queries.staff(request.actor)
    people = keyset(found, queries.PEOPLE_BY_NAME, after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    return render(request, "accounts/teams.html", {"teams": queries.teams(request.actor), "people": people.rows, "search": search, **neighbours(people, {"q": search} if search else {})})


def _team_form(request: Request, team: Team | None, inside: list[int]) -> HttpResponse:
    initial = {"name": team.name, "people": [str(key) for key in inside]} if team else None
    form = forms.TeamForm(request.POST if request.method == "POST" else None, people=choosing.people(request.actor, party_id=None), initial=initial)
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        chosen: dict[str, Any] = {"name": form.cleaned_data["name"], "user_ids": [int(key) for key in form.cleaned_data["people"]]}
        try:
            if team:
                actions.change_team(request.actor, team=team, **chosen)
            else:
                actions.make_team(request.actor, **chosen)
            messages.success(request, _("The team %(name)s has been saved.") % {"name": chosen["name"]})
            return redirect("accounts:teams")
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "accounts/team.html", {"form": form, "team": team}, status=422 if form.is_bound and not looked else 200)


@page(permissions.PORTAL_MANAGE, "GET", "POST", audience="staff")
def new_team(request: Request) -> HttpResponse:
    """Make a team."""
    return _team_form(request, None, [])


@page(permissions.PORTAL_MANAGE, "GET", "POST", audience="staff")
def change_team(request: Request, key: int) -> HttpResponse:
    """Give a team another name or other people."""
    return _team_form(request, *queries.team(request.actor, key))


@page(permissions.PORTAL_MANAGE, "POST", audience="staff")
def remove_team(request: Request, key: int) -> HttpResponse:
    """Take a team away."""
    team, _inside = queries.team(request.actor, key)
    actions.remove_team(request.actor, team=team)
    messages.success(request, _("The team is gone. Its parties keep their account manager."))
    return redirect("accounts:teams")


def _card(request: Request, person: User, status: int = 200, **bound: Any) -> HttpResponse:
    people = choosing.people(request.actor, party_id=None, besides=person.pk)
    return render(request, "accounts/card.html", {
        "person": person, "parties": queries.looked_after(request.actor, person.pk), "form": bound.get("form") or forms.CardForm(initial={"function": person.function, "phone": person.phone}),  # type: ignore[attr-defined]
        "over": bound.get("over") or forms.HandOverForm(people=people, auto_id="over_%s")}, status=status)


@page(permissions.PORTAL_MANAGE, "GET", "POST", audience="staff")
def change_card(request: Request, key: int) -> HttpResponse:
    """Show how one of the staff is shown to parties and whom he looks after; keep his card."""
    person = queries.colleague(request.actor, key)
    form = forms.CardForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        actions.set_card(request.actor, user=person, function=form.cleaned_data["function"], phone=form.cleaned_data["phone"])
        messages.success(request, _("Saved. This is how %(name)s is shown to parties.") % {"name": person.name})
        return redirect("accounts:teams")
    return _card(request, person, 422 if form else 200, form=form)


@page(permissions.PORTAL_MANAGE, "POST", audience="staff")
def hand_over(request: Request, key: int) -> HttpResponse:
    """Let a colleague look after all that this one looked after."""
    person = queries.colleague(request.actor, key)
    form = forms.HandOverForm(request.POST, people=choosing.people(request.actor, party_id=None, besides=person.pk), auto_id="over_%s")
    if looked_for(form):
        return _card(request, person, over=form)
    if not form.is_valid():
        return _card(request, person, 422, over=form)
    count = actions.hand_over_parties(request.actor, user_id=person.pk, to_user_id=int(form.cleaned_data["to"]))
    messages.success(request, ngettext("%(num)s party was handed over.", "%(num)s parties were handed over.", count) % {"num": count})
    return redirect("accounts:teams")


def care_form(request: Request, care: queries.Care, data: Any = None) -> forms.CareForm:
    """Make the form that says who looks after a party."""
    initial = {"user": str(care.card.user_id) if care.card else "", "team": care.team.pk if care.team else ""}
    return forms.CareForm(data, people=choosing.people(request.actor, party_id=None), teams=queries.teams(request.actor), initial=initial)


@page(MANAGE, "POST", audience="staff")
def set_care(request: Request, number: str) -> HttpResponse:
    """Say who looks after a party."""
    party = parties.party(request.actor, number)
    form = care_form(request, queries.Care(None, None), request.POST)
    looked = looked_for(form)
    if looked or not form.is_valid():
        return render(request, "accounts/care_form.html", {"form": form, "party": party}, status=200 if looked else 422)
    team, user = form.cleaned_data["team"], form.cleaned_data["user"]
    actions.set_care(request.actor, party=party, user_id=int(user) if user else None, team=queries.team(request.actor, team)[0] if team else None)
    messages.success(request, _("Saved. The party sees it at once."))
    return redirect("parties:tab", number, "care")

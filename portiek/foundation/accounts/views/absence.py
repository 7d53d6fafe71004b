"""Being away: one's own days, and those of a colleague who cannot say it himself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.accounts import actions, choosing, forms, permissions, queries
from portiek.foundation.accounts.models import Membership
from portiek.ui.fields import looked_for


def _of(request: Request, party_id: int | None, user_id: int) -> tuple[Any, forms.AbsenceForm]:
    row = queries.absence_of(request.actor, party_id=party_id, user_id=user_id)
    initial = {"first_day": row.first_day, "last_day": row.last_day, "deputy": row.deputy_id or ""} if row else None
    people = choosing.people(request.actor, party_id=party_id, besides=user_id)
    return row, forms.AbsenceForm(request.POST if request.method == "POST" else None, people=people, initial=initial)


def _page(request: Request, row: Any, form: forms.AbsenceForm, party_id: int | None, looked: bool, **values: Any) -> HttpResponse:
    chain = queries.away(request.actor, party_id=party_id, user_ids=[row.deputy_id]).get(row.deputy_id) if row and row.deputy_id else None
    return render(request, "accounts/absence.html", {"form": form, "absence": row, "deputy_away": choosing.away_in_words(chain), **values}, status=422 if form.is_bound and not looked else 200)


@page(None, "GET", "POST")
def of_me(request: Request) -> HttpResponse:
    """Say when one is away and who stands in; see for whom one stands in oneself."""
    actor = request.actor
    row, form = _of(request, actor.party_id, actor.user_id)
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.set_own_absence(actor, **form.absence())
            messages.success(request, _("Your absence has been saved. It ends by itself."))
            return redirect("accounts:absence")
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _page(request, row, form, actor.party_id, looked, place=None, standing_in=queries.standing_in(actor), back="")


@page(None, "POST")
def back_again(request: Request) -> HttpResponse:
    """Say that one is back, or does not go."""
    actions.end_own_absence(request.actor)
    messages.success(request, _("Your absence is over: what is asked of you comes to you alone again."))
    return redirect("accounts:absence")


@page(permissions.USER_MANAGE, "GET", "POST")
def of_colleague(request: Request, key: int) -> HttpResponse:
    """Say when a colleague is away and who stands in, for who is ill."""
    place = queries.membership(request.actor, key)
    row, form = _of(request, place.party_id, place.user_id)
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.set_absence_of(request.actor, membership=place, **form.absence())
            messages.success(request, _("The absence of %(name)s has been saved.") % {"name": place.user.name})
            return redirect("accounts:colleague", place.pk)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return _page(request, row, form, place.party_id, looked, place=place, standing_in=[], back=reverse("accounts:colleague", args=[place.pk]))


@page(permissions.USER_MANAGE, "POST")
def colleague_back(request: Request, key: int) -> HttpResponse:
    """Say that a colleague is back."""
    place: Membership = queries.membership(request.actor, key)
    actions.end_absence_of(request.actor, membership=place)
    messages.success(request, _("%(name)s is back.") % {"name": place.user.name})
    return redirect("accounts:colleague", place.pk)

"""One's own account: name, language, places, password, sessions. What the gate alone may touch is why these pages open scopes themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, gate_of, page, render
from portiek.core.sessions import session_of
from portiek.foundation.accounts import actions, forms, queries
from portiek.foundation.accounts.views import security
from portiek.foundation.accounts.views.entering import visit_of


def _show(request: Request, form: forms.Me | None = None) -> HttpResponse:
    gate = gate_of(request)
    with scope(gate, read_only=True):
        standings, born, greets = queries.standings(gate), queries.birthday(gate), queries.portal(gate).greets_birthdays
    with scope(request.actor, read_only=True):
        return render(request, "accounts/me.html", {"standings": standings, "email": request.member.email, "panels": [html for _filling, html in slots.rendered("accounts.me.panels", request)],
                                                    "form": form or forms.Me(greets=greets, initial={"name": request.member.name, "language": request.member.language, "time_zone": request.member.time_zone,
                                                                                                   "birth_day": born and born.day, "birth_month": born and born.month})},
                      status=422 if form else 200)


@page(None, "GET", "POST", scoped=False)
def me(request: Request) -> HttpResponse:
    """Show and change one's own name, language, time zone and, if one likes, birthday."""
    if request.method != "POST":
        return _show(request)
    form = forms.Me(request.POST, greets=_greets(request))
    if not form.is_valid():
        return _show(request, form)
    gate = gate_of(request)
    try:
        _save(gate, form)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
        return _show(request, form)
    messages.success(request, _("Your account has been saved."))
    return HttpResponseRedirect(reverse("accounts:me"))


def _greets(request: Request) -> bool:
    """Whether this portal congratulates people."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        return queries.portal(gate).greets_birthdays


def _save(gate: Actor, form: forms.Me) -> None:
    with scope(gate):
        if "birth_day" in form.fields:
            actions.keep_birthday(gate, day=form.cleaned_data["birth_day"], month=form.cleaned_data["birth_month"])
        actions.change_me(gate, name=form.cleaned_data["name"])
        actions.choose_language(gate, user_id=gate.user_id, language=form.cleaned_data["language"])
        actions.choose_time_zone(gate, time_zone=form.cleaned_data["time_zone"])


@page(None, "POST", scoped=False)
def set_password(request: Request) -> HttpResponse:
    """Set or change one's own password and end the other sessions."""
    form = forms.NewPassword(request.POST)
    if form.is_valid():
        gate = gate_of(request)
        try:
            with scope(gate):
                problem = actions.change_password(gate, user_id=gate.user_id, current=form.cleaned_data["current"], password=form.cleaned_data["password"],
                                                  visit=visit_of(request, request.member.email))
            if problem is None:
                messages.success(request, _("Your password has been set. You are logged out everywhere else."))
                return HttpResponseRedirect(reverse("accounts:security"))
            form.add_error("current", wording(Refused(problem)))
        except Refused as refused:
            form.add_error("password", wording(refused))
    return security.show(request, password=form)


@page(None, "POST", scoped=False)
def end_one(request: Request, key: int) -> HttpResponse:
    """Log out on one other device."""
    gate = gate_of(request)
    with scope(gate):
        actions.end_session_of(gate, session_id=key)
    messages.success(request, _("That device is logged out."))
    return HttpResponseRedirect(reverse("accounts:security"))


@page(None, "POST", scoped=False)
def end_others(request: Request) -> HttpResponse:
    """Log out everywhere but here."""
    gate = gate_of(request)
    with scope(gate):
        actions.end_other_sessions(gate, user_id=gate.user_id, keep=session_of(request))
    messages.success(request, _("You are logged out everywhere else."))
    return HttpResponseRedirect(reverse("accounts:security"))

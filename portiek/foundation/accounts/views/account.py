"""One's own account: name, language, places, sessions, password. Sessions and passwords are the gate's, so these pages open scopes themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, gate_of, page, render
from portiek.core.sessions import session_of
from portiek.foundation.accounts import actions, forms, queries
from portiek.foundation.accounts.views.entering import visit_of


def _show(request: Request, *, me: forms.Me | None = None, password: forms.NewPassword | None = None) -> HttpResponse:
    gate = gate_of(request)
    with scope(gate, read_only=True):
        values: dict[str, Any] = {"sessions": queries.open_sessions(gate, session=session_of(request)), "has_password": queries.has_password(gate), "standings": queries.standings(gate), "links": queries.links(gate, party_id=request.actor.party_id)}
    bound = me or password
    with scope(request.actor, read_only=True):
        return render(request, "accounts/me.html", {**values, "form": me or forms.Me(initial={"name": request.member.name, "language": request.member.language, "time_zone": request.member.time_zone}),
                                                    "password": password or forms.NewPassword(), "email": request.member.email,
                                                    "panels": [html for _filling, html in slots.rendered("accounts.me.panels", request)]}, status=422 if bound else 200)


@page(None, "GET", "POST", scoped=False)
def me(request: Request) -> HttpResponse:
    """Show and change one's own name, language and time zone."""
    if request.method != "POST":
        return _show(request)
    form = forms.Me(request.POST)
    if not form.is_valid():
        return _show(request, me=form)
    gate = gate_of(request)
    with scope(gate):
        actions.change_me(gate, name=form.cleaned_data["name"])
        actions.choose_language(gate, user_id=gate.user_id, language=form.cleaned_data["language"])
        actions.choose_time_zone(gate, time_zone=form.cleaned_data["time_zone"])
    messages.success(request, _("Your account has been saved."))
    return HttpResponseRedirect(reverse("accounts:me"))


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
                return HttpResponseRedirect(reverse("accounts:me"))
            form.add_error("current", wording(Refused(problem)))
        except Refused as refused:
            form.add_error("password", wording(refused))
    return _show(request, password=form)


@page(None, "POST", scoped=False)
def end_others(request: Request) -> HttpResponse:
    """Log out everywhere but here."""
    gate = gate_of(request)
    with scope(gate):
        actions.end_other_sessions(gate, user_id=gate.user_id, keep=session_of(request))
    messages.success(request, _("You are logged out everywhere else."))
    return HttpResponseRedirect(reverse("accounts:me"))

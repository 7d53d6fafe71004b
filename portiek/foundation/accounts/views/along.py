"""For a while something else than oneself: looking as a role, looking along as a customer, working on his behalf, and stopping."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, gate_of, local_path, page, render
from portiek.core.sessions import session_of
from portiek.foundation.accounts import actions, forms, permissions, queries, rules
from portiek.foundation.accounts.models import Role
from portiek.foundation.accounts.views.entering import keep_cookie
from portiek.foundation.parties import queries as parties


def _go_on(request: Request, token: str, path: str) -> HttpResponse:
    """Hand the browser its fresh secret: nothing of who it was before goes along."""
    response = HttpResponseRedirect(path)
    rotate_token(request)
    keep_cookie(response, settings.SESSION_COOKIE, token, rules.SESSION_DAYS_AT_MOST * 86400)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def look_with(request: Request, *, name: str, rights: list[str], back: str) -> HttpResponse:
    """Look around with these rights: those of a role, or of one that is not saved yet."""
    gate = gate_of(request)
    with scope(gate):
        token = actions.look_as_role(gate, session=session_of(request), name=name, rights=rights, back=back)
    return _go_on(request, token, "/")


def _role(request: Request, key: int) -> Role:
    with scope(request.actor, read_only=True):
        return queries.role_to_look_as(request.actor, key, party=None if request.actor.is_staff else parties.own_party(request.actor))


@page(permissions.ROLE_MANAGE, "POST", scoped=False)
def look_as_role(request: Request, key: int) -> HttpResponse:
    """Look at the portal as who has a role, reading only."""
    found = _role(request, key)
    return look_with(request, name=found.label, rights=found.rights, back=reverse("accounts:role", args=[key]))


def _along(request: Request, key: int, mode: str) -> HttpResponse:
    with scope(request.actor, read_only=True):
        place = queries.place_to_go_along(request.actor, key)
        name, company, number = place.user.name, place.party.name, place.party.number  # type: ignore[union-attr]
    form = forms.Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        gate = gate_of(request)
        try:
            with scope(gate):
                token = actions.go_along(gate, session=session_of(request), place=key, mode=mode, reason=form.cleaned_data["reason"])
            return _go_on(request, token, "/")
        except Refused as refused:
            form.add_error("reason", wording(refused))
    with scope(request.actor, read_only=True):
        values = {"form": form, "mode": mode, "name": name, "company": company, "minutes": rules.ALONG_MINUTES, "back": reverse("parties:tab", args=[number, "users"])}
        return render(request, "accounts/along.html", values, status=422 if form.is_bound else 200)


@page(permissions.LOOK_AS, "GET", "POST", audience="staff", scoped=False)
def look_as_user(request: Request, key: int) -> HttpResponse:
    """Look along as somebody of a party, reading only, with a reason."""
    return _along(request, key, "look")


@page(permissions.ACT_FOR, "GET", "POST", audience="staff", scoped=False)
def act_for_user(request: Request, key: int) -> HttpResponse:
    """Work on behalf of somebody of a party, with a reason."""
    return _along(request, key, "act")


@page(None, "POST", scoped=False, along=True)
def stop(request: Request) -> HttpResponse:
    """Be oneself again."""
    actor = request.actor
    if actor.shops:
        raise NotFound
    # It is the member of staff who stops, not the one he was.
    gate = replace(gate_of(request), user_id=actor.by_user_id or actor.user_id, name=actor.by_name or actor.name)
    if not request.member.mode:
        return HttpResponseRedirect("/")
    with scope(gate):
        token, back = actions.stop_along(gate, session=session_of(request))
    messages.success(request, _("You are yourself again."))
    return _go_on(request, token, local_path(back))

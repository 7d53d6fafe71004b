"""The second step of a log-in, at the gate: the app's code, or a recovery code for who lost his telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, public, render
from portiek.foundation.accounts import actions, authenticator, forms, passkeys, queries
from portiek.foundation.accounts.actions.entering import Visit
from portiek.foundation.accounts.models import HalfLogin
from portiek.foundation.accounts.views.entering import browser_of, entering_of, let_in, status_of, visit_of
from portiek.foundation.accounts.views.security import setup_values


def half_of(request: Request) -> HalfLogin | None:
    """Return the log-in that waits in this browser for its second step, or None."""
    try:
        return queries.half_login(request.actor, entering_of(request).get("s", ""))
    except NotFound:
        return None


def start_again(request: Request) -> HttpResponse:
    """Send a browser whose log-in took too long back to its beginning, and say so."""
    messages.warning(request, wording(Refused("step-over")))
    return HttpResponseRedirect(reverse("accounts:login"))


def _step(request: Request, form: Any, template: str, enter: Callable[[str, str], actions.Entered | str], **values: Any) -> HttpResponse:
    half = half_of(request)
    if half is None:
        return start_again(request)
    problem, factors = "", queries.factors(request.actor, user_id=half.user_id)
    if not factors.has_any:
        return HttpResponseRedirect(reverse("accounts:set-up"))
    if form.is_bound and form.is_valid():
        entered = enter(entering_of(request)["s"], form.cleaned_data["code"])
        if isinstance(entered, actions.Entered):
            return let_in(request, entered)
        if entered == "step-over":
            return start_again(request)
        problem = entered
    return render(request, template, {"form": form, "email": half.user.email, "factors": factors, "problem": wording(Refused(problem)) if problem else "", **values},
                  status=status_of(problem) if problem else 422 if form.is_bound else 200)


@public("GET", "POST")
def step(request: Request) -> HttpResponse:
    """Take the code of the app."""
    form = forms.AppCode(request.POST if request.method == "POST" else None)
    options = passkeys.to_show(passkeys.Asked(request.portal.id, request.portal.host, "enter"))
    return _step(request, form, "accounts/step.html", lambda ticket, code: actions.enter_by_app(request.actor, ticket=ticket, figures=code, visit=visit_of(request, entering_of(request)["e"])),
                 options=options)


@public("GET", "POST")
def set_up(request: Request) -> HttpResponse:
    """Have who must have a second step set it up, before he can do anything else; then show his recovery codes, this once."""
    form = forms.NewApp(request.POST if request.method == "POST" else None)
    return _set_up(request, form, lambda given, visit: actions.set_up_authenticator(request.actor, ticket=entering_of(request)["s"], sealed=given["secret"], figures=given["code"], visit=visit))


@public("POST")
def set_up_passkey(request: Request) -> HttpResponse:
    """Take a passkey as the second step of who must have one and has none yet."""
    form = forms.NewPasskey({"name": browser_of(request) or "?", **request.POST.dict()})
    return _set_up(request, form, lambda given, visit: actions.set_up_passkey(request.actor, ticket=entering_of(request)["s"], answer=given["credential"], name=given["name"], host=request.portal.host, visit=visit))


def _set_up(request: Request, form: Any, add: Callable[[dict[str, Any], Visit], tuple[actions.Entered, list[str]] | str]) -> HttpResponse:
    half = half_of(request)
    if half is None:
        return start_again(request)
    done = add(form.cleaned_data, visit_of(request, half.user.email)) if form.is_bound and form.is_valid() else ""
    if not isinstance(done, str):
        entered, codes = done
        came = let_in(request, entered)
        response = render(request, "accounts/set_up_codes.html", {"codes": codes, "email": half.user.email, "go_on": came.headers["Location"]})
        response.cookies = came.cookies
        return response
    if done == "factor-already":
        return HttpResponseRedirect(reverse("accounts:step"))
    if done == "step-over":
        return start_again(request)
    app, problem = (form, "") if isinstance(form, forms.NewApp) else (forms.NewApp(), wording(Refused(done or "passkey-wrong")))
    if done and app is form:
        app.add_error("code", wording(Refused(done)))
    secret = authenticator.opened(half.user_id, app["secret"].value() or "") if app.is_bound else None
    values = {**setup_values(request, app, secret, half.user_id, half.user.email), "passkey": _passkey_to_add(request, half), "problem": problem}
    return render(request, "accounts/set_up.html", values, status=status_of(done) if form.is_bound else 200)


def _passkey_to_add(request: Request, half: HalfLogin) -> str:
    """Return what the browser is asked for a first passkey as JSON; "" where his companies let nobody in by one."""
    if not queries.may_use_passkey(request.actor, user_id=half.user_id):
        return ""
    return passkeys.to_add(passkeys.Asked(request.portal.id, request.portal.host, "setup", half.user_id), portal=request.portal.name, email=half.user.email, name=half.user.name, known=[])


@public("GET", "POST")
def recovery(request: Request) -> HttpResponse:
    """Take a recovery code, and say who helps when there is none."""
    half = half_of(request)
    if half is None:
        return start_again(request)
    form = forms.RecoveryCode(request.POST if request.method == "POST" else None)
    return _step(request, form, "accounts/recovery.html", lambda ticket, code: actions.enter_by_recovery_code(request.actor, ticket=ticket, code=code, visit=visit_of(request, entering_of(request)["e"])),
                 ask=queries.who_to_ask(request.actor, user_id=half.user_id))

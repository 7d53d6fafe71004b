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
from portiek.foundation.accounts.models import HalfLogin
from portiek.foundation.accounts.views.entering import entering_of, let_in, status_of, visit_of
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
    half = half_of(request)
    if half is None:
        return start_again(request)
    form = forms.NewApp(request.POST if request.method == "POST" else None)
    secret, problem = authenticator.opened(half.user_id, form["secret"].value() or "") if form.is_bound else None, ""
    if form.is_bound and form.is_valid():
        done = actions.set_up_authenticator(request.actor, ticket=entering_of(request)["s"], sealed=form.cleaned_data["secret"], figures=form.cleaned_data["code"],
                                            visit=visit_of(request, half.user.email))
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
        problem = done
        form.add_error("code", wording(Refused(done)))
    return render(request, "accounts/set_up.html", setup_values(request, form, secret, half.user_id, half.user.email), status=status_of(problem) if form.is_bound else 200)


@public("GET", "POST")
def recovery(request: Request) -> HttpResponse:
    """Take a recovery code, and say who helps when there is none."""
    half = half_of(request)
    if half is None:
        return start_again(request)
    form = forms.RecoveryCode(request.POST if request.method == "POST" else None)
    return _step(request, form, "accounts/recovery.html", lambda ticket, code: actions.enter_by_recovery_code(request.actor, ticket=ticket, code=code, visit=visit_of(request, entering_of(request)["e"])),
                 ask=queries.who_to_ask(request.actor, user_id=half.user_id))

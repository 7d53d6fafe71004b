"""One's own security: what one shows at the log-in, what was proved just now, where one is logged in. All of it the gate's."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.jobs import defer
from portiek.core.pages import Request, gate_of, local_path, page, render
from portiek.core.sessions import session_of
from portiek.foundation.accounts import actions, authenticator, forms, jobs, passkeys, queries
from portiek.foundation.accounts.views.entering import ENTERING_SECONDS, cookie_name, keep_cookie, status_of, visit_of


def show(request: Request, *, password: forms.NewPassword | None = None) -> HttpResponse:
    """Show how one comes in, and from where one did."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        values: dict[str, Any] = {"sessions": queries.open_sessions(gate, session=session_of(request)), "factors": queries.factors(gate), "passkeys": queries.passkeys_of(gate), "links": queries.links(gate, party_id=request.actor.party_id)}
    with scope(request.actor, read_only=True):
        return render(request, "accounts/security.html", {**values, "password": password or forms.NewPassword(), "email": request.member.email}, status=422 if password else 200)


@page(None, "GET", scoped=False)
def security(request: Request) -> HttpResponse:
    """Show how one comes in, and from where one did."""
    return show(request)


def to_proof(request: Request, go_on: str = "") -> HttpResponse:
    """Ask who somebody is first, and come back then."""
    return HttpResponseRedirect(reverse("accounts:prove") + "?" + urlencode({"next": go_on or request.path}))


def is_fresh(request: Request) -> bool:
    """Whether this person proved just now who he is."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        return queries.is_fresh(gate, session=session_of(request))


@page(None, "GET", "POST", scoped=False)
def prove(request: Request) -> HttpResponse:
    """Ask anew who somebody is, before he changes how he comes in."""
    go_on = local_path((request.POST if request.method == "POST" else request.GET).get("next"), reverse("accounts:security"))
    gate, posted, problem = gate_of(request), request.POST if request.method == "POST" else None, ""
    with scope(gate, read_only=True):
        factors = queries.factors(gate)
    way = (posted or request.GET).get("way", "") if not factors.has_second else (posted or request.GET).get("way", "app")
    if posted is not None and way == "mail":
        return _mail_proof(request, go_on)
    form: Any = forms.RecoveryCode(posted) if way == "recovery" else forms.AppCode(posted) if factors.has_second else forms.Code(posted) if way == "code" else forms.Password(posted)
    if posted is not None and form.is_valid():
        given = form.cleaned_data
        with scope(gate):
            problem = actions.prove(gate, visit=visit_of(request, request.member.email), password=given.get("password", ""), ticket=_ticket(request) if way == "code" and not factors.has_second else "",
                                    figures=given.get("code", ""), recovery=given.get("code", "") if way == "recovery" else "") or ""
        if not problem:
            response = HttpResponseRedirect(go_on)
            response.delete_cookie(cookie_name("proving"), path="/", samesite="Lax")
            return response
    with scope(request.actor, read_only=True):
        return render(request, "accounts/prove.html", {"form": form, "factors": factors, "way": way, "next": go_on, "email": request.member.email, "options": passkeys.to_show(passkeys.Asked(request.portal.id, request.portal.host, "prove", gate.user_id)) if factors.passkeys else "", "problem": wording(Refused(problem)) if problem else ""},
                      status=status_of(problem) if problem else 422 if posted is not None else 200)


def _ticket(request: Request) -> str:
    """Return the ticket of the code that this browser asked as a proof; one that fits nothing when it asked none."""
    try:
        return str(signing.loads(request.COOKIES.get(cookie_name("proving"), ""), salt=f"proving:{request.actor.user_id}", max_age=ENTERING_SECONDS))
    except signing.BadSignature:
        return "-"


def _mail_proof(request: Request, go_on: str) -> HttpResponse:
    gate = gate_of(request)
    back = HttpResponseRedirect(reverse("accounts:prove") + "?" + urlencode({"way": "code", "next": go_on}))
    with scope(gate):
        asked = actions.ask_code(gate, email=request.member.email, visit=visit_of(request, request.member.email))
        if not isinstance(asked, str):
            defer(gate, jobs.mail_code, code_id=asked[0].pk, proof=True)
    if isinstance(asked, str):
        messages.error(request, wording(Refused(asked)))
    else:
        keep_cookie(back, cookie_name("proving"), signing.dumps(asked[1], salt=f"proving:{request.actor.user_id}"), ENTERING_SECONDS)
    return back


def _show_codes(request: Request, codes: list[str]) -> HttpResponse:
    with scope(request.actor, read_only=True):
        return render(request, "accounts/codes.html", {"codes": codes, "email": request.member.email})


@page(None, "GET", "POST", scoped=False)
def add_app(request: Request) -> HttpResponse:
    """Show the picture that an app reads, take its first code, and then show the recovery codes, this once."""
    if not is_fresh(request):
        return to_proof(request)
    gate = gate_of(request)
    with scope(gate, read_only=True):
        if queries.factors(gate).app_since:
            return HttpResponseRedirect(reverse("accounts:security"))
    form = forms.NewApp(request.POST if request.method == "POST" else None)
    secret = authenticator.opened(gate.user_id, form["secret"].value() or "") if form.is_bound else None
    if form.is_bound and form.is_valid():
        with scope(gate):
            codes = actions.add_authenticator(gate, sealed=form.cleaned_data["secret"], figures=form.cleaned_data["code"], visit=visit_of(request, request.member.email))
        if not isinstance(codes, str):
            messages.success(request, _("The second step is on. You are logged out everywhere else."))
            return _show_codes(request, codes)
        form.add_error("code", wording(Refused(codes)))
    with scope(request.actor, read_only=True):
        return render(request, "accounts/add_app.html", setup_values(request, form, secret, gate.user_id, request.member.email), status=422 if form.is_bound else 200)


def setup_values(request: Request, form: forms.NewApp, secret: str | None, user_id: int, email: str) -> dict[str, Any]:
    """Return what a page shows that sets up an app: the secret of the form that came back, or a fresh one."""
    secret = secret or authenticator.new_secret()
    shown = "".join(" " + sign if place and place % 4 == 0 else sign for place, sign in enumerate(secret.lower()))
    return {"form": form, "sealed": authenticator.sealed(user_id, secret), "secret": shown, "picture": authenticator.picture(authenticator.address(secret, portal=request.portal.name, email=email))}


@page(None, "GET", "POST", scoped=False)
def remove_app(request: Request) -> HttpResponse:
    """Ask whether the app really goes, and take it away."""
    if not is_fresh(request):
        return to_proof(request)
    if request.method == "POST":
        gate = gate_of(request)
        with scope(gate):
            problem = actions.remove_authenticator(gate, visit=visit_of(request, request.member.email))
        if problem:
            messages.error(request, wording(Refused(problem)))
        else:
            messages.success(request, _("The second step is off. You are logged out everywhere else."))
        return HttpResponseRedirect(reverse("accounts:security"))
    with scope(request.actor, read_only=True):
        return render(request, "accounts/remove_app.html")


@page(None, "GET", "POST", scoped=False)
def recovery_codes(request: Request) -> HttpResponse:
    """Draw new recovery codes and show them, this once."""
    if not is_fresh(request):
        return to_proof(request)
    gate = gate_of(request)
    if request.method == "POST":
        with scope(gate):
            codes = actions.make_recovery_codes(gate, visit=visit_of(request, request.member.email))
        if not isinstance(codes, str):
            return _show_codes(request, codes)
        messages.error(request, wording(Refused(codes)))
        return HttpResponseRedirect(reverse("accounts:security"))
    with scope(gate, read_only=True):
        factors = queries.factors(gate)
    with scope(request.actor, read_only=True):
        return render(request, "accounts/new_codes.html", {"factors": factors})

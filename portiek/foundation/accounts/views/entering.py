"""Coming in and going out."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.jobs import defer
from portiek.core.pages import Request, gate_of, local_path, page, public, render
from portiek.core.sessions import session_of
from portiek.core.visitor import visitor
from portiek.foundation.accounts import actions, forms, jobs, passkeys, queries, rules
from portiek.foundation.accounts.actions.entering import Visit
from portiek.ui.format import full_day

ENTERING_SECONDS = 1800
YEAR = 365 * 86400


def cookie_name(name: str) -> str:
    """Return the name of one of our cookies: bound to the host where cookies go over HTTPS alone."""
    return f"__Host-{name}" if settings.SECURE_COOKIES else name


def keep_cookie(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    """Give the browser a cookie that scripts cannot read."""
    response.set_cookie(name, value, max_age=seconds, secure=settings.SECURE_COOKIES, httponly=True, samesite="Lax", path="/")


def visit_of(request: Request, email: str = "") -> Visit:
    """Return from where this request comes; `device` only when this browser came in before as this address."""
    kept = request.COOKIES.get(cookie_name("device"), "")
    try:
        mark = str(signing.loads(kept, salt=f"device:{request.portal.id}", max_age=YEAR)) if kept else ""
    except signing.BadSignature:
        mark = ""
    device = hashlib.sha256(kept.encode()).hexdigest() if email and mark == rules.mark(email) else ""
    return Visit(visitor(request), device, browser_of(request), session_of(request), mark)


def browser_of(request: HttpRequest) -> str:
    """Return browser and system as a person would name them."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")) if sign in agent), "")
    system = next((name for sign, name in (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")) if sign in agent), "")
    return ", ".join(part for part in (browser, system) if part)


def let_in(request: Request, entered: actions.Entered, target: str = "") -> HttpResponse:
    """Hand a browser its fresh session and send it on: in, or to the choice of a company."""
    target = target or local_path(entering_of(request).get("n"))
    if entered.companies > 1:
        target = reverse("accounts:choose") + (f"?next={signing.dumps(target, salt='choose')}" if target != "/" else "")
    response = HttpResponseRedirect(target)
    if entered.second_step_from:
        messages.info(request, _("From %(day)s on you need a second step to log in. Set it up now under My account, Security: it takes a minute.") % {"day": full_day(entered.second_step_from)})
    if entered.breached or entering_of(request).get("b"):
        messages.warning(request, _("Your password stands in a list of passwords that others know. Choose another one now."))
        response = HttpResponseRedirect(reverse("accounts:security") + "#password")
    keep_session(request, response, entered.token)
    keep_cookie(response, cookie_name("device"), signing.dumps(rules.mark(entered.user.email), salt=f"device:{request.portal.id}"), YEAR)
    response.delete_cookie(cookie_name("entering"), path="/", samesite="Lax")
    return response


def keep_session(request: Request, response: HttpResponse, token: str) -> None:
    """Hand the browser the fresh secret of its session."""
    rotate_token(request)
    keep_cookie(response, settings.SESSION_COOKIE, token, rules.SESSION_DAYS_AT_MOST * 86400)


def go_on(request: Request, entered: actions.Entered | actions.Halfway) -> HttpResponse:
    """Let a browser in, or send it on to the second step of its log-in."""
    if isinstance(entered, actions.Entered):
        return let_in(request, entered)
    return keep_entering(request, HttpResponseRedirect(reverse("accounts:set-up" if entered.sets_up else "accounts:step")), e=entered.user.email, n=local_path(entering_of(request).get("n")), s=entered.ticket, b="1" if entered.breached else "")


def entering_of(request: Request) -> dict[str, Any]:
    """Return what this browser is busy with: address (e), ticket of the code (t) or of the second step (s), and where to go on to (n); empty when it is not ours or too old."""
    try:
        found = signing.loads(request.COOKIES.get(cookie_name("entering"), ""), salt=f"entering:{request.portal.id}", max_age=ENTERING_SECONDS)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def keep_entering(request: Request, response: HttpResponse, **entering: str) -> HttpResponse:
    """Let this browser remember what it is busy with, signed."""
    keep_cookie(response, cookie_name("entering"), signing.dumps(entering, salt=f"entering:{request.portal.id}"), ENTERING_SECONDS)
    return response


@public("GET", "POST")
def login(request: Request) -> HttpResponse:
    """Ask for the e-mail address, then mail a code or ask for the password. `again`: somebody who is in comes to prove himself anew."""
    if request.method == "GET" and request.member is not None and "again" not in request.GET:
        return HttpResponseRedirect(local_path(request.GET.get("next")))
    go_on = local_path((request.POST if request.method == "POST" else request.GET).get("next"))
    form = forms.Who(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return show_login(request, form, go_on, status=422 if form.is_bound else 200)
    email = form.cleaned_data["email"]
    # By the domain alone, so that nothing is told of who has an account.
    if form.cleaned_data["way"] != "password" and "sure" not in request.POST and (offered := queries.providers_of_domain(request.actor, email)):
        return render(request, "accounts/ways.html", {"email": email, "next": go_on, "providers": offered})
    if form.cleaned_data["way"] == "password":
        return keep_entering(request, HttpResponseRedirect(reverse("accounts:password")), e=email, n=go_on)
    return _mail_code(request, email, go_on)


def show_login(request: Request, form: forms.Who, go_on: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    """Show the log-in page, with what went wrong."""
    options = passkeys.to_show(passkeys.Asked(request.portal.id, request.portal.host, "enter"))
    return render(request, "accounts/login.html", {"form": form, "next": go_on, "problem": problem, "options": options, "ways": slots.rendered("accounts.login.below", request), "providers": queries.providers_of_portal(request.actor)}, status=status)


def _mail_code(request: Request, email: str, go_on: str) -> HttpResponse:
    """Mail a code, or seem to: nothing here looks whether the address is known."""
    asked = actions.ask_code(request.actor, email=email, visit=visit_of(request, email))
    if isinstance(asked, str):
        return show_login(request, forms.Who(initial={"email": email}), go_on, problem=wording(Refused(asked)), status=429)
    code, ticket = asked
    defer(request.actor, jobs.mail_code, code_id=code.pk)
    return keep_entering(request, HttpResponseRedirect(reverse("accounts:code")), e=email, n=go_on, t=ticket)


@public("GET", "POST")
def code(request: Request) -> HttpResponse:
    """Take the code of the mail."""
    entering = entering_of(request)
    if not entering.get("t"):
        return HttpResponseRedirect(reverse("accounts:login"))
    form = forms.Code(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        entered = actions.enter_by_code(request.actor, ticket=entering["t"], figures=form.cleaned_data["code"], visit=visit_of(request, entering["e"]))
        if not isinstance(entered, str):
            return go_on(request, entered)
        problem = entered
    return render(request, "accounts/code.html", {"form": form, "email": entering["e"], "problem": wording(Refused(problem)) if problem else "", "over": problem == "code-over"},
                  status=status_of(problem) if problem else 422 if form.is_bound else 200)


@public("GET", "POST")
def password(request: Request) -> HttpResponse:
    """Take the password."""
    entering = entering_of(request)
    if not entering.get("e"):
        return HttpResponseRedirect(reverse("accounts:login"))
    form = forms.Password(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        entered = actions.enter_by_password(request.actor, email=entering["e"], password=form.cleaned_data["password"], visit=visit_of(request, entering["e"]))
        if not isinstance(entered, str):
            return go_on(request, entered)
        problem = entered
    return render(request, "accounts/password.html", {"form": form, "email": entering["e"], "next": entering.get("n", "/"), "problem": wording(Refused(problem)) if problem else ""},
                  status=status_of(problem) if problem else 422 if form.is_bound else 200)


def status_of(problem: str) -> int:
    """Return the status of a refusal at the gate."""
    return 429 if problem == "too-many-tries" else 422


@public("POST", along=True)
def logout(request: Request) -> HttpResponse:
    """End the session and leave nothing of it in the browser."""
    actions.end_session(request.actor, session=session_of(request))
    response = HttpResponseRedirect(reverse("accounts:login"))
    response.delete_cookie(settings.SESSION_COOKIE, path="/", samesite="Lax")
    rotate_token(request)
    # Not "cookies": that would take the choice of language and the known device along.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@page(None)
def choose(request: Request) -> HttpResponse:
    """Ask for which company one acts now; who has one company is in already."""
    if len(request.member.companies) + len(request.member.mandates) < 2:
        return HttpResponseRedirect(local_path(None))
    return render(request, "accounts/choose.html", {"bare": False, "companies": request.member.companies, "mandates": request.member.mandates, "current": None if request.member.mandate_id else request.member.party_id, "next": request.GET.get("next", "")})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


@page(None, "POST", scoped=False)
def switch(request: Request) -> HttpResponse:
    """Go on for another company of one's own, or for one that gave it a mandate, under a fresh session secret."""
    chosen = request.POST.get("company", "")
    mandate = _number(chosen.removeprefix("m")) if chosen.startswith("m") else None
    number = _number(chosen) if chosen else None
    gate = gate_of(request)
    try:
        with scope(gate):
            token = actions.act_on_mandate(gate, session=session_of(request), user_id=request.actor.user_id, mandate_id=mandate) if mandate is not None else actions.switch_company(gate, session=session_of(request), user_id=request.actor.user_id, party_id=number)
    except Refused as refused:
        messages.warning(request, wording(refused))
        return HttpResponseRedirect(reverse("accounts:login") + "?again=1")
    try:
        target = local_path(signing.loads(request.POST.get("next", ""), salt="choose", max_age=3600))
    except signing.BadSignature:
        target = "/"
    response = HttpResponseRedirect(target)
    keep_session(request, response, token)
    if mandate is None:  # of the other sort the top of every page says it
        name = next((name for key, name in request.member.companies if key == number), "")
        messages.success(request, _("You now act for %(company)s.") % {"company": name})
    return response


@public("POST")
def language(request: Request) -> HttpResponse:
    """Choose a language: one's own when logged in, else of this browser."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(local_path(request.POST.get("next")))
    if chosen in dict(settings.LANGUAGES):
        if request.member is not None:
            actions.choose_language(request.actor, user_id=request.member.user_id, language=chosen)
        response.set_cookie("language", chosen, max_age=YEAR, secure=settings.SECURE_COOKIES, httponly=True, samesite="Lax", path="/")
    return response


@public("POST", along=True)
def theme(request: Request) -> HttpResponse:
    """Choose light or dark, without script."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(local_path(request.POST.get("next")))
    if chosen in ("light", "dark", "auto"):
        response.set_cookie("theme", chosen, max_age=YEAR, secure=settings.SECURE_COOKIES, samesite="Lax", path="/")
    return response

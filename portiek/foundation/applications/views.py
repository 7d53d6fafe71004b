"""Pages about requests for an account: at the gate for who asks, and for the staff who decide."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, public, render
from portiek.foundation.accounts import queries as people
from portiek.foundation.accounts.views.entering import cookie_name, keep_cookie, status_of, visit_of
from portiek.foundation.applications import actions, forms, permissions, queries, rules
from portiek.foundation.applications.links import token_of
from portiek.foundation.applications.models import Application
from portiek.foundation.parties import queries as parties

TONES = {"asked": "wait", "needs_info": "info", "approved": "ok", "rejected": "stop"}
COOKIE = "applying"


def _open(request: Request) -> None:
    if not queries.is_open(request.actor):
        raise NotFound


@public("GET", "POST")
def new(request: Request) -> HttpResponse:
    """Ask for an account."""
    _open(request)
    form, problem = forms.Ask(request.POST if request.method == "POST" else None), ""
    if form.is_bound and form.is_valid():
        made = actions.ask(request.actor, visit=visit_of(request), language=request.LANGUAGE_CODE, **form.cleaned_data)
        if not isinstance(made, str):
            response = HttpResponseRedirect(reverse("applications:prove"))
            keep_cookie(response, cookie_name(COOKIE), signing.dumps(made.pk, salt=f"applying:{request.portal.id}"), rules.CODE_MINUTES * 60)
            return response
        problem = made
    return render(request, "applications/new.html", {"form": form, "problem": wording(Refused(problem)) if problem else ""}, status=status_of(problem) if problem else 422 if form.is_bound else 200)


def _applying(request: Request) -> int:
    """Return which request this browser sent, 0 for none."""
    try:
        return int(signing.loads(request.COOKIES.get(cookie_name(COOKIE), ""), salt=f"applying:{request.portal.id}", max_age=rules.CODE_MINUTES * 60))
    except (signing.BadSignature, TypeError, ValueError):
        return 0


@public("GET", "POST")
def prove(request: Request) -> HttpResponse:
    """Take the code that proves the address."""
    _open(request)
    key = _applying(request)
    if not key:
        return HttpResponseRedirect(reverse("applications:new"))
    form, problem = forms.Proof(request.POST if request.method == "POST" else None), ""
    if form.is_bound and form.is_valid():
        found = actions.prove(request.actor, application_id=key, figures=form.cleaned_data["code"], visit=visit_of(request))
        if not isinstance(found, str):
            response = HttpResponseRedirect(reverse("applications:state", args=[token_of(request.portal.id, found.pk)]))
            response.delete_cookie(cookie_name(COOKIE), path="/", samesite="Lax")
            return response
        problem = found
    return render(request, "applications/code.html", {"form": form, "problem": wording(Refused(problem)) if problem else "", "over": problem == "application-code-over"},
                  status=status_of(problem) if problem else 422 if form.is_bound else 200)


def _talk(found: Application) -> list[dict[str, Any]]:
    return [{**item, "at": parse_datetime(item["at"])} for item in found.talk]


@public("GET", "POST")
def state(request: Request, token: str) -> HttpResponse:
    """Show who asked how it stands, and take his answer. The link is his alone."""
    found = queries.application_of(request.actor, token)
    asks = found.state == Application.State.NEEDS_INFO
    form, problem = forms.Answer(request.POST if request.method == "POST" else None), ""
    if form.is_bound and form.is_valid():
        try:
            actions.answer(request.actor, application=found, text=form.cleaned_data["text"])
            messages.success(request, _("Your answer has been sent."))
            return HttpResponseRedirect(request.path)
        except Refused as refused:
            problem = wording(refused)
    return render(request, "applications/state.html", {"application": found, "talk": _talk(found), "form": form if asks else None, "problem": problem}, status=422 if form.is_bound else 200)


@page(permissions.DECIDE, audience="staff")
def list_applications(request: Request) -> HttpResponse:
    """List the requests, last first."""
    chosen = request.GET.get("state", "asked")
    labels = [(code, label) for code, label in Application.State.choices if code != Application.State.UNPROVED]
    chosen = chosen if chosen in dict(labels) else ""
    found = keyset(queries.applications(request.actor, state=chosen), queries.NEWEST, after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    chips = [(label, "?" + urlencode({"state": code}), code == chosen, None) for code, label in [*labels, ("", _("All"))]]
    values = {"applications": found.rows, "page": found, "chips": chips, "state": chosen, "rest": "&" + urlencode({"state": chosen}), "tones": TONES, "is_open": queries.is_open(request.actor),
              "may_door": request.actor.may(permissions.PORTAL_MANAGE)}
    return render(request, "applications/list.html", values)


@page(permissions.DECIDE, audience="staff")
def detail(request: Request, key: int) -> HttpResponse:
    """Show one request, with what the portal knows of its company already."""
    return _detail(request, queries.application(request.actor, key))


def _forms(request: Request, found: Application, hints: list[queries.Hint]) -> dict[str, Any]:
    roles = list(people.roles(request.actor, audience="party").order_by("pk"))
    first = next((role for role in roles if role.code == "admin"), None)
    initial = {"party": hints[0].party.number if hints else forms.NEW, "name": found.company, "role": str(first.pk) if first else ""}
    return {"roles": roles, "hints": hints, "initial": initial}


def _detail(request: Request, found: Application, **bound: Any) -> HttpResponse:
    hints = queries.hints(request.actor, found)
    waits = found.state in queries.OPEN
    values = {"application": found, "talk": _talk(found), "status": (TONES[found.state], found.get_state_display()), "hints": hints, "others": queries.others(request.actor, found), "waits": waits,
              "approve": bound.get("approve") or forms.Approve(**_forms(request, found, hints)), "ask_back": bound.get("ask_back") or forms.AskBack(auto_id="id_ask_%s"),
              "reject": bound.get("reject") or forms.Reject(auto_id="id_reject_%s")}
    return render(request, "applications/detail.html", values, status=422 if bound else 200)


@page(permissions.DECIDE, "POST", audience="staff")
def approve(request: Request, key: int) -> HttpResponse:
    """Give the account and invite the asker."""
    found = queries.application(request.actor, key)
    hints = queries.hints(request.actor, found)
    form = forms.Approve(request.POST, **_forms(request, found, hints))
    if form.is_valid():
        said, known = form.cleaned_data, form.known()
        try:
            party = _party(request, known) if known is not None else None
            given = actions.approve(request.actor, application=found, role=form.roles[said["role"]], party=party, number=said["number"].strip(), name=said["name"].strip(), kind=said["kind"])
            messages.success(request, _("%(person)s is invited for %(company)s.") % {"person": found.name, "company": given.name})
            return HttpResponseRedirect(reverse("parties:tab", args=[given.number, "users"]))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return _detail(request, found, approve=form)


def _party(request: Request, number: str) -> Any:
    try:
        return parties.party(request.actor, number)
    except NotFound:
        raise Refused("party-unknown", field="number", number=number) from None


@page(permissions.DECIDE, "POST", audience="staff")
def ask_back(request: Request, key: int) -> HttpResponse:
    """Ask the asker for more."""
    found, form = queries.application(request.actor, key), forms.AskBack(request.POST, auto_id="id_ask_%s")
    if not form.is_valid():
        return _detail(request, found, ask_back=form)
    actions.ask_back(request.actor, application=found, text=form.cleaned_data["text"])
    messages.success(request, _("Your question goes to %(email)s.") % {"email": found.email})
    return HttpResponseRedirect(reverse("applications:detail", args=[key]))


@page(permissions.DECIDE, "POST", audience="staff")
def reject(request: Request, key: int) -> HttpResponse:
    """Give no account, with a reason."""
    found, form = queries.application(request.actor, key), forms.Reject(request.POST, auto_id="id_reject_%s")
    if not form.is_valid():
        return _detail(request, found, reject=form)
    actions.reject(request.actor, application=found, reason=form.cleaned_data["reason"])
    messages.success(request, _("Rejected. %(email)s gets your reason by mail.") % {"email": found.email})
    return HttpResponseRedirect(reverse("applications:list"))


@page(permissions.PORTAL_MANAGE, "POST", audience="staff")
def set_door(request: Request) -> HttpResponse:
    """Take requests from now on, or no longer."""
    is_open = request.POST.get("open") == "1"
    actions.set_door(request.actor, is_open=is_open)
    messages.success(request, _("The log-in page offers to ask for an account.") if is_open else _("The log-in page no longer offers to ask for an account."))
    return HttpResponseRedirect(reverse("applications:list"))

"""Erasing a person: his own page to ask it, and the pages of staff on which one looks at the plan and proposes it and another confirms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.erasing import rules
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, gate_of, keyset, page, render
from portiek.core.sessions import session_of
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import actions, forms, queries
from portiek.foundation.audit.models import Erasure
from portiek.foundation.parties import queries as parties

TONES = {"asked": "wait", "proposed": "wait", "confirmed": "info", "running": "info", "done": "ok", "refused": "stop", "withdrawn": "rest"}


def _status(row: Erasure) -> tuple[str, str]:
    return TONES[row.state], str(Erasure.State(row.state).label)


@page(None, "GET", "POST", scoped=False)
def mine(request: Request) -> HttpResponse:
    """Say what erasing means, take the wish for it from who proved himself within the last quarter of an hour, and show how it stands."""
    gate, problem = gate_of(request), ""
    with scope(gate, read_only=True):
        fresh = accounts.is_fresh(gate, session=session_of(request))
    if request.method == "POST" and not fresh:
        problem = _("Log in again first: who has all his data erased must have proved who he is within the last quarter of an hour.")
    elif request.method == "POST":
        try:
            with scope(gate):
                actions.ask_own_erasure(gate)
            messages.success(request, _("Asked. You hear of it within a month at the latest."))
            return HttpResponseRedirect(reverse("audit:own-erasure"))
        except Refused as refused:
            problem = wording(refused)
    with scope(gate, read_only=True):
        found = queries.own_erasure(gate)
    with scope(request.actor, read_only=True):
        return render(request, "audit/own_erasure.html", {"found": found, "status": _status(found) if found else None, "open": bool(found and found.state in Erasure.OPEN), "fresh": fresh, "problem": problem},
                      status=422 if problem else 200)


@page(None, "POST", scoped=False)
def withdraw(request: Request) -> HttpResponse:
    """Take one's own wish back."""
    gate = gate_of(request)
    try:
        with scope(gate):
            actions.withdraw_erasure(gate)
        messages.success(request, _("Taken back. Everything stays as it was."))
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse("audit:own-erasure"))


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def list_erasures(request: Request) -> HttpResponse:
    """List who asked to be erased, last first, and take it on somebody's behalf."""
    actor = request.actor
    form = forms.WhoAndWhy(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.ask_erasure(actor, **form.cleaned_data)
            return _asked(request, made)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    found = keyset(queries.erasures(actor), ("-id",), after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    return render(request, "audit/erasures.html", {"form": form, "rows": [(row, _status(row)) for row in found.rows], "page": found}, status=422 if form.is_bound else 200)


def _asked(request: Request, made: Erasure) -> HttpResponse:
    messages.success(request, _("Proposed. A colleague looks at the plan and confirms it."))
    return HttpResponseRedirect(reverse("audit:erasure", args=[made.pk]))


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def of_contact(request: Request, key: int) -> HttpResponse:
    """Propose to erase a contact."""
    contact = parties.contact_to_erase(request.actor, key)
    form = forms.Why(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return _asked(request, actions.ask_contact_erasure(request.actor, contact=contact, why=form.cleaned_data["why"]))
        except Refused as refused:
            form.add_error(None, wording(refused))
    return render(request, "audit/erase_contact.html", {"contact": contact, "form": form}, status=422 if form.is_bound else 200)


def _detail(request: Request, found: Erasure, *, propose: Form | None = None, answer: Form | None = None) -> HttpResponse:
    actor = request.actor
    own = found.user_id == actor.user_id
    left = accounts.left_alone(actor, user_id=found.user_id) if found.user_id and found.state in ("asked", "proposed") else []
    held = found.state in Erasure.OPEN and queries.is_kept(actor, found)
    done = len(found.result)
    values: dict[str, Any] = {
        "row": found, "status": _status(found), "lines": queries.plan_lines(actor, found), "left": left, "held": held, "own": own, "namesakes": queries.namesakes(actor, found) if found.state in ("asked", "proposed") else 0,
        "done": done, "steps": len(rules()) + 1, "form": propose or forms.Why(), "answer": answer or forms.Answer(), "may_propose": found.state == "asked" and not own,
        "may_confirm": found.state == "proposed" and not own and found.proposed_by != actor.user_id and found.planned_at is not None and not left and not held, "second": found.state == "proposed" and found.proposed_by == actor.user_id,
        "may_refuse": found.state in ("asked", "proposed", "confirmed"),
        "who": [(_("Asked"), _("himself") if found.by_himself else found.proposed_name, found.asked_at), (_("Proposed"), found.proposed_name, found.proposed_at), (_("Confirmed"), found.confirmed_name, found.confirmed_at)],
    }
    return render(request, "audit/erasure.html", values, status=422 if (propose or answer) else 200)


@page(PORTAL_MANAGE, audience="staff")
def detail(request: Request, key: int) -> HttpResponse:
    """Show one: the plan or what came of it, who did which step, and what is next."""
    return _detail(request, queries.erasure(request.actor, key))


@page(PORTAL_MANAGE, "POST", audience="staff")
def propose(request: Request, key: int) -> HttpResponse:
    """Propose to carry out what a person asked."""
    found, form = queries.erasure(request.actor, key), forms.Why(request.POST)
    if form.is_valid():
        try:
            actions.propose_erasure(request.actor, erasure=found, why=form.cleaned_data["why"])
            return _asked(request, found)
        except Refused as refused:
            form.add_error(None, wording(refused))
    return _detail(request, found, propose=form)


@page(PORTAL_MANAGE, "POST", audience="staff")
def confirm(request: Request, key: int) -> HttpResponse:
    """Confirm what a colleague proposed."""
    found = queries.erasure(request.actor, key)
    try:
        actions.confirm_erasure(request.actor, erasure=found)
        messages.success(request, _("Confirmed. Access has ended; the erasing begins in ten minutes and can be stopped until then."))
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse("audit:erasure", args=[key]))


@page(PORTAL_MANAGE, "POST", audience="staff")
def refuse(request: Request, key: int) -> HttpResponse:
    """Refuse it, or stop it before it begins."""
    found, form = queries.erasure(request.actor, key), forms.Answer(request.POST)
    if form.is_valid():
        try:
            actions.refuse_erasure(request.actor, erasure=found, answer=form.cleaned_data["why"])
            messages.success(request, _("Nothing is erased. Who asked it himself gets your reason by mail."))
            return HttpResponseRedirect(reverse("audit:erasure", args=[key]))
        except Refused as refused:
            form.add_error(None, wording(refused))
    return _detail(request, found, answer=form)

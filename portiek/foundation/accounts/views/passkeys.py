"""Passkeys: shown at the log-in or as a proof, added and taken away. The island asks the device; these pages judge its answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, gate_of, local_path, page, public, render
from portiek.foundation.accounts import actions, forms, passkeys, queries
from portiek.foundation.accounts.views.entering import browser_of, entering_of, let_in, show_login, status_of, visit_of
from portiek.foundation.accounts.views.security import is_fresh, to_proof


@public("POST")
def enter(request: Request) -> HttpResponse:
    """Let in who shows a passkey."""
    form = forms.PasskeyAnswer(request.POST)
    go_on = local_path(request.POST.get("next") or entering_of(request).get("n"))
    problem = "passkey-wrong"
    if form.is_valid():
        entered = actions.enter_by_passkey(request.actor, answer=form.cleaned_data["credential"], host=request.portal.host, visit=visit_of(request))
        if isinstance(entered, actions.Entered):
            return let_in(request, entered, go_on)
        problem = entered
    return show_login(request, forms.Who(), go_on, problem=wording(Refused(problem)), status=status_of(problem))


@page(None, "POST", scoped=False)
def prove(request: Request) -> HttpResponse:
    """Take a passkey as the proof of who somebody is."""
    form, problem, gate = forms.PasskeyAnswer(request.POST), "passkey-wrong", gate_of(request)
    if form.is_valid():
        with scope(gate):
            problem = actions.prove_by_passkey(gate, answer=form.cleaned_data["credential"], host=request.portal.host, visit=visit_of(request, request.member.email)) or ""
    if problem:
        messages.error(request, wording(Refused(problem)))
        return HttpResponseRedirect(reverse("accounts:prove"))
    return HttpResponseRedirect(local_path(request.POST.get("next"), reverse("accounts:security")))


@page(None, "GET", "POST", scoped=False)
def add(request: Request) -> HttpResponse:
    """Add a passkey of this device."""
    if not is_fresh(request):
        return to_proof(request)
    gate = gate_of(request)
    form = forms.NewPasskey(request.POST if request.method == "POST" else None, initial={"name": browser_of(request)})
    if form.is_bound and form.is_valid():
        with scope(gate):
            problem = actions.add_passkey(gate, answer=form.cleaned_data["credential"], name=form.cleaned_data["name"], host=request.portal.host, visit=visit_of(request, request.member.email))
        if problem is None:
            messages.success(request, _("The passkey has been added. You are logged out everywhere else."))
            return HttpResponseRedirect(reverse("accounts:security"))
        form.add_error(None, wording(Refused(problem)))
    asked = passkeys.Asked(request.portal.id, request.portal.host, "add", gate.user_id)
    with scope(gate, read_only=True):
        known = [bytes(row.credential) for row in queries.passkeys_of(gate)]
    options = passkeys.to_add(asked, portal=request.portal.name, email=request.member.email, name=request.member.name, known=known)
    with scope(request.actor, read_only=True):
        return render(request, "accounts/add_passkey.html", {"form": form, "options": options}, status=422 if form.is_bound else 200)


@page(None, "POST", scoped=False)
def remove(request: Request, key: int) -> HttpResponse:
    """Take a passkey away."""
    gate = gate_of(request)
    with scope(gate):
        problem = actions.remove_passkey(gate, passkey_id=key, visit=visit_of(request, request.member.email))
    if problem:
        messages.info(request, _("Prove who you are first; then remove the passkey."))
        return to_proof(request, reverse("accounts:security"))
    messages.success(request, _("The passkey has been removed. You are logged out everywhere else."))
    return HttpResponseRedirect(reverse("accounts:security"))

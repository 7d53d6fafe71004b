"""Another e-mail address: asked with a fresh proof, proved at both ends, stopped from the old one; confirmed by who manages people when the old end is lost. All of it the gate's."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, gate_of, page, public, render
from portiek.foundation.accounts import actions, forms, permissions, queries, rules
from portiek.foundation.accounts.views.entering import YEAR, cookie_name, keep_cookie, keep_session, status_of, visit_of
from portiek.foundation.accounts.views.security import is_fresh, to_proof


@page(None, "GET", "POST", scoped=False)
def ask(request: Request) -> HttpResponse:
    """Ask for another address for oneself."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        keeper, waiting = queries.keeper_of_address(gate, user_id=gate.user_id), queries.email_change(gate)
    if waiting is not None and request.method == "GET":
        return HttpResponseRedirect(reverse("accounts:email-codes"))
    if not keeper and not is_fresh(request):
        return to_proof(request)
    form, problem = forms.NewEmail(request.POST if request.method == "POST" else None), ""
    if form.is_bound and form.is_valid():
        with scope(gate):
            problem = actions.ask_email_change(gate, email=form.cleaned_data["email"], visit=visit_of(request, request.member.email)) or ""
        if not problem:
            return HttpResponseRedirect(reverse("accounts:email-codes"))
        form.add_error("email", wording(Refused(problem, keeper=keeper)))
    with scope(request.actor, read_only=True):
        return render(request, "accounts/email.html", {"form": form, "email": request.member.email, "keeper": wording(Refused("email-kept", keeper=keeper)) if keeper else ""},
                      status=status_of(problem) if problem else 422 if form.is_bound else 200)


@page(None, "GET", "POST", scoped=False)
def prove(request: Request) -> HttpResponse:
    """Take the codes of both ends."""
    gate, problem = gate_of(request), ""
    with scope(gate, read_only=True):
        row = queries.email_change(gate)
    if row is None:
        return HttpResponseRedirect(reverse("accounts:email"))
    form = _codes_form(request, row)
    if form.is_bound and form.is_valid():
        with scope(gate):
            found = actions.prove_email(gate, new=form.cleaned_data.get("new", ""), old=form.cleaned_data.get("old", ""), visit=visit_of(request, request.member.email))
        if isinstance(found, str):
            problem = found
        elif found.token:
            return _moved(request, row.new_email, found.token)
        else:
            with scope(gate, read_only=True):
                row = queries.email_change(gate) or row
            wrong = {end: word for end, word in (("new", found.new), ("old", found.old)) if word}
            if not wrong:
                return HttpResponseRedirect(reverse("accounts:email-codes"))
            form = _codes_form(request, row)
            form.is_valid()
            for end, word in wrong.items():
                form.add_error(end if end in form.fields else None, wording(Refused(word)))
            problem = "code-wrong"
    with scope(gate, read_only=True):
        helpers = queries.who_to_ask(gate, user_id=gate.user_id) if row.lost_at else []
    with scope(request.actor, read_only=True):
        said = wording(Refused(problem)) if problem and not form.errors else ""
        return render(request, "accounts/email_codes.html", {"form": form, "row": row, "helpers": helpers, "problem": said}, status=status_of(problem) if problem else 422 if form.is_bound else 200)


def _codes_form(request: Request, row: object) -> forms.BothCodes:
    done = [end for end, at in (("new", row.new_proved_at), ("old", row.old_proved_at or row.lost_at)) if at]  # type: ignore[attr-defined]
    return forms.BothCodes(request.POST if request.method == "POST" else None, proved=done)


def _moved(request: Request, email: str, token: str) -> HttpResponse:
    """Hand the browser its fresh session, by which it is known under the new address."""
    messages.success(request, _("From now on your address is %(email)s. You are logged out everywhere else.") % {"email": email})
    response = HttpResponseRedirect(reverse("accounts:me"))
    keep_session(request, response, token)
    keep_cookie(response, cookie_name("device"), signing.dumps(rules.mark(email), salt=f"device:{request.portal.id}"), YEAR)
    return response


@page(None, "POST", scoped=False)
def again(request: Request) -> HttpResponse:
    """Mail new codes to the ends that are not proved yet."""
    gate = gate_of(request)
    with scope(gate):
        problem = actions.mail_codes_again(gate, visit=visit_of(request, request.member.email))
    if problem:
        messages.error(request, wording(Refused(problem)))
    else:
        messages.success(request, _("New codes are on their way."))
    return HttpResponseRedirect(reverse("accounts:email-codes"))


@page(None, "POST", scoped=False)
def lost(request: Request) -> HttpResponse:
    """Say that one reads the old address no longer."""
    gate = gate_of(request)
    with scope(gate):
        problem = actions.lose_old_address(gate)
    if problem:
        messages.error(request, wording(Refused(problem)))
    return HttpResponseRedirect(reverse("accounts:email-codes"))


@page(None, "POST", scoped=False)
def cancel(request: Request) -> HttpResponse:
    """End one's own wish for another address."""
    gate = gate_of(request)
    with scope(gate):
        actions.cancel_email_change(gate)
    messages.success(request, _("Your address stays %(email)s.") % {"email": request.member.email})
    return HttpResponseRedirect(reverse("accounts:me"))


@public("GET", "POST")
def stop(request: Request, token: str) -> HttpResponse:
    """Stop a change from the old address. Opening the link changes nothing: mail scanners open links too."""
    try:
        row = queries.email_change_to_stop(request.actor, token)
    except NotFound:
        return render(request, "accounts/email_stop.html", {"row": None, "done": False, "token": token}, status=410)
    done = False
    if request.method == "POST":
        actions.stop_email_change(request.actor, token=token)
        done = True
    return render(request, "accounts/email_stop.html", {"row": row, "done": done, "token": token})


@page(permissions.USER_MANAGE, "GET", "POST", scoped=False)
def of_colleague(request: Request, key: int) -> HttpResponse:
    """Confirm or refuse a colleague's new address in the place of the old one that he lost, for a reason."""
    with scope(request.actor, read_only=True):
        place = queries.membership(request.actor, key)
    gate = gate_of(request)
    with scope(gate, read_only=True):
        row = queries.email_change(gate, user_id=place.user_id)
    if row is None or row.lost_at is None or row.new_proved_at is None:
        raise NotFound
    form = forms.Why(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        refuses = request.POST.get("answer") == "refuse"
        try:
            with scope(gate):
                (actions.refuse_email_for if refuses else actions.confirm_email_for)(gate, manager=request.actor, membership_id=place.pk, reason=form.cleaned_data["reason"])
            said = _("%(name)s keeps the old address.") if refuses else _("%(name)s has the new address, is logged out everywhere and logs in with it.")
            messages.success(request, said % {"name": place.user.name})
            return HttpResponseRedirect(reverse("accounts:colleague", args=[place.pk]))
        except Refused as refused:
            form.add_error(None, wording(refused))
    with scope(request.actor, read_only=True):
        return render(request, "accounts/colleague_email.html", {"form": form, "place": place, "row": row, "back": reverse("accounts:colleague", args=[place.pk])}, status=422 if form.is_bound else 200)

"""Accepting an invitation, at the gate."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, public, render
from portiek.foundation.accounts import actions, forms, queries, rules
from portiek.foundation.accounts.views.entering import go_on, visit_of


@public("GET", "POST")
def accept(request: Request, token: str) -> HttpResponse:
    """Show to whom an invitation is and let that person in. Opening the link changes nothing: mail scanners open links too."""
    found = queries.invitation_of(request.actor, token)
    problem = rules.why_not_invitation(accepted=found.accepted_at is not None, revoked=found.revoked_at is not None, expires_at=found.expires_at, now=timezone.now())
    company = found.party.name if found.party else request.portal.name
    values = {"invitation": found, "company": company, "member": request.member, "problem": wording(Refused(problem)) if problem else ""}
    if problem:
        return render(request, "accounts/invitation.html", {**values, "form": None, "state": "over"}, status=410)
    other = request.member is not None and request.member.email != found.email
    known = queries.is_user(request.actor, found.email)
    alone = queries.provider_of(request.actor, party_id=found.party_id)
    form = None if known or alone else forms.Accept(request.POST if request.method == "POST" else None, initial={"name": found.name})
    # Where people come in through a provider alone, so does who is new: an account without it would open nothing.
    if request.method == "POST" and not other and (known or not alone) and (form is None or form.is_valid()):
        given = form.cleaned_data if form else {"name": found.name, "password": ""}
        try:
            entered = actions.accept_invitation(request.actor, token=token, name=given["name"], password=given["password"], visit=visit_of(request),
                                                user_id=request.member.user_id if request.member else None)
            # The invitation says for which company.
            return go_on(request, replace(entered, companies=1) if isinstance(entered, actions.Entered) else entered)
        except Refused as refused:
            if form is None or refused.field is None:
                raise
            form.add_error(refused.field, wording(refused))
    state = "other" if other else "known" if known else "new"
    if other and request.method == "POST":
        return HttpResponseRedirect(reverse("accounts:accept", args=[token]))
    values |= {"providers": [] if state != "new" else [alone] if alone else queries.providers_for(request.actor, found.party_id), "alone": alone, "token": token}
    wrong = (form is not None and form.is_bound and form.errors) or (request.method == "POST" and alone and not known)
    return render(request, "accounts/invitation.html", {**values, "form": form, "state": state}, status=422 if wrong else 200)

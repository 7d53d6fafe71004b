"""A person's own data: the page on which he asks for a copy and fetches it, and the page of staff who ask for it on his behalf.

His copies are the gate's, as his sessions are, so these pages open scopes themselves.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, gate_of, page, render
from portiek.core.sessions import session_of
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import actions, queries
from portiek.foundation.audit.forms import Whose
from portiek.foundation.audit.models import Package
from portiek.foundation.files.download import attachment
from portiek.foundation.files.storage import path_of


@page(None, "GET", "POST", scoped=False)
def mine(request: Request) -> HttpResponse:
    """Show the copies of one's own data, and take the wish for one."""
    gate, problem = gate_of(request), ""
    if request.method == "POST":
        try:
            with scope(gate):
                actions.ask_own_package(gate)
            messages.success(request, _("Your data are being gathered. You get a mail as soon as the copy is ready."))
            return HttpResponseRedirect(reverse("audit:mine"))
        except Refused as refused:
            problem = wording(refused)
    return _shown(request, problem, 422 if problem else 200)


def _shown(request: Request, problem: str, status: int) -> HttpResponse:
    gate = gate_of(request)
    with scope(gate, read_only=True):
        found, fresh = queries.own_packages(gate), accounts.is_fresh(gate, session=session_of(request))
    with scope(request.actor, read_only=True):
        values = {"packages": found, "fresh": fresh, "problem": problem, "busy": any(item.state == Package.State.ASKED for item in found)}
        return render(request, "audit/mine.html", values, status=status)


@page(None, scoped=False)
def download(request: Request, key: int) -> HttpResponse:
    """Hand out a copy to the person whose data it is, when he proved who he is within the last quarter of an hour; it is recorded."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        found, fresh = queries.own_package(gate, key), accounts.is_fresh(gate, session=session_of(request))
    if not fresh:
        return _shown(request, _("Log in again first: who fetches all your data must have proved who he is within the last quarter of an hour."), 403)
    path = path_of(found.portal_id, found.sha256)
    if not path.is_file():
        raise NotFound
    if request.method == "GET":
        with scope(gate):
            actions.note_package_download(gate, package=found)
    return attachment(request, path, name=found.name, media_type="application/zip", etag=found.sha256)


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def of_people(request: Request) -> HttpResponse:
    """Show for whom a copy was made, and ask for one on somebody's behalf."""
    form = Whose(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.ask_package(request.actor, email=form.cleaned_data["email"])
            messages.success(request, _("The copy is being made. The person gets a mail, and alone can fetch it."))
            return HttpResponseRedirect(reverse("audit:of-people"))
        except Refused as refused:
            form.add_error("email", wording(refused))
    return render(request, "audit/of_people.html", {"form": form, "packages": queries.packages(request.actor)}, status=422 if form.is_bound else 200)

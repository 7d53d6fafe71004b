"""The log on screen, its files, and the check of its chain."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import jobs, traces
from portiek.core.errors import NotFound
from portiek.core.pages import Request, page, render
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import actions, permissions, queries
from portiek.foundation.audit.forms import LogFilter
from portiek.foundation.audit.models import Export
from portiek.foundation.files import queries as files
from portiek.foundation.files.download import attachment

# Of the query of a page: what narrows the log.
FILTERS = ("party", "user", "about", "name", "by", "number", "since", "until", "subject")


def _query(request: Request) -> str:
    return urlencode([(name, value) for name, value in request.GET.items() if value and name in FILTERS])


def _tabs(request: Request, current: str) -> list[tuple[str, str, bool, None]]:
    """Return the parts of the log: what happened, files of it, and for staff the check of it."""
    parts = [("list", _("What happened")), ("exports", _("Files")), *([("chain", _("Check of the log"))] if request.actor.is_staff else [])]
    return [(str(label), reverse(f"audit:{name}"), name == current, None) for name, label in parts]


@page(permissions.VIEW)
def list_facts(request: Request) -> HttpResponse:
    """Show who did what: to staff of all parties, to a party's administrator of his own."""
    form = LogFilter(request.GET, request.actor)
    wanted = form.wanted()
    found = queries.log(request.actor, wanted, after=request.GET.get("after"), before=request.GET.get("before"))
    kept = [(name, request.GET.get(name, "")) for name in FILTERS if request.GET.get(name)]
    values = {"form": form, "page": found, "query": _query(request), "kept": kept, "about": queries.shown_subject(request.actor, wanted.subject), "tabs": _tabs(request, "list"),
              "formats": Export.Format.choices, "portal": request.portal.name, "people_open": any(request.GET.get(name) for name in ("user", "about", "user_find", "about_find"))}
    return render(request, "audit/list.html", values, status=200 if form.is_valid() else 422)


@page(permissions.VIEW)
def list_exports(request: Request) -> HttpResponse:
    """Show the files this person asked for, and how far they are."""
    found = queries.exports(request.actor)
    values = {"exports": found, "busy": any(item.state == Export.State.ASKED for item in found), "tabs": _tabs(request, "exports"), "formats": dict(Export.Format.choices)}
    return render(request, "audit/exports.html" + ("#files" if request.headers.get("HX-Request-Type") == "partial" else ""), values)


@page(permissions.VIEW, "POST")
def ask_export(request: Request) -> HttpResponse:
    """Have a file made of what the filters show."""
    form = LogFilter(request.POST, request.actor)
    wanted = form.wanted()
    format = request.POST.get("format", "")
    if not form.is_valid() or format not in Export.Format.values:
        return HttpResponseRedirect(reverse("audit:list"))
    actions.ask_export(request.actor, wanted=wanted, format=format)
    messages.success(request, _("Your file is being made. It stands here as soon as it is ready, for a week, for you alone."))
    return HttpResponseRedirect(reverse("audit:exports"))


@page(permissions.VIEW)
def download_export(request: Request, key: int) -> HttpResponse:
    """Hand out a file to who asked for it."""
    found = queries.export(request.actor, key)
    if found.file is None:
        raise NotFound
    traces.leave(request, actions.note_export_download, export=found)
    return attachment(request, files.path(request.actor, found.file), name=found.file.name, media_type=found.file.media_type, etag=found.file.sha256)


@page(permissions.VIEW, audience="staff")
def chain(request: Request) -> HttpResponse:
    """Show whether the log is as it was sealed: the last checks, and the seal to keep outside."""
    return render(request, "audit/chain.html", _chain(request))


def _chain(request: Request) -> dict[str, Any]:
    found = queries.chain(request.actor)
    return {"chain": found, "seal": queries.seal(request.actor), "checks": queries.checks(request.actor), "tabs": _tabs(request, "chain"), "may_manage": request.actor.may(PORTAL_MANAGE)}


@page(PORTAL_MANAGE, "POST", audience="staff")
def check_chain(request: Request) -> HttpResponse:
    """Have the log checked now."""
    jobs.defer(request.actor, jobs.named("audit.check"))
    messages.success(request, _("The log is being checked. What comes of it stands here in a moment."))
    return HttpResponseRedirect(reverse("audit:chain"))


@page(PORTAL_MANAGE, "POST", audience="staff")
def mail_seal(request: Request) -> HttpResponse:
    """Mail each night's seal to who manages the portal, or no longer."""
    actions.mail_seal(request.actor, mailed=request.POST.get("mailed") == "yes")
    messages.success(request, _("That has been saved."))
    return HttpResponseRedirect(reverse("audit:chain"))

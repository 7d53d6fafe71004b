"""The log, on screen and as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.pages import Request, page, render
from portiek.foundation.audit import permissions, queries
from portiek.foundation.audit.csv_file import csv_bytes
from portiek.foundation.audit.forms import LogFilter


def _query(request: Request) -> str:
    return urlencode([(name, value) for name, value in request.GET.items() if value and name not in ("after", "before")])


@page(permissions.VIEW)
def list_facts(request: Request) -> HttpResponse:
    """Show who did what: to staff of all parties, to a party's administrator of his own."""
    form = LogFilter(request.GET, request.actor)
    wanted = form.wanted()
    found = queries.log(request.actor, wanted, after=request.GET.get("after"), before=request.GET.get("before"))
    return render(
        request,
        "audit/list.html",
        {"form": form, "page": found, "query": _query(request), "about": queries.shown_subject(request.actor, wanted.subject)},
        status=200 if form.is_valid() else 422,
    )


@page(permissions.VIEW)
def export_facts(request: Request) -> HttpResponse:
    """Hand out the same as a CSV file."""
    rows = queries.export(request.actor, LogFilter(request.GET, request.actor).wanted())
    head = [_("When"), _("Who"), _("By way of"), _("What"), _("Company"), _("Fact"), _("Reference")]
    content = csv_bytes(
        head, ([timezone.localtime(row.at).isoformat(timespec="seconds"), row.who, row.by, row.text, row.party, row.name, row.subject] for row in rows)
    )
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="logboek-{timezone.localdate().isoformat()}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response

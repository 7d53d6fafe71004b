"""Pages of imports: what one brought in, a new one, the report of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import Forbidden, NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.files import rules as names
from portiek.foundation.imports import actions, book, forms, queries
from portiek.foundation.imports.kinds import Column, Kind, fits, kind
from portiek.foundation.imports.models import Import, ImportRow
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party

STATUS = {"reading": "wait", "ready": "info", "running": "wait", "done": "ok", "unreadable": "stop", "dropped": "rest"}
TONE = {"new": "ok", "changed": "info", "same": "rest", "refused": "stop"}


def _kind(request: Request, what: str, party: Party | None) -> Kind:
    """Return the kind that this person may bring in here. Raises NotFound, and Forbidden without the right."""
    found = kind(what)
    if not fits(found, request.actor, party):
        raise NotFound
    if not request.actor.may(found.right):
        raise Forbidden(found.right)
    return found


def _party(request: Request, number: str | None) -> Party | None:
    """Return whose rows they are: of the named company for staff, of one's own for others; None for the portal's."""
    if number is not None:
        return parties.party(request.actor, number)
    return None if request.actor.is_staff else parties.own_party(request.actor)


@page(None)
def list_imports(request: Request) -> HttpResponse:
    """List what this person brought in, and what he may bring in."""
    found = queries.imports(request.actor)
    rows = [(item, str(kind(item.kind).label), (STATUS[item.state], item.get_state_display())) for item in found]
    return render(request, "imports/list.html", {"rows": rows, "offered": queries.offered(request.actor), "busy": any(item.state in ("reading", "running") for item in found)})


def _new(request: Request, what: str, number: str | None) -> HttpResponse:
    party = _party(request, number)
    found = _kind(request, what, party)
    form = forms.Bring(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            made = actions.bring_in(request.actor, kind=found, party=party, name=given.name, content=given, size=given.size)
            return HttpResponseRedirect(reverse("imports:detail", args=[made.pk]))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    here = [what, number] if number is not None else [what]
    values = {"form": form, "kind": found, "party": party if number is not None else None, "columns": found.columns(request.actor, party), "back": found.back(request.actor, party),
              "here": reverse("imports:new-of" if number is not None else "imports:new", args=here), "template": reverse("imports:template-of" if number is not None else "imports:template", args=here)}
    return render(request, "imports/new.html", values, status=422 if form.is_bound else 200)


@page(None, "GET", "POST")
def new(request: Request, what: str) -> HttpResponse:
    """Bring a spreadsheet in: of one's own company, or for staff of the portal."""
    return _new(request, what, None)


@page(None, "GET", "POST", audience="staff")
def new_of(request: Request, what: str, number: str) -> HttpResponse:
    """Bring a spreadsheet of a company in."""
    return _new(request, what, number)


def _workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=book.MEDIA)
    answer["Content-Disposition"] = names.disposition(names.clean_name(name))
    return answer


def _template(request: Request, what: str, number: str | None) -> HttpResponse:
    party = _party(request, number)
    found = _kind(request, what, party)
    return _workbook(book.template(found, found.columns(request.actor, party)), f"{found.label}.xlsx")


@page(None)
def template(request: Request, what: str) -> HttpResponse:
    """Hand out an empty spreadsheet with the columns of a kind."""
    return _template(request, what, None)


@page(None, audience="staff")
def template_of(request: Request, what: str, number: str) -> HttpResponse:
    """Hand out an empty spreadsheet with the columns of a kind, as they are for a company."""
    return _template(request, what, number)


def _columns(request: Request, found: Import) -> list[Column]:
    """Return the columns that a spreadsheet had, in its own order; what is no longer known goes by its name."""
    known = {column.name: column for column in kind(found.kind).columns(request.actor, found.party)}
    return [known.get(name) or Column(name, name) for name in found.columns]


def _shown(row: ImportRow, columns: Sequence[Column]) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    for name, text in row.problems:
        wrong.setdefault(name, []).append(text)
    cells = [(str(column.label), cell, wrong.pop(column.name, [])) for column, cell in zip(columns, row.cells, strict=False)]
    return {"number": row.number, "cells": cells, "status": (TONE.get(row.outcome, "wait"), row.get_outcome_display() or _("Not looked at yet")), "done": row.done, "rest": [text for texts in wrong.values() for text in texts]}


@page(None)
def detail(request: Request, key: int) -> HttpResponse:
    """Show how far a spreadsheet is; once looked at, what would come of each row; in the end what came of it."""
    found = queries.import_(request.actor, key)
    what, columns = kind(found.kind), _columns(request, found)
    busy = found.state in (Import.State.READING, Import.State.RUNNING)
    values: dict[str, Any] = {"found": found, "kind": what, "busy": busy, "status": (STATUS[found.state], found.get_state_display()), "back": what.back(request.actor, found.party)}
    partial = request.headers.get("HX-Request-Type") == "partial"
    if partial and not busy:  # it was ready meanwhile: the whole page is another one
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = reverse("imports:detail", args=[key])
        return answer
    if busy:
        values["aim"] = queries.aim(request.actor, found)
    else:
        counted = queries.counts(request.actor, found)
        show = request.GET.get("show", "")
        show = show if show in ImportRow.Outcome.values else ""
        rows = keyset(queries.rows(request.actor, found, outcome=show), queries.BY_NUMBER, after=request.GET.get("after"), before=request.GET.get("before"), size=50)
        asked = {"show": show} if show else {}
        chips = [(_("All rows"), "?", not show, found.total), *((label, "?" + urlencode({"show": code}), code == show, counted.get(code, 0)) for code, label in ImportRow.Outcome.choices)]
        values |= {"rows": [_shown(row, columns) for row in rows.rows], "heads": [str(column.label) for column in columns], "chips": chips, "counted": counted, "to_do": counted.get("new", 0) + counted.get("changed", 0),
                   "previous": "?" + urlencode({**asked, "before": rows.previous}) if rows.previous else None, "next": "?" + urlencode({**asked, "after": rows.next}) if rows.next else None,
                   "again": _again(found)}
    return render(request, "imports/detail.html" + ("#state" if partial else ""), values)


def _again(found: Import) -> str:
    return reverse("imports:new-of", args=[found.kind, found.party.number]) if found.as_staff and found.party else reverse("imports:new", args=[found.kind])


@page(None)
def report(request: Request, key: int) -> HttpResponse:
    """Hand out the rows with what came of each and why, in the layout in which they came."""
    found = queries.import_(request.actor, key)
    columns = _columns(request, found)
    labels = {column.name: str(column.label) for column in columns}
    rows = ((row, str(row.get_outcome_display()), " ".join(f"{labels[name]}: {text}" if name in labels else text for name, text in row.problems))
            for row in queries.rows(request.actor, found, outcome=request.GET.get("show", "")).order_by(*queries.BY_NUMBER).iterator(chunk_size=1000))
    return _workbook(book.report(columns, rows), f"{found.name.rpartition('.')[0] or found.name}-{_('report')}.xlsx")


@page(None, "POST")
def confirm(request: Request, key: int) -> HttpResponse:
    """Have the rows carried out."""
    found = queries.import_(request.actor, key)
    actions.confirm(request.actor, found=found, kind=kind(found.kind))
    return HttpResponseRedirect(reverse("imports:detail", args=[key]))


@page(None, "POST")
def drop(request: Request, key: int) -> HttpResponse:
    """Put a spreadsheet away."""
    found = queries.import_(request.actor, key)
    actions.drop(request.actor, found=found)
    messages.success(request, _("Put away. Nothing was changed."))
    return HttpResponseRedirect(reverse("imports:list"))

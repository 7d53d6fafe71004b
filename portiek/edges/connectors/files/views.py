"""The pages of files: what came, how each kind is read, one file, one row that stays out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.edges.connectors.files import actions, forms, mapping, queries, reading
from portiek.edges.connectors.files import wording as words
from portiek.edges.connectors.files.fields import LAYOUTS
from portiek.edges.connectors.models import FileDelivery
from portiek.edges.connectors.permissions import MANAGE, VIEW

State = FileDelivery.State
BUSY = (State.WAITING, State.READING, State.CONFIRMED, State.LOADING)


def _to(name: str, *arguments: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"connectors:{name}", args=arguments))


@page(VIEW, audience="staff")
def files(request: Request, number: int) -> HttpResponse:
    """Show what came, newest first, and how each kind of file is read."""
    connection = queries.by_files(request.actor, number)
    kept, newest = queries.mappings(request.actor, connection), queries.newest(request.actor, connection)
    rows = keyset(queries.deliveries(request.actor, connection), ("-id",), after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    kinds = [(name, words.layout(name), kept.get(name), newest.get(name)) for name in LAYOUTS]
    return render(request, "connectors/files/list.html", {
        "connection": connection, "page": rows, "kinds": sorted(kinds, key=lambda item: (item[2] is None and item[3] is None)), "words": words, "source": queries.source(request.actor, connection), "key": queries.offered_key(request.actor, connection), "server": {name: connection.options.get(name) for name in ("host", "port", "host_key")}, "may": request.actor.may(MANAGE),
        "waiting": queries.waiting(request.actor, connection), "busy": any(item.state in BUSY for item in rows.rows)})  # fmt: skip


@page(MANAGE, "POST", audience="staff")
def files_look(request: Request, number: int) -> HttpResponse:
    """Have the folder looked into now."""
    actions.ask_look(request.actor, connection=queries.by_files(request.actor, number))
    messages.success(request, _("The folder is looked into. What lies there appears here by itself."))
    return _to("files", number)


@page(MANAGE, "POST", audience="staff")
def files_key(request: Request, number: int) -> HttpResponse:
    """Confirm the key that the SFTP server shows: the one that was looked at, and no other."""
    actions.confirm_host_key(request.actor, connection=queries.by_files(request.actor, number), key=request.POST.get("key", ""))
    messages.success(request, _("Confirmed. The connection is tried now."))
    return _to("files", number)


@page(MANAGE, "GET", "POST", audience="staff")
def files_bring(request: Request, number: int) -> HttpResponse:
    """Bring a file by hand; it is tried first."""
    connection = queries.by_files(request.actor, number)
    asked = request.GET.get("kind", "")
    form = forms.Bring(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None, initial={"layout": asked if asked in LAYOUTS else "product"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with reading.brought(given["file"]) as path:
                kinds = reading.kinds(path)
                samples = {layout: reading.sample(path, layout) for layout in kinds or [given["layout"]]}
            for layout, (heads, sample) in samples.items():
                given["file"].seek(0)
                made = actions.bring_file(request.actor, connection=connection, layout=layout, name=given["file"].name, content=given["file"], is_whole=given["whole"] and kinds.get(layout, True), heads=heads, sample=sample, is_catalogue=bool(kinds))
            if kinds:
                messages.success(request, _("The catalogue is looked at. What would come of each kind stands in a row of its own."))
                return _to("files", number)
            return _to("files-map", number, made.layout) if made.state == State.UNMAPPED else _to("files-file", number, made.pk)
        except reading.Unreadable as problem:
            form.add_error("file", " ".join(words.doubt(str(problem), "")))
        except Refused as refused:
            form.add_error("file", wording(refused))
    return render(request, "connectors/files/bring.html", {"form": form, "connection": connection}, status=422 if form.errors else 200)


@page(MANAGE, "GET", "POST", audience="staff")
def files_map(request: Request, number: int, layout: str) -> HttpResponse:
    """Say how one kind of file is read, beside the first rows of the last one."""
    connection = queries.by_files(request.actor, number)
    if layout not in LAYOUTS:
        raise NotFound
    last, kept = queries.last_of(request.actor, connection, layout), queries.mapping(request.actor, connection, layout)
    heads, sample = (last.heads, last.sample) if last else ([], [])
    form = forms.MapFile(layout, heads, sample, mapping.from_json(layout, kept.body) if kept else None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.save_mapping(request.actor, connection=connection, mapped=form.cleaned_data["mapped"])
        messages.success(request, _("Saved as version %(number)s. Files that waited for this are read now.") % {"number": made.version})
        return _to("files-file", number, last.pk) if last and last.state in (State.UNMAPPED, State.HELD, State.READY) else _to("files", number)
    shown = [[reading.shown(cell) for cell in row] for row in sample[:5]]
    return render(request, "connectors/files/map.html", {"form": form, "rows": form.rows(), "connection": connection, "layout": layout, "name": words.layout(layout), "heads": heads, "sample": shown, "last": last, "versions": queries.versions(request.actor, connection, layout)}, status=422 if form.errors else 200)


@page(VIEW, audience="staff")
def files_file(request: Request, number: int, key: int) -> HttpResponse:
    """Show how far a file is, what would come of it or came of it, and the rows that stay out."""
    connection = queries.by_files(request.actor, number)
    found = queries.delivery(request.actor, connection, key)
    busy = found.state in BUSY
    partial = request.headers.get("HX-Request-Type") == "partial"
    if partial and not busy:  # it was ready meanwhile: the whole page is another one
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = reverse("connectors:files-file", args=[number, key])
        return answer
    rows = keyset(queries.refused_rows(request.actor, found), ("number", "id"), after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    shown = [(row, words.row_problem(row.field, row.code, row.detail), " · ".join(reading.text(cell) for cell in row.cells if cell)[:200]) for row in rows.rows]
    return render(request, "connectors/files/file.html" + ("#state" if partial else ""), {
        "connection": connection, "found": found, "busy": busy, "status": words.status(found), "name": words.layout(found.layout), "doubt": words.doubt(found.code, found.detail) if found.code else None, "rows": shown, "may": request.actor.may(MANAGE),
        "sample": [[reading.shown(cell) for cell in row] for row in found.sample[:5]], "previous": "?" + urlencode({"before": rows.previous}) if rows.previous else None, "next": "?" + urlencode({"after": rows.next}) if rows.next else None})  # fmt: skip


@page(MANAGE, "POST", audience="staff")
def files_do(request: Request, number: int, key: int, what: str) -> HttpResponse:
    """Have a file taken over, put it away, or have the rows that stay out tried again."""
    found = queries.delivery(request.actor, queries.by_files(request.actor, number), key)
    try:
        {"confirm": actions.confirm_file, "drop": actions.drop_file, "retry": actions.retry_rows}[what](request.actor, delivery=found)
    except Refused as refused:
        messages.error(request, wording(refused))
    return _to("files-file", number, key)


@page(MANAGE, "GET", "POST", audience="staff")
def files_row(request: Request, number: int, key: int, row: int) -> HttpResponse:
    """Write other cells in a row that stays out."""
    connection = queries.by_files(request.actor, number)
    found = queries.delivery(request.actor, connection, key)
    held = queries.refused_row(request.actor, found, row)
    form = forms.Mend(found.heads, held.cells, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mend_row(request.actor, delivery=found, row=held, cells=form.cells())
            return _to("files-file", number, key)
        except Refused as refused:
            form.add_error(None, wording(refused))
    return render(request, "connectors/files/row.html", {"form": form, "connection": connection, "found": found, "row": held, "why": words.row_problem(held.field, held.code, held.detail)}, status=422 if form.errors else 200)

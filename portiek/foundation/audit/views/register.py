"""The register of processing: shown, printed, taken along, and added to by the portal's own people."""

from __future__ import annotations

from dataclasses import astuple

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import actions, forms, queries
from portiek.foundation.audit.export_file import MEDIA
from portiek.foundation.audit.register_file import as_xlsx
from portiek.ui.csv_file import as_csv


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("audit:register"))


@page(PORTAL_MANAGE, audience="staff")
def register(request: Request) -> HttpResponse:
    """Show for what data of people are kept."""
    return render(request, "audit/register.html", {"head": queries.register(request.actor), "lines": queries.register_lines(request.actor)})


@page(PORTAL_MANAGE, audience="staff")
def register_file(request: Request, kind: str) -> HttpResponse:
    """Hand out the register as a file."""
    if kind not in ("csv", "xlsx"):
        raise NotFound
    head, portal = queries.register(request.actor), request.portal
    about = [(_("Register of processing"), portal.name), (_("Made on"), timezone.localdate().isoformat()), (_("Responsible"), " ".join(part for part in (portal.name, portal.email, portal.phone) if part)),
             (_("Data protection officer"), head.officer), (_("Who gets data"), head.receivers), (_("Outside the European Economic Area"), head.transfers), (_("How data are secured"), head.measures), ("", "")]
    columns = (_("Processing"), _("Purpose"), _("Ground"), _("Of whom"), _("Which data"), _("How long"), _("Who gets them"))
    rows = [*about, columns, *(astuple(line)[:7] for line in queries.register_lines(request.actor))]
    response = HttpResponse(as_csv(rows) if kind == "csv" else as_xlsx(rows, len(about)), content_type=MEDIA[kind])
    response["Content-Disposition"] = f'attachment; filename="register-{timezone.localdate().isoformat()}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def register_head(request: Request) -> HttpResponse:
    """Change what goes for every line."""
    row = queries.register(request.actor)
    form = forms.RegisterHead(request.POST if request.method == "POST" else None, initial={name: getattr(row, name) for name in forms.RegisterHead.base_fields})
    if form.is_bound and form.is_valid():
        actions.keep_register(request.actor, values=form.cleaned_data)
        messages.success(request, _("The register has been saved."))
        return _back()
    return render(request, "audit/register_form.html", {"form": form, "row": None, "here": request.path, "title": _("What goes for every line")}, status=422 if form.is_bound else 200)


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def add_processing(request: Request) -> HttpResponse:
    """Add a line of one's own."""
    form = forms.Processing(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.add_processing(request.actor, values=form.cleaned_data)
            messages.success(request, _("The register has been saved."))
            return _back()
        except Refused as refused:
            form.add_error(None, wording(refused))
    return render(request, "audit/register_form.html", {"form": form, "row": None, "here": request.path, "title": _("Add a line of your own")}, status=422 if form.is_bound else 200)


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def change_processing(request: Request, key: int) -> HttpResponse:
    """Change a line of one's own."""
    row = queries.own_processing(request.actor, key)
    form = forms.Processing(request.POST if request.method == "POST" else None, initial={name: getattr(row, name) for name in forms.Processing.base_fields})
    if form.is_bound and form.is_valid():
        actions.change_processing(request.actor, key=row.pk, values=form.cleaned_data)
        messages.success(request, _("The register has been saved."))
        return _back()
    return render(request, "audit/register_form.html", {"form": form, "row": row, "here": request.path, "title": row.label}, status=422 if form.is_bound else 200)


@page(PORTAL_MANAGE, "POST", audience="staff")
def remove_processing(request: Request, key: int) -> HttpResponse:
    """Take a line of one's own off the register."""
    actions.remove_processing(request.actor, key=key)
    messages.success(request, _("The line is off the register."))
    return _back()

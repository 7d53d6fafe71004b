"""The pages of the monitor."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.edges.connectors import actions, forms, labels, overview, permissions, queries, rules, sealed, vendors
from portiek.edges.connectors import wording as words
from portiek.edges.connectors.models import Command
from portiek.settlement.parity import queries as parity
from portiek.settlement.parity.permissions import VIEW as PARITY

VIEW, MANAGE = permissions.VIEW, permissions.MANAGE


def _back(name: str = "connectors:monitor", *arguments: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=arguments))


@page(VIEW, audience="staff")
def monitor(request: Request) -> HttpResponse:
    """Show how every connection does, what is stuck on top."""
    views, stuck = overview.views(request.actor), queries.stuck(request.actor)
    return render(
        request,
        "connectors/monitor.html",
        {"views": views, "stuck": stuck, "whose": queries.whose(request.actor, stuck), "differing": parity.open_count(request.actor) if request.actor.may(PARITY) else 0, "words": words, "may": request.actor.may(MANAGE), "rules": rules},
    )


@page(MANAGE, audience="staff")
def choose(request: Request) -> HttpResponse:
    """Show the vendors there are."""
    return render(request, "connectors/choose.html", {"vendors": [(name, *labels.vendor(name)) for name in sorted(vendors.VENDORS.all(), reverse=True)]})


@page(MANAGE, "GET", "POST", audience="staff")
def add(request: Request, vendor: str) -> HttpResponse:
    """Set up a connection with one vendor."""
    if vendor not in vendors.VENDORS.all():
        raise NotFound
    form = forms.Connect(vendor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_connection(
                request.actor, vendor=vendor, label=form.cleaned_data["label"], options=form.cleaned_data["options"], enabled=form.cleaned_data["enabled"]
            )
            return _back()
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _settings(request, form, vendor, None)


@page(MANAGE, "GET", "POST", audience="staff")
def change(request: Request, number: int) -> HttpResponse:
    """Change the settings of a connection. Secrets can be written, never read."""
    connection = queries.connection(request.actor, number)
    if connection.vendor not in vendors.VENDORS.all():
        raise NotFound
    current = vendors.readable(connection.vendor, connection.options, portal_id=connection.portal_id, connection_id=connection.pk)
    form = forms.Connect(
        connection.vendor, request.POST if request.method == "POST" else None, current=current, label=connection.label, enabled=connection.enabled
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_connection(
                request.actor,
                connection=connection,
                label=form.cleaned_data["label"],
                options=form.cleaned_data["options"],
                enabled=form.cleaned_data["enabled"],
            )
            return _back()
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _settings(request, form, connection.vendor, connection)


def _settings(request: HttpRequest, form: forms.Connect, vendor: str, connection: Any) -> HttpResponse:
    name, text = labels.vendor(vendor)
    return render(
        request,
        "connectors/settings.html",
        {"form": form, "vendor_name": name, "vendor_text": text, "vendor": vendor, "connection": connection},
        status=422 if form.errors else 200,
    )


@page(MANAGE, "POST", audience="staff")
def check(request: Request, number: int) -> HttpResponse:
    """Ask for a try of the connection."""
    actions.ask_check(request.actor, connection=queries.connection(request.actor, number))
    return _back()


@page(MANAGE, "GET", "POST", audience="staff")
def pause(request: Request, number: int) -> HttpResponse:
    """Ask why, then stop a connection."""
    connection = queries.connection(request.actor, number)
    form = forms.Reason(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.pause(request.actor, connection=connection, reason=form.cleaned_data["reason"])
        return _back()
    return render(
        request,
        "connectors/reason.html",
        {
            "form": form,
            "heading": _("Pause %(label)s") % {"label": connection.label},
            "lead": _("Nothing is read or sent any more. Orders wait, and none is lost."),
            "action": reverse("connectors:pause", args=[number]),
            "label": _("Pause"),
            "back": reverse("connectors:monitor"),
            "kind": "primary",
        },
        status=422 if form.errors else 200,
    )


@page(MANAGE, "POST", audience="staff")
def resume(request: Request, number: int) -> HttpResponse:
    """Let a connection go on."""
    actions.resume(request.actor, connection=queries.connection(request.actor, number))
    return _back()


@page(MANAGE, "POST", audience="staff")
def feed(request: Request, number: int, entity: str, what: str) -> HttpResponse:
    """Run a feed now, pause it or let it go on."""
    connection = queries.connection(request.actor, number)
    queries.feed(request.actor, connection, entity)
    match what:
        case "now":
            actions.ask_feed(request.actor, connection=connection, entity=entity)
        case "pause":
            actions.pause(request.actor, connection=connection, entity=entity)
        case _:
            actions.resume(request.actor, connection=connection, entity=entity)
    return _back()


@page(VIEW, audience="staff")
def commands(request: Request) -> HttpResponse:
    """Show the outbox, newest first."""
    state = request.GET.get("state", "")
    found = queries.commands(request.actor)
    if state in Command.State.values:
        found = found.filter(state=state)
    rows = keyset(found, ("-id",), after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    chips = [(_("All"), reverse("connectors:commands"), state not in Command.State.values, None)]
    chips += [(str(item.label), f"{reverse('connectors:commands')}?state={item.value}", state == item.value, None) for item in Command.State]
    return render(request, "connectors/commands.html", {"page": rows, "chips": chips, "state": state if state in Command.State.values else "", "words": words})


@page(VIEW, audience="staff")
def command(request: Request, number: int) -> HttpResponse:
    """Show one command with what is sent."""
    found = queries.command(request.actor, number)
    refused = rules.why_not_cancel(found.state, maybe_done=found.maybe_done)
    return render(
        request,
        "connectors/command.html",
        {
            "command": found,
            "words": words,
            "payload": json.dumps(sealed.readable(found.payload), indent=2, ensure_ascii=False),
            "may_retry": request.actor.may(MANAGE) and found.state in ("needs_human", "failed"),
            "may_cancel": request.actor.may(MANAGE) and refused is None,
            "subject": queries.subject(request.actor, found),
        },
    )


@page(MANAGE, "POST", audience="staff")
def retry(request: Request, number: int) -> HttpResponse:
    """Send a stuck command again."""
    actions.retry_command(request.actor, command=queries.command(request.actor, number))
    return _back()


@page(MANAGE, "GET", "POST", audience="staff")
def cancel(request: Request, number: int) -> HttpResponse:
    """Ask why, then give a command up."""
    found = queries.command(request.actor, number)
    form = forms.Reason(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_command(request.actor, command=found, reason=form.cleaned_data["reason"])
            return _back()
        except Refused as refused:
            form.add_error(None, wording(refused))
    return render(
        request,
        "connectors/reason.html",
        {
            "form": form,
            "heading": _("Cancel order %(number)s") % {"number": found.key} if found.kind == "create_order" else _("Give up %(what)s %(number)s") % {"what": words.kind(found.kind).lower(), "number": found.key},
            "lead": _("It is not sent to the ERP any more, and the customer reads that the order is cancelled, with your reason.") if found.kind == "create_order" else _("It is not sent to the ERP any more: do it there by hand."),
            "action": reverse("connectors:cancel", args=[number]),
            "label": _("Cancel this order") if found.kind == "create_order" else _("Give up"),
            "back": reverse("connectors:command", args=[number]),
            "kind": "danger",
        },
        status=422 if form.errors else 200,
    )


@page(VIEW, audience="staff")
def quarantine(request: Request) -> HttpResponse:
    """Show the records that could not be taken."""
    rows = keyset(queries.quarantine(request.actor), ("-id",), after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    return render(request, "connectors/quarantine.html", {"page": rows, "words": words})


@page(VIEW, audience="staff")
def quarantined(request: Request, number: int) -> HttpResponse:
    """Show one record with what the ERP sent."""
    return render(request, "connectors/quarantined.html", {"row": queries.quarantined(request.actor, number), "words": words, "may": request.actor.may(MANAGE)})


@page(MANAGE, "POST", audience="staff")
def release(request: Request, number: int, what: str) -> HttpResponse:
    """Have a record read again, or put it aside."""
    row = queries.quarantined(request.actor, number)
    if what == "retry":
        actions.release_quarantine(request.actor, row=row)
    else:
        actions.dismiss_quarantine(request.actor, row=row)
    return _back("connectors:quarantine")

"""The bell's page, what people choose to hear of, and the delivery log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, gate_of, page, public, render
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.notifications import actions, forms, permissions, queries, shown
from portiek.foundation.notifications.kinds import chosen_by
from portiek.foundation.notifications.models import Mail


@page(None)
def list_notifications(request: Request) -> HttpResponse:
    """Show what this person was told."""
    found = queries.notifications_page(request.actor, after=request.GET.get("after"), before=request.GET.get("before"))
    return render(request, "notifications/list.html", {"page": found, "unread": queries.unread(request.actor)})


@page(None, "POST")
def open_notification(request: Request, notification_id: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    row = queries.notifications(request.actor).filter(pk=notification_id).first()
    if row is None:
        raise NotFound
    actions.mark_read(request.actor, notification_id=row.pk)
    return redirect(shown.told(row).url or "notifications:list")


@page(None, "POST")
def read_all(request: Request) -> HttpResponse:
    """Mark all as read."""
    actions.mark_read(request.actor)
    return redirect("notifications:list")


@page(permissions.MAIL_VIEW, audience="staff")
def list_mails(request: Request) -> HttpResponse:
    """Show which mail went out, to whom, and what did not arrive."""
    state, search = request.GET.get("state", ""), request.GET.get("q", "")[:254].replace("\0", "")
    found = queries.mails(request.actor, state=state, search=search, after=request.GET.get("after"), before=request.GET.get("before"))
    rows = [(mail, shown.name_of(mail.kind)) for mail in found.rows]
    states = [("", _("All")), *((code, str(label)) for code, label in Mail.State.choices)]
    return render(request, "notifications/mails.html", {"page": found, "rows": rows, "state": state, "search": search, "states": states})


@page(permissions.MAIL_VIEW, "POST", audience="staff")
def retry_mail(request: Request, mail_id: int) -> HttpResponse:
    """Send a mail that did not arrive once more."""
    actions.try_again(request.actor, mail=queries.mail(request.actor, mail_id))
    return redirect("notifications:mails")


def _choices(request: Request, data: Any = None) -> forms.Choices:
    """Make the form of what this person may choose. Only at the gate."""
    gate, actor = gate_of(request), request.actor
    groups = chosen_by("staff" if actor.is_staff else "party", actor.may)
    return forms.Choices(data, groups=groups, chosen=queries.choices(gate), standards=queries.standards(gate), rhythm=queries.rhythm(gate, request.TIME_ZONE))


@page(None, "GET", "POST", scoped=False)
def choices(request: Request) -> HttpResponse:
    """Show and keep what this person hears of, how and when."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        form = _choices(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            with scope(gate):
                actions.choose(gate, chosen=form.chosen())
                actions.set_rhythm(gate, **form.rhythm())
            messages.success(request, _("Saved. This holds for all your companies in this portal."))
            return redirect("notifications:choices")
        except Refused as refused:
            form.add_error(None, wording(refused))
    with scope(request.actor, read_only=True):
        return render(request, "notifications/choices.html", {"form": form, "zone": request.TIME_ZONE}, status=422 if form.is_bound else 200)


@page(None, "POST", scoped=False)
def try_address(request: Request) -> HttpResponse:
    """Mail this person again, whose mail came back, and send one to see."""
    gate = gate_of(request)
    with scope(gate):
        actions.try_address(gate, email=request.member.email)
    messages.success(request, _("A mail is on its way to %(email)s.") % {"email": request.member.email})
    return redirect("accounts:me")


@csrf_exempt  # RFC 8058: programs that read mail post here without having seen a page; the token is the proof, and all it can do is switch off
@public("GET", "POST")
def off(request: Request, token: str) -> HttpResponse:
    """Ask whether the mail of a token should stop, and stop it: by a press of the button here, or by that of a program that reads mail."""
    post, all_mail = request.method == "POST", request.POST.get("what") == "all"
    found = actions.switch_off(request.actor, token=token, all_mail=all_mail) if post else queries.unsubscribed(request.actor, token)
    label = "" if found.kind == actions.ALL else shown.name_of(found.kind)
    obliged = found.kind != actions.ALL and queries.standards(request.actor)[found.kind].obliged
    return render(request, "notifications/off.html", {"label": label, "obliged": obliged, "done": post, "all": all_mail or not label, "token": token})


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def standards(request: Request) -> HttpResponse:
    """Show and keep what everybody hears of by mail who chose nothing himself, and what nobody turns off."""
    groups = chosen_by("both", lambda right: True)
    form = forms.Standards(request.POST if request.method == "POST" else None, groups=groups, standards=queries.standards(request.actor))
    if form.is_bound and form.is_valid():
        try:
            actions.set_standards(request.actor, standards=form.standards())
            messages.success(request, _("Saved. Who chose for himself keeps what he chose, except where it is obliged now."))
            return redirect("notifications:standards")
        except Refused as refused:
            form.add_error(None, wording(refused))
    return render(request, "notifications/standards.html", {"form": form}, status=422 if form.is_bound else 200)

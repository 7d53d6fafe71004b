"""The bell's page, what people choose to hear of, and the delivery log."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pace import Pace
from portiek.core.pages import Request, gate_of, page, public, render
from portiek.core.sessions import token_hash
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.notifications import actions, calendars, forms, permissions, queries, shown
from portiek.foundation.notifications.kinds import chosen_by
from portiek.foundation.notifications.models import Mail
from portiek.foundation.notifications.post import link

# So often a minute one calendar is fetched.
FETCHES, PACE = 20, Pace()


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


@page(None, "GET", "POST", scoped=False)
def calendar(request: Request) -> HttpResponse:
    """Show how deadlines come in one's own calendar; make the address for it, shown this once."""
    gate, token = gate_of(request), ""
    if request.method == "POST":
        with scope(gate):
            token = actions.make_calendar(gate)
    with scope(gate, read_only=True):
        found = queries.calendar(gate)
    address = link(request.portal, reverse("notifications:feed", args=[token])) if token else ""
    with scope(request.actor, read_only=True):
        return render(request, "notifications/calendar.html", {"calendar": found, "address": address, "webcal": "webcal" + address.removeprefix(settings.LINK_SCHEME)}, status=201 if token else 200)


@page(None, "POST", scoped=False)
def end_calendar(request: Request) -> HttpResponse:
    """End the address of one's calendar."""
    gate = gate_of(request)
    with scope(gate):
        actions.end_calendar(gate)
    messages.success(request, _("The address no longer works. What your calendar fetched before, it shows until you remove it there."))
    return redirect("notifications:calendar")


@public("GET", scoped=False)
def feed(request: Request, token: str) -> HttpResponse:
    """Give the deadlines of the person whose secret this is to his calendar: what he may see at this moment, in his language and on his clock."""
    if wait := PACE.wait(token_hash(token), FETCHES, time.monotonic()):
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    who = calendars.subscriber(request.portal.id, token)
    if who is None:
        raise NotFound
    with translation.override(who.language), timezone.override(who.time_zone):
        body = calendars.written(request.portal, who, calendars.found(who, timezone.now()))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Disposition": 'inline; filename="deadlines.ics"', "Content-Language": who.language}
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, response=answer) or answer


@page(None, "POST", scoped=False)
def try_address(request: Request) -> HttpResponse:
    """Mail this person again, whose mail came back, and send one to see."""
    gate = gate_of(request)
    with scope(gate):
        actions.try_address(gate)
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

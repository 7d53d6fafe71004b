"""The bell's page, what people choose to hear of and on which devices, and the delivery log."""

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
from portiek.foundation.accounts.views.entering import browser_of
from portiek.foundation.notifications import actions, calendars, forms, kinds, permissions, post, push, queries, rules, shown
from portiek.foundation.notifications.models import Mail, Push
from portiek.foundation.parties import queries as parties
from portiek.ui import assets

# So often a minute one calendar is fetched.
FETCHES, PACE = 20, Pace()
# So often a minute one person tries his devices.
TRIES = 5


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
    groups = kinds.chosen_by("staff" if actor.is_staff else "party", actor.may)
    return forms.Choices(data, groups=groups, chosen=queries.choices(gate), standards=queries.standards(gate), rhythm=queries.rhythm(gate, request.TIME_ZONE), devices=bool(queries.devices(gate)))


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
    address = post.link(request.portal, reverse("notifications:feed", args=[token])) if token else ""
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


@page(None, "GET", "POST", scoped=False)
def devices(request: Request) -> HttpResponse:
    """Show on which devices messages come in; let them come to this one, with what its browser made."""
    gate, problem, member = gate_of(request), "", request.member
    if request.method == "POST":
        try:
            with scope(gate):
                actions.add_device(gate, subscription=request.POST.get("subscription", "")[:4000], session_id=member.session_id, name=browser_of(request))
            messages.success(request, _("From now on messages come in on this device."))
            return redirect("notifications:devices")
        except Refused as refused:
            problem = wording(refused)
    with scope(gate, read_only=True):
        found = queries.devices(gate)
    this = next((row for row in found if row.session_id == member.session_id), None)
    with scope(request.actor, read_only=True):
        return render(request, "notifications/devices.html", {"devices": found, "this": this, "key": push.public_key(request.portal.id), "problem": problem}, status=422 if problem else 200)


@page(None, "POST", scoped=False)
def remove_device(request: Request, device_id: int) -> HttpResponse:
    """Let no more messages come to a device."""
    gate = gate_of(request)
    with scope(gate):
        actions.remove_device(gate, device_id=device_id)
    messages.success(request, _("No more messages come in on that device."))
    return redirect("notifications:devices")


@page(None, "POST", scoped=False)
def try_device(request: Request, device_id: int) -> HttpResponse:
    """Send a message to a device to see whether it comes in."""
    gate, member = gate_of(request), request.member
    with scope(gate, read_only=True):
        queries.device(gate, device_id)
    if PACE.wait(("device", request.portal.id, member.user_id), TRIES, time.monotonic()):
        raise Refused("notifications-device-tries")
    with scope(gate):
        actions.try_device(gate, device_id=device_id, party_id=member.home_id if member.mandate_id else member.party_id)
    messages.success(request, _("A message is on its way. Nothing to see? Look whether the device itself holds back messages of your browser."))
    return redirect("notifications:devices")


@csrf_exempt  # the browser's own worker posts here, which has no page with a token; the old address, known to that browser alone, is the proof
@page(None, "POST", scoped=False)
def renew_device(request: Request) -> HttpResponse:
    """Take the new address that a browser gave this device by itself."""
    gate = gate_of(request)
    with scope(gate):
        actions.renew_device(gate, endpoint=request.POST.get("old", "")[:4000], subscription=request.POST.get("subscription", "")[:4000], session_id=request.member.session_id)
    return HttpResponse(status=204)


@public("GET", scoped=False)
def worker(request: Request) -> HttpResponse:
    """Answer the script that shows messages while the portal is closed; at the root, so that it can open every page. It keeps no pages."""
    etag = f'"{assets.manifest()["push.js"]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"}
    response = HttpResponse(assets.source("push.js"), content_type="text/javascript; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response


@page(permissions.MAIL_VIEW, audience="staff")
def list_pushes(request: Request) -> HttpResponse:
    """Show what went to people's devices, and what did not arrive."""
    state = request.GET.get("state", "")
    found = queries.pushes(request.actor, state=state, after=request.GET.get("after"), before=request.GET.get("before"))
    names = queries.names_of(request.actor, [row.user_id for row in found.rows])
    rows = [(row, names.get(row.user_id, ""), shown.name_of(row.kind) if row.kind else _("A try")) for row in found.rows]
    return render(request, "notifications/pushes.html", {"page": found, "rows": rows, "state": state, "states": [("", _("All")), *((code, str(label)) for code, label in Push.State.choices)]})


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


@page(PORTAL_MANAGE, audience="staff")
def list_texts(request: Request) -> HttpResponse:
    """List the mails of the portal, and which of them say what the portal wrote itself."""
    own, languages = queries.texts(request.actor), dict(settings.LANGUAGES)
    groups = [(label, [(known, [(code, name, (known.code, code) in own) for code, name in languages.items()]) for known in found]) for label, found in kinds.written()]
    return render(request, "notifications/texts.html", {"groups": groups})


def _words(request: Request, kind: str, language: str) -> tuple[str, str]:
    """Return what mails of a kind say in a language now. Raises NotFound for a kind or language that there is not."""
    if kind not in kinds.kinds() or kind == kinds.DIGEST or language not in dict(settings.LANGUAGES):
        raise NotFound
    own, known = queries.text_of(request.actor, kind, language), kinds.kind(kind)
    with translation.override(language):
        return (own.title, own.body) if own else (str(known.title), str(known.body))


def _text_page(request: Request, kind: str, language: str, form: forms.Text | None = None) -> HttpResponse:
    title, body = _words(request, kind, language)
    earlier = queries.earlier_texts(request.actor, kind, language)
    again = next((row for row in earlier if request.GET.get("from") == str(row.pk) and row.body), None)
    shown_as = {"title": again.title, "body": again.body} if again else {"title": title, "body": body}
    subject, _html, text = post.preview(parties.portal(request.actor), kind=kind, language=language, title=title, body=body)
    return render(request, "notifications/text.html", {
        "form": form or forms.Text(initial=shown_as), "kind": kind, "language": language, "languages": dict(settings.LANGUAGES), "label": shown.name_of(kind), "places": kinds.places_of(kind, language),
        "earlier": earlier, "own": bool(earlier and earlier[0].body), "subject": subject, "text": text}, status=422 if form else 200)


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def change_text(request: Request, language: str, kind: str) -> HttpResponse:
    """Show and keep what mails of a kind say in a language."""
    _words(request, kind, language)
    form = forms.Text(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            actions.set_text(request.actor, kind=kind, language=language, **form.cleaned_data)
            messages.success(request, _("Saved. From now on these mails say this."))
            return redirect("notifications:text", language, kind)
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _text_page(request, kind, language, form)


@page(PORTAL_MANAGE, "POST", audience="staff")
def preview_text(request: Request, language: str, kind: str) -> HttpResponse:
    """Show a mail as its reader gets it, with what is typed and made-up values; nothing is kept."""
    _words(request, kind, language)
    form = forms.Text(request.POST)
    if form.is_valid():
        for name in ("title", "body"):
            if problem := rules.why_not_text(form.cleaned_data[name], frozenset(kinds.places_of(kind, language))):
                form.add_error(name, wording(Refused(problem[0], name=f"{{{problem[1]}}}", known=", ".join(f"{{{place}}}" for place in kinds.places_of(kind, language)), example="{portal}")))
    if not form.is_valid():
        return _text_page(request, kind, language, form)
    _subject, html, _plain = post.preview(parties.portal(request.actor), kind=kind, language=language, **form.cleaned_data)
    # A mail carries its styles with it; nothing else in it may run or load.
    return HttpResponse(html, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"})


@page(PORTAL_MANAGE, "POST", audience="staff")
def try_text(request: Request, language: str, kind: str) -> HttpResponse:
    """Mail the one who asks what is kept, with made-up values."""
    actions.try_text(request.actor, kind=kind, language=language)
    messages.success(request, _("A mail is on its way to %(email)s.") % {"email": request.member.email})
    return redirect("notifications:text", language, kind)


@page(PORTAL_MANAGE, "POST", audience="staff")
def reset_text(request: Request, language: str, kind: str) -> HttpResponse:
    """Give mails of a kind their own words back."""
    actions.reset_text(request.actor, kind=kind, language=language)
    messages.success(request, _("These mails say again what they said at first."))
    return redirect("notifications:text", language, kind)


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def standards(request: Request) -> HttpResponse:
    """Show and keep what everybody hears of by mail who chose nothing himself, and what nobody turns off."""
    groups = kinds.chosen_by("both", lambda right: True)
    form = forms.Standards(request.POST if request.method == "POST" else None, groups=groups, standards=queries.standards(request.actor))
    if form.is_bound and form.is_valid():
        try:
            actions.set_standards(request.actor, standards=form.standards())
            messages.success(request, _("Saved. Who chose for himself keeps what he chose, except where it is obliged now."))
            return redirect("notifications:standards")
        except Refused as refused:
            form.add_error(None, wording(refused))
    return render(request, "notifications/standards.html", {"form": form}, status=422 if form.is_bound else 200)

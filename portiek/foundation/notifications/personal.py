"""What notifications keep of one person: what he was told, and which mail went to him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import goes, mention, stays
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.foundation.notifications.models import CalendarFeed, Choice, Device, Mail, Notification, Push, Rhythm
from portiek.foundation.notifications.shown import name_of, told


def _told(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Notification.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return [{"title": told(row).title, "body": told(row).body, "at": row.at, "read_at": row.read_at} for row in rows]


def _mails(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Mail.objects.filter(Q(to=person.email) | Q(user_id=person.user_id), portal_id=actor.portal_id).defer("values").order_by("pk")
    return [{"to": row.to, "kind": name_of(row.kind), "state": str(row.get_state_display()), "created_at": row.created_at, "sent_at": row.sent_at} for row in rows]


def _choices(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Choice.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return [{"kind": name_of(row.kind), "bell": row.bell, "mail": str(row.get_mail_display()), "push": row.push} for row in rows]


def _rhythm(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Rhythm.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).values("hour", "days_off", "quiet_from", "quiet_until", "mail_off")


def _calendar(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return CalendarFeed.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).values("made_at", "last_used_at")


def _devices(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Device.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).values("name", "made_at", "used_at")


def _pushes(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Push.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return [{"name": row.device_name, "kind": name_of(row.kind), "state": str(row.get_state_display()), "created_at": row.created_at, "sent_at": row.sent_at} for row in rows]


part("notifications.devices", _("Devices that get messages"), order=36, collect=_devices, columns={"name": _("Device"), "made_at": _("Since"), "used_at": _("Last message")})
part("notifications.pushes", _("Messages on your devices"), order=37, collect=_pushes,
     columns={"name": _("Device"), "kind": _("What"), "state": _("Outcome"), "created_at": _("Made"), "sent_at": _("Sent")})
part("notifications.calendar", _("Your deadlines in a calendar"), order=35, collect=_calendar, columns={"made_at": _("Made"), "last_used_at": _("Last used")})
part("notifications.choices", _("How you want to be told"), order=33, collect=_choices, columns={"kind": _("What"), "bell": _("In the portal"), "mail": _("Mail"), "push": _("On your devices")})
part("notifications.rhythm", _("When you want mail"), order=34, collect=_rhythm,
     columns={"hour": _("Hour of the daily mail"), "days_off": _("Days without mail"), "quiet_from": _("Quiet from"), "quiet_until": _("Quiet until"), "mail_off": _("No mail at all")})
part("notifications.notifications", _("What you were told"), order=31, collect=_told, columns={"title": _("What"), "body": _("More"), "at": _("When"), "read_at": _("Read")})
part("notifications.mails", _("Mail to you"), order=32, collect=_mails,
     columns={"to": _("To"), "kind": _("What"), "state": _("Outcome"), "created_at": _("Made"), "sent_at": _("Sent")})

processing("notifications.mail", _("Messages and mail"), order=41, purpose=_("Telling people what concerns them, in the portal and by mail."), ground=_("Performance of a contract (GDPR art. 6(1)(b)); what is not needed for it can be turned off."),
           persons=_("People of customers, dealers and suppliers; our own staff"), term=_("Mail ninety days; codes and links in it until it is sent."), receivers=_("Who carries our mail."),
           fields={"notifications.Notification": {"user": _("Messages"), "values": _("Messages")}, "notifications.Mail": {"to": _("E-mail address"), "user_id": _("Messages"), "values": _("Messages"), "error": _("Whether mail arrives")},
                   "notifications.Choice": {"user": _("Choices")}, "notifications.CalendarFeed": {"user": _("Choices")}, "notifications.Rhythm": {"user": _("Choices")}, "notifications.MailText": {"by": _("Who wrote a text")}})
not_personal("a text of the portal for everybody", "notifications.MailText.title", "notifications.MailText.body")
processing("notifications.push", _("Messages on devices"), order=42, purpose=_("Telling people what concerns them on devices that they chose themselves, also while the portal is closed."), ground=_("Consent (GDPR art. 6(1)(a)): given on the device, withdrawn there or in the portal."),
           persons=_("People of customers, dealers and suppliers; our own staff"), term=_("Devices until their log-in ends; what was sent thirty days."), receivers=_("The maker of the browser (Google, Mozilla, Apple, Microsoft) carries the messages, encrypted: it sees when and how much, not what."),
           fields={"notifications.Device": {"user": _("Devices"), "session_id": _("Devices"), "key": _("Devices"), "address": _("Devices"), "name": _("Browser")}, "notifications.Push": {"user_id": _("Messages"), "device_id": _("Devices"), "device_name": _("Browser"), "items": _("Messages")}})
not_personal("a code or a reference", "notifications.Push.key", "notifications.Push.subject", "notifications.Push.error", "notifications.Standard", "notifications.Notification.event", "notifications.Notification.subject", "notifications.Notification.mail_key", "notifications.Mail.key", "notifications.Mail.subject", "notifications.Mail.token")

goes("notifications.Device", user=("user",), at_gate=True)
goes("notifications.Push", user=("user_id",))
goes("notifications.Notification", user=("user",))
goes("notifications.Mail", user=("user_id",), email=("to",))
goes("notifications.Choice", user=("user",), at_gate=True)
goes("notifications.CalendarFeed", user=("user",), at_gate=True)
goes("notifications.Rhythm", user=("user",), at_gate=True)
mention("notifications.Notification", "values")
mention("notifications.Mail", "error")
mention("notifications.MailText", "by")
stays("notifications.Mail", "values", ground=_("What mails to others say of him is encrypted, and goes with them after ninety days."))
term("notifications.mail", _("Mails that were sent or given up"), days=90, least=7, most=730, processing="notifications.mail", party="party_id", user="user_id", email="to",
     old=lambda actor, before: Mail.objects.filter(portal_id=actor.portal_id, created_at__lt=before).exclude(state=Mail.State.WAITING))

term("notifications.push", _("Messages that went to devices"), days=30, least=1, most=365, processing="notifications.push", party="party_id", user="user_id",
     old=lambda actor, before: Push.objects.filter(portal_id=actor.portal_id, created_at__lt=before).exclude(state=Push.State.WAITING))

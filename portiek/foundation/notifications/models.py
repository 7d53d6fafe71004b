"""Tables of what people are told."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import OptionalPartyModel, PortalModel, TenantKey


def new_token() -> str:
    """Return what nobody can guess of a mail."""
    return secrets.token_hex(10)


WAYS = [("now", _("At once")), ("daily", _("In the daily mail")), ("off", _("Not by mail"))]


class Notification(OptionalPartyModel):
    """One thing one user is told, in one of his companies (or as staff): at the bell, by mail, on his devices.

    `due_at`: when it goes out by mail, as long as it has not (None: it does not); `mail_key`: the mail in which it went. `push_at`: when it goes to his devices, likewise.
    """

    party_writes = frozenset({"update"})

    event = models.CharField(max_length=64)
    user = TenantKey("accounts.User", db_index=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, default="", blank=True)
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    bell = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    mail_key = models.CharField(max_length=64, default="", blank=True)
    push_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "notifications_notification"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "event", "user"], name="notification_once")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "user", "-at", "-id"], condition=Q(bell=True), name="notification_bell"),
            models.Index(fields=["portal", "user"], condition=Q(read_at__isnull=True, bell=True), name="notification_new"),
            models.Index(fields=["portal", "due_at"], condition=Q(due_at__isnull=False), name="notification_due"),
            models.Index(fields=["portal", "user"], condition=Q(due_at__isnull=False), name="notification_due_user"),
            models.Index(fields=["portal", "push_at"], condition=Q(push_at__isnull=False), name="notification_push"),
            models.Index(fields=["portal", "user"], condition=Q(push_at__isnull=False), name="notification_push_user"),
            models.Index(fields=["portal", "subject", "-id"], name="notification_subject"),
        ]


class Choice(PortalModel):
    """How one person hears of one kind of event, in all his companies; without a row the portal's standard holds. Written at the gate, by himself alone."""

    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey("accounts.User", db_index=False)
    kind = models.CharField(max_length=60)
    bell = models.BooleanField(default=True)
    mail = models.CharField(max_length=5, choices=WAYS)
    # On his devices; None: as the portal says.
    push = models.BooleanField(null=True, blank=True)

    class Meta:
        db_table = "notifications_choice"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user", "kind"], name="choice_once")]


class Rhythm(PortalModel):
    """When one person reads mail: the hour of the daily mail, days without one (0: Monday), hours of silence. Written at the gate, by himself; by the portal when he complained."""

    staff_writes = frozenset({"insert", "update"})
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey("accounts.User", db_index=False)
    hour = models.PositiveSmallIntegerField(default=8)
    days_off = ArrayField(models.PositiveSmallIntegerField(), default=list)
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    # Nothing by mail but what is obliged.
    mail_off = models.BooleanField(default=False)

    class Meta:
        db_table = "notifications_rhythm"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "user"], name="rhythm_once"),
            models.CheckConstraint(condition=Q(hour__lt=24), name="rhythm_hour"),
        ]


class Standard(PortalModel):
    """How everybody in a portal hears of one kind as long as he chose nothing, where it is not what the module says; `obliged`: he cannot turn its mail off."""

    gate = frozenset({"select"})

    kind = models.CharField(max_length=60)
    mail = models.CharField(max_length=5, choices=WAYS)
    obliged = models.BooleanField(default=False)

    class Meta:
        db_table = "notifications_standard"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "kind"], name="standard_once")]


class MailText(PortalModel):
    """What a portal has mails of one kind say in one language, instead of the module's own words. Rows are never changed: the last holds, an empty one means the module's words."""

    # The name of who wrote it can be erased.
    staff_writes = frozenset({"insert", "update (by)"})

    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=200, default="", blank=True)
    body = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        db_table = "notifications_text"
        indexes: ClassVar = [models.Index(fields=["portal", "kind", "language", "-id"], name="text_last")]


class CalendarFeed(PortalModel):
    """The address at which the calendar of one person fetches his deadlines, in all his companies. Only its hash is kept; written at the gate, by himself alone."""

    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})
    fn_reads = True
    fn_updates = ("last_used_at",)

    user = TenantKey("accounts.User", db_index=False)
    token_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "notifications_calendar"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "user"], name="calendar_once"),
            models.UniqueConstraint(fields=["portal", "token_hash"], name="calendar_token"),
        ]


class Mail(OptionalPartyModel):
    """One mail to one address: the outbox and, afterwards, the delivery log. `values` are sealed.

    `key` makes it happen once; `token` cannot be guessed and stands in its Message-ID, so that who reports about it has seen it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        DELAYED = "delayed", _("Delayed on the way")
        BOUNCED = "bounced", _("Address does not work")
        COMPLAINED = "complained", _("Marked as unwanted")
        FAILED = "failed", _("Not delivered")

    # Everybody may put a mail in the box (a party in its own name, the gate before log-in); only the portal looks into it.
    party_using = "false"
    party_writes = frozenset({"insert"})
    gate = frozenset({"insert"})

    key = models.CharField(max_length=64)
    to = models.CharField(max_length=254)
    user_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, default="", blank=True)
    language = models.CharField(max_length=2, default="nl")
    time_zone = models.CharField(max_length=36, default="", blank=True)
    token = models.CharField(max_length=32, default=new_token)
    values = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "notifications_mail"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "key"], name="mail_key")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "-created_at", "-id"], name="mail_log"),
            models.Index(fields=["portal", "state", "-created_at", "-id"], name="mail_log_state"),
            models.Index(fields=["portal", "next_at"], condition=Q(state="waiting"), name="mail_due"),
            models.Index(fields=["portal", "user_id", "-created_at"], name="mail_user"),
            models.Index(fields=["portal", "token"], name="mail_token"),
            models.Index(fields=["portal", "party", "-created_at", "-id"], name="mail_party"),
            models.Index(fields=["portal", "to", "-created_at"], name="mail_to"),
        ]


class Device(PortalModel):
    """One browser in which a person lets messages come, also while the portal is closed there. Written at the gate, by himself alone.

    It counts as long as the session stands in which he switched it on. `key`: the hash of the address at which its maker takes messages for it; `address`: that, and what only it can read with, sealed.
    """

    staff_writes = frozenset({"update (used_at)", "delete"})
    gate = frozenset({"select", "insert", "delete"})
    fn_reads = True

    user = TenantKey("accounts.User", db_index=False)
    session_id = models.BigIntegerField()
    key = models.BinaryField(max_length=32)
    address = models.TextField()
    name = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "notifications_device"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "key"], name="device_once"),
            models.UniqueConstraint(fields=["portal", "session_id"], name="device_session"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "user"], name="device_user")]


class Push(OptionalPartyModel):
    """One message to one device: the outbox and, afterwards, the delivery log. What it says is made of its notifications at the moment it goes; without any it is a try."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("No longer needed")
        ENDED = "ended", _("Device no longer takes messages")
        FAILED = "failed", _("Not delivered")

    # Only the portal looks into it; the gate puts a try in.
    party_using = "false"
    gate = frozenset({"insert"})

    key = models.CharField(max_length=32, default=new_token)
    user_id = models.BigIntegerField()
    device_id = models.BigIntegerField()
    device_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, default="", blank=True)
    items = ArrayField(models.BigIntegerField(), default=list)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        db_table = "notifications_push"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "key"], name="push_key")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "-created_at", "-id"], name="push_log"),
            models.Index(fields=["portal", "state", "-created_at", "-id"], name="push_log_state"),
            models.Index(fields=["portal", "next_at"], condition=Q(state="waiting"), name="push_due"),
            models.Index(fields=["portal", "user_id", "-created_at"], name="push_user"),
        ]

"""Tables of what people are told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import OptionalPartyModel, TenantKey


class Notification(OptionalPartyModel):
    """One thing one user is told, in one of his companies (or as staff)."""

    party_writes = frozenset({"update"})

    event = models.CharField(max_length=64)
    user = TenantKey("accounts.User", db_index=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, default="", blank=True)
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "notifications_notification"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "event", "user"], name="notification_once")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "user", "-at", "-id"], name="notification_user"),
            models.Index(fields=["portal", "user"], condition=Q(read_at__isnull=True), name="notification_unread"),
        ]


class Mail(OptionalPartyModel):
    """One mail to one address: the outbox and, afterwards, the delivery log. `values` are sealed; `key` is its Message-ID."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
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
    values = models.TextField(default="", blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
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
        ]

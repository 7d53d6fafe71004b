"""A connection with its feeds, its outbox, and what could not be taken."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PortalModel, TenantKey


class Connection(PortalModel):
    """One ERP of a portal: which vendor, with which options, how it does and who writes to it now.

    Times that decide who may run are the database's clock, since workers need not agree on theirs.
    """

    vendor = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    options = models.JSONField(default=dict)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # by staff
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.CharField(max_length=120, default="", blank=True)
    pause_reason = models.CharField(max_length=200, default="", blank=True)
    # the last try of the connection itself
    check_asked_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    is_healthy = models.BooleanField(null=True, blank=True)
    health = models.JSONField(default=dict)
    # the breaker: failures in a row; beyond a few the ERP counts as down and is only tried at probe_at
    failures = models.PositiveIntegerField(default=0)
    down_since = models.DateTimeField(null=True, blank=True)
    down_text = models.CharField(max_length=500, default="", blank=True)
    probe_at = models.DateTimeField(null=True, blank=True)
    # one writer at a time
    lease_token = models.CharField(max_length=32, default="", blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # calls made in this minute and on this day
    minute_at = models.DateTimeField(null=True, blank=True)
    minute_calls = models.PositiveIntegerField(default=0)
    day_at = models.DateField(null=True, blank=True)
    day_calls = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "connectors_connection"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "label"], name="connection_label")]

    def __str__(self) -> str:
        return self.label


class Feed(PortalModel):
    """Where the reading of one entity has got to."""

    connection = TenantKey(Connection, on_delete=models.CASCADE)
    entity = models.CharField(max_length=20)
    cursor = models.TextField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.CharField(max_length=120, default="", blank=True)
    last_run = models.DateTimeField(null=True, blank=True)
    last_ok = models.DateTimeField(null=True, blank=True)
    next_run = models.DateTimeField(null=True, blank=True)
    # whether a first or full load is under way, when the last whole one began, and how often the cursor alone is not enough
    is_loading = models.BooleanField(default=True)
    full_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)
    sweep_known = models.PositiveIntegerField(default=0)
    sweep_missing = models.PositiveIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    run_seen = models.PositiveIntegerField(default=0)
    run_changed = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, default="", blank=True)
    error_text = models.CharField(max_length=500, default="", blank=True)
    lease_token = models.CharField(max_length=32, default="", blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "connectors_feed"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "connection", "entity"], name="feed_entity")]


class CommandQuerySet(models.QuerySet["Command"]):
    """Filters of commands."""

    def open(self) -> CommandQuerySet:
        """Keep what is not over: neither done nor cancelled."""
        return self.exclude(state__in=[Command.State.ACKNOWLEDGED, Command.State.CANCELLED])

    def stuck(self) -> CommandQuerySet:
        """Keep what a person must look at."""
        return self.filter(state=Command.State.NEEDS_HUMAN)


class Command(PortalModel):
    """The outbox: something the ERP must do. Never removed, so that nothing is lost without a trace."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Being sent")
        ACKNOWLEDGED = "acknowledged", _("In the ERP")
        FAILED = "failed", _("Tried again later")
        NEEDS_HUMAN = "needs_human", _("Needs attention")
        CANCELLED = "cancelled", _("Cancelled")

    connection = TenantKey(Connection, on_delete=models.CASCADE)
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=30)
    aggregate = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    base_version = models.CharField(max_length=200, default="", blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    tries = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    # the ERP may have done it: look before the next try
    maybe_done = models.BooleanField(default=False)
    next_try_at = models.DateTimeField()
    taken_until = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=60, default="", blank=True)
    text = models.CharField(max_length=1000, default="", blank=True)
    external_id = models.CharField(max_length=64, default="", blank=True)
    number = models.CharField(max_length=64, default="", blank=True)
    cancel_reason = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    objects = CommandQuerySet.as_manager()

    class Meta:
        db_table = "connectors_command"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "connection", "key", "kind"], name="command_key")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "connection", "id"], name="command_open", condition=~Q(state__in=["acknowledged", "cancelled"])),
            models.Index(fields=["portal", "connection", "state", "-id"], name="command_state"),
            models.Index(fields=["portal", "aggregate", "id"], name="command_aggregate"),
        ]

    def __str__(self) -> str:
        return self.key


class Quarantine(PortalModel):
    """A record of the ERP that the portal cannot take, with what the ERP sent."""

    connection = TenantKey(Connection, on_delete=models.CASCADE)
    entity = models.CharField(max_length=20)
    external_id = models.CharField(max_length=64)
    version = models.CharField(max_length=64, default="", blank=True)
    payload = models.TextField(default="", blank=True)
    code = models.CharField(max_length=40, default="", blank=True)
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "connectors_quarantine"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "connection", "entity", "external_id"], name="quarantine_record")]
        indexes: ClassVar = [models.Index(fields=["portal", "connection", "-id"], name="quarantine_list")]


class Known(PortalModel):
    """The version of each record as it was last taken: what comes again is skipped, what the portal wrote itself too."""

    connection = TenantKey(Connection, on_delete=models.CASCADE)
    entity = models.CharField(max_length=20)
    external_id = models.CharField(max_length=64)
    version = models.CharField(max_length=64)

    class Meta:
        db_table = "connectors_known"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "connection", "entity", "external_id"], name="known_record")]


class Freshness(PortalModel):
    """Since when the portal's figures of an entity are those of the ERP; everybody who sees the figures may see this."""

    party_reads = True

    entity = models.CharField(max_length=20)
    as_of = models.DateTimeField()
    source = models.CharField(max_length=80)

    class Meta:
        db_table = "connectors_freshness"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "entity"], name="freshness_entity")]



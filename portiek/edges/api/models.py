"""Tables of the API."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import OptionalPartyModel, TenantKey


class ApiKey(OptionalPartyModel):
    """What a company's own program comes in with: of one party (none: of the portal itself), with some of its maker's rights, ended with his membership.

    A key goes along with every call; a client fetches a token by its secret, as OAuth 2 has it. Only hashes are kept. While a secret is
    being replaced the old one is good too, until its time.
    """

    class Kind(models.TextChoices):
        KEY = "key", _("API key")
        CLIENT = "client", _("OAuth client")

    fn_reads = True
    fn_updates = ("last_used_at",)
    party_writes = frozenset({"insert", "update"})

    user = TenantKey("accounts.User")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.KEY)
    name = models.CharField(max_length=80)
    client_id = models.CharField(max_length=32, null=True, blank=True)
    prefix = models.CharField(max_length=12)
    key_hash = models.BinaryField(max_length=32)
    old_key_hash = models.BinaryField(max_length=32, null=True, blank=True)
    old_until = models.DateTimeField(null=True, blank=True)
    rights = ArrayField(models.CharField(max_length=60), default=list)
    # From which networks alone it may be used (CIDR); none: from everywhere.
    networks = ArrayField(models.CharField(max_length=43), default=list, db_default=[])
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_key"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "key_hash"], name="api_key_hash"),
            models.UniqueConstraint(fields=["portal", "old_key_hash"], name="api_key_old_hash"),
            models.UniqueConstraint(fields=["portal", "client_id"], name="api_key_client"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "-id"], name="api_key_party")]

    def __str__(self) -> str:
        return self.name


class ApiToken(OptionalPartyModel):
    """What a client got for its secret: good for half an hour, with the rights it asked for. Only a hash is kept."""

    fn_reads = True
    party_writes = frozenset({"insert", "delete"})

    key = TenantKey(ApiKey)
    token_hash = models.BinaryField(max_length=32)
    rights = ArrayField(models.CharField(max_length=60), default=list)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "api_token"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "token_hash"], name="api_token_hash")]
        indexes: ClassVar = [models.Index(fields=["portal", "expires_at"], name="api_token_old")]


class WebhookEndpoint(OptionalPartyModel):
    """An address of a company (none: of the portal itself) that is told of events, as far as the one who answers for it may see them.

    Times that decide who may send are the database's clock, since workers need not agree on theirs.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Is on")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Switched off by the portal")
        REMOVED = "removed", _("Removed")

    party_writes = frozenset({"insert", "update"})

    user = TenantKey("accounts.User")
    key = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=60), default=list)
    # sealed; the old one signs too until its time
    secret = models.TextField()
    old_secret = models.TextField(default="", blank=True)
    old_until = models.DateTimeField(null=True, blank=True)
    # Where it signs by ed25519 (v1a): what the receiver checks with. Nothing where both sides share the secret (v1).
    public_key = models.CharField(max_length=60, default="", db_default="", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    reason = models.CharField(max_length=20, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # failures in a row, since when, and the last time it went well
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    # when its queue is looked at again (none: it is empty), and until when one worker has it to himself
    next_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_webhook"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "key"], name="webhook_key")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "party", "-id"], name="webhook_party"),
            models.Index(fields=["portal", "next_at"], name="webhook_due", condition=Q(state="active", next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(OptionalPartyModel):
    """One event for one endpoint: the queue and, afterwards, the log. `key` is its webhook-id, the same at every try."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Has arrived")
        FAILED = "failed", _("Given up")
        DROPPED = "dropped", _("Not sent")

    party_writes = frozenset({"insert", "update"})

    endpoint = TenantKey(WebhookEndpoint)
    key = models.CharField(max_length=40)
    # none: a test
    fact_id = models.BigIntegerField(null=True, blank=True)
    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, default="", blank=True)
    text = models.CharField(max_length=200, default="", blank=True)
    body = models.TextField()
    queued_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    # of the last try
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=20, default="", blank=True)
    answer = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        db_table = "api_webhook_delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "key"], name="webhook_delivery_key"),
            models.UniqueConstraint(fields=["portal", "endpoint", "fact_id"], name="webhook_delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["portal", "endpoint", "-id"], name="webhook_delivery_log"),
            models.Index(fields=["portal", "endpoint", "id"], name="webhook_delivery_queue", condition=Q(state="waiting")),
            models.Index(fields=["portal", "queued_at"], name="webhook_delivery_old"),
        ]

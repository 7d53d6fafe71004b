"""Tables of the API."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portiek.core.db.models import OptionalPartyModel, TenantKey


class ApiKey(OptionalPartyModel):
    """A machine's key: of one party, with some of its maker's rights, ended with his membership. Only a hash is kept."""

    fn_reads = True
    fn_updates = ("last_used_at",)
    party_writes = frozenset({"insert", "update"})

    user = TenantKey("accounts.User")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    key_hash = models.BinaryField(max_length=32)
    rights = ArrayField(models.CharField(max_length=60), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_key"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "key_hash"], name="api_key_hash")]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "-id"], name="api_key_party")]

    def __str__(self) -> str:
        return self.name

"""Another e-mail address for a person: asked, proved at both ends, done, stopped. Only the gate reads it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import PortalModel, TenantKey
from portiek.foundation.accounts.models.people import User


class EmailChange(PortalModel):
    """One wish for another address: a code to each of both, ten minutes and five tries each; until seven days after it was done the old address can stop it.

    `lost_at`: the person reads the old address no longer, so that somebody who manages people confirms in its place.
    """

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User)
    old_email = models.CharField(max_length=254)
    new_email = models.CharField(max_length=254)
    old_hash = models.BinaryField(max_length=32, default=b"")
    new_hash = models.BinaryField(max_length=32, default=b"")
    old_tries = models.PositiveSmallIntegerField(default=0)
    new_tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    # Of the codes.
    expires_at = models.DateTimeField()
    old_proved_at = models.DateTimeField(null=True, blank=True)
    new_proved_at = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)
    # Who confirmed in the place of the old address, and why.
    confirmed_by = models.CharField(max_length=120, default="", blank=True)
    reason = models.CharField(max_length=300, default="", blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_email_change"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user"], condition=Q(done_at=None, ended_at=None), name="email_change_open")]
        indexes: ClassVar = [models.Index(fields=["portal", "user", "-id"], name="email_change_user")]

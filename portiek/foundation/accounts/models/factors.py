"""The second step of a log-in: what a person has beside his mailbox or password. Only the gate reads it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PortalModel, TenantKey
from portiek.foundation.accounts.models.people import User


class Authenticator(PortalModel):
    """The secret that a user's authenticator app shares with the portal (RFC 6238), sealed. Each step of time opens the door once."""

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User)
    secret = models.CharField(max_length=200)
    last_step = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "accounts_authenticator"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user"], name="authenticator_user")]


class RecoveryCode(PortalModel):
    """A code on paper for who lost his device: kept as a hash, used once."""

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User)
    code_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_recovery_code"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user", "code_hash"], name="recovery_code_once")]


class HalfLogin(PortalModel):
    """A log-in of which the first step is done: `way` says how. Ten minutes, five tries, one use, in the browser that did the first step alone."""

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User)
    party = TenantKey("parties.Party", null=True, blank=True)
    ticket_hash = models.BinaryField(max_length=32)
    way = models.CharField(max_length=20)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_half_login"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "ticket_hash"], name="half_login_ticket")]


class Passkey(PortalModel):
    """A key that a device of the user holds (W3C Web Authentication); here stands its public half. The device asks its owner's finger, face or code, so that it is two steps in one."""

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User)
    name = models.CharField(max_length=60)
    credential = models.BinaryField(max_length=1023)
    public_key = models.BinaryField(max_length=2048)
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_passkey"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "credential"], name="passkey_credential")]


class SpentChallenge(PortalModel):
    """A challenge that a passkey has answered, under its hash: the same answer counts once."""

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "delete"})

    key = models.BinaryField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "accounts_spent_challenge"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "key"], name="spent_challenge_once")]

"""How people come in: what only the gate reads."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from portiek.core.db.models import PortalModel, TenantKey
from portiek.foundation.accounts.models.elsewhere import Identity
from portiek.foundation.accounts.models.people import User


class Credential(PortalModel):
    """A user's password (argon2). Only the gate reads it."""

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User)
    password = models.CharField(max_length=200)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "accounts_credential"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user"], name="credential_user")]


class Session(PortalModel):
    """A log-in on one device. Only a hash of its secret is kept; `party` is the company now acted for."""

    staff_reads = False
    staff_writes = frozenset()
    fn_reads = True
    # Where it acts, when its company becomes part of another one.
    fn_updates = ("party_id", "mode", "mode_until", "mode_name", "mode_back", "as_user_id", "as_party_id", "as_rights", "reason")
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User)
    party = TenantKey("parties.Party", null=True, blank=True)
    # On which mandate it acts for that company, which is not its user's own.
    mandate = TenantKey("parties.Relation", null=True, blank=True, db_index=False)
    token_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # Opened with an account of elsewhere: it ends with that, and acts where its provider reaches alone.
    identity = TenantKey(Identity, null=True, blank=True)
    # When its user last proved who he is, to the portal: what a company's own provider says is proof to that company alone.
    proved_at = models.DateTimeField(default=timezone.now)
    # How he came in, and whether a second step was part of it.
    way = models.CharField(max_length=20, default="", db_default="")
    strong = models.BooleanField(default=False, db_default=False)
    user_agent = models.CharField(max_length=200, default="")
    # Shortened, so that it says which network and not which device.
    network = models.CharField(max_length=40, default="", db_default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    # For a while something else than oneself: "role" looks as a role of one's own company, "look" as somebody of a party, "act" works on his behalf; "shop" fills a cart for a purchasing system, and ends as that.
    mode = models.CharField(max_length=4, default="", db_default="")
    mode_until = models.DateTimeField(null=True, blank=True)
    mode_name = models.CharField(max_length=120, default="", db_default="")
    mode_back = models.CharField(max_length=1500, default="", db_default="")
    as_user = TenantKey(User, null=True, blank=True)
    as_party = TenantKey("parties.Party", null=True, blank=True)
    as_rights = ArrayField(models.CharField(max_length=60), default=list, db_default=[])
    reason = models.CharField(max_length=300, default="", db_default="")

    class Meta:
        db_table = "accounts_session"
        constraints: ClassVar = [models.UniqueConstraint(fields=["token_hash", "portal"], name="session_token")]
        indexes: ClassVar = [models.Index(fields=["portal", "user"], name="session_user")]


class LoginCode(PortalModel):
    """A code of six figures mailed to an address: ten minutes, five tries, one use, in the browser that asked for it alone.

    Made for every address that is typed, also an unknown one: only the job that mails looks whose it is.
    """

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    email = models.CharField(max_length=254)
    ticket_hash = models.BinaryField(max_length=32)
    code_hash = models.BinaryField(max_length=32, default=b"")
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_login_code"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "ticket_hash"], name="login_code_ticket")]


class Attempt(PortalModel):
    """One try at a door, counted against a limit per address, per place and per portal. Holds hashes, no addresses."""

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "delete"})

    key = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "accounts_attempt"
        indexes: ClassVar = [models.Index(fields=["portal", "key", "at"], name="attempt_key")]

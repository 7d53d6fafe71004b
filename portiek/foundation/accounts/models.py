"""Tables of people: who they are, what they may do and how they came in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import OptionalPartyModel, PartyModel, PortalModel, TenantKey
from portiek.foundation.accounts.roles import ROLES, WORDS


class User(PortalModel):
    """A person in one portal. The same person in two portals is two users who never meet."""

    tenancy = "party"
    party_reads = True
    # Colleagues: the users who have a membership that the party sees.
    party_using = "id IN (SELECT m.user_id FROM accounts_membership m)"
    fn_reads = True
    gate = frozenset({"select", "insert", "update"})

    email = models.CharField(max_length=254)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="nl")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_user"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "email"], name="user_email"),
            models.CheckConstraint(condition=Q(email=models.functions.Lower("email")), name="user_email_lower"),  # type: ignore[attr-defined]
        ]

    def __str__(self) -> str:
        return self.name


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


class Role(PortalModel):
    """A named set of rights (`resource.action`, scoped ones with `.own`, `.unit` or `.company`)."""

    class Audience(models.TextChoices):
        STAFF = "staff", _("Staff")
        PARTY = "party", _("Customers, dealers and suppliers")

    party_reads = True
    fn_reads = True
    gate = frozenset({"select"})

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    audience = models.CharField(max_length=6, choices=Audience)
    rights = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        db_table = "accounts_role"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "code"], name="role_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the language of the moment, for the roles that a portal starts with."""
        return str(WORDS[self.code]) if self.code in ROLES and self.name == ROLES[self.code][1] else self.name


class Membership(OptionalPartyModel):
    """A user's place in a party, or among the portal's staff, with one role; several rows add up."""

    fn_reads = True
    gate = frozenset({"select", "insert", "update"})
    party_writes = frozenset({"insert", "update"})

    user = TenantKey(User)
    role = TenantKey(Role)
    unit = TenantKey("parties.Unit", null=True, blank=True)
    order_limit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "accounts_membership"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "user", "role"], name="membership_once", nulls_distinct=False)]
        indexes: ClassVar = [models.Index(fields=["portal", "user"], name="membership_user"), models.Index(fields=["party", "user"], name="membership_party")]


class Session(PortalModel):
    """A log-in on one device. Only a hash of its secret is kept; `party` is the company now acted for."""

    staff_reads = False
    staff_writes = frozenset()
    fn_reads = True
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User)
    party = TenantKey("parties.Party", null=True, blank=True)
    token_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # When its user last proved who he is, by code or password.
    proved_at = models.DateTimeField(default=timezone.now)
    user_agent = models.CharField(max_length=200, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

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


class Invitation(OptionalPartyModel):
    """A person asked in: for one address, one use, ended by acceptance, revocation or time."""

    gate = frozenset({"select", "update"})
    party_writes = frozenset({"insert", "update"})

    email = models.CharField(max_length=254)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="nl")
    role = TenantKey(Role)
    unit = TenantKey("parties.Unit", null=True, blank=True)
    order_limit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    token_hash = models.BinaryField(max_length=32)
    invited_by = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_invitation"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "token_hash"], name="invitation_token")]
        indexes: ClassVar = [models.Index(fields=["party", "-id"], name="invitation_party")]

    @property
    def state(self) -> str:
        """Where it stands: accepted, revoked, expired or open."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "open"


class StaffCard(PortalModel):
    """How a member of staff is shown to parties: name, function, ways to reach him."""

    party_reads = True

    user = TenantKey(User)
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=80, default="")
    email = models.CharField(max_length=254, default="")
    phone = models.CharField(max_length=40, default="")

    class Meta:
        db_table = "accounts_staff_card"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user"], name="staff_card_user")]


class AccountManager(PartyModel):
    """Who of the staff looks after a party."""

    card = TenantKey(StaffCard)

    class Meta:
        db_table = "accounts_manager"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party"], name="manager_once")]

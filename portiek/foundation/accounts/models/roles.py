"""What people may do, and where."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import OptionalPartyModel, PortalModel, TenantKey
from portiek.foundation.accounts.models.people import User
from portiek.foundation.accounts.roles import MEANT_FOR, ROLES, WORDS


class Role(PortalModel):
    """A named set of rights (`resource.action`, scoped ones with `.own`, `.unit` or `.company`): the portal's, or the own role of one party (`owner`)."""

    class Audience(models.TextChoices):
        STAFF = "staff", _("Staff")
        PARTY = "party", _("Customers, dealers and suppliers")

    tenancy = "party"
    # Not `party`: a place of any party may have a role of the portal, so that no key can hold both.
    party_column = "owner_id"
    party_reads = True
    party_using = "portal_id = (SELECT ctx.claim(1, 'party')) AND coalesce(owner_id, (SELECT ctx.claim(2, 'party'))) = (SELECT ctx.claim(2, 'party'))"
    party_writes = frozenset({"insert", "update"})
    fn_reads = True
    gate = frozenset({"select"})

    owner = TenantKey("parties.Party", null=True, blank=True, db_index=False)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    audience = models.CharField(max_length=6, choices=Audience)
    # For which kinds of party it is meant; empty: for all.
    kinds = ArrayField(models.CharField(max_length=10), default=list, db_default=[])
    rights = ArrayField(models.CharField(max_length=60), default=list)
    # Of who has no limit of his own.
    order_limit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_role"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "code"], name="role_code"),
            models.CheckConstraint(condition=Q(owner=None) | Q(audience="party"), name="role_of_party"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "audience", "owner", "name", "id"], name="role_by_name"), models.Index(fields=["owner", "name", "id"], name="role_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_predefined(self) -> bool:
        """Whether it is one of those that every portal has, which nobody changes."""
        return self.owner_id is None and self.code in ROLES

    @property
    def label(self) -> str:
        """The name in the language of the moment, for the roles that a portal starts with."""
        return str(WORDS[self.code]) if self.is_predefined and self.name == ROLES[self.code].name else self.name

    @property
    def meant_for(self) -> str:
        """For whom it is, for the roles that a portal starts with."""
        return str(MEANT_FOR[self.code]) if self.is_predefined else ""


class Ceiling(OptionalPartyModel):
    """Rights that the portal lets nobody of its parties have (`kind` empty), of one kind of party, or of one party, whatever their roles say."""

    party_using = "portal_id = (SELECT ctx.claim(1, 'party')) AND coalesce(party_id, (SELECT ctx.claim(2, 'party'))) = (SELECT ctx.claim(2, 'party'))"
    fn_reads = True

    kind = models.CharField(max_length=10, default="", blank=True)
    withheld = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        db_table = "accounts_ceiling"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "kind", "party"], name="ceiling_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(party=None) | Q(kind=""), name="ceiling_of_one"),
        ]


class Period(models.TextChoices):
    """Over which time a limit counts."""

    MONTH = "month", _("a month")
    QUARTER = "quarter", _("a quarter")
    YEAR = "year", _("a year")


class Membership(OptionalPartyModel):
    """A user's place in a party, or among the portal's staff, with one role; several rows add up."""

    fn_reads = True
    gate = frozenset({"select", "insert", "update"})
    party_writes = frozenset({"insert", "update"})

    user = TenantKey(User)
    role = TenantKey(Role)
    unit = TenantKey("parties.Unit", null=True, blank=True)
    order_limit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    period_limit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    period = models.CharField(max_length=7, choices=Period, default=Period.MONTH, db_default="month")
    # The last day of a guest; empty: until it is ended.
    until = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "accounts_membership"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "user", "role"], name="membership_once", nulls_distinct=False)]
        indexes: ClassVar = [models.Index(fields=["portal", "user"], name="membership_user"), models.Index(fields=["party", "user"], name="membership_party"),
                             models.Index(fields=["portal", "until"], condition=Q(is_active=True, until__isnull=False), name="membership_until")]


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
    period_limit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    period = models.CharField(max_length=7, choices=Period, default=Period.MONTH, db_default="month")
    until = models.DateField(null=True, blank=True)
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

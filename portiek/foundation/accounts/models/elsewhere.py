"""Coming in with an account of elsewhere: who says who somebody is, and whom he means by which name."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import OptionalPartyModel, PortalModel, TenantKey
from portiek.foundation.accounts.models.people import User
from portiek.foundation.accounts.models.roles import Role


class Provider(OptionalPartyModel):
    """An identity provider: of one company, whose people it lets in there alone, or (without a party) of the portal itself.

    What it is (`kind`, `issuer`) never changes: who could make it another would speak for everybody linked to it.
    """

    class Kind(models.TextChoices):
        OPENID = "oidc", _("OpenID Connect")
        SAML = "saml", _("SAML 2.0")

    class Audience(models.TextChoices):
        STAFF = "staff", _("Our own people")
        PARTY = "party", _("Customers, dealers and suppliers")
        BOTH = "both", _("Everybody")

    fn_reads = True
    gate = frozenset({"select", "update"})
    party_writes = frozenset({"insert", "update"})

    kind = models.CharField(max_length=4, choices=Kind)
    # In addresses; ends in chance, so that nobody finds out who is a customer by trying names.
    slug = models.SlugField(max_length=40)
    label = models.CharField(max_length=60)
    audience = models.CharField(max_length=5, choices=Audience, default=Audience.PARTY)
    # After which addresses its button is shown. A hint, never authority.
    domains = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    is_active = models.BooleanField(default=False)
    # Whether a colleague who is unknown here becomes a member, with this role.
    makes_members = models.BooleanField(default=False)
    role = TenantKey(Role, null=True, blank=True)

    # The issuer of OpenID Connect, the entity id of SAML.
    issuer = models.CharField(max_length=500)
    client_id = models.CharField(max_length=200, default="", blank=True)
    secret = models.TextField(default="", blank=True)
    # Which claim names a person: `sub`, or `oid` where SCIM knows people by that.
    subject_claim = models.CharField(max_length=20, default="sub")
    # What discovery or the metadata said: addresses, and the keys that signatures are held against.
    endpoints = models.JSONField(default=dict)
    keys = models.JSONField(default=list)
    keys_at = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    check_asked_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, default="", blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        db_table = "accounts_provider"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "slug"], name="provider_slug"),
            models.CheckConstraint(condition=Q(party=None) | Q(audience="party"), name="provider_audience"),
            models.CheckConstraint(condition=Q(makes_members=False) | (Q(party__isnull=False) & Q(role__isnull=False)), name="provider_members"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "id"], name="provider_party")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_ready(self) -> bool:
        """Whether enough is known of it to send people there."""
        return bool(self.endpoints and self.keys)

    @property
    def place_of_secret(self) -> str:
        """The place that its secret is sealed for."""
        return f"accounts_provider.secret:{self.portal_id}.{self.pk}"

    @property
    def state(self) -> str:
        """How it stands: checking, broken, new, on or off."""
        if self.check_asked_at and (self.checked_at is None or self.checked_at < self.check_asked_at):
            return "checking"
        if self.problem:
            return "broken"
        return "on" if self.is_active else "off"


class Identity(PortalModel):
    """Whom a provider means by a name of its own: (portal, provider, subject) is one user, whatever his e-mail address."""

    tenancy = "party"
    party_reads = True
    # Of its own providers.
    party_using = "provider_id IN (SELECT p.id FROM accounts_provider p)"
    fn_reads = True
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "update", "delete"})

    provider = TenantKey(Provider)
    user = TenantKey(User)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_identity"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "provider", "subject"], condition=Q(ended_at=None), name="identity_subject"),
            models.UniqueConstraint(fields=["portal", "provider", "user"], condition=Q(ended_at=None), name="identity_user"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "user"], name="identity_of_user")]


class SpentProof(PortalModel):
    """A hash of what a provider sent once and may not send again: the state of a journey, the id of an assertion."""

    staff_reads = False
    staff_writes = frozenset()
    gate = frozenset({"select", "insert", "delete"})

    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_spent_proof"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "digest"], name="spent_proof_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "expires_at"], name="spent_proof_over")]

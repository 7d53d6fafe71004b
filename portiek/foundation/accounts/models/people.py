"""Who people are, and which of the staff looks after whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import PartyModel, PortalModel, TenantKey


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
    # Of the tz database; empty: the portal's.
    time_zone = models.CharField(max_length=36, default="", blank=True)
    # Since when mail to the address comes back.
    mail_fails_since = models.DateTimeField(null=True, blank=True)
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


class StaffCard(PortalModel):
    """How a member of staff is shown to parties: name, function, ways to reach him."""

    party_reads = True
    # Shows the address of who has one, which changes at the gate.
    gate = frozenset({"select", "update"})

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

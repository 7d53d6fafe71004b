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
    # Colleagues: the users who have a membership that the party sees; and oneself, who may be here on a mandate.
    party_using = "id IN (SELECT m.user_id FROM accounts_membership m UNION ALL SELECT ctx.claim(4, 'party'))"
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


class Birthday(PortalModel):
    """The day on which somebody wants to be congratulated, if he says so himself: day and month, never a year. Nobody but he is shown it."""

    party_reads = True
    party_using = "user_id = (SELECT ctx.claim(4, 'party'))"
    staff_writes = frozenset({"delete"})
    gate = frozenset({"select", "insert", "update", "delete"})

    user = TenantKey(User, db_index=False)
    day = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "accounts_birthday"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user"], name="birthday_once"),
                                 models.CheckConstraint(condition=Q(day__range=(1, 31), month__range=(1, 12)), name="birthday_day")]


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
    # As long as he is among the staff.
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "accounts_staff_card"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user"], name="staff_card_user")]


class Team(PortalModel):
    """People of the staff who together look after parties; a party sees the name of its own team alone."""

    party_reads = True
    party_using = "id IN (SELECT m.team_id FROM accounts_manager m)"

    name = models.CharField(max_length=80)

    class Meta:
        db_table = "accounts_team"
        constraints: ClassVar = [models.UniqueConstraint(models.F("portal"), models.functions.Lower("name"), name="team_name")]  # type: ignore[attr-defined]

    def __str__(self) -> str:
        return self.name


class TeamMember(PortalModel):
    """Who is in a team."""

    team = TenantKey(Team, on_delete=models.CASCADE, db_index=False)
    user = TenantKey(User, db_index=False)

    class Meta:
        db_table = "accounts_team_member"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user", "team"], name="team_member_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "team"], name="team_members")]


class AccountManager(PartyModel):
    """Who of the staff looks after a party: one person by name, a team, or both."""

    card = TenantKey(StaffCard, null=True, blank=True, db_index=False)
    team = TenantKey(Team, null=True, blank=True, db_index=False)

    class Meta:
        db_table = "accounts_manager"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party"], name="manager_once"),
            models.CheckConstraint(condition=Q(card__isnull=False) | Q(team__isnull=False), name="manager_somebody"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "card", "party"], name="manager_card"), models.Index(fields=["portal", "team", "party"], name="manager_team")]

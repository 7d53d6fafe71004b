"""Tables of bank accounts. A number is sealed; its country and last four stand open, for lists and masks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, PortalModel
from portiek.foundation.banking.rules import HOURS, OPEN, masked


class Numbered(PartyModel):
    """A sealed number with what may be seen of it."""

    iban = models.TextField()
    country = models.CharField(max_length=2)
    tail = models.CharField(max_length=4)
    holder = models.CharField(max_length=140)

    class Meta:
        abstract = True

    @property
    def place(self) -> str:
        """What the number is sealed for: its party, so that no row of another opens it."""
        return f"banking.iban:{self.portal_id}.{self.party_id}"

    @property
    def mask(self) -> str:
        """What everybody of the party may see of the number."""
        return masked(self.country, self.tail)


class BankAccount(Numbered):
    """The account of a party that counts now. Only the portal itself writes it, once a change is through."""

    since = models.DateTimeField()

    class Meta:
        db_table = "banking_account"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party"], name="account_once")]


class BankChange(Numbered):
    """Another account on its way. The database holds that two people did two steps, and that a party neither accepts nor changes the number it asked for."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for a second colleague")
        CONFIRMED = "confirmed", _("Waits for acceptance")
        COOLING = "cooling", _("Accepted, counts later")
        DONE = "done", _("Counts")
        REFUSED = "refused", _("Refused")
        STOPPED = "stopped", _("Stopped")

    party_writes = frozenset({"insert", "update (state, confirmed_by, confirmed_name, confirmed_at, ended_name, ended_at, reason)"})
    party_check = "state IN ('asked', 'confirmed', 'stopped')"
    party_before = "state IN ('asked', 'confirmed', 'cooling')"

    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_by = models.BigIntegerField()
    asked_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True, blank=True)
    confirmed_name = models.CharField(max_length=120, default="", blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.BigIntegerField(null=True, blank=True)
    accepted_name = models.CharField(max_length=120, default="", blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    ended_name = models.CharField(max_length=120, default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        db_table = "banking_change"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party"], condition=Q(state__in=OPEN), name="change_open_once"),
            models.CheckConstraint(condition=Q(asked_by__gt=0), name="change_by_a_person"),
            models.CheckConstraint(condition=Q(confirmed_by__isnull=True) | (Q(confirmed_by__gt=0) & ~Q(confirmed_by=F("asked_by"))), name="change_four_eyes"),
            models.CheckConstraint(condition=Q(state__in=["asked", "refused", "stopped"]) | Q(confirmed_by__isnull=False), name="change_confirmed"),
            models.CheckConstraint(condition=~Q(state__in=["cooling", "done"]) | Q(accepted_by__isnull=False, accepted_by__gt=0), name="change_accepted"),
            models.CheckConstraint(condition=Q(accepted_by__isnull=True) | (~Q(accepted_by=F("asked_by")) & Q(confirmed_by__isnull=False) & ~Q(accepted_by=F("confirmed_by"))), name="change_third_eyes"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["portal", "-id"], name="change_list"),
            models.Index(fields=["party", "-id"], name="change_party"),
            models.Index(fields=["portal", "effective_at"], condition=Q(state="cooling"), name="change_due"),
        ]


class Cooling(PortalModel):
    """How many hours pass in this portal between acceptance and effect; without a row a day."""

    party_reads = True

    hours = models.PositiveSmallIntegerField(default=HOURS)

    class Meta:
        db_table = "banking_cooling"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="cooling_once")]

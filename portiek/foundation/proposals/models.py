"""Tables of proposals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, PortalModel
from portiek.foundation.proposals.rules import OPEN


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Filters of proposals."""

    def open(self) -> ProposalQuerySet:
        """Those that are not over."""
        return self.filter(state__in=OPEN)

    def about(self, subject: str, key: int) -> ProposalQuerySet:
        """Those about one party, address or contact."""
        return self.filter(subject=subject, subject_id=key)


class Proposal(PartyModel):
    """A change of one field of a party, its address or its contact, as somebody of the party proposed it.

    `old`, `new` and `current` hold the field's columns as text. A party writes only what is proposed or withdrawn: the database holds that too.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for an answer")
        ACCEPTED = "accepted", _("Waits for the administration")
        WRITTEN = "written", _("Taken over")
        FAILED = "failed", _("Not taken by the administration")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        OUTDATED = "outdated", _("Overtaken")

    party_writes = frozenset({"insert", "update"})
    party_check = "state IN ('proposed', 'withdrawn')"

    subject = models.CharField(max_length=8)
    subject_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    field = models.CharField(max_length=20)
    old = models.JSONField()
    new = models.JSONField()
    current = models.JSONField(null=True)
    note = models.CharField(max_length=500, default="", blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    proposed_by = models.BigIntegerField(default=0)
    proposed_name = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    decided_name = models.CharField(max_length=120, default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    by_rule = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, default="", blank=True)
    cause = models.CharField(max_length=500, default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        db_table = "proposals_proposal"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "subject", "subject_id", "field"], condition=Q(state__in=OPEN), name="proposal_open_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["portal", "-id"], name="proposal_list"),
            models.Index(fields=["portal", "-id"], condition=Q(state="proposed"), name="proposal_waiting"),
            models.Index(fields=["portal", "state", "-id"], name="proposal_state"),
            models.Index(fields=["party", "-id"], name="proposal_party"),
        ]

    def __str__(self) -> str:
        return self.label


class Acceptance(PortalModel):
    """A field of which proposals are accepted by rule, without staff looking first."""

    party_reads = True

    subject = models.CharField(max_length=8)
    field = models.CharField(max_length=20)
    set_by = models.CharField(max_length=120)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "proposals_acceptance"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "subject", "field"], name="acceptance_once")]

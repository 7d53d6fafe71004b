"""Who of the parties may act for whom."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PortalModel, TenantKey
from portiek.foundation.parties.models.parties import Party


class Relation(PortalModel):
    """A mandate: people of `agent` act for `giver` with these rights, from one day until another. Asked by one side and confirmed by the other, or set by staff (no `asker`).

    A party asks by inserting its own side; the other side is looked up by the portal itself, so that a number tells nothing. To confirm and to end go through ctx.settle_relation.
    """

    class Kind(models.TextChoices):
        DEALER = "dealer", _("Dealer for a customer")
        PARENT = "parent", _("Parent company for a subsidiary")
        AGENT = "agent", _("Agent with a mandate")

    tenancy = "party"
    # Not `party`: a session acts for the giver on the mandate that the agent asked for, so that no key can hold both.
    party_column = "asker_id"
    party_reads = True
    party_using = "portal_id = (SELECT ctx.claim(1, 'party')) AND (giver_id = (SELECT ctx.claim(2, 'party')) OR agent_id = (SELECT ctx.claim(2, 'party')))"
    party_writes = frozenset({"insert"})
    # Its own side alone, and nothing that the other side has to say.
    party_check = "coalesce(giver_id, asker_id) = asker_id AND coalesce(agent_id, asker_id) = asker_id AND num_nonnulls(giver_id, agent_id) = 1 AND confirmed_at IS NULL AND ended_at IS NULL"
    gate = frozenset({"select"})
    fn_reads = True
    fn_updates = ("giver_name", "agent_name", "confirmed_at", "confirmed_name", "ended_at", "ended_name")

    kind = models.CharField(max_length=6, choices=Kind)
    asker = TenantKey(Party, null=True, blank=True, db_index=False)
    # One of them is empty as long as the typed number has not been looked up, and for ever where nobody has it.
    giver = TenantKey(Party, null=True, blank=True, db_index=False)
    agent = TenantKey(Party, null=True, blank=True, db_index=False)
    # What the asker typed; the names are filled in by who has the right to them.
    asked_number = models.CharField(max_length=20, default="", blank=True)
    giver_name = models.CharField(max_length=200, default="", blank=True)
    agent_name = models.CharField(max_length=200, default="", blank=True)
    # Without their reach: that is the one of who uses the mandate.
    rights = ArrayField(models.CharField(max_length=60), default=list)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    # Of the document in which it was agreed.
    reference = models.CharField(max_length=120, default="", blank=True)
    asked_name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_name = models.CharField(max_length=120, default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_name = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        db_table = "parties_relation"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(giver=None) | Q(agent=None) | ~Q(giver=F("agent")), name="relation_of_two"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="relation_days"),
        ]
        indexes: ClassVar = [models.Index(fields=["giver", "-id"], name="relation_giver"), models.Index(fields=["agent", "-id"], name="relation_agent")]

"""The tables of the core: facts, and which reaction has handled which fact."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import OptionalPartyModel, PortalModel


class FactRow(OptionalPartyModel):
    """Something that happened. Never changed, never removed; but the words that name a person can be erased by the audit's own function (docs/decisions/0020)."""

    # Its own, and of the parties that became part of it what happened to the orders and invoices that came along and are its own now (docs/decisions/0044).
    party_using = """party_id = ANY ((SELECT ctx.parties_of())::bigint[])
        AND CASE WHEN party_id = (SELECT ctx.claim(2, 'party')) THEN true ELSE (SELECT ctx.owned(subject)) END"""
    fn_reads = True
    fn_updates = ("user_name", "by_name", "text", "changes")
    staff_writes = frozenset({"insert"})
    party_writes = frozenset({"insert"})
    gate = frozenset({"insert", "select (id)"})

    name = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    subject = models.CharField(max_length=80, default="")
    text = models.CharField(max_length=200, default="")
    # What changed: name of the field to [old, new], in plain text.
    changes = models.JSONField(default=dict)
    user_id = models.BigIntegerField(default=0)
    user_name = models.CharField(max_length=120, default="")
    # Who of the staff worked on behalf of this person.
    by_user_id = models.BigIntegerField(default=0)
    by_name = models.CharField(max_length=120, default="")
    # On which mandate somebody of another company did it.
    mandate_id = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=8)
    api_key_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "core_fact"
        indexes: ClassVar = [
            models.Index(fields=["portal", "-id"], name="fact_portal"),
            models.Index(fields=["party", "-id"], name="fact_party"),
            models.Index(fields=["portal", "subject", "-id"], name="fact_subject"),
            models.Index(fields=["portal", "user_id", "-id"], name="fact_user"),
            models.Index(fields=["portal", "name", "-id"], name="fact_name"),
            models.Index(fields=["portal", "at", "id"], name="fact_at"),
            # As it is written: row security lets no function such as upper() choose rows by an index.
            models.Index(fields=["portal", "text", "-id"], name="fact_by_text", condition=~Q(text="")),
            models.Index(fields=["portal", "-id"], name="fact_by_key", condition=Q(api_key_id__isnull=False)),
            models.Index(fields=["portal", "mandate_id", "-id"], name="fact_by_mandate", condition=Q(mandate_id__gt=0)),
            models.Index(fields=["portal", "-id"], name="fact_by_staff", condition=Q(kind="staff")),
            models.Index(fields=["party", "-id"], name="fact_by_support", condition=Q(kind="staff")),
        ]


class ReactionDone(PortalModel):
    """A reaction has handled a fact: its database effect happened, once."""

    staff_writes = frozenset({"insert"})

    fact_id = models.BigIntegerField()
    reaction = models.CharField(max_length=120)

    class Meta:
        db_table = "core_reaction_done"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "fact_id", "reaction"], name="reaction_done_once")]


class Idempotent(OptionalPartyModel):
    """The first answer to a request with an Idempotency-Key; kept for a week."""

    party_writes = frozenset({"insert", "update"})

    route = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    body = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "core_idempotent"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "route", "key"], name="idempotent_once", nulls_distinct=False)]
        indexes: ClassVar = [models.Index(fields=["portal", "at"], name="idempotent_at")]


class Kept(PortalModel):
    """For how many days a portal keeps something, where that is not what the program says."""

    gate = frozenset({"select"})

    key = models.CharField(max_length=60)
    days = models.PositiveIntegerField()

    class Meta:
        db_table = "core_kept"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "key"], name="kept_once")]


class Hold(PortalModel):
    """A legal hold: what is known of a party, or of a person by his address, is neither removed by the clock nor erased as long as it stands. Never removed itself."""

    gate = frozenset({"select"})
    staff_writes = frozenset({"insert", "update"})

    party_id = models.BigIntegerField(null=True, blank=True)
    user_id = models.BigIntegerField(null=True, blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    # The last day; none: until somebody ends it.
    until = models.DateField(null=True, blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        db_table = "core_hold"
        indexes: ClassVar = [models.Index(fields=["portal", "-id"], name="hold_list"), models.Index(fields=["portal"], condition=Q(ended_at=None), name="hold_stands")]

"""Tables beside the facts: files that were asked for, the chain that seals the facts, the checks of it, copies of a person's data, erasures, and what the portal adds to the register of processing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import OptionalPartyModel, PortalModel, TenantKey


class Export(OptionalPartyModel):
    """A file of the log that one person asked for; kept for a week, for him alone."""

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel")
        JSONL = "jsonl", _("JSON Lines, to be verified")

    class State(models.TextChoices):
        ASKED = "asked", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Not made")

    party_writes = frozenset({"insert"})

    user = TenantKey("accounts.User", db_index=False)
    format = models.CharField(max_length=5, choices=Format)
    wanted = models.JSONField(default=dict)
    language = models.CharField(max_length=2, default="nl")
    state = models.CharField(max_length=6, choices=State, default=State.ASKED)
    rows = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "audit_export"
        indexes: ClassVar = [models.Index(fields=["portal", "user", "-id"], name="export_user"), models.Index(fields=["portal", "asked_at"], name="export_asked")]


class Chain(PortalModel):
    """Where the chain of a portal's facts ends. Facts numbered up to `floor` have their place."""

    staff_writes = frozenset({"insert", "update"})

    began_at = models.DateTimeField()
    began_id = models.BigIntegerField()
    position = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32)
    floor = models.BigIntegerField(default=0)
    linked_at = models.DateTimeField()
    # Whether each night's seal is mailed to who manages the portal, so that it is kept outside.
    is_mailed = models.BooleanField(default=False)

    class Meta:
        db_table = "audit_chain"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="chain_once")]


class Link(OptionalPartyModel):
    """The place of one fact in the chain. `who` and `what` are digests of words; without their salt those words were erased."""

    # As its fact, so that a file of it can be verified.
    party_using = """party_id = ANY ((SELECT ctx.parties_of())::bigint[])
        AND CASE WHEN party_id = (SELECT ctx.claim(2, 'party')) THEN true ELSE EXISTS (SELECT FROM core_fact f WHERE f.id = fact_id) END"""
    staff_writes = frozenset({"insert"})
    fn_reads = True
    fn_updates = ("who_salt", "what_salt", "erasure_id")

    position = models.BigIntegerField()
    fact_id = models.BigIntegerField()
    linked_at = models.DateTimeField()
    who = models.BinaryField(max_length=32)
    what = models.BinaryField(max_length=32)
    who_salt = models.BinaryField(max_length=16, null=True)
    what_salt = models.BinaryField(max_length=16, null=True)
    # The digest of the place before it, which may be of a fact that who reads this does not see.
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    erasure_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_link"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "position"], name="link_position"),
            models.UniqueConstraint(fields=["portal", "fact_id"], name="link_fact"),
        ]


class Check(PortalModel):
    """One time that the chain was checked from its first place to its last."""

    staff_writes = frozenset({"insert", "delete"})

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    places = models.BigIntegerField()
    seal = models.CharField(max_length=90, default="")
    # Why it is broken, and where; empty when it is whole.
    problem = models.CharField(max_length=20, default="")
    position = models.BigIntegerField(null=True)
    fact_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_check"
        indexes: ClassVar = [models.Index(fields=["portal", "-id"], name="check_last")]


class Package(PortalModel):
    """A copy of all that the portal keeps of one person, for him alone; kept for a week. Only the gate and the portal itself look at it."""

    class State(models.TextChoices):
        ASKED = "asked", _("Being made")
        READY = "ready", _("Ready")

    gate = frozenset({"select", "insert"})

    user = TenantKey("accounts.User", db_index=False)
    # Who of the staff asked for it on his behalf; empty when he did so himself.
    asked_by = models.CharField(max_length=120, default="", blank=True)
    state = models.CharField(max_length=5, choices=State, default=State.ASKED)
    file = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    # Of the file, since the gate, which hands it out, reads no files.
    name = models.CharField(max_length=120, default="", blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    size = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "audit_package"
        indexes: ClassVar = [models.Index(fields=["portal", "user", "-id"], name="package_user"), models.Index(fields=["portal", "-id"], name="package_last")]


class OwnProcessing(PortalModel):
    """A line of the register of processing that the portal's own people added: what they do with data of people beside what the program does."""

    label = models.CharField(max_length=120)
    purpose = models.CharField(max_length=500)
    ground = models.CharField(max_length=300)
    persons = models.CharField(max_length=300)
    data = models.CharField(max_length=500)
    term = models.CharField(max_length=300)
    receivers = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "audit_processing"
        indexes: ClassVar = [models.Index(fields=["portal", "label", "id"], name="processing_by_label")]


class Register(PortalModel):
    """What goes for every line of the register: who guards it, who gets data, how they are secured."""

    officer = models.CharField(max_length=200, default="", blank=True)
    receivers = models.CharField(max_length=1000, default="", blank=True)
    transfers = models.CharField(max_length=1000, default="", blank=True)
    measures = models.CharField(max_length=2000, default="", blank=True)

    class Meta:
        db_table = "audit_register"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="register_once")]


class Erasure(PortalModel):
    """The erasing of one person (GDPR art. 17): planned, proposed by one of the staff, confirmed by another, then done by a job. What names him leaves this row too; `digest` stays, so that it can be done again after a restore."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for us")
        PROPOSED = "proposed", _("Waits for a second colleague")
        CONFIRMED = "confirmed", _("Begins shortly")
        RUNNING = "running", _("Being erased")
        DONE = "done", _("Erased")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN: ClassVar = ("asked", "proposed", "confirmed", "running")
    staff_writes = frozenset({"insert", "update"})
    gate = frozenset({"select", "insert", "update (state, ended_at)"})
    fn_reads = True

    user = TenantKey("accounts.User", null=True, blank=True, db_index=False)
    contact_id = models.BigIntegerField(default=0)
    email = models.CharField(max_length=254, default="", blank=True)
    name = models.CharField(max_length=120, default="", blank=True)
    # What names him in texts; as a regular expression for the facts; and the parties that are he himself.
    words = models.JSONField(default=list)
    pattern = models.TextField(default="", blank=True)
    parties = models.JSONField(default=list)
    books_until = models.DateField(null=True, blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    # The law gives a month.
    due_at = models.DateTimeField()
    by_himself = models.BooleanField(default=False)
    why = models.CharField(max_length=500, default="", blank=True)
    proposed_by = models.BigIntegerField(null=True, blank=True)
    proposed_name = models.CharField(max_length=120, default="", blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.BigIntegerField(null=True, blank=True)
    confirmed_name = models.CharField(max_length=120, default="", blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    # Of each rule how many rows it finds, and how many it took.
    plan = models.JSONField(default=dict)
    planned_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    facts_after = models.BigIntegerField(default=0)
    ended_name = models.CharField(max_length=120, default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=1000, default="", blank=True)

    class Meta:
        db_table = "audit_erasure"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "user"], condition=Q(state__in=["asked", "proposed", "confirmed", "running"]), name="erasure_open_once"),
            models.CheckConstraint(condition=Q(confirmed_by__isnull=True) | (Q(confirmed_by__gt=0) & ~Q(confirmed_by=F("proposed_by"))), name="erasure_four_eyes"),
            # Said with IS NOT NULL: a check that comes to NULL holds.
            models.CheckConstraint(condition=~Q(state__in=["confirmed", "running", "done"]) | Q(confirmed_by__isnull=False, proposed_by__isnull=False, confirmed_by__gt=0, proposed_by__gt=0), name="erasure_confirmed"),
            models.CheckConstraint(condition=Q(user__isnull=True) | ((Q(proposed_by__isnull=True) | ~Q(proposed_by=F("user_id"))) & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("user_id")))), name="erasure_not_himself"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["portal", "-id"], name="erasure_list"),
            models.Index(fields=["portal", "starts_at"], condition=Q(state__in=["confirmed", "running"]), name="erasure_due"),
        ]

"""Tables of imports and their rows. Both go after a week."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portiek.core.db.models import OptionalPartyModel, TenantKey


class Import(OptionalPartyModel):
    """One spreadsheet that one person brought in, for a party or for the portal; nobody else looks at it."""

    class State(models.TextChoices):
        READING = "reading", _("Being looked at")
        READY = "ready", _("Waits for you")
        RUNNING = "running", _("Being carried out")
        DONE = "done", _("Done")
        UNREADABLE = "unreadable", _("Cannot be taken")
        DROPPED = "dropped", pgettext_lazy("state", "Put aside")

    party_writes = frozenset({"insert", "update (state, confirmed_at, done_at)"})

    user = TenantKey("accounts.User", db_index=False)
    # Brought in as one of the staff, also when its rows are of a party.
    as_staff = models.BooleanField(default=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    file = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    language = models.CharField(max_length=2, default="nl")
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    # Why it cannot be taken, in words.
    problem = models.CharField(max_length=500, default="", blank=True)
    # The columns that were found, in the order of the cells, and headings that mean nothing here.
    columns = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "imports_import"
        indexes: ClassVar = [models.Index(fields=["portal", "user", "-id"], name="import_user"), models.Index(fields=["portal", "asked_at"], name="import_asked")]


class ImportRow(OptionalPartyModel):
    """One row of a spreadsheet: what it asks, what would come of it, and what came of it."""

    class Outcome(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changes")
        SAME = "same", _("Is so already")
        REFUSED = "refused", _("Refused")

    party_writes = frozenset({"insert", "update (outcome, done, problems)"})

    of = TenantKey(Import, db_index=False)
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    outcome = models.CharField(max_length=7, choices=Outcome, default="", blank=True)
    done = models.BooleanField(default=False)
    # Pairs of a column's name and what is wrong with it, in words.
    problems = models.JSONField(default=list)

    class Meta:
        db_table = "imports_row"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "of", "number"], name="import_row_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "of", "outcome", "number"], name="import_row_outcome")]

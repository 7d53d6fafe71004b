"""Two parties that became one, and one that became two."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PortalModel, TenantKey
from portiek.foundation.parties.models.parties import Party


class Merge(PortalModel):
    """What staff asked: `source` goes into `target`, or part of it (`units`) becomes the new party `target`. Never removed: it says where rows were before."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits its turn")
        RUNNING = "running", _("Is being done")
        DONE = "done", _("Done")
        FAILED = "failed", _("Not done")

    fn_reads = True
    staff_writes = frozenset({"insert", "update"})

    source = TenantKey(Party, db_index=False)
    target = TenantKey(Party, null=True, blank=True, db_index=False)
    is_split = models.BooleanField(default=False)
    # Of a merge: whether the source becomes a branch of the target.
    as_branch = models.BooleanField(default=False)
    # Of a split: what goes, which number and name it gets, and who manages its people.
    units = ArrayField(models.BigIntegerField(), default=list)
    number = models.CharField(max_length=20, default="", blank=True)
    name = models.CharField(max_length=200, default="", blank=True)
    administrator_id = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=7, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField()
    asked_name = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Who worked in what went.
    people = ArrayField(models.BigIntegerField(), default=list)
    # How many rows of each kind went, and why nothing did.
    result = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        db_table = "parties_merge"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "source"], condition=Q(state__in=("asked", "running")), name="merge_open_once"),
            models.CheckConstraint(condition=Q(is_split=True) | Q(target__isnull=False), name="merge_into"),
            models.CheckConstraint(condition=Q(target=None) | ~Q(source=F("target")), name="merge_of_two"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "source", "-id"], name="merge_source"), models.Index(fields=["portal", "target", "-id"], name="merge_target")]

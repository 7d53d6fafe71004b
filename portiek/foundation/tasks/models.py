"""The table of tasks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import OptionalPartyModel, TenantKey


class TaskQuerySet(models.QuerySet["Task"]):
    """Filters of tasks."""

    def open(self) -> TaskQuerySet:
        """Those that still wait."""
        return self.filter(done_at__isnull=True)

    def done(self) -> TaskQuerySet:
        """Those that were settled."""
        return self.filter(done_at__isnull=False)

    def of(self, party_id: int | None) -> TaskQuerySet:
        """Those of one party, or of the staff."""
        return self.filter(party_id=party_id) if party_id else self.filter(party__isnull=True)


class Task(OptionalPartyModel):
    """Something that waits for one user (`user`) or for everybody with a right (`right`), in a party or, without one, among the staff."""

    party_writes = frozenset({"insert", "update"})

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    user = TenantKey("accounts.User", null=True, blank=True, db_index=False)
    right = models.CharField(max_length=60, default="", blank=True)
    values = models.JSONField(default=dict)
    due_at = models.DateTimeField(null=True, blank=True)
    # What the list is ordered by: the due moment, or two weeks after asking where there is none.
    ranks_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120, default="", blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, default="", blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        db_table = "tasks_task"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["portal", "subject", "kind", "party", "user", "right"], condition=Q(done_at__isnull=True), nulls_distinct=False, name="task_open_once"
            ),
            models.CheckConstraint(condition=Q(user__isnull=False, right="") | (Q(user__isnull=True) & ~Q(right="")), name="task_addressee"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["party", "ranks_at", "id"], condition=Q(done_at__isnull=True), name="task_waiting"),
            models.Index(fields=["portal", "ranks_at", "id"], condition=Q(done_at__isnull=True, party__isnull=True), name="task_waiting_staff"),
            models.Index(fields=["party", "-done_at", "-id"], condition=Q(done_at__isnull=False), name="task_done"),
            models.Index(fields=["portal", "-done_at", "-id"], condition=Q(done_at__isnull=False, party__isnull=True), name="task_done_staff"),
        ]

"""The table of tasks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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

    class Turn(models.TextChoices):
        ASKED = "asked", _("Who was asked")
        ASKER = "asker", _("Who asked")

    party_writes = frozenset({"insert", "update"})

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    user = TenantKey("accounts.User", null=True, blank=True, db_index=False)
    right = models.CharField(max_length=60, default="", blank=True)
    # Of what waits among the staff: the party it is about, so that who looks after it hears first.
    about = TenantKey("parties.Party", null=True, blank=True, db_index=False)
    values = models.JSONField(default=dict)
    due_at = models.DateTimeField(null=True, blank=True)
    # What the list is ordered by: the due moment, or two weeks after asking where there is none.
    ranks_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120, default="", blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, default="", blank=True)
    # In whose place, by who stands in for him.
    done_instead_of = models.CharField(max_length=120, default="", blank=True)
    # Who asked, when it was a person: his own tasks at others stand in a list of his.
    asked_by_id = models.BigIntegerField(default=0)
    # Whose turn it is; the deadline stands still while the other side has a question open.
    turn = models.CharField(max_length=5, choices=Turn, default=Turn.ASKED)
    turned_at = models.DateTimeField(null=True, blank=True)
    # The next moment at which who is asked hears of it again, and whether those above him heard.
    remind_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

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
            models.Index(fields=["portal", "asked_by_id", "ranks_at", "id"], condition=Q(done_at__isnull=True, asked_by_id__gt=0), name="task_asked_by"),
            models.Index(fields=["portal", "remind_at"], condition=Q(done_at__isnull=True, remind_at__isnull=False), name="task_remind"),
        ]

    @property
    def called(self) -> str:
        """What the log names it by: the number of what it is about, or the title of what was asked in words."""
        return str(self.values.get("number") or self.values.get("title") or "")


class Step(OptionalPartyModel):
    """What happened to a task, said to both sides: asked, handed over, a question back, an answer, a reminder, done. Never changed."""

    class What(models.TextChoices):
        ASKED = "asked", _("Asked")
        HANDED = "handed", _("Handed over")
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")
        REMINDED = "reminded", _("Reminded")
        DONE = "done", _("Done")

    party_writes = frozenset({"insert"})
    # Beyond adding: for who is erased, and for a party that becomes part of another one.
    staff_writes = frozenset({"insert", "delete", "update (by, instead_of, text, party_id)"})

    task = TenantKey(Task)
    what = models.CharField(max_length=8, choices=What)
    at = models.DateTimeField()
    by = models.CharField(max_length=120, default="", blank=True)
    # In whose place, by who stands in for him.
    instead_of = models.CharField(max_length=120, default="", blank=True)
    text = models.CharField(max_length=1000, default="", blank=True)

    class Meta:
        db_table = "tasks_step"
        indexes: ClassVar = [models.Index(fields=["portal", "task", "at", "id"], name="step_task")]

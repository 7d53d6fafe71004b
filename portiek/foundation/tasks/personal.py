"""What tasks keep of one person: what was asked of him by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import goes, mention
from portiek.core.personal import Person, not_personal, part, processing
from portiek.foundation.tasks.models import Task
from portiek.foundation.tasks.shown import worded


def _tasks(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Task.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return [{"task": str(worded(row).title), "asked_at": row.asked_at, "asked_by": row.asked_by, "done_at": row.done_at} for row in rows]


part("tasks.tasks", _("Tasks asked of you"), order=30, collect=_tasks, columns={"task": _("Task"), "asked_at": _("Asked"), "asked_by": _("By"), "done_at": _("Done")})

processing("tasks.tasks", _("Tasks and questions"), order=40, purpose=_("Asking people what is theirs to do, and answering them."), ground=_("Legitimate interest (GDPR art. 6(1)(f))."),
           persons=_("People of customers, dealers and suppliers; our own staff"), term=_("As long as what a task is about."), receivers=_("Colleagues of the same company with the right that a task asks for."),
           fields={"tasks.Task": {"user": _("Tasks"), "values": _("What was written"), "asked_by": _("Name"), "done_by": _("Name"), "done_instead_of": _("Name")}, "tasks.Step": {"by": _("Name"), "instead_of": _("Name"), "text": _("What was written")}})
not_personal("a reference to something, never to a text", "tasks.Task.subject")

goes("tasks.Step", user=("task__user",), order=10)
goes("tasks.Task", user=("user",), order=20)
mention("tasks.Task", "values", "asked_by", "done_by", "done_instead_of")
mention("tasks.Step", "by", "instead_of", "text")

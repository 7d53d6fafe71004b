"""What tasks keep of one person: what was asked of him by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.personal import Person, part
from portiek.foundation.tasks.models import Task
from portiek.foundation.tasks.shown import worded


def _tasks(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Task.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return [{"task": str(worded(row).title), "asked_at": row.asked_at, "asked_by": row.asked_by, "done_at": row.done_at} for row in rows]


part("tasks.tasks", _("Tasks asked of you"), order=30, collect=_tasks, columns={"task": _("Task"), "asked_at": _("Asked"), "asked_by": _("By"), "done_at": _("Done")})

"""The place of tasks in the menu, what staff asks in words, and its place on the page of a party."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import part
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import permissions, queries
from portiek.foundation.tasks.kinds import OWN, task_kind


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("tasks:detail", args=[values["task"]]) if "task" in values else reverse("tasks:list")


def _of_party(request: Any, *, party: Party) -> str:
    return part(request, "tasks/of_party.html", {"tasks": queries.of_party(request.actor, party.pk), "party": party})


task_kind(
    OWN, title=_("{title}"), detail=_("{text}"), action=_("Look"), icon="message-square", url=_url, mail="now", label=_("You are asked to do something"), several=_("{count} things are asked of you"),
    escalate=(7, "user.manage"),
)  # fmt: skip
nav.place("tasks", _("Waiting for you"), icon="list-checks", url="tasks:list", right=None, order=15, count=queries.counting)
slots.declare("tasks.detail.panels", "A panel on the page of a task: render(request, task=Task) returns HTML.")
slots.fill("parties.detail.tabs", key="tasks", label=_("Tasks"), order=60, right=permissions.ASK, render=_of_party)

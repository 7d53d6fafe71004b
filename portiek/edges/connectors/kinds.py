"""The tasks this module asks staff for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.foundation.tasks.kinds import task_kind


def _monitor(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("connectors:monitor")


STUCK = task_kind(
    "connectors.command_stuck",
    title=_("Order {number} is not in the ERP"),
    detail=_("{cause}"),
    action=_("Solve it"),
    icon="triangle-alert",
    tone="stop",
    url=_monitor,
)
DOWN = task_kind(
    "connectors.connection_down",
    title=_("{label} does not answer"),
    detail=_("Orders wait and nothing is lost. {cause}"),
    action=_("Look at the connection"),
    icon="unplug",
    tone="stop",
    url=_monitor,
)

"""The tasks this module asks staff for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.edges.connectors import permissions
from portiek.foundation.banking.permissions import DECIDE
from portiek.foundation.notifications.kinds import topic
from portiek.foundation.tasks.kinds import task_kind


def _monitor(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("connectors:monitor")


def _file(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("connectors:files-file", args=[values["connection"], subject.rpartition(":")[2]])


def _files(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("connectors:files", args=[subject.rpartition(":")[2]])


def _change(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("banking:detail", args=[subject.rpartition(":")[2]])


topic("connectors", _("Connection with the administration"), 90)
STUCK = task_kind(
    "connectors.command_stuck",
    title=_("Order {number} is not in the ERP"),
    detail=_("{cause}"),
    action=_("Solve it"),
    icon="triangle-alert",
    tone="stop",
    url=_monitor,
    label=_("An order does not reach the ERP"),
    several=_("{count} orders are not in the ERP"),
    right=permissions.MANAGE,
    audience="staff",
)
ACCOUNT_STUCK = task_kind(
    "connectors.account_stuck",
    title=_("The bank account of {party} is not in the ERP"),
    detail=_("{mask} counts here, and the ERP does not have it. {cause}"),
    action=_("Look at it"),
    icon="landmark",
    tone="stop",
    url=_change,
    mail="now",
    label=_("An accepted bank account does not reach the ERP"),
    several=_("{count} accepted bank accounts are not in the ERP"),
    right=DECIDE,
    audience="staff",
)
DOWN = task_kind(
    "connectors.connection_down",
    title=_("{label} does not answer"),
    detail=_("Orders wait and nothing is lost. {cause}"),
    action=_("Look at the connection"),
    icon="unplug",
    tone="stop",
    url=_monitor,
    mail="now",
    label=_("The ERP does not answer"),
    right=permissions.MANAGE,
    audience="staff",
)
FILE_HELD = task_kind(
    "connectors.file_held",
    title=_("A file of the ERP is held: {name}"),
    detail=_("{cause}"),
    action=_("Look at the file"),
    icon="octagon-alert",
    tone="stop",
    url=_file,
    mail="now",
    label=_("A file of the ERP is held"),
    several=_("{count} files of the ERP are held"),
    right=permissions.MANAGE,
    audience="staff",
)
FILES_MISSING = task_kind(
    "connectors.files_missing",
    title=_("No file came today from {label}"),
    detail=_("Products, prices and stock may be of yesterday. Look whether the ERP wrote its files, and whether the folder is right."),
    action=_("Look at the files"),
    icon="clock-alert",
    tone="stop",
    url=_files,
    mail="now",
    label=_("No file came from the ERP"),
    right=permissions.MANAGE,
    audience="staff",
)

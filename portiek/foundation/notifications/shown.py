"""A notification in words, in the language of the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from portiek.foundation.notifications import rules
from portiek.foundation.notifications.kinds import TASK, kind
from portiek.foundation.notifications.models import Notification
from portiek.foundation.tasks.shown import dated
from portiek.ui.sentences import sentence


@dataclass(frozen=True)
class Told:
    """A notification in words."""

    id: int
    title: str
    body: str
    url: str
    icon: str
    at: datetime
    unread: bool


def told(row: Notification) -> Told:
    """Put a notification in words, in the language of the moment."""
    try:
        known = kind(row.kind)
    except KeyError:  # of a module that is gone from the installation
        return Told(row.pk, row.kind, "", "", "bell", row.at, row.read_at is None)
    values = values_of(row.kind, row.values)
    return Told(row.pk, sentence(known.title, values), sentence(known.body, values), known.url(row.subject, row.values), known.icon, row.at, row.read_at is None)


def values_of(code: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values of a message; that of a task says how late it is now."""
    return dated(values) if code.startswith(TASK) else values


def headline(row: Notification) -> str:
    """Return the title of a notification for a screen that others see too: without amounts."""
    amounts = any(isinstance(value, dict) and "money" in value for name, value in row.values.items() if name in rules.places(str(kind(row.kind).title)))
    return name_of(row.kind) if amounts else told(row).title


@dataclass(frozen=True)
class Entry:
    """One line of a mail about several things."""

    title: str
    body: str
    url: str


def gathered(rows: Sequence[Notification], portal: str) -> list[tuple[str, list[Entry]]]:
    """Put several notifications in words, under the name of the company they are about (the portal's for staff); many of a kind in one line that leads to the bell."""
    companies: dict[str, dict[str, list[Notification]]] = {}
    for row in rows:
        companies.setdefault(row.party.name if row.party else portal, {}).setdefault(row.kind, []).append(row)
    return [(company, [entry for code, found in by_kind.items() for entry in _entries(code, found)]) for company, by_kind in companies.items()]


def _entries(code: str, rows: list[Notification]) -> list[Entry]:
    if len(rows) < rules.MANY:
        return [Entry(item.title, item.body, item.url) for item in map(told, rows)]
    known = kind(code)
    title = sentence(known.several, {"count": len(rows)}) if known.several else f"{known.label} ({len(rows)})"
    return [Entry(title, "", reverse("tasks:list") if code.startswith(TASK) else reverse("notifications:list"))]


def name_of(code: str) -> str:
    """Return what kind of mail it was, in words without values."""
    try:
        return sentence(kind(code).label, {})
    except KeyError:
        return code

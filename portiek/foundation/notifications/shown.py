"""A notification in words, in the language of the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portiek.foundation.notifications.kinds import kind
from portiek.foundation.notifications.models import Notification
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
    return Told(
        row.pk, sentence(known.title, row.values), sentence(known.body, row.values), known.url(row.subject, row.values), known.icon, row.at, row.read_at is None
    )


def name_of(code: str) -> str:
    """Return what kind of mail it was, in words without values."""
    try:
        return sentence(kind(code).title, {})
    except KeyError:
        return code

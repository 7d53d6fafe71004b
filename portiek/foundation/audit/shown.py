"""Entries of the log for a component."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from portiek.core.pages import Request, part
from portiek.foundation.audit import permissions, queries
from portiek.foundation.audit.queries import Entry


def timeline(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return entries as `ui.timeline` takes them, with what changed below each."""
    return [{"text": item.text, "note": ", ".join([*([item.by] if item.by else []), *(f"{label}: {old or '-'} → {new or '-'}" if old else f"{label}: {new or '-'}" for label, old, new in item.changes)]), "at": item.at, "kind": item.tone,
             "icon": item.icon} for item in entries]


def history_panel(request: Request, subject: str) -> Any:
    """Return the panel with what happened to one thing last, for staff; None for others and where nothing did."""
    items = timeline(queries.history(request.actor, subject, limit=15)) if request.actor.is_staff else []
    more = f"{reverse('audit:list')}?{urlencode({'subject': subject})}" if request.actor.may(permissions.VIEW) else ""
    return part(request, "audit/history.html", {"items": items, "more": more}) if items else None

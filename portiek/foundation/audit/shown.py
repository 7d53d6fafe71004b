"""Entries of the log for a component."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portiek.foundation.audit.queries import Entry


def timeline(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return entries as `ui.timeline` takes them, with what changed below each."""
    return [{"text": item.text, "note": ", ".join([*([item.by] if item.by else []), *(f"{label}: {old or '-'} → {new or '-'}" if old else f"{label}: {new or '-'}" for label, old, new in item.changes)]), "at": item.at, "kind": item.tone,
             "icon": item.icon} for item in entries]

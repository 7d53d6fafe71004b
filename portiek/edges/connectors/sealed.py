"""Secrets in the outbox: sealed for their command, opened for the one call that needs them, hidden in whatever comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from portiek.core.sealing import seal, unseal
from portiek.edges.connectors.models import Command

# Of a payload: the values that stand sealed under their names, beside what may be read of them.
KEY = "sealed"
HIDDEN = "•••"


def _place(portal_id: int, kind: str, key: str, name: str) -> str:
    return f"connectors.command:{portal_id}.{kind}.{key}.{name}"


def closed(portal_id: int, kind: str, key: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return values as a payload keeps them under KEY; they open in the command of this kind and key alone."""
    return {name: seal(text, _place(portal_id, kind, key, name)) for name, text in values.items() if text}


def secrets(command: Command) -> dict[str, str]:
    """Return the secrets of a command by name. Raises Unsealable."""
    return {name: unseal(text, _place(command.portal_id, command.kind, command.key, name)) for name, text in command.payload.get(KEY, {}).items()}


def opened(command: Command) -> dict[str, Any]:
    """Return what a command says, its secrets in their places: for the connector alone, never kept. Raises Unsealable."""
    return {**readable(command.payload), **secrets(command)}


def readable(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload as people may read it."""
    return {name: value for name, value in payload.items() if name != KEY}


def hidden(command: Command, text: str) -> str:
    """Return what the ERP said without the secrets of its command, however it spaces them."""
    for secret in secrets(command).values() if KEY in command.payload else ():
        spaced = r"[\s.\-]*".join(re.escape(sign) for sign in secret)
        text = re.sub(spaced, HIDDEN, text, flags=re.IGNORECASE)
    return text

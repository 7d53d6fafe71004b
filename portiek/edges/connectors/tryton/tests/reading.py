"""Reading a feed to its end."""

from __future__ import annotations

from portiek.edges.connectors.contract import Change
from portiek.edges.connectors.tryton import TrytonConnector


def run(
    connector: TrytonConnector, entity: str, cursor: str | None = None, limit: int = 500
) -> tuple[list[Change], str]:
    """Pull until there is no more; return the changes and the cursor for the next run."""
    changes: list[Change] = []
    while True:
        page = connector.pull(entity, cursor, limit)
        changes += page.changes
        cursor = page.cursor
        if not page.more:
            return changes, cursor


def everything(connector: TrytonConnector, entity: str, limit: int = 500) -> list[Change]:
    """Pull a first load."""
    return run(connector, entity, None, limit)[0]


def all_keys(connector: TrytonConnector, entity: str, limit: int = 500) -> list[str]:
    """Sweep the keys."""
    found: list[str] = []
    while page := connector.keys(entity, found[-1] if found else None, limit):
        found += page
    return found

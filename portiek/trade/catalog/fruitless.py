"""Where a search finds nothing: on the list of products, over the API and on the page that searches everything."""

from __future__ import annotations

from typing import Any

from portiek.core import traces
from portiek.trade.catalog import actions, permissions, rules


def found_nothing(request: Any, search: str) -> None:
    """Let it be counted once the page is made, of customers themselves alone."""
    actor, words = request.actor, rules.countable(search)
    if words and actor.party_id and actor.may(permissions.VIEW) and not actor.read_only and not actor.by_user_id:
        traces.leave(request, actions.note_fruitless, words=words)

"""Every write about where people start: that somebody looked."""

from __future__ import annotations

from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.edges.pages import queries, rules
from portiek.edges.pages.models import Presence


@action(None)
def note_presence(actor: Actor, *, now: datetime, up_to: int | None = None) -> None:
    """Keep that the actor looks now and saw what there is (`up_to`: the facts up to this one); after a pause of some hours this is another visit, and the one before ended where he last looked."""
    was = queries.presence(actor)
    found: dict[str, object] = {"seen_at": now, "seen_fact": queries.last_fact(actor) if up_to is None else up_to}
    if was is not None and rules.is_another_visit(was.seen_at, now):
        found |= {"before_at": was.seen_at, "before_fact": was.seen_fact}
    Presence.objects.update_or_create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, defaults=found)  # type: ignore[misc]

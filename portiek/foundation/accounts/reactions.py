"""What follows in accounts itself: the card of who comes to the staff or leaves it."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.foundation.accounts import actions, facts


@reacts_to(facts.MembershipGranted, facts.MembershipEnded, facts.MembershipRestored)
def keep_card(actor: Actor, fact: facts.MembershipGranted | facts.MembershipEnded | facts.MembershipRestored, about: About) -> None:
    """Let parties see the card of one of the staff as long as he is here."""
    if about.party_id is None:
        actions.keep_card(actor, user_id=fact.user_id)

"""What follows in parties itself: the other side of a mandate is looked up, and reads in its own log what happened and what the other is called now."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to, reacts_together_to
from portiek.foundation.parties import actions, facts


@reacts_to(facts.RelationAsked)
def find_other_side(actor: Actor, fact: facts.RelationAsked, about: About) -> None:
    """Find whom a company asked, without telling it."""
    actions.find_other_side(actor, relation_id=fact.relation_id)


@reacts_to(facts.RelationConfirmed, facts.RelationEnded)
def tell_other_side(actor: Actor, fact: facts.RelationConfirmed | facts.RelationEnded, about: About) -> None:
    """Let the other side read it too."""
    actions.tell_other_side(actor, relation_id=fact.relation_id, by_party=about.party_id, ended=isinstance(fact, facts.RelationEnded))


@reacts_together_to(facts.PartyChanged)
def follow_names(actor: Actor, changed: list[tuple[facts.PartyChanged, About]]) -> None:
    """Let mandates say what their companies are called now."""
    actions.follow_names(actor, party_ids={fact.party_id for fact, _about in changed})

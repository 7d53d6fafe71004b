"""What follows a change of the catalogue."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.facts import About, Fact, reacts_to
from portiek.core.models import FactRow
from portiek.trade.catalog import actions, facts


@reacts_to(facts.ProductsApplied, facts.AssortmentChanged)
def recount(actor: Actor, fact: Fact, about: About) -> None:
    """Count the assortments again, once for a row of batches: the last of them does it."""
    names = [facts.ProductsApplied.name, facts.AssortmentChanged.name]
    if not FactRow.objects.filter(portal_id=actor.portal_id, pk__gt=about.fact_id, name__in=names).exists():
        actions.count_assortments(actor)

"""What follows in punch-out from facts."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.edges.punchout import actions
from portiek.trade.orders.facts import OrderSubmitted


@reacts_to(OrderSubmitted)
def recognise_order(actor: Actor, fact: OrderSubmitted, about: About) -> None:
    """Look whether an order is a cart that went back to a purchasing system."""
    if about.party_id is not None:
        actions.recognise_order(actor, party_id=about.party_id, order_id=fact.order_id)

"""What follows from an order for the books: the invoice may be here already, and what it covers depends on what the order comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_together_to
from portiek.settlement.invoicing import actions
from portiek.trade.orders import facts


@reacts_together_to(
    facts.OrderImported, facts.OrderConfirmed, facts.OrderChanged, facts.OrderUpdated, facts.OrderRejected, facts.OrderCancelled, facts.SyncChanged
)
def match_orders(actor: Actor, happened: Sequence[tuple[Any, About]]) -> None:
    """Find the invoices of orders that got their number in the ERP, and say anew how far orders are invoiced whose amount may be another."""
    # On its way an order has no number there yet.
    keys = {fact.order_id for fact, _about in happened if not isinstance(fact, facts.SyncChanged) or fact.state == "acknowledged"}
    if keys:
        actions.match_orders(actor, order_ids=sorted(keys))

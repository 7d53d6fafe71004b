"""What follows from an order for the books: the invoice may be here already, and what it covers depends on what the order comes to."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.facts import About, Fact, reacts_to
from portiek.settlement.invoicing import actions
from portiek.trade.orders import facts


@reacts_to(
    facts.OrderImported, facts.OrderConfirmed, facts.OrderChanged, facts.OrderUpdated, facts.OrderRejected, facts.OrderCancelled, facts.SyncChanged
)
def match_order(actor: Actor, fact: Fact, about: About) -> None:
    """Find the invoices of an order that got its number in the ERP, and say anew how far an order is invoiced whose amount may be another."""
    # On its way an order has no number there yet.
    if not isinstance(fact, facts.SyncChanged) or fact.state == "acknowledged":
        actions.match_orders(actor, order_ids=[fact.order_id])  # type: ignore[attr-defined]

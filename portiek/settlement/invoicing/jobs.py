"""Reminders by the clock, and the news of an invoice."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every, job
from portiek.settlement.invoicing import actions


@every("20 3 * * *", name="invoicing.ask_overdue", queue="slow")
def ask_overdue(actor: Actor) -> None:
    """Each night: what became overdue is put on the list."""
    actions.ask_overdue(actor, today=timezone.localdate())


@job(name="invoicing.tell_issued")
def tell_issued(actor: Actor, *, invoice: int) -> None:
    """Tell of a new invoice."""
    actions.tell_issued(actor, invoice_id=invoice)


@job(name="invoicing.match_orders")
def match_orders(actor: Actor, *, external_ids: list[str]) -> None:
    """Look once more for the orders of invoices that came in before them."""
    actions.match_orders(actor, external_ids=external_ids)

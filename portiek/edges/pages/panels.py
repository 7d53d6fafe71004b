"""What the home pages and the search show of each module, as plain values."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.counting import counted
from portiek.core.search import Hit
from portiek.edges.connectors import queries as connectors
from portiek.settlement.invoicing import queries as invoicing
from portiek.settlement.invoicing import shown
from portiek.trade.catalog import queries as catalog
from portiek.trade.orders import queries, rules, wording


def orders(actor: Actor, *, limit: int = 6, with_tax: bool = False) -> list[Any] | None:
    """Return running orders (for staff the newest), each with url, number, reference, party, status, track and amount; None without the right."""
    if not actor.may("order.view"):
        return None
    found = queries.orders(actor, state="" if actor.is_staff else "running").select_related("party").order_by("-placed_at", "-pk")[:limit]
    return [
        SimpleNamespace(
            number=row.number,
            url=reverse("orders:detail", args=[row.number]),
            reference=row.reference,
            party=row.party.name,
            status=wording.status(row),
            done=rules.track(row.status, row.delivery) if row.status in rules.WITH_TRACK else None,
            amount=row.gross if with_tax else row.net,
        )
        for row in found
    ]


def balance(actor: Actor, *, today: date) -> Any:
    """Return what is outstanding, in words; None without the right."""
    return shown.balance_shown(invoicing.balance(actor, today=today)) if invoicing.may_see_balance(actor) else None


def stuck(actor: Actor) -> int | None:
    """Return how much waits for a person at the connection with the ERP; None without the right."""
    return counted([connectors.trouble(actor)])[0] if actor.may("connector.view") else None


def find_products(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Find products of one's assortment, as the catalogue does: by one's own numbers first, and where nothing is called so what may have been meant."""
    rows = (catalog.page(actor, search=text, size=limit).rows or catalog.guessed(actor, text, size=limit))[:limit]
    return [Hit(row.label, " · ".join(part for part in (row.sku, row.own_number) if part), row.icon or "package", reverse("catalog:detail", args=[row.sku])) for row in rows]


def find_orders(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Find orders by number and reference."""
    rows = queries.orders(actor, search=text).order_by("-placed_at", "-pk").select_related("party")[:limit]
    return [
        Hit(row.number, " · ".join(part for part in (row.party.name if actor.is_staff else row.reference, wording.status(row)[1]) if part), "package", reverse("orders:detail", args=[row.number]))
        for row in rows
    ]


def find_invoices(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Find invoices by number and reference."""
    rows = invoicing.invoices(actor, search=text, today=timezone.localdate()).rows[:limit]
    return [Hit(row.number, row.reference, "receipt-euro", reverse("invoicing:detail", args=[row.number])) for row in rows]

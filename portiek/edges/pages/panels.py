"""What the home pages show of each module, as plain values. A module that is not installed shows nothing."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.counting import counted
from portiek.core.search import Hit

ORDERS, INVOICING, CATALOG, CONNECTORS = "portiek.trade.orders", "portiek.settlement.invoicing", "portiek.trade.catalog", "portiek.edges.connectors"


def has(module: str, *parts: str) -> bool:
    """Whether a module is part of this house, with these parts."""
    return apps.is_installed(module) and all((_folder(module) / f"{part}.py").exists() or (_folder(module) / part).is_dir() for part in parts)


def _folder(module: str) -> Any:
    from pathlib import Path

    return Path(apps.get_app_config(module.rpartition(".")[2]).path)


def orders(actor: Actor, *, staff: bool, limit: int = 6, with_tax: bool = False) -> list[Any] | None:
    """Return running orders (for staff the newest), each with url, number, reference, party, status, track and amount; None without the right."""
    if not has(ORDERS, "urls", "wording") or not actor.may("order.view"):
        return None
    queries, wording, rules = (import_module(f"{ORDERS}.{part}") for part in ("queries", "wording", "rules"))
    found = queries.orders(actor, state="" if staff else "running").select_related("party").order_by("-placed_at", "-pk")[:limit]
    return [SimpleNamespace(number=row.number, url=reverse("orders:detail", args=[row.number]), reference=row.reference, party=row.party.name, status=wording.status(row),
                            done=rules.track(row.status, row.delivery) if row.status in rules.WITH_TRACK else None,
                            amount=row.gross if with_tax else row.net) for row in found]


def balance(actor: Actor, *, today: date) -> Any:
    """Return what is outstanding, in words; None without the right."""
    if not has(INVOICING, "urls", "shown"):
        return None
    queries, shown = import_module(f"{INVOICING}.queries"), import_module(f"{INVOICING}.shown")
    return shown.balance_shown(queries.balance(actor, today=today)) if queries.may_see_balance(actor) else None


def stuck(actor: Actor) -> int | None:
    """Return how much waits for a person at the connection with the ERP; None without the right."""
    if not has(CONNECTORS, "urls", "queries") or not actor.may("connector.view"):
        return None
    return counted([import_module(f"{CONNECTORS}.queries").trouble(actor)])[0]


def find_products(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Find products of one's assortment, as the catalogue does: by one's own numbers first."""
    if not has(CATALOG, "urls"):
        return []
    rows = import_module(f"{CATALOG}.queries").page(actor, search=text, size=limit).rows[:limit]
    return [Hit(row.label, " · ".join(part for part in (row.sku, row.own_number) if part), row.icon or "package", reverse("catalog:detail", args=[row.sku])) for row in rows]


def find_orders(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Find orders by number and reference."""
    if not has(ORDERS, "urls", "wording"):
        return []
    queries, wording = import_module(f"{ORDERS}.queries"), import_module(f"{ORDERS}.wording")
    rows = queries.orders(actor, search=text).order_by("-placed_at", "-pk").select_related("party")[:limit]
    return [Hit(row.number, " · ".join(part for part in (row.party.name if actor.is_staff else row.reference, wording.status(row)[1]) if part), "package",
                reverse("orders:detail", args=[row.number])) for row in rows]


def find_invoices(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Find invoices by number and reference."""
    if not has(INVOICING, "urls", "shown"):
        return []
    from django.utils import timezone

    rows = import_module(f"{INVOICING}.queries").invoices(actor, search=text, today=timezone.localdate()).rows[:limit]
    return [Hit(row.number, row.reference, "receipt-euro", reverse("invoicing:detail", args=[row.number])) for row in rows]

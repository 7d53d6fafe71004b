"""Which warehouse counts for whom, and who wants to hear when something is there again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import errors, facts, permissions, rules
from portiek.trade.catalog.availability import availability, supplied_from
from portiek.trade.catalog.models import Product, StockWatch, Supply, Warehouse


@action(permissions.MANAGE)
def choose_supply(actor: Actor, *, party: Party, warehouse: Warehouse | None) -> None:
    """Say from which warehouse a party is supplied, or None: from all of them together."""
    was = supplied_from(actor, party.pk)
    if was == warehouse:
        return
    if warehouse is None:
        Supply.objects.filter(portal_id=actor.portal_id, party=party).delete()
    else:
        Supply.objects.update_or_create(portal_id=actor.portal_id, party=party, defaults={"warehouse": warehouse})
    record(actor, facts.SupplyChosen(warehouse_id=warehouse.pk if warehouse else 0), party_id=party.pk, subject=ref("parties.party", party.pk), text=str(warehouse or ""), changes={"warehouse": (was, warehouse)})


@action(permissions.VIEW)
def watch_stock(actor: Actor, *, product: Product, now: datetime) -> None:
    """Let the actor hear when a product is there again; asked twice is asked once. Raises Refused for what is there, is no longer sold, or when he waits for too much already."""
    if actor.party_id is None or not actor.user_id:
        raise NotFound
    if not product.is_active or availability(actor, [product])[product.pk].standing.state in ("available", "unknown"):
        raise Refused(errors.NOT_TO_WAIT_FOR)
    mine = StockWatch.objects.filter(party_id=actor.party_id, user_id=actor.user_id)
    if not mine.filter(product=product).exists() and mine.count() >= rules.MOST_WATCHED:
        raise Refused(errors.WAITS_FOR_TOO_MUCH, most=rules.MOST_WATCHED)
    StockWatch.objects.get_or_create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, product=product, defaults={"asked_at": now})


@action(permissions.VIEW)
def unwatch_stock(actor: Actor, *, product_id: int) -> None:
    """Wait no longer; what the actor does not wait for is fine."""
    StockWatch.objects.filter(party_id=actor.party_id or 0, user_id=actor.user_id, product_id=product_id).delete()


@action(None)
def end_watches(actor: Actor, *, watches: Iterable[StockWatch]) -> None:
    """Forget who was told. System only."""
    if actor.kind != "system":
        raise Forbidden(permissions.MANAGE)
    StockWatch.objects.filter(portal_id=actor.portal_id, pk__in=[row.pk for row in watches]).delete()


@action(None)
def drop_old_watches(actor: Actor, *, now: datetime) -> int:
    """Forget who waited for longer than the term. System only."""
    if actor.kind != "system":
        raise Forbidden(permissions.MANAGE)
    count, _per = over(actor, "catalog.watches", now=now).delete()
    return count

"""What the processes of `test_killed` do: place orders, and send them until they are killed."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.connectors import effects, engine, pushing, seeds
from portiek.edges.connectors.demo.store import Store
from portiek.edges.connectors.models import Connection
from portiek.edges.connectors.tests.world import World
from portiek.foundation.accounts.seeds import portal_ids
from portiek.trade.orders.models import Order


def _world() -> World:
    actor = Actor.system(portal_ids()["vandijk"])
    with scope(actor):
        return World(actor, Connection.objects.get(), None)  # type: ignore[arg-type]


def place(number: int) -> None:
    """Put so many orders in the outbox."""
    world = _world()
    with scope(world.actor):
        seeds.fill(Store(Path(settings.DATA_DIR) / "demo-erp" / "vandijk.sqlite"))
    for place in range(number):
        world.order(f"K-{place:04d}", party="10042" if place % 2 else "10077")
    with scope(world.actor):
        for order in Order.objects.filter(number__startswith="K-").select_related("party").order_by("pk"):
            effects.queue_order(world.actor, order, world.connection)


def push() -> None:
    """Send until nothing is left."""
    world = _world()
    session = engine._session(world.actor, world.connection.pk)
    assert session is not None
    pushing.push_due(session, until=time.monotonic() + 600)

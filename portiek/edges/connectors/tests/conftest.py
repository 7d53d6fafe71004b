"""A connection with the demo's ERP, its books copied for each test, its clock turned by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def world(cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from django.conf import settings

    from portiek.core.db import scope
    from portiek.edges.connectors import seeds, vendors
    from portiek.edges.connectors.demo import DemoConnector, DemoOptions
    from portiek.edges.connectors.demo.store import Store
    from portiek.edges.connectors.models import Connection
    from portiek.edges.connectors.tests.world import World

    place = tmp_path / "demo-erp" / "vandijk.sqlite"
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    store = Store(place)
    with scope(cast.system):
        connection = Connection.objects.get()
        # The database is kept between runs, the books are not: the same data make the same books.
        seeds.fill(store)
    made = World(cast.system, connection, store)
    # One life for one test: no changes by chance, no calls from customers.
    options = DemoOptions(changes=0, phone_orders=False)

    def connector(vendor: str, _options: Any, *, portal: str, http: Any = None, connection: Any = None) -> DemoConnector:
        return DemoConnector(options, None, place=place, now=made.now)

    monkeypatch.setattr(vendors, "made", connector)
    yield made
    store.close()


@pytest.fixture
def as_sent(world: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Place an order and let its reactions run; sending is left to the test."""
    from portiek.config.testing import run_jobs
    from portiek.edges.connectors import engine

    def place(*arguments: Any, **options: Any) -> Any:
        order = world.order(*arguments, **options)
        with monkeypatch.context() as patch:
            patch.setattr(engine, "push", lambda *_arguments: 0)
            run_jobs()
        return order

    return place

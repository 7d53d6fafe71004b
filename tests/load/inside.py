"""What is measured inside a process of its own: prices, search and feeds, as the web process and the worker call them.

Reads one JSON line with a name and arguments, answers with one JSON line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

CALLS: dict[str, Callable[..., Any]] = {}


def call(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let the benchmark call the function by its name."""
    CALLS[function.__name__] = function
    return function


def _sanne() -> Any:
    from portiek.core.db.gate import ask
    from portiek.core.sessions import token_hash
    from portiek.foundation.accounts.identify import _actor

    found = ask("identify", "localhost", token_hash("bench-token"))
    return _actor(found["portal"]["id"], found["member"])


@call
def prices(count: int) -> list[float]:
    """Return the seconds of the two statements that find the price lines of so many products, and of the whole query."""
    from django.db import connection

    from portiek.core.db import scope
    from portiek.trade.catalog.models import Product
    from portiek.trade.pricing.queries import Wanted
    from portiek.trade.pricing.queries import prices as found

    spent = 0.0

    def watch(execute: Any, statement: Any, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal spent
        begun = time.perf_counter()
        try:
            return execute(statement, parameters, many, context)
        finally:
            if "pricing_" in str(statement):
                spent += time.perf_counter() - begun

    actor = _sanne()
    with scope(actor, read_only=True):
        ids = list(Product.objects.filter(sku__startswith="LD-").order_by("-popularity").values_list("pk", flat=True)[:count])
        assert len(ids) == count
        with connection.execute_wrapper(watch):
            begun = time.perf_counter()
            found(actor, [Wanted(key) for key in ids], day=date.today())
            return [spent, time.perf_counter() - begun]


@call
def find(words: str, size: int) -> list[float]:
    """Return the seconds of a search of so many products, and how many it found."""
    from portiek.core.db import scope
    from portiek.trade.catalog import queries

    actor = _sanne()
    with scope(actor, read_only=True):
        begun = time.perf_counter()
        found = queries.page(actor, search=words, size=size)
        return [time.perf_counter() - begun, len(found.rows)]


@call
def records(first: int, last: int, price_add: int) -> int:
    """Keep the records of products ready, as a connector hands them over."""
    from tests.load.data import product_records

    _ready[:] = product_records(first, last, price_add=price_add)
    return len(_ready)


_ready: list[Any] = []


@call
def feed(batch: int) -> list[float]:
    """Apply the records kept ready, in batches as the engine does; return seconds, changed and unchanged products."""
    from portiek.core.actor import Actor
    from portiek.core.db import scope
    from portiek.trade.catalog import actions

    actor = Actor.system(_sanne().portal_id)
    changed = unchanged = 0
    begun = time.perf_counter()
    for first in range(0, len(_ready), batch):
        with scope(actor):
            applied = actions.apply_products(actor, records=_ready[first : first + batch])
        changed, unchanged = changed + applied.changed + applied.created, unchanged + applied.unchanged
    return [time.perf_counter() - begun, changed, unchanged]


@call
def share(called: str) -> int:
    """Make an order list of Sanne's company and return its key."""
    from portiek.core.db import scope
    from portiek.trade.lists import actions

    actor = _sanne()
    with scope(actor):
        return actions.make_list(actor, name=called, scope="company").pk


@call
def rename(key: int, called: str) -> bool:
    """Give the list another name: one small action with one fact."""
    from portiek.core.db import scope
    from portiek.trade.lists import actions

    actor = _sanne()
    with scope(actor):
        actions.change_list(actor, key=key, name=called, scope="company", unit_id=None)
    return True


def main() -> None:
    """Answer until there are no more lines."""
    from portiek.config.cli import setup

    setup()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(CALLS[name](**arguments)), flush=True)


if __name__ == "__main__":
    main()

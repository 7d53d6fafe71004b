"""P1, P2, P3, P10 and row security: pages over HTTP, each beside the floor in the same round."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from tests.load.bench import FLOOR, FLOOR_THEN, Bench
from tests.load.client import Client
from tests.load.data import ABSENT, COMMON, NOUNS, RARE, Size
from tests.load.measure import Times, in_turn

ORDERS, CATALOGUE = "/orders/", "/catalog/"
ADDRESSES = {"": "the first page", "?q=laan+9999": "rare word", "?q=laan": "common word", "?q=bestaatniet": "absent word"}
# Two thousand colleagues with five hundred roles.
PEOPLE = {"/colleagues/": "colleagues", "/colleagues/?q=persoon+1234": "colleagues, rare word", "/roles/": "roles", "/roles/?q=rol+49": "roles, rare word", "/colleagues/invite/": "choosing a role"}
PARTIAL = {"HX_Request": "true", "HX_Request_Type": "partial"}


def fetch(client: Client, path: str, **headers: str) -> Callable[[], float]:
    """Return something to measure: one page, which must come back whole."""
    request = client.request("GET", path, b"", headers)

    def run() -> float:
        answer = client.send(request)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.seconds

    return run


def statements(client: Client, path: str, **headers: str) -> int:
    """Return how many statements a page costs, that of the session included."""
    return int(client.get(path, X_Count="1", **headers).headers["x-statements"])


def pages(bench: Bench) -> None:
    """Measure the order list and the catalogue at the largest size."""
    size = bench.sizes[-1]
    with bench.web(size) as client:
        things = {
            "floor": fetch(client, FLOOR),
            "orders": fetch(client, ORDERS),
            "rows": fetch(client, ORDERS, **PARTIAL),
            "catalogue": fetch(client, CATALOGUE),
            **{word: fetch(client, f"{CATALOGUE}?q={word}") for word in (COMMON, RARE, ABSENT, NOUNS[0])},
            **{f"addresses{query}": fetch(client, f"/orders/cart/address/{query}") for query in ADDRESSES},
            **{path: fetch(client, path) for path in PEOPLE},
            **{f"typed {word[:4]}": fetch(client, f"/search/?palette=1&q={word[:4]}", HX_Request="true") for word in (COMMON, RARE, ABSENT)},
        }
        found = in_turn(things, bench.rounds)
        floor = found["floor"]
        bench.pace = floor.p50 / FLOOR_THEN
        bench.row("", "the floor", f"p50 {floor.p50:.2f} ms (p95 {floor.p95:.2f})", f"{FLOOR_THEN} ms where the goals were set", bench.pace)
        bench.against("P1", "order list, whole page", found["orders"], floor, 2)
        bench.against("P1", "order list, its rows alone", found["rows"], floor, 1.4)
        count = statements(client, ORDERS)
        bench.row("P1", "order list, statements", str(count), wanted="≤ 8", met=count <= 8)
        html = len(gzip.compress(client.get(ORDERS).body, 6)) / 1000
        bench.row("P6", "order list, HTML compressed", f"{html:.1f} kB", wanted="≤ 12 kB", met=html <= 12)
        bench.against("P2", "catalogue page with own prices", found["catalogue"], floor, 4)
        count = statements(client, CATALOGUE)
        bench.row("P2", "catalogue page, statements", str(count), wanted="≤ 12", met=count <= 12)
        for word, name in ((COMMON, "common"), (RARE, "rare"), (ABSENT, "absent"), (NOUNS[0], "usual")):
            bench.against("P3", f"search page, {name} word", found[word], floor, 4)
        for word, name in ((COMMON, "common"), (RARE, "rare"), (ABSENT, "absent")):
            times = found[f"typed {word[:4]}"]
            bench.row("P3", f"type-ahead over HTTP, {name} beginning", f"p50 {times.p50:.2f} ms (p95 {times.p95:.2f})", f"floor {floor.p50:.2f} ms", times.p50 / floor.p50)
        for query, name in ADDRESSES.items():
            bench.against("P3", f"choosing an address out of 10,000, {name}", found[f"addresses{query}"], floor, 4)
            count = statements(client, f"/orders/cart/address/{query}")
            bench.row("P3", f"choosing an address, {name}, statements", str(count), wanted="≤ 10", met=count <= 10)
        for path, name in PEOPLE.items():
            bench.against("P3", f"2,000 people, 500 roles: {name}", found[path], floor, 4)
            count = statements(client, path)
            bench.row("P3", f"2,000 people, 500 roles: {name}, statements", str(count), wanted="≤ 12", met=count <= 12)
        _row_security(bench, client, size)


@contextlib.contextmanager
def _unlocked(owner: psycopg.Connection[Any]) -> Iterator[None]:
    """Turn row security off for a moment: the same process, pages and statements, without policies."""
    tables = [row[0] for row in owner.execute("SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace").fetchall()]
    owner.execute("; ".join(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY" for table in tables))
    try:
        yield
    finally:
        owner.execute("; ".join(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in tables))


def _row_security(bench: Bench, client: Client, size: Size) -> None:
    """Compare pages with policies and without, in blocks that take turns."""
    paths = {"order list": ORDERS, "search page": f"{CATALOGUE}?q={COMMON}"}
    on: dict[str, list[float]] = {name: [] for name in paths}
    off: dict[str, list[float]] = {name: [] for name in paths}
    things = {name: fetch(client, path) for name, path in paths.items()}
    with bench.owner(size) as owner:
        for _ in range(8):
            for name, times in in_turn(things, max(8, bench.rounds // 8)).items():
                on[name] += [value / 1000 for value in times.all]
            with _unlocked(owner):
                for name, times in in_turn(things, max(8, bench.rounds // 8)).items():
                    off[name] += [value / 1000 for value in times.all]
    bench.against("", "row security on: order list", Times(on["order list"]), Times(off["order list"]), 1.15, named="off")
    bench.against("P3", "row security on: search page", Times(on["search page"]), Times(off["search page"]), 1.5, named="off")


def growth(bench: Bench) -> None:
    """Compare the order list at every size, and at any depth of the largest."""
    with contextlib.ExitStack() as stack:
        clients = {size: stack.enter_context(bench.web(size)) for size in bench.sizes}
        things = {str(size.orders): fetch(clients[size], ORDERS) for size in bench.sizes}
        words = {"common": "project", "rare": "so7", "absent": ABSENT}
        things |= {f"{name} {size.orders}": fetch(clients[size], f"{ORDERS}?q={word}") for name, word in words.items() for size in (bench.sizes[0], bench.sizes[-1])}
        last = bench.sizes[-1]
        for depth in (0.5, 0.99):
            things[f"at {depth:.0%}"] = fetch(clients[last], f"{ORDERS}?after={_cursor(bench, last, depth)}")
        by_prices = bench.sizes[-2:]
        things |= {f"prices {size.price_lines}": fetch(clients[size], CATALOGUE) for size in by_prices}
        found = in_turn(things, bench.rounds)
    few, many = (size.price_lines for size in by_prices)
    if many > few:
        bench.against("P10", f"catalogue page, p95 at {many:,} price lines", found[f"prices {many}"], found[f"prices {few}"], 1.3, p95=True, named=f"at {few:,}")
    least = found[str(bench.sizes[0].orders)]
    for size in bench.sizes[1:]:
        bench.against("P10", f"order list, p95 at {size.orders:,} orders", found[str(size.orders)], least, 1.3, p95=True, named=f"at {bench.sizes[0].orders:,}")
    for name in words:
        bench.against(
            "P10",
            f"order search, {name} word, p95 at {last.orders:,} orders",
            found[f"{name} {last.orders}"],
            found[f"{name} {bench.sizes[0].orders}"],
            1.3,
            p95=True,
            named=f"at {bench.sizes[0].orders:,}",
        )
    for depth in (0.5, 0.99):
        bench.against("P10", f"order list, p95 at {depth:.0%} of {last.orders // 10:,} own orders", found[f"at {depth:.0%}"], least, 1.3, p95=True, named=f"at {bench.sizes[0].orders:,}")


def _cursor(bench: Bench, size: Size, depth: float) -> str:
    with bench.owner(size) as owner:
        row = owner.execute(
            "SELECT placed_at, id FROM orders_order WHERE party_id = (SELECT party_id FROM accounts_session WHERE user_agent = 'bench') ORDER BY placed_at DESC, id DESC OFFSET %s LIMIT 1",
            [int(size.orders // 10 * depth)],
        ).fetchone()
    assert row is not None
    return base64.urlsafe_b64encode(json.dumps([{"d": row[0].isoformat()}, row[1]], separators=(",", ":")).encode()).decode().rstrip("=")


def calls(bench: Bench) -> None:
    """Measure own prices and type-ahead below the page."""
    small, large = next(size for size in bench.sizes if size.price_lines == 10_000), bench.sizes[-1]
    with bench.inside(small) as few, bench.inside(large) as many:
        found = in_turn({"few": lambda: few("prices", count=50)[0], "many": lambda: many("prices", count=50)[0], "whole": lambda: many("prices", count=50)[1]}, bench.rounds)
        bench.absolute("P2", f"own prices of 50 products, SQL, p95 at {large.price_lines:,} lines", found["many"].p95, 1, "ms")
        bench.against("P2", f"the same against {small.price_lines:,} lines", found["many"], found["few"], 1.3, named=f"at {small.price_lines:,}")
        bench.row("P2", "own prices of 50 products, the whole query", f"p50 {found['whole'].p50:.2f} ms (p95 {found['whole'].p95:.2f})")
        for word, name in ((COMMON, "common"), (RARE, "rare"), (ABSENT, "absent")):
            times = in_turn({"it": lambda word=word: many("find", words=word[:4], size=8)[0]}, bench.rounds)["it"]  # type: ignore[misc]
            bench.absolute("P3", f"type-ahead p95, {name} beginning, {large.products:,} products", times.p95, 5, "ms")

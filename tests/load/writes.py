"""P4, P5 and P6: ordering, an ERP's feed while people look, and what it all weighs."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import threading
import time
from pathlib import Path

from tests.journeys.processes import Installation, free_port
from tests.load.bench import FLOOR, Bench, Inside
from tests.load.client import HIDDEN, Client
from tests.load.measure import Times, family, in_turn, memory
from tests.load.pages import ORDERS, fetch

SUBMIT = "/orders/cart/submit/"
# As many records as the engine hands over at once.
BATCH = 2_000


def _fill(client: Client, skus: list[str]) -> None:
    client.post("/orders/cart/empty/", {})
    pasted = client.post("/orders/cart/paste/", {"text": "\n".join(f"{sku};2" for sku in skus)})
    assert pasted.status == 302, pasted.status
    answer = client.post(pasted.headers["location"], {"add": "1"})
    assert answer.status == 302, answer.status


def _place(client: Client, skus: list[str], counted: bool = False) -> tuple[float, int]:
    """Fill the cart, look at it and order; return the seconds of the order itself and its statements."""
    _fill(client, skus)
    seen = client.get("/orders/cart/review/").hidden(SUBMIT)
    answer = client.post(SUBMIT, seen, **({"X_Count": "1"} if counted else {}))
    assert answer.status == 302, answer.status
    assert answer.headers["location"].startswith("/orders/"), answer.headers
    return answer.seconds, int(answer.headers.get("x-statements", 0))


def ordering(bench: Bench) -> None:
    """Measure how long it takes to place orders and to add to a full cart."""
    size = bench.sizes[-1]
    with bench.owner(size) as owner:
        found = owner.execute(
            "SELECT p.sku FROM catalog_assortmentitem i JOIN catalog_assortment a ON a.id = i.assortment_id JOIN catalog_product p ON p.id = i.product_id WHERE a.code = 'load' ORDER BY p.id LIMIT 700"
        ).fetchall()
    skus = [row[0] for row in found]
    with bench.web(size) as client:
        client.get(ORDERS)  # the page brings the secret that forms need
        floor = fetch(client, FLOOR)
        few = in_turn({"floor": floor, "five": lambda: _place(client, skus[:5])[0]}, bench.rounds // 4)
        many = in_turn({"five hundred": lambda: _place(client, skus[:500])[0]}, max(5, bench.rounds // 20), warm=1)
        bench.against("P4", "place an order of 5 lines", few["five"], few["floor"], 10)
        _seconds, count = _place(client, skus[:5], counted=True)
        bench.row("P4", "place an order of 5 lines, statements", str(count), wanted="≤ 15", met=count <= 15)
        bench.against("P4", "place an order of 500 lines", many["five hundred"], few["five"], 10, named="of 5")
        _fill(client, skus[:500])
        turn = iter(range(10**6))

        def add() -> float:
            sku = skus[600 + next(turn) % (len(skus) - 600)]
            answer = client.post("/orders/cart/add/", {"product": sku, "quantity": "1"})
            assert answer.status in (200, 302), answer.status
            return answer.seconds

        added = in_turn({"floor": floor, "add": add}, max(10, bench.rounds // 5))
        bench.against("P4", "add to a cart of 500 lines", added["add"], added["floor"], 10)
        line = dict(HIDDEN.findall(client.get("/orders/cart/").body.decode().split('id="line-', 1)[1]))["line"]

        def change() -> float:
            answer = client.post("/orders/cart/change/", {"line": line, "quantity": str(2 + next(turn) % 9)}, HX_Request="true", HX_Target="div#cart-body")
            assert answer.status == 200 and answer.body.count(b'<tr id="line-') == 1, answer.status
            return answer.seconds

        changed = in_turn({"change": change}, max(10, bench.rounds // 10))["change"]
        bench.absolute("P4", "change a line in a cart of 500 lines", changed.p95 / 1000, 1, "s")
        client.post("/orders/cart/empty/", {})


def feed(bench: Bench) -> None:
    """Measure a feed of products through the actions, and the order list meanwhile."""
    size = bench.sizes[-1]
    with bench.inside(size) as inside, bench.web(size) as client:
        look = fetch(client, ORDERS)
        alone = in_turn({"list": look}, bench.rounds)["list"]
        prices = int(time.time()) % 1000
        inside("records", first=1, last=size.products, price_add=prices + 1)
        meanwhile: list[float] = []
        changed = _applied(inside, look, meanwhile)
        assert changed[1] == size.products, changed
        unchanged = _applied(inside, look, meanwhile)
        assert unchanged[2] == size.products, unchanged
        bench.rate("P5", "feed: changed products, list read meanwhile", changed[1] / changed[0], 45_000)
        bench.rate("P5", "feed: unchanged products, list read meanwhile", unchanged[2] / unchanged[0], 100_000)
        bench.against("P5", "order list p95 during the feed", Times(meanwhile), alone, 2, p95=True, named="alone")


def _applied(inside: Inside, look: object, meanwhile: list[float]) -> list[float]:
    """Apply the feed while somebody looks at a page twenty times a second."""
    assert callable(look)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            meanwhile.append(look())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        found: list[float] = inside("feed", batch=BATCH)
        return found
    finally:
        done.set()
        watching.join()


def footprint(bench: Bench) -> None:
    """Measure an installation of its own: memory, time until it serves, and what a browser loads."""
    with tempfile.TemporaryDirectory(prefix="portiek-load-") as folder:
        os.chmod(folder, 0o755)
        data, port = Path(folder) / "data", free_port()
        Installation("serve", data, port).shut()
        serving = Installation("serve", data, port)
        try:
            ready = serving.ready()
            client = Client(port)
            for _ in range(20):
                client.get("/readyz")
            everyone = family(serving.process.pid)
            total = sum(memory(pid) for pid in everyone) / 1000
            web, worker = memory(serving.part("web")) / 1000, memory(serving.part("worker")) / 1000
        finally:
            serving.stop()
    bench.absolute("P6", "ready, second start", ready, 5, "s")
    bench.row("P6", "memory: supervisor, web, worker, PostgreSQL", f"{total:.0f} MB", f"web {web:.0f}, worker {worker:.0f}", wanted="≤ 300 MB", met=total <= 300)
    static = Path(__file__).resolve().parents[2] / "portiek" / "ui" / "static" / "ui"
    names = json.loads((static / "manifest.json").read_text())
    loaded = sum(len(gzip.compress((static / names[name]).read_bytes(), 9)) for name in ("app.css", "app.js")) / 1000
    bench.row("P6", "CSS + JS of every page, compressed", f"{loaded:.1f} kB", wanted="≤ 60 kB", met=0 < loaded <= 60)

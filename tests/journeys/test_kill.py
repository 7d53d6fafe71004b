"""Kill PostgreSQL, web and worker, one after the other and together, while people order: nothing that was answered is lost, nothing happens twice."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.journeys.processes import ROOT, Installation, answers, environment, free_port, installed, owner, slower_now, wait_for
from tests.load.client import Answer, Client

pytestmark = [pytest.mark.slow, pytest.mark.no_database]

CYCLES = int(os.environ.get("KILL_CYCLES", "20"))
PARTS = ("postgres", "web", "worker")
WAYS = [*((part,) for part in PARTS), PARTS]
BUYERS = {"sanne@bakker.example": "10042", "youssef@bakker.example": "10042", "dirk@devries.example": "10077", "els.jansen@post.example": "30005"}
# What is in their assortments: a dealer in window frames has others.
SKUS = {"10077": ["BD-830", "KZ-9016"]}
USUAL = ["SS-3525", "GP-125-3000", "VV-25", "MS-M5"]
SUBMIT = "/orders/cart/submit/"


@pytest.fixture(scope="module")
def shop() -> Iterator[Installation]:
    """Run an installation with the cast in it, as `portiek serve` runs it."""
    folder = Path(tempfile.mkdtemp(prefix="portiek-kill-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user than root
    data, port = folder / "data", free_port()
    try:
        done = subprocess.run([sys.executable, "-m", "portiek", "seed", "--size", "small"], cwd=ROOT, env=environment(data, port), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        with installed("serve", data, port=port) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def session(shop: Installation, email: str, number: str) -> str:
    """Open a session for one of the cast and return its secret."""
    token = secrets.token_urlsafe(32)
    with owner(shop) as connection:
        made = connection.execute(
            "INSERT INTO accounts_session (portal_id, user_id, party_id, token_hash, created_at, expires_at, proved_at, user_agent)"
            " SELECT u.portal_id, u.id, p.id, sha256(%s), now(), now() + interval '1 day', now(), 'kill' FROM accounts_user u"
            " JOIN parties_party p ON p.portal_id = u.portal_id AND p.number = %s WHERE u.email = %s",
            [token.encode(), number, email],
        )
        assert made.rowcount == 1, email
    return token


@dataclass
class Buyer:
    """One person who orders without pause and writes down what he asked and what he was told."""

    client: Client
    skus: list[str]
    stop: threading.Event
    # What he sent at least once, and what the portal answered: submit key to number.
    asked: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    again: int = 0

    def run(self) -> None:
        """Order until the end."""
        for turn in itertools.count():
            if self.stop.is_set():
                return
            self.order(turn)

    def order(self, turn: int) -> None:
        """Fill the cart, look at it, order; press the button again until there is an answer, as people do."""
        product = self.skus[turn % len(self.skus)]
        added = self.until(lambda: self.client.post("/orders/cart/add/", {"product": product, "quantity": "520"}))
        review = self.until(lambda: self.client.get("/orders/cart/review/"))
        if added.status >= 400 or review.status != 200:
            self.refused.append(f"add {added.status}, review {review.status}")
            return
        values = review.hidden(SUBMIT)
        self.asked.append(values["key"])
        answer = self.until(lambda: self.client.post(SUBMIT, values))
        if answer.status == 302 and answer.headers["location"] not in ("/orders/cart/", ""):
            self.told[values["key"]] = answer.headers["location"].strip("/").rpartition("/")[2]
        else:
            self.refused.append(f"{answer.status} {answer.headers.get('location', '')}")

    def until(self, send: Any) -> Answer:
        """Send until something other than a failure comes back."""
        while True:
            try:
                found: Answer = send()
                return found
            except (OSError, EOFError, RuntimeError):
                self.client.close()
                self.again += 1
                time.sleep(0.1)


def test_nothing_is_lost_or_doubled_while_everything_dies(shop: Installation) -> None:
    with owner(shop) as connection:
        skus = {number: [row[0] for row in connection.execute("SELECT sku FROM catalog_product WHERE sku = ANY (%s) ORDER BY sku", [SKUS.get(number, USUAL)]).fetchall()] for number in BUYERS.values()}
        since = connection.execute("SELECT now()").fetchone()[0]  # type: ignore[index]
    stop = threading.Event()
    buyers = [Buyer(Client(shop.port, {"portiek": session(shop, email, number)}), skus[number], stop) for email, number in BUYERS.items()]
    for buyer in buyers:
        buyer.client.get("/orders/cart/")  # brings the secret that forms need
    threads = [threading.Thread(target=buyer.run) for buyer in buyers]
    for thread in threads:
        thread.start()
    slower, slowest, port = slower_now(), 0.0, owner(shop).info.port
    try:
        for cycle in range(CYCLES):
            names = WAYS[cycle % len(WAYS)]
            time.sleep(1 + cycle % 3)
            pids = shop.kill(*names)
            begun = time.monotonic()
            wait_for(lambda names=names, pids=pids: all(shop.part(name) != pids[name] for name in names) and answers(shop.port), 60 * slower, f"{names} did not come back:\n{shop.said}")  # type: ignore[misc]
            slowest = max(slowest, time.monotonic() - begun)
            before = sum(len(buyer.told) for buyer in buyers)
            wait_for(lambda before=before: sum(len(buyer.told) for buyer in buyers) > before, 60 * slower, f"nobody could order after {names} died:\n{shop.said[-4000:]}")  # type: ignore[misc]
    finally:
        stop.set()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive(), "somebody still waits for an answer"
        for buyer in buyers:
            buyer.client.close()
    told = {key: number for buyer in buyers for key, number in buyer.told.items()}
    asked = [key for buyer in buyers for key in buyer.asked]
    print(f"{len(asked)} orders sent, {len(told)} answered, {sum(buyer.again for buyer in buyers)} requests sent again, slowest return {slowest:.1f} s at pace {slower:.1f}")
    assert len(told) >= CYCLES
    assert not [text for buyer in buyers for text in buyer.refused], [buyer.refused for buyer in buyers]
    with owner(shop) as connection:
        assert connection.info.port == port, "PostgreSQL came back on another port"
        check(connection, shop.data, told, asked)
        unasked = connection.execute(
            "SELECT number FROM orders_order WHERE origin = 'portal' AND placed_at > %s AND submit_key <> ALL (%s)", [since, asked]
        ).fetchall()
        assert not unasked, "orders that nobody asked for: one that was sent again under another key"


def check(connection: psycopg.Connection[Any], data: Path, told: dict[str, str], asked: list[str]) -> None:
    """Compare what people were told with what there is."""
    placed = connection.execute("SELECT submit_key, number, id FROM orders_order WHERE submit_key = ANY (%s)", [asked]).fetchall()
    numbers = {key: number for key, number, _id in placed}
    assert len(placed) == len(numbers), "a key made two orders"
    assert {key: numbers.get(key) for key in told} == told, "an order that was answered is gone, or has another number"
    ids = [row[2] for row in placed]
    wrong = connection.execute(
        "SELECT o.number FROM orders_order o LEFT JOIN orders_order_line l ON l.order_id = o.id WHERE o.id = ANY (%s)"
        " GROUP BY o.id HAVING count(l.id) <> o.line_count OR sum(l.amount) IS DISTINCT FROM o.net",
        [ids],
    ).fetchall()
    assert not wrong, "orders without all their lines"
    counters = connection.execute("SELECT p.number FROM parties_party p JOIN orders_order o ON o.party_id = p.id AND o.submit_key IS NOT NULL GROUP BY p.id HAVING count(*) > p.last_order").fetchall()
    assert not counters, "a counter fell behind its orders"
    facts = connection.execute(
        "SELECT o.number FROM orders_order o LEFT JOIN core_fact f ON f.subject = 'orders.order:' || o.id AND f.name IN ('orders.order.submitted', 'orders.order.approval_requested')"
        " WHERE o.id = ANY (%s) GROUP BY o.id HAVING count(f.id) <> 1",
        [ids],
    ).fetchall()
    assert not facts, "orders without their fact, or with two"
    _sent(connection, data, ids)


def _sent(connection: psycopg.Connection[Any], data: Path, ids: list[int]) -> None:
    """Wait until every order is in the ERP (a job of a killed worker is taken up after a minute), then count there too."""

    def waiting() -> list[Any]:
        return connection.execute(
            "SELECT o.number, c.state FROM orders_order o LEFT JOIN connectors_command c ON c.aggregate = 'orders.order:' || o.id AND c.kind = 'create_order'"
            " WHERE o.id = ANY (%s) AND o.status <> 'pending_approval' AND (c.state IS NULL OR c.state <> 'acknowledged')",
            [ids],
        ).fetchall()

    try:
        wait_for(lambda: not waiting(), 300, "")
    except AssertionError:
        queue = connection.execute("SELECT status::text, task_name, attempts, lock, args::text FROM procrastinate_jobs WHERE status <> 'succeeded' ORDER BY id LIMIT 20").fetchall()
        commands = connection.execute("SELECT state, code, text, tries, count(*) FROM connectors_command GROUP BY 1, 2, 3, 4").fetchall()
        raise AssertionError(f"{len(waiting())} orders never reached the ERP: {waiting()[:5]}\nqueue: {queue}\ncommands: {commands}") from None
    twice = connection.execute(
        "SELECT aggregate FROM connectors_command WHERE aggregate = ANY (SELECT 'orders.order:' || unnest(%s::bigint[])) GROUP BY aggregate, kind HAVING count(*) > 1", [ids]
    ).fetchall()
    assert not twice, "commands that were put in the outbox twice"
    numbers = {row[0] for row in connection.execute("SELECT number FROM orders_order WHERE id = ANY (%s) AND status <> 'pending_approval'", [ids]).fetchall()}
    books = sqlite3.connect(data / "demo-erp" / "vandijk.sqlite")
    try:
        # The books file an order under its party and our number.
        there = {ref.partition("|")[2]: count for ref, count in books.execute("SELECT ref, count(*) FROM doc WHERE entity = 'order' AND body IS NOT NULL AND ref <> '' GROUP BY ref")}
    finally:
        books.close()
    assert {number: there.get(number, 0) for number in numbers} == dict.fromkeys(numbers, 1), "the ERP has not every order exactly once"

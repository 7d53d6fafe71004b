"""Workers that are killed in the middle, as processes on a database of their own: no order lost, none booked twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from portiek.config.testing import copy_database
from portiek.edges.connectors.demo.store import Store

pytestmark = [pytest.mark.no_database, pytest.mark.slow]
ORDERS = 200
HEAD = "from portiek.config.cli import setup; setup(); import portiek.edges.connectors.tests.worker as worker; "


def test_two_hundred_orders_and_workers_that_die(tmp_path):
    url = copy_database("portiek_killed")
    store = Store(tmp_path / "demo-erp" / "vandijk.sqlite")
    environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(tmp_path)}

    def start(call: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", HEAD + call], env=environment)

    def booked() -> int:
        return store.count("order")

    def time_passes() -> None:
        """Let the dead worker's leases run out."""
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("UPDATE connectors_connection SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL")
            admin.execute("UPDATE connectors_command SET taken_until = now() - interval '1 second' WHERE taken_until IS NOT NULL")

    assert start(f"worker.place({ORDERS})").wait(300) == 0
    for switch in ("kill_after", "kill_before"):
        store.set_faults(**{switch: 1})
        assert start("worker.push()").wait(120) == -signal.SIGKILL
        time_passes()
    for target in (20, 60, 110):
        worker = start("worker.push()")
        end = time.monotonic() + 240
        while booked() < target and worker.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        worker.kill()
        assert worker.wait() == -signal.SIGKILL
        assert booked() < ORDERS
        # Two at once: the second must see that the lease is taken, or wait until it ran out.
        time_passes()
    both = [start("worker.push()"), start("worker.push()")]
    assert [worker.wait(400) for worker in both] == [0, 0]
    time_passes()
    assert start("worker.push()").wait(400) == 0

    references = store._db.execute("SELECT ref, count(*) FROM doc WHERE entity = 'order' AND ref LIKE '%|K-%' GROUP BY ref").fetchall()
    assert len(references) == ORDERS and {number for _ref, number in references} == {1}
    with psycopg.connect(url) as admin:
        assert admin.execute("SELECT state, count(*) FROM connectors_command WHERE key LIKE 'K-%' GROUP BY state").fetchall() == [("acknowledged", ORDERS)]
        assert admin.execute("SELECT sync, count(*), count(DISTINCT erp_number) FROM orders_order WHERE number LIKE 'K-%' GROUP BY sync").fetchall() == [
            ("acknowledged", ORDERS, ORDERS)
        ]
    store.close()

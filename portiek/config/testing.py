"""Tests run as the app does: without table rights, inside scopes, on a real PostgreSQL.

One server a run (or TEST_DATABASE_URL), one template database with the cast in it and the files of its seeds beside it, one copy a worker, one transaction a test.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
import pytest

if TYPE_CHECKING:
    from portiek.config.embedded import EmbeddedPostgres

_server: Any = None


def pytest_configure(config: pytest.Config) -> None:
    """Start the server in the main process, before the settings are read."""
    global _server
    os.environ.setdefault("SECRET_KEY", "test-secret-key-of-fifty-characters-or-more-0123456789")
    os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="portiek-test-"))
    os.environ["EGRESS_ALLOW"] = os.environ.get("EGRESS_ALLOW", "")
    os.environ["API_PER_MINUTE"] = "1000000"  # the limit has a test of its own
    if hasattr(config, "workerinput"):
        _use_database(config.workerinput["workerid"])
        _load()
        return
    os.environ["PORTIEK_TEST_FOLDER"] = _own_folder()
    given = os.environ.get("TEST_DATABASE_URL") or _own_server()
    os.environ["PORTIEK_TEST_SERVER"] = given
    if _server is None:
        _make_template(given)
        _in_template(given, SEED)
    _use_database("main")
    _load()


FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "portiek_template"
# What the tables come of; what else there is only decides what the seeds put in them.
TABLES = {"migrations", "sql", "models", "models.py", "db"}
MIGRATE = "from portiek.config.cli import setup, migrate_now; setup(); migrate_now()"
SEED = "from portiek.config.cli import setup; setup(); from portiek.config.demo import seed_all; seed_all('small')"


def _mark(*, tables: bool) -> str:
    sources = sorted(path for path in ROOT.rglob("*") if path.suffix in (".py", ".sql") and "tests" not in path.parts and "ui" not in path.parts)
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources if not tables or TABLES & set(path.relative_to(ROOT).parts))).hexdigest()[:16]


def _own_folder() -> str:
    """Make the folder of this run: the server's in `pg`, what the seeds keep as files in `data`."""
    folder = Path(tempfile.mkdtemp(prefix="portiek-pg-"))
    os.chmod(folder, 0o755)
    atexit.register(_stop, folder)
    return str(folder)


def seeded_files() -> Path:
    """Return the DATA_DIR with the files that the seeds of the template kept."""
    return Path(os.environ["PORTIEK_TEST_FOLDER"]) / "data"


def _own_server() -> str:
    """Start a server of this run on a copy of a folder in which the template stands, made again when the program changed: the tables only when they did."""
    global _server
    from portiek.config.embedded import EmbeddedPostgres

    cache = Path(os.environ.get("PORTIEK_CACHE", ROOT.parent / ".data" / "cache")) / "test-databases"
    migrated, seeded = cache / f"tables-{_mark(tables=True)}", cache / _mark(tables=False)
    folder = Path(os.environ["PORTIEK_TEST_FOLDER"])
    if (nearest := next((kept for kept in (seeded, migrated) if kept.exists()), None)) is not None:
        subprocess.run(["cp", "-a", f"{nearest}/.", str(folder)], check=True)
        nearest.touch()
    _server = EmbeddedPostgres(folder / "pg", FAST)
    url = _server.start()
    if nearest is None:
        url = _kept(_server, migrated, partial(_make_template, url))
    if nearest != seeded:
        url = _kept(_server, seeded, partial(_in_template, url, SEED))
    return url


def _kept(server: EmbeddedPostgres, kept: Path, make: Callable[[], None]) -> str:
    """Make something in the template, keep a copy of the server's folder for the next run, and start it again."""
    make()
    server.stop()
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in sorted(kept.parent.iterdir(), key=lambda item: item.stat().st_mtime)[:-5]:
        shutil.rmtree(old, ignore_errors=True)
    making = kept.parent / f"making-{os.getpid()}"
    subprocess.run(["cp", "-a", str(server.folder.parent), str(making)], check=True)
    with contextlib.suppress(OSError):  # another run was first
        making.rename(kept)
    return server.start()


def _load() -> None:
    """Load Django once the database is known."""
    from django.test.utils import setup_test_environment

    from portiek.config.cli import setup

    setup()
    setup_test_environment()


def _stop(folder: Path) -> None:
    if _server is not None:
        _server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _make_template(url: str) -> None:
    """Make an empty template with the tables in it."""
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {TEMPLATE}")
    _in_template(url, MIGRATE)


def _in_template(url: str, code: str) -> None:
    """Run some code on the template in a process of its own, since Django reads its settings once."""
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "DATABASE_URL": _named(url, TEMPLATE), "DATA_DIR": str(seeded_files())}, capture_output=True, text=True)
    if done.returncode:
        raise pytest.UsageError("the test database could not be made:\n" + done.stderr[-6000:])


def copy_database(name: str, template: str = TEMPLATE) -> str:
    """Make a fresh copy of a database that nobody is connected to and return its owner's URL."""
    url = os.environ["PORTIEK_TEST_SERVER"]
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(7310214)")  # a template is copied by one at a time
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        admin.execute(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
    return _named(url, name)


def _use_database(worker: str) -> None:
    os.environ["DATABASE_URL"] = copy_database(f"portiek_test_{worker}")


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each test one transaction that is rolled back, unless it is marked no_database."""
    from django.db import connection

    from portiek.core.db.scope import _Nesting

    if request.node.get_closest_marker("no_database"):
        yield
        return
    from django.conf import settings

    kept, settings.DATA_DIR = settings.DATA_DIR, Path(tempfile.mkdtemp(prefix="portiek-data-"))
    try:
        with _test_transaction():
            yield
    finally:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
        settings.DATA_DIR = kept
    assert not _Nesting.allowed
    connection.close()


@contextmanager
def _test_transaction() -> Iterator[None]:
    from django.db import connection, transaction

    from portiek.core.actor import Actor
    from portiek.core.db.scope import _current, _Nesting, open_for, set_local

    def put() -> None:
        raw = connection.connection
        if raw is not None and connection.in_atomic_block and not raw.closed:
            raw.pgconn.exec_(set_local(raw) if _current.get() else b"RESET ROLE; SET LOCAL portiek.ctx = ''")

    @contextmanager
    def inner() -> Iterator[None]:
        opened = _current.get()
        with transaction.atomic():
            put()
            if opened and opened.read_only:
                connection.connection.pgconn.exec_(b"SET LOCAL transaction_read_only = on")
            yield

    before = (_Nesting.allowed, _Nesting.transaction, _Nesting.after)
    marker = _current.set(open_for(Actor.system(1), False))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            _current.reset(marker)
            _Nesting.allowed, _Nesting.transaction, _Nesting.after = True, staticmethod(inner), staticmethod(put)  # type: ignore[method-assign]
            put()
            try:
                yield
            finally:
                _Nesting.allowed, _Nesting.transaction, _Nesting.after = before  # type: ignore[method-assign]
                transaction.set_rollback(True)
    finally:
        _current.set(None)


@pytest.fixture
def cast() -> Any:
    """The people of the demo, as actors by their first name: `cast.sanne`, `cast.peter`, `cast.otto` ..."""
    from portiek.foundation.accounts.cast import Cast

    return Cast()


@pytest.fixture
def client_of() -> Callable[..., Any]:
    """A function `client_of("sanne")` that gives a test client logged in as one of the cast, on his own portal's host."""
    from portiek.foundation.accounts.cast import client_of

    return client_of


@pytest.fixture
def machine_of() -> Callable[..., Any]:
    """A function `machine_of(cast.sanne, "order.view")` that gives a program with a key of one of the cast: those rights, or all of his."""
    from portiek.core.db import scope
    from portiek.edges.api.cast import Machine, secret_of
    from portiek.foundation.parties.models import Portal

    def make(actor: Any, *rights: str) -> Machine:
        with scope(actor):
            host = Portal.objects.values_list("host", flat=True).get(pk=actor.portal_id)
        return Machine(secret_of(actor, *rights), host)

    return make


def recorded(since: int = 0) -> list[Any]:
    """Return the facts of the open scope, oldest first."""
    from portiek.core.facts import load
    from portiek.core.models import FactRow

    return [load(row) for row in FactRow.objects.filter(pk__gt=since).order_by("pk")]


def run_jobs(*, limit: int = 500) -> int:
    """Run what was deferred in this test, as the worker would, jobs of jobs too; return how many ran."""
    from portiek.core import jobs

    ran = 0
    while _deferred and ran < limit:
        portal, function, arguments = _deferred.pop(0)
        jobs.run_now(function.job, portal, arguments)
        ran += 1
    return ran


_deferred: list[tuple[int, Any, dict[str, Any]]] = []


@contextmanager
def collected_jobs() -> Iterator[None]:
    """Remember what is deferred, for run_jobs: the queue itself is closed to the app's role."""
    from portiek.core import jobs
    from portiek.core.db import current_actor

    real = jobs._put
    if real.__name__ == "remember":  # within a test that does so already
        yield
        return
    _deferred.clear()

    def remember(calls: Any, at: Any) -> None:
        real(calls, at)
        _deferred.extend((current_actor().portal_id, function, arguments) for function, arguments in calls)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "_put", remember)
        yield


@pytest.fixture(autouse=True)
def _queue() -> Iterator[None]:
    from django.core import mail

    mail.outbox.clear()
    with collected_jobs():
        yield


def key_of(*parts: Any) -> str:
    """Return a short stable key for idempotent test data."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@contextmanager
def other_database(name: str, template: str = TEMPLATE) -> Iterator[str]:
    """Serve this process from a fresh committed copy for a while; yields the owner's URL. For tests that need real commits, threads or planted rows."""
    from django.db import connection, connections

    before = connection.settings_dict["NAME"]

    def turn(to: str) -> None:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        connections["owner"].close()
        connection.settings_dict["NAME"] = connections["owner"].settings_dict["NAME"] = to

    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = copy_database(name, template)
    turn(name)
    try:
        yield url
    finally:
        turn(before)


@contextmanager
def serving(database: str, *, process: str = "web") -> Iterator[str]:
    """Run a real web process on a committed database and yield its address (the first portal's host)."""
    import socket
    import time
    from urllib.request import urlopen

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": database, "PORT": str(port), "HOST": "127.0.0.1"}
    running = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "portiek", process], env=environment, start_new_session=True)
    try:
        for _ in range(300):
            try:
                urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).close()
                break
            except OSError:
                assert running.poll() is None, "the web process ended"
                time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        running.terminate()
        running.wait(15)

"""The command `portiek`: demo, serve, worker, migrate, seed, check, backup."""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from portiek import __version__
from portiek.config.embedded import EmbeddedPostgres
from portiek.config.environment import environment

COMMANDS: dict[str, tuple[str, Callable[[argparse.Namespace], int]]] = {}
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "seed": {"--size": {"choices": ["small", "demo"], "default": "demo", "help": "how much data"}},
    "portal": {
        "--host": {"required": True, "help": "its address on the web, such as portal.example.nl"},
        "--name": {"required": True, "help": "the company that runs it"},
        "--email": {"required": True, "help": "the address of its first administrator"},
        "--administrator": {"required": True, "help": "his name"},
        "--language": {"choices": ["nl", "en"], "default": "nl", "help": "of who is not known yet"},
    },
    "backup": {"folder": {"type": Path, "help": "in which a new folder is made"}},
    "restore": {"backup": {"type": Path, "help": "the folder that `portiek backup` made"}},
    "erasures": {
        "what": {"choices": ["replay"], "help": "replay: erase again who came back with a restored backup"},
        "--list": {"type": Path, "default": None, "help": "a list of erasures (JSON Lines); else those in DATA_DIR/erasures"},
    },
    "audit": {
        "what": {"choices": ["verify"], "help": "verify: whether each row is as it was sealed"},
        "file": {"type": Path, "help": "a file of the log as JSON Lines"},
        "--seal": {"default": "", "help": "a seal that was kept (PLACE:DIGEST): the file must hold it"},
    },
}


def command(name: str, text: str) -> Callable[[Callable[[argparse.Namespace], int]], Callable[[argparse.Namespace], int]]:
    """Register a subcommand."""

    def declare(function: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
        COMMANDS[name] = (text, function)
        return function

    return declare


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand and return its exit status."""
    parser = argparse.ArgumentParser(prog="portiek", description="A portal for customers, dealers and suppliers.")
    parser.add_argument("--version", action="version", version=__version__)
    chosen = parser.add_subparsers(dest="command", required=True)
    for name, (text, _function) in COMMANDS.items():
        sub = chosen.add_parser(name, help=text, description=text)
        for option, more in OPTIONS.get(name, {}).items():
            sub.add_argument(option, **more)
    options = parser.parse_args(arguments)
    os.environ["PORTIEK_PROCESS"] = options.command
    try:
        return COMMANDS[options.command][1](options)
    except RuntimeError as problem:
        print(f"portiek: {problem}", file=sys.stderr)
        return 1


@contextlib.contextmanager
def database(serving: bool = False) -> Iterator[EmbeddedPostgres | None]:
    """Serve the database of DATABASE_URL, or the embedded one while this process lives; yield the embedded one.

    Beside a portal that runs (`serving`: this process is that one) its database is used, not stopped.
    """
    if environment().database_url.get_secret_value():
        yield None
        return
    server = EmbeddedPostgres(environment().data_dir / "postgres")
    beside = not serving and _runs(environment().data_dir)
    os.environ["DATABASE_URL"] = server.address() if beside else server.start()
    environment.cache_clear()
    if beside:
        yield None
        return
    try:
        yield server
    finally:
        if "django.db" in sys.modules:  # a pool that tries again while the server ends would say so
            from django.db import connections

            for connection in connections.all(initialized_only=True):
                connection.close()
                connection.close_pool()  # type: ignore[attr-defined]
        server.stop()


def setup() -> None:
    """Load Django with every module."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portiek.config.settings")
    import django

    django.setup(set_prefix=False)


def migrate_now(tell: bool = False) -> None:
    """Bring roles, tables, policies and keys up to date. Raises RuntimeError when the lint of row security finds a hole."""
    import psycopg
    from django.conf import settings
    from django.db import connections

    from portiek.core.db.lint import lint
    from portiek.core.db.migrating import migrate
    from portiek.core.db.roles import install_roles
    from portiek.core.db.secure import secure

    owner = connections["owner"].settings_dict
    with psycopg.connect(host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"], dbname=owner["NAME"], autocommit=True) as raw:
        # One installation migrates at a time; a second one waits and finds nothing to do.
        raw.execute("SELECT pg_advisory_lock(7310213)")
        install_roles(raw, environment().logins(), str(owner["NAME"]))
        migrate(connections["owner"], tell=tell)
        secure(raw, settings.SCOPE_KEY)
        holes = lint(raw)
    connections["owner"].close()
    if holes:
        raise RuntimeError("row security has holes; nothing is served:\n  " + "\n  ".join(holes))
    _renew_roles()


def _renew_roles() -> None:
    """Bring the roles that come with the program up to date in every portal: a new version may have new ones, and new rights."""
    from portiek.core.actor import Actor
    from portiek.core.db import scope
    from portiek.core.db.gate import ask
    from portiek.foundation.accounts import actions

    for portal_id, _language, _host in ask("portals"):
        actor = Actor.system(portal_id)
        with scope(actor):
            actions.make_roles(actor)


@command("migrate", "Make or update the tables, roles and policies, then look for holes in them.")
def migrate(options: argparse.Namespace) -> int:
    """Migrate the database."""
    with database():
        setup()
        migrate_now(tell=True)
    return 0


@command("check", "Look whether database, row security and connectors are as they should be.")
def check(options: argparse.Namespace) -> int:
    """Print what is wrong, or that nothing is."""
    with database():
        setup()
        import psycopg
        from django.core.management import call_command

        from portiek.core.db.lint import lint

        call_command("check")
        with psycopg.connect(environment().dsn(), autocommit=True) as raw:
            holes = lint(raw)
        for hole in holes:
            print(f"portiek: {hole}", file=sys.stderr)
        if not holes:
            print("Row security: no holes.")
        return 1 if holes else 0


@command("seed", "Fill an empty installation with the demo's companies, people, products and orders.")
def seed(options: argparse.Namespace) -> int:
    """Seed once; a second time does nothing."""
    with database():
        setup()
        migrate_now()
        from portiek.config.demo import seed_all

        print("Seeded." if seed_all(options.size) else "There is data already; nothing was changed.")
    return 0


@command("audit", "Verify a file of the log, without a database: `portiek audit verify FILE`.")
def audit(options: argparse.Namespace) -> int:
    """Print what a file of the log proves; status 1 when a row is not as it was sealed or the seal is not in it."""
    from portiek.foundation.audit.rules import verify

    try:
        with options.file.open(encoding="utf-8") as lines:
            found = verify(lines, options.seal)
    except OSError as problem:
        raise RuntimeError(f"{options.file}: {problem.strerror}") from None
    print(f"{found.places} rows are as they were sealed, from place {found.first or '-'} to {found.last or '-'}; {found.gaps} gaps, {found.erased} with erased words, {found.unsealed} not sealed yet.")
    for wrong in found.problems:
        print(f"portiek: {wrong}", file=sys.stderr)
    if found.seal and not found.problems:
        print(f"Seal: {found.seal}")
    return 1 if found.problems else 0


@command("backup", "Write the database and the files with checksums into a new folder, also while the portal runs.")
def backup(options: argparse.Namespace) -> int:
    """Print the folder."""
    with database():
        setup()
        from portiek.config.backup import back_up

        print(back_up(options.folder))
    return 0


@command("restore", "Put a backup back into an empty installation, migrate it, and erase again who was erased since.")
def restore(options: argparse.Namespace) -> int:
    """Restore, and print who was erased again."""
    with database():
        setup()
        from portiek.config.backup import put_back

        put_back(options.backup)
        migrate_now()
        print(f"Everything is back. {_erased_again()} people were erased again.")
    return 0


@command("erasures", "Erase again whom the list of erasures names, before the worker starts: `portiek restore` does it too.")
def erasures(options: argparse.Namespace) -> int:
    """Carry out again what was erased after the backup was made."""
    with database():
        setup()
        print(f"{_erased_again(options.list)} people were erased again.")
    return 0


def _erased_again(path: Path | None = None) -> int:
    from portiek.core.actor import Actor
    from portiek.core.db.gate import ask
    from portiek.foundation.audit import jobs

    return sum(jobs.replay(Actor.system(portal_id, language), jobs.read_list(path or jobs.list_of(portal_id))) for portal_id, language, _host in ask("portals"))


@command("portal", "Make a portal with its first administrator, and print the link with which he comes in; again: a fresh link for who did not come in yet.")
def portal(options: argparse.Namespace) -> int:
    """Make a portal, or a fresh link to it."""
    with database():
        setup()
        migrate_now()
        from portiek.config.opening import opened

        print(opened(host=options.host, name=options.name, email=options.email, administrator=options.administrator, language=options.language))
    return 0


@command("worker", "Run jobs: reactions, mail, ERP synchronisation.")
def worker(options: argparse.Namespace) -> int:
    """Run the worker until it is told to stop."""
    from portiek.config import worker as process

    process.run()
    return 0


@command("web", "Run one web process: `serve` and `demo` start it, or a container does.")
def web(options: argparse.Namespace) -> int:
    """Run the web server until it is told to stop."""
    import socket

    import uvicorn

    chosen = environment()
    # `serve` holds the socket: while this process is started again, requests wait and are not refused.
    given = os.environ.get("PORTIEK_SOCKET")
    server = uvicorn.Server(uvicorn.Config("portiek.config.asgi:application", host=chosen.host, port=chosen.port, lifespan="off", log_level="warning", timeout_graceful_shutdown=3,
                                           proxy_headers=chosen.trusted_proxies > 0, server_header=False, date_header=True))
    server.run([socket.socket(fileno=int(given))] if given else None)
    return 0


@command("serve", "Migrate, then run web and worker, with the embedded PostgreSQL unless DATABASE_URL is set.")
def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    return _serve(demo=False)


@command("demo", "Serve a portal filled with lively data, and say who may log in.")
def demo(options: argparse.Namespace) -> int:
    """Serve the demo until SIGINT or SIGTERM."""
    return _serve(demo=True)


def _serve(demo: bool) -> int:
    chosen = environment()
    lock = _only_one(chosen.data_dir)
    if lock is None:
        return 0
    url = f"http://localhost:{chosen.port}"
    listening = _bound(chosen.host, chosen.port)
    stopping = _Stop()
    started = time.monotonic()
    with database(serving=True) as postgres:
        prepare = [sys.executable, "-m", "portiek", "seed" if demo else "migrate"]
        # In a process of its own, so that this one stays small.
        preparing = subprocess.Popen(prepare, stdout=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent)
        while preparing.poll() is None and not stopping.asked:
            time.sleep(0.05)
        if stopping.asked:
            preparing.terminate()
            preparing.wait()
        elif preparing.returncode:
            return 1
        lock.seek(0)
        lock.truncate()
        lock.write(json.dumps({"pid": os.getpid(), "url": url}))
        lock.flush()
        try:
            listening.listen(1024)
        except OSError:  # another program was quicker while this one filled its database
            raise RuntimeError(f"port {chosen.port} is taken by another program: choose one with PORT=") from None
        children = _Children([*["web"] * chosen.workers, "worker"], listening.fileno())

        def mend() -> None:
            if postgres and postgres.mend():
                print("portiek: PostgreSQL ended; it is started again", file=sys.stderr, flush=True)
            children.mend()

        try:
            if not stopping.asked:
                children.start()
            while not stopping.asked and not _ready(chosen.host, chosen.port):
                mend()
                time.sleep(0.1)
            if not stopping.asked:
                print(f"Portiek runs at {url} ({time.monotonic() - started:.1f} s). Stop it with Ctrl-C.", flush=True)
                if demo:
                    from portiek.config.logins import told

                    print(told(url), flush=True)
            while not stopping.asked:
                mend()
                time.sleep(0.2)
        finally:
            children.stop()
    print("Portiek has stopped.", flush=True)
    return 0


class _Stop:
    """Remembers SIGINT and SIGTERM: this process owns the signals and ends its children itself."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: Any) -> None:
        self.asked = True


class _Children:
    """Web processes, all on one socket, and the worker; one that dies is started again."""

    def __init__(self, names: list[str], socket: int) -> None:
        self.names = names
        self.socket = socket
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self.since: dict[int, float] = {}

    def start(self) -> None:
        for place in range(len(self.names)):
            self._start(place)

    def _start(self, place: int) -> None:
        self.since[place] = time.monotonic()
        # A session of its own: Ctrl-C reaches this process only.
        self.running[place] = subprocess.Popen([sys.executable, "-m", "portiek", self.names[place]], start_new_session=True, preexec_fn=_end_with_parent,
                                               env={**os.environ, "PORTIEK_SOCKET": str(self.socket)}, pass_fds=[self.socket])

    def mend(self) -> None:
        for place, process in list(self.running.items()):
            if process.poll() is not None and time.monotonic() - self.since[place] > 1:
                print(f"portiek: {self.names[place]} ended with status {process.returncode}; it is started again", file=sys.stderr, flush=True)
                self._start(place)

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        for process in self.running.values():
            try:
                process.wait(12)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _only_one(folder: Path) -> Any:
    """Return the open lock file, or None after saying what runs already."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "portiek.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        said = lock.read()
        running = json.loads(said) if said else {"pid": "?", "url": "(starting)"}
        print(f"Portiek runs already: {running['url']} (process {running['pid']}, data in {folder}).")
        return None
    return lock


def _runs(folder: Path) -> bool:
    """Whether a portal is served from this folder now."""
    if not (folder / "portiek.lock").exists():
        return False
    with (folder / "portiek.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _bound(host: str, port: int) -> Any:
    """Return a socket on the port, not listening yet. Raises RuntimeError when another program has it."""
    import socket

    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as problem:
        raise RuntimeError(f"port {port} is taken by another program: choose one with PORT=" if problem.errno == errno.EADDRINUSE else f"{host} port {port}: {problem.strerror}") from None
    return made


def _ready(host: str, port: int) -> bool:
    asked = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  where it listens, not where it is asked
    try:
        with urlopen(f"http://{f'[{asked}]' if ':' in asked else asked}:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False

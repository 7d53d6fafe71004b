"""Real processes for journeys: `portiek serve` or `portiek demo` as a user starts it, with its own data and port, and its parts by pid."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
# What a test run sets for itself must not reach the installation under test.
OWN = (
    "DATABASE_URL",
    "TEST_DATABASE_URL",
    "DATA_DIR",
    "PORT",
    "HOST",
    "SECRET_KEY",
    "DJANGO_SETTINGS_MODULE",
    "PORTIEK_TEST_SERVER",
    "PORTIEK_SOCKET",
    "EGRESS_ALLOW",
)


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """Return the environment of an installation of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    return {**kept, "DATA_DIR": str(data), "PORT": str(port), "PYTHONUNBUFFERED": "1", **more}


class Installation:
    """One running installation: the supervisor, its web and worker processes and, when it is embedded, PostgreSQL."""

    def __init__(self, command: str, data: Path, port: int, *, prefix: tuple[str, ...] = (), **more: str) -> None:
        self.port, self.data = port, data
        self.started = time.monotonic()
        self.said_path = data.parent / f"said-{port}-{time.monotonic_ns()}"
        with self.said_path.open("wb") as said:
            self.process = subprocess.Popen([*prefix, sys.executable, "-m", "portiek", command], cwd=ROOT, env=environment(data, port, **more), stdout=said, stderr=said)

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self.said_path.read_text(errors="replace")

    def ready(self, seconds: float = 180) -> float:
        """Wait until it serves; return the seconds since it was started. Raises AssertionError with its words when it does not."""
        while time.monotonic() - self.started < seconds:
            assert self.process.poll() is None, f"ended with status {self.process.returncode}:\n{self.said}"
            if answers(self.port) and "runs at" in self.said:
                return time.monotonic() - self.started
            time.sleep(0.05)
        raise AssertionError(f"not ready after {seconds} s:\n{self.said}")

    def shut(self) -> None:
        """Wait until it serves, then stop it: the first start, which makes everything."""
        self.ready()
        self.stop()

    def part(self, name: str) -> int:
        """Return the pid of `web`, `worker` or `postgres`, waiting for one that is being started."""
        wanted = {"web": ["portiek", "web"], "worker": ["portiek", "worker"], "postgres": ["postgres", "-D"]}[name]
        return wait_for(lambda: next((pid for pid in children(self.process.pid) if _runs(pid, wanted)), 0), 30, f"no {name} below the supervisor:\n{self.said}")

    def kill(self, *names: str) -> dict[str, int]:
        """Kill parts at once, without a word; return the pids they had."""
        pids = {name: self.part(name) for name in names}
        for pid in pids.values():
            os.kill(pid, signal.SIGKILL)
        return pids

    def everyone(self) -> list[int]:
        """Return the pids of the supervisor and all below it."""
        found, todo = [], [self.process.pid]
        while todo:
            found.append(todo.pop())
            todo += children(found[-1])
        return found

    def stop(self, number: int = signal.SIGTERM, seconds: float = 30) -> int:
        """Ask it to stop and return its exit status; what is left after `seconds` is killed and named."""
        family = self.everyone()
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            for pid in family:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise AssertionError(f"did not stop within {seconds} s:\n{self.said}") from None
        left = [pid for pid in family if alive(pid)]
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert not left, f"processes were left behind: {left}"
        return self.process.returncode


@contextlib.contextmanager
def installed(command: str, data: Path, **options: Any) -> Iterator[Installation]:
    """Run an installation that is ready, and stop it at the end."""
    made = Installation(command, data, options.pop("port", 0) or free_port(), **options)
    try:
        made.ready()
        yield made
    finally:
        if made.process.poll() is None:
            made.stop()


def answers(port: int, timeout: float = 2) -> bool:
    """Whether the web process says that it can serve."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=timeout) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPError):
        return False


def children(pid: int) -> list[int]:
    """Return the pids right below a process."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _runs(pid: int, words: list[str]) -> bool:
    try:
        given = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return False
    names = [part.rpartition("/")[2] for part in given]
    return alive(pid) and any(names[place : place + len(words)] == words for place in range(len(names)))


def slower_now() -> float:
    """Return how many times slower than an idle machine this one runs now: where it is busy, limits in seconds are widened by this."""
    begun = time.perf_counter()
    sum(range(10_000_000))
    return max(1.0, (time.perf_counter() - begun) / 0.25)


def owner(shop: Installation) -> psycopg.Connection[Any]:
    """Connect to the embedded database as its owner."""
    lines = (shop.data / "postgres" / "data" / "postmaster.pid").read_text().split("\n")
    password = (shop.data / "postgres" / "password").read_text()
    return psycopg.connect(host="127.0.0.1", port=int(lines[3]), user="postgres", password=password, dbname="portiek", autocommit=True)


def wait_for(found: Callable[[], Any], seconds: float, otherwise: str) -> Any:
    """Return what `found` returns as soon as it is true. Raises AssertionError with `otherwise` when it never is."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = found()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(otherwise)

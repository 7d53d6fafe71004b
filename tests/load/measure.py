"""Take turns, so that what disturbs one disturbs all; medians and 95th percentiles."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.load.client import Client


class Times:
    """Milliseconds of one thing, measured many times."""

    def __init__(self, seconds: list[float]) -> None:
        self.all = sorted(second * 1000 for second in seconds)

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.all)

    @property
    def p95(self) -> float:
        """What nineteen of twenty stay below."""
        return self.all[min(len(self.all) - 1, int(len(self.all) * 0.95))]


def in_turn(things: Mapping[str, Callable[[], float]], rounds: int, warm: int = 3) -> dict[str, Times]:
    """Run each thing once a round and return the times each said it took."""
    found: dict[str, list[float]] = {name: [] for name in things}
    gc.disable()
    try:
        for turn in range(rounds + warm):
            for name, run in things.items():
                seconds = run()
                if turn >= warm:
                    found[name].append(seconds)
    finally:
        gc.enable()
    return {name: Times(seconds) for name, seconds in found.items()}


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def process(arguments: list[str], environment: dict[str, str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program meanwhile."""
    started = subprocess.Popen([sys.executable, "-m", *arguments], env=environment, text=True, cwd=Path(__file__).resolve().parent.parent.parent, **options)
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextlib.contextmanager
def web_process(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Run one real web process with the floor in front, and yield its port and number."""
    port = free_port()
    with process(["portiek", "web"], {**environment, "PORT": str(port), "DJANGO_SETTINGS_MODULE": "tests.load.settings", "DATA_DIR": environment["DATA_DIR"]}) as started:
        for _ in range(600):
            if started.poll() is not None:
                raise RuntimeError("the web process ended")
            with contextlib.suppress(OSError, RuntimeError):
                if Client(port).get("/readyz").status == 200:
                    break
            time.sleep(0.1)
        yield port, started.pid


@contextlib.contextmanager
def web(environment: dict[str, str]) -> Iterator[int]:
    """Run one real web process with the floor in front, and yield its port."""
    with web_process(environment) as (port, _pid):
        yield port


def memory(pid: int) -> int:
    """Return the kilobytes that a process holds, shared pages divided among their users."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def family(pid: int) -> list[int]:
    """Return a process and all below it."""
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{found[-1]}/task"):
                todo += map(int, Path(f"/proc/{found[-1]}/task/{task}/children").read_text().split())
    return found

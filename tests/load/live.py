"""P7: streams that stay open, what each of them weighs, and how soon a fact is on every screen."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import time
from typing import Any

from tests.load import measure
from tests.load.bench import TOKEN, Bench
from tests.load.measure import Times, memory

SCREENS, FACTS = 500, 40
# Files that the bench itself and a web process need beside their streams.
SPARE = 500


def live(bench: Bench) -> None:
    """Open as many streams on two processes as the goal says, or as the machine lets one process have; then tell facts to five hundred."""
    most = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE) if not bench.quick else 1_000
    size = bench.sizes[0]
    with contextlib.ExitStack() as stack:
        webs = [stack.enter_context(measure.web_process(bench.environment(size))) for _ in range(2)]
        inside = stack.enter_context(bench.inside(size))
        weight, seconds = asyncio.run(_many(webs, most))
        bench.row("P7", f"{most:,} streams on two processes, each", f"{weight:.0f} KiB", f"opened in {seconds:.0f} s", wanted="≤ 64 KiB", met=0 < weight <= 64)
        told = asyncio.run(_told(webs[0][0], inside))
        bench.row(
            "P7",
            f"one fact on {SCREENS} screens, p95 of {FACTS}",
            f"{told.p95:.0f} ms (p50 {told.p50:.0f})",
            f"pace {bench.pace:.1f} × slower",
            told.p95 / max(1.0, bench.pace),
            "≤ 100 ms",
            told.p95 / max(1.0, bench.pace) <= 100,
        )


async def _open(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    writer.write(f"GET /live/ HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: portiek={TOKEN}\r\nAccept: text/event-stream\r\n\r\n".encode())
    head = await reader.readuntil(b"retry: 2000\n\n")
    assert b" 200 " in head.split(b"\r\n", 1)[0], head
    return reader, writer


async def _many(webs: list[tuple[int, int]], most: int) -> tuple[float, float]:
    """Return the KiB of memory that each of so many streams takes, and in how many seconds they were open."""
    first = [await _open(port) for port, _pid in webs]
    before, begun = sum(memory(pid) for _port, pid in webs), time.perf_counter()
    held = []
    for start in range(0, most, 100):
        held += await asyncio.gather(*(_open(webs[number % len(webs)][0]) for number in range(start, min(start + 100, most))))
    seconds = time.perf_counter() - begun
    after = sum(memory(pid) for _port, pid in webs)
    for _reader, writer in first + held:
        writer.close()
    await asyncio.sleep(1)
    return (after - before) / most, seconds


async def _told(port: int, inside: Any) -> Times:
    """Return how long each fact took, from before its transaction until the last screen had it."""
    screens = await asyncio.gather(*(_open(port) for _ in range(SCREENS)))
    times, key = list[float](), await asyncio.to_thread(lambda: inside("share", called=f"bench {time.time()}"))
    for number in range(FACTS + 5):
        waiting = [asyncio.create_task(reader.readuntil(b'"name": "lists.list.changed"')) for reader, _writer in screens]
        begun = time.perf_counter()
        await asyncio.to_thread(lambda: inside("rename", key=key, called=f"bench {time.time()}"))
        await asyncio.gather(*waiting)
        if number >= 5:
            times.append(time.perf_counter() - begun)
    for _reader, writer in screens:
        writer.close()
    return Times(times)

"""Live updates: one LISTEN a process, ids only, a stream that ends when the right to it ends.

A fact's row notifies when its transaction commits; each stream passes on what is of its own party (staff: of its portal). The page then
fetches what changed under its reader's own rights, so that a stream never holds content.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from asgiref.sync import SyncToAsync, sync_to_async
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask

logger = logging.getLogger("portiek.live")
CHECK_SECONDS = 3.0
BEAT_SECONDS = 15.0
REPLAY = 200
# What was recorded a while before a page was made may have come to light after it: a batch of the ERP commits seconds after its facts. Told twice does no harm.
MOMENT = timedelta(seconds=15)


@dataclass(eq=False)
class Stream:
    """One open stream: whose it is, and what waits to be sent (None: the end)."""

    actor: Actor
    session: bytes
    standing: str | None = None
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(maxsize=256))

    def put(self, item: bytes | None) -> None:
        """Queue one event; a reader that does not keep up is cut off and comes back with its last id."""
        try:
            self.queue.put_nowait(item)
        except asyncio.QueueFull:
            self.queue.get_nowait()
            self.queue.put_nowait(None)


class Hub:
    """The listener of one process and its streams."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def join(self, stream: Stream) -> None:
        """Add a stream; the first one starts the listener."""
        self.streams.add(stream)
        if not self._tasks or any(task.done() or task.get_loop() is not asyncio.get_running_loop() for task in self._tasks):
            for task in self._tasks:
                with contextlib.suppress(RuntimeError):
                    task.cancel()
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._watch())]

    def leave(self, stream: Stream) -> None:
        """Remove a stream."""
        self.streams.discard(stream)

    async def _listen(self) -> None:
        base = settings.DATABASES["default"]
        again = False
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(host=base["HOST"], port=base["PORT"], user=base["USER"], password=base["PASSWORD"], dbname=base["NAME"],
                                                                 autocommit=True, connect_timeout=5, keepalives_idle=30) as listener:
                    await listener.execute("LISTEN portiek")
                    if again:  # what was missed meanwhile is fetched again
                        self._tell_all(b'data: {"name": "*", "refs": []}\n\n')
                    again = True
                    async for notice in listener.notifies():
                        self._pass_on(notice.payload)
            except (OSError, psycopg.Error) as problem:
                logger.warning("the live listener lost the database (%s); it tries again", type(problem).__name__)
                await asyncio.sleep(1)

    def _pass_on(self, payload: str) -> None:
        said = json.loads(payload)
        told = event(said["id"], said["name"], said["subject"])
        for stream in self.streams:
            actor = stream.actor
            if said["portal"] == actor.portal_id and (actor.is_staff or said["party"] == actor.party_id):
                stream.put(told)

    def _tell_all(self, item: bytes) -> None:
        for stream in self.streams:
            stream.put(item)

    async def _watch(self) -> None:
        """End the streams whose session, membership or rights have changed."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            streams = list(self.streams)
            if not streams:
                continue
            try:
                found = await sync_to_async(_standing, thread_sensitive=False)([stream.session for stream in streams])
            except Exception:
                logger.exception("the live streams could not be checked")
                continue
            for stream in streams:
                stands = found.get(stream.session.hex())
                if stream.standing is None:
                    stream.standing = stands
                if stands is None or stands != stream.standing or stands.split(":")[:3] != _who(stream.actor):
                    stream.put(None)


def _who(actor: Actor) -> list[str]:
    return [str(actor.portal_id), str(actor.party_id or 0), str(actor.user_id)]


def _standing(sessions: list[bytes]) -> dict[str, str]:
    try:
        return {item[0]: f"{item[1]}:{item[2] or 0}:{item[3]}:{item[4]}" for item in ask("standing", sessions)}
    finally:
        connection.close()


def _is_number(text: str, below: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < below


def event(number: int, name: str, subject: str) -> bytes:
    """Return one event of the stream: the fact's name and refs, its id as the event's."""
    return f"id: {number}\ndata: {json.dumps({'name': name, 'refs': [subject] if subject else []})}\n\n".encode()


hub = Hub()


def _missed(actor: Actor, last: int) -> list[bytes]:
    """Return the events after the reader's last id, under his own row security."""
    from portiek.core.models import FactRow

    with scope(actor, read_only=True):
        return _told(FactRow.objects.filter(pk__gt=last).order_by("pk"))


def _since(actor: Actor, moment: datetime) -> list[bytes]:
    """Return the events since a page was made, so that nothing falls between page and stream."""
    from portiek.core.models import FactRow

    with scope(actor, read_only=True):
        return _told(FactRow.objects.filter(portal_id=actor.portal_id, at__gte=moment - MOMENT).order_by("at", "pk"))


def _told(found: QuerySet[Any]) -> list[bytes]:
    rows = list(found.values_list("pk", "name", "subject")[: REPLAY + 1])
    # Too many to tell one by one: look at everything again. Half of them would leave the rest untold for ever.
    return [event(*row) for row in rows] if len(rows) <= REPLAY else [event(max(row[0] for row in rows), "*", "")]


def _end_thread() -> None:
    """End the thread in which this request was answered: each has one of its own, and a stream that waits for hours needs none."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context else None
    if executor is not None:
        executor.shutdown(wait=False)


async def stream(request: HttpRequest) -> HttpResponse:
    """Serve the stream of the request's member (Server-Sent Events, HTML standard section 9.2)."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return HttpResponse(status=204)  # tells the browser to stop asking
    from portiek.core.sessions import session_of

    mine = Stream(actor, session_of(request))
    last, since = request.headers.get("Last-Event-ID", ""), request.GET.get("since", "")

    def missed() -> list[bytes]:
        try:
            if _is_number(last, 19):
                return _missed(actor, int(last))
            return _since(actor, datetime.fromtimestamp(int(since), UTC)) if _is_number(since, 12) else []
        finally:
            # An open stream must not keep the pooled connection that its look-up took.
            connection.close()

    async def events() -> AsyncIterator[bytes]:
        hub.join(mine)
        try:
            yield b"retry: 2000\n\n"
            for item in await sync_to_async(missed)():
                yield item
            _end_thread()
            while True:
                try:
                    waiting = await asyncio.wait_for(mine.queue.get(), BEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if waiting is None:
                    yield b"event: ended\ndata: {}\n\n"
                    return
                yield waiting
        finally:
            hub.leave(mine)

    answer: Any = StreamingHttpResponse(events(), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


stream.access = (None, ["GET"], None)  # type: ignore[attr-defined]

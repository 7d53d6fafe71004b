"""Jobs: deferred in the transaction of the change, run by the worker in a scope of their own.

procrastinate keeps the queue; its table has no tenant, so jobs go in through `ctx.defer`, which stamps the portal of the open scope on
them: what a job's sender says about the portal does not count.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import procrastinate
import procrastinate.testing
from django.db import close_old_connections, connection
from django.utils import timezone, translation

from portiek.core.actor import Actor
from portiek.core.db import scope

QUEUES = ("urgent", "default", "slow")


@dataclass(frozen=True)
class Job:
    """A function that may be deferred."""

    name: str
    queue: str
    lock: Callable[[dict[str, Any]], str | None]
    queueing_lock: Callable[[dict[str, Any]], str | None]
    function: Callable[..., None]
    scoped: bool


app = procrastinate.App(connector=procrastinate.testing.InMemoryConnector())
_jobs: dict[str, Job] = {}
_periodic: dict[str, tuple[str, Job]] = {}


def _none(arguments: dict[str, Any]) -> str | None:
    return None


def job(*, name: str = "", queue: str = "default", lock: Callable[[dict[str, Any]], str | None] = _none, once: Callable[[dict[str, Any]], str | None] = _none,
        scoped: bool = True, retries: int = 8) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job `(actor, *, ...)`, run as the portal's system actor.

    `lock`: jobs with the same lock run one at a time, in order. `once`: a second job with the same value is not queued while one waits.
    `scoped=False`: the job opens its scopes itself, since it calls the outside. Retried `retries` times with growing waits (seconds: 2^n).
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        full = name or f"{function.__module__}.{function.__qualname__}"
        if full in _jobs:
            raise ValueError(f"the job {full} is declared twice")

        @functools.wraps(function)
        def run(portal: int, **arguments: Any) -> None:
            try:
                run_now(_jobs[full], portal, arguments)
            finally:
                close_old_connections()

        app.task(name=full, queue=queue, retry=procrastinate.RetryStrategy(max_attempts=retries, exponential_wait=2))(run)
        _jobs[full] = Job(full, queue, lock, once, function, scoped)
        function.job = _jobs[full]  # type: ignore[attr-defined]
        return function

    return declare


def every(cron: str, *, name: str = "", queue: str = "default", scoped: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run the function `(actor)` for each portal at the times of a cron line (UTC; six fields: with seconds)."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        made = job(name=name, queue=queue, scoped=scoped, retries=1, once=lambda arguments: f"every:{full}")(function)
        full = made.job.name  # type: ignore[attr-defined]
        _periodic[full] = (cron, _jobs[full])
        return made

    return declare


def run_now(declared: Job, portal: int, arguments: dict[str, Any]) -> None:
    """Run a job's function here and now, as the worker does."""
    actor = Actor.system(portal)
    with translation.override(actor.language):
        if declared.scoped:
            with scope(actor):
                declared.function(actor, **arguments)
        else:
            declared.function(actor, **arguments)


def jobs() -> dict[str, Job]:
    """Return every declared job by name."""
    return dict(_jobs)


def periodic() -> dict[str, tuple[str, Job]]:
    """Return the jobs that run by the clock: name to (cron line, job)."""
    return dict(_periodic)


def named(name: str) -> Callable[..., None]:
    """Return the declared job of a name, for an action that queues a job which calls actions itself. Raises KeyError."""
    return _jobs[name].function


def defer(actor: Actor, function: Callable[..., None], *, at: datetime | None = None, wait: timedelta | None = None, **arguments: Any) -> None:
    """Queue a job in the open transaction: it runs after the commit, and never when that does not come."""
    defer_many([(function, arguments)], at=at or (timezone.now() + wait if wait else None))


def defer_many(calls: Iterable[tuple[Callable[..., None], dict[str, Any]]], *, at: datetime | None = None) -> None:
    """Queue several jobs with one statement."""
    _put(list(calls), at)


def _put(calls: list[tuple[Callable[..., None], dict[str, Any]]], at: datetime | None) -> None:
    rows = []
    for function, arguments in calls:
        declared: Job = function.job  # type: ignore[attr-defined]
        rows.append({"queue": declared.queue, "task": declared.name, "priority": 0, "lock": declared.lock(arguments), "queueing_lock": declared.queueing_lock(arguments),
                     "args": arguments, "at": at.isoformat() if at else None})
    if rows:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctx.defer(%s::jsonb)", [json.dumps(rows)])

"""Clocked jobs reach the queue of the worker, not a copy of it in memory."""

import asyncio

import procrastinate
import pytest
from procrastinate.testing import InMemoryConnector

from portiek.config import worker
from portiek.core import jobs

pytestmark = pytest.mark.no_database


class Queue(InMemoryConnector):
    """A queue that knows one portal."""

    async def execute_query_one_async(self, query: str, **arguments: object) -> dict:
        return {"portals": [[1, "nl", "localhost"]]} if "ctx.portals" in query else await super().execute_query_one_async(query, **arguments)


def test_a_tick_of_the_clock_queues_a_job_where_the_worker_looks(monkeypatch):
    queue = Queue()
    monkeypatch.setattr(worker, "_connector", lambda: queue)

    async def tick(app: procrastinate.App, **options: object) -> None:
        for name in jobs.periodic():
            await app.tasks[f"clock:{name}"].func(timestamp=0)

    monkeypatch.setattr(procrastinate.App, "run_worker_async", tick)
    monkeypatch.setattr(jobs.app, "tasks", dict(jobs.app.tasks))
    before = dict(jobs.app.periodic_registry.periodic_tasks)
    try:
        asyncio.run(_worker())
    finally:
        jobs.app.periodic_registry.periodic_tasks = before
    assert {job["task_name"] for job in queue.jobs.values()} == set(jobs.periodic())


async def _worker() -> None:
    await asyncio.to_thread(worker.run)

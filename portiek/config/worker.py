"""The worker process: runs jobs, plants those that run by the clock, and sweeps what a killed worker left behind."""

from __future__ import annotations

import asyncio
import logging
import os

import procrastinate

logger = logging.getLogger("portiek.worker")

STALLED_SECONDS = 60


def _connector() -> procrastinate.PsycopgConnector:
    from portiek.config.environment import environment

    return procrastinate.PsycopgConnector(conninfo=environment().dsn("p_worker"), min_size=1, max_size=4)


def plant(app: procrastinate.App) -> None:
    """Let each clocked job be queued once for each portal at its times."""
    from portiek.core import jobs

    for name, (cron, declared) in jobs.periodic().items():

        async def tick(timestamp: int, _name: str = name, _queue: str = declared.queue) -> None:
            async def portals() -> list[int]:
                row = await app.connector.execute_query_one_async("SELECT ctx.portals() AS portals")
                return [item[0] for item in row["portals"]]

            for portal in await portals():
                try:
                    await app.configure_task(_name, queue=_queue, queueing_lock=f"every:{_name}:{portal}").defer_async(portal=portal)
                except procrastinate.exceptions.AlreadyEnqueued:
                    continue

        task = app.task(name=f"clock:{name}", queue="urgent")(tick)
        app.periodic(cron=cron)(task)

    async def tick_sweep(timestamp: int) -> None:
        await sweep(app)

    app.periodic(cron="* * * * * */30")(app.task(name="clock:sweep", queue="urgent")(tick_sweep))


async def sweep(app: procrastinate.App) -> None:
    """Give back the jobs of workers that died; one whose like waits already is dropped, since only one may wait."""
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        logger.warning("job %s (%s) was left behind by a dead worker; it runs again", stalled.id, stalled.task_name)
        try:
            await app.job_manager.retry_job(stalled)
        except procrastinate.exceptions.UniqueViolation:
            await app.job_manager.finish_job(stalled, procrastinate.jobs.Status.FAILED, delete_job=True)
    await app.job_manager.prune_stalled_workers(STALLED_SECONDS)


def run(concurrency: int = 4) -> None:
    """Run until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portiek.config.settings")
    import django

    django.setup(set_prefix=False)
    from portiek.core import jobs

    async def work() -> None:
        # Replaced, not copied: a task defers through the app that it was declared on, so with a copy clocked jobs would stay in memory.
        with jobs.app.replace_connector(_connector()) as app:
            async with app.open_async():
                plant(app)
                await app.run_worker_async(queues=None, concurrency=concurrency, wait=True, fetch_job_polling_interval=5, shutdown_graceful_timeout=10,  # type: ignore[arg-type]
                                           delete_jobs="successful", update_heartbeat_interval=10, stalled_worker_timeout=STALLED_SECONDS)

    asyncio.run(work())

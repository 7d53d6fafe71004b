"""What a killed worker left behind runs again."""

import asyncio
from urllib.parse import urlsplit

import procrastinate
import psycopg

from portiek.config import worker
from portiek.config.environment import environment
from portiek.config.testing import other_database


def test_a_job_whose_like_waits_already_does_not_keep_the_others_from_running_again():
    with other_database("sweep") as url, psycopg.connect(url, autocommit=True) as owner:
        owner.execute("DELETE FROM procrastinate_jobs")
        owner.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock) VALUES ('slow', 'clocked', 'doing', 'every:clocked:1'),"
            " ('slow', 'clocked', 'todo', 'every:clocked:1'), ('default', 'reaction', 'doing', NULL)"
        )
        conninfo = urlsplit(environment().dsn("p_worker"))._replace(path=urlsplit(url).path).geturl()
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=1))

        async def swept() -> None:
            async with app.open_async():
                await worker.sweep(app)

        asyncio.run(swept())
        assert owner.execute("SELECT task_name, status::text, attempts FROM procrastinate_jobs ORDER BY task_name").fetchall() == [("clocked", "todo", 0), ("reaction", "todo", 1)]

"""`make demo` fills an empty database to its last module: the same seeds as the tests', and those that only a demo has."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

pytestmark = pytest.mark.no_database
CODE = "from portiek.config.cli import setup, migrate_now; setup(); migrate_now(); from portiek.config.demo import seed_all; assert seed_all('demo'); assert not seed_all('demo')"


def test_a_demo_is_seeded():
    server, name = os.environ["PORTIEK_TEST_SERVER"], f"portiek_seeds_{os.getpid()}"
    with psycopg.connect(server, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            url = psycopg.conninfo.conninfo_to_dict(server)
            made = f"postgresql://{url['user']}:{url.get('password', '')}@{url['host']}:{url['port']}/{name}"
            done = subprocess.run([sys.executable, "-c", CODE], env={**os.environ, "DATABASE_URL": made}, capture_output=True, text=True, timeout=400)
            assert done.returncode == 0, done.stderr[-3000:]
            with psycopg.connect(made) as owner:
                empty = [table for table in ("banking_change", "proposals_proposal", "tasks_task", "orders_order") if not owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]]
            assert not empty, f"nothing in {empty}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

"""The embedded PostgreSQL with a database of each size in it, made once for each state of the migrations."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from portiek.config.embedded import EmbeddedPostgres
from tests.load.data import QUICK, SIZES

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = Path(os.environ.get("PORTIEK_CACHE", ROOT / ".data" / "cache")) / "load"
SECRET = "benchmark-secret-key-of-fifty-characters-or-more-0123456789"
BUILDING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "512MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "1GB",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def state() -> str:
    """Return the mark of what the databases are made of: migrations, functions and this generator."""
    paths = [path for path in (ROOT / "portiek").rglob("*") if path.suffix in (".py", ".sql") and ("migrations" in path.parts or path.suffix == ".sql")]
    paths += [ROOT / "tests" / "load" / "data.py", ROOT / "portiek" / "core" / "db" / "secure.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(paths))).hexdigest()[:16]


def prepare(quick: bool) -> Path:
    """Return the folder of the cluster, made when there is none for this state; clusters of older states are removed."""
    kept = CACHE / f"{'quick-' if quick else ''}{state()}"
    if (kept / "whole").exists():
        return kept
    for old in CACHE.glob("quick-*" if quick else "[0-9a-f]*"):
        shutil.rmtree(old)
    kept.mkdir(parents=True)
    server = EmbeddedPostgres(kept / "postgres", BUILDING)
    url = server.start()
    try:
        _make(url, "load_base", "base")
        for size in QUICK if quick else SIZES:
            begun = time.monotonic()
            _make(url, size.name, str(size.orders), *(["quick"] if quick else []), template=" TEMPLATE load_base")
            print(f"Made the database of {size.orders:,} orders in {time.monotonic() - begun:.0f} s.", file=sys.stderr, flush=True)
    finally:
        server.stop()
    (kept / "whole").touch()
    return kept


def _make(url: str, name: str, *arguments: str, template: str = "") -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}{template}")
        admin.execute(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
    if subprocess.run([sys.executable, "-m", "tests.load.data", *arguments], cwd=ROOT, env=environ(url, name)).returncode:
        raise RuntimeError(f"the database {name} could not be made")


def url_of(url: str, name: str) -> str:
    """Return the owner's URL of one database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def environ(url: str, name: str, **more: str) -> dict[str, str]:
    """Return the environment of a process that serves one database."""
    return {**os.environ, "DATABASE_URL": url_of(url, name), "SECRET_KEY": SECRET, "DATA_DIR": str(CACHE / "data"), **more}

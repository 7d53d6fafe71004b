"""Run tests on the oldest PostgreSQL we promise: `python -m tests.postgres15 <pytest arguments>`. Says so and ends well where it is not installed."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

PROGRAMS = Path(os.environ.get("POSTGRES15", "/usr/lib/postgresql/15/bin"))


@contextlib.contextmanager
def postgres15() -> Iterator[str]:
    """Run a server on a folder of its own, and yield the URL of its superuser. As root it runs as another user, as PostgreSQL demands."""
    folder = Path(tempfile.mkdtemp(prefix="portiek-pg15-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    become: dict[str, Any] = {"cwd": folder}
    if os.geteuid() == 0:
        user = _user()
        os.chown(folder, user.pw_uid, user.pw_gid)
        become |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    try:
        subprocess.run([str(PROGRAMS / "initdb"), "-D", str(folder / "data"), "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], check=True, capture_output=True, **become)
        server = subprocess.Popen(
            [str(PROGRAMS / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"],
            stderr=subprocess.DEVNULL,
            **become,
        )
        try:
            url = f"postgresql://owner@127.0.0.1:{port}/postgres"
            _wait(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody")


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError("PostgreSQL 15 did not start")
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=2).close()
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL 15 did not accept connections within a minute")


def main() -> int:
    """Run pytest with the arguments on it."""
    if not (PROGRAMS / "postgres").exists():
        print(f"PostgreSQL 15 is not installed in {PROGRAMS}: its tests are left out.")
        return 0
    with postgres15() as url:
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env={**os.environ, "TEST_DATABASE_URL": url}).returncode


if __name__ == "__main__":
    raise SystemExit(main())

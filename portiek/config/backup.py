"""A backup of the whole installation, and putting it back: database and files with checksums. Neither the secret nor the list of erasures is in it (decision 0037)."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from portiek.config.embedded import EmbeddedPostgres
from portiek.config.environment import environment

DATABASE, FILES, SUMS = "database.dump", "files.tar", "SHA256SUMS"
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}


def _run(program: str, *arguments: str | Path) -> None:
    """Run a program of PostgreSQL on the installation's database. The password is not on its command line."""
    told = conninfo_to_dict(environment().dsn())
    variables = {_VARIABLES[name]: str(value) for name, value in told.items() if name in _VARIABLES and value}
    done = subprocess.run([_fitting(program), *map(str, arguments)], env={**os.environ, **variables}, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()[-2000:]}")


def _fitting(program: str) -> str:
    """Return this machine's program when it is of the server's version, else that of the embedded PostgreSQL: an older one refuses the server, a newer one says what the server does not know."""
    with psycopg.connect(environment().dsn()) as raw:
        major = raw.info.server_version // 10000
    found = shutil.which(program)
    said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.split() if found else []
    return found if found and len(said) > 2 and said[2].split(".")[0] == str(major) else str(EmbeddedPostgres(environment().data_dir / "postgres").programs / program)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def back_up(folder: Path) -> Path:
    """Write a backup into a new folder below `folder`, for this user alone, and return that. Files come after the database: what a row names is there. Raises RuntimeError."""
    os.umask(0o077)
    into = folder / f"portiek-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    into.mkdir(parents=True)
    _run("pg_dump", "--format=custom", "--no-password", "--file", into / DATABASE)
    with tarfile.open(into / FILES, "w") as tar:
        if (files := environment().data_dir / "files").is_dir():
            tar.add(files, "files")
    (into / SUMS).write_text("".join(f"{_digest(into / name)}  {name}\n" for name in (DATABASE, FILES)))
    return into


def check_backup(kept: Path) -> None:
    """Compare a backup with its checksums. Raises RuntimeError when it is not whole."""
    try:
        wrong = [name for digest, name in (line.split(maxsplit=1) for line in (kept / SUMS).read_text().splitlines()) if _digest(kept / name) != digest]
    except (OSError, ValueError) as problem:
        raise RuntimeError(f"{kept} is no whole backup: {problem}") from None
    if wrong:
        raise RuntimeError(f"{kept} is not as it was written: {', '.join(wrong)}")


def put_back(kept: Path) -> None:
    """Put a backup back into an empty database and the folder of data, all of the database or nothing. Raises RuntimeError, also when there is something already."""
    from portiek.core.db.roles import install_roles

    check_backup(kept)
    with psycopg.connect(environment().dsn(), autocommit=True) as raw:
        if raw.execute("SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public')").fetchone() != (False,):
            raise RuntimeError("The database is not empty; nothing was put back.")
        # What is put back names the roles.
        install_roles(raw, environment().logins(), str(raw.info.dbname))
    _run("pg_restore", "--no-owner", "--no-acl", "--no-password", "--exit-on-error", "--single-transaction", "--dbname", str(conninfo_to_dict(environment().dsn())["dbname"]), kept / DATABASE)
    with tarfile.open(kept / FILES) as tar:
        tar.extractall(environment().data_dir, filter="data")

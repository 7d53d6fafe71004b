"""A backup put back on another server, as deploy/README.md says: everything is there, the locks are shut, and who was erased since is erased again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from portiek.config.embedded import EmbeddedPostgres
from portiek.config.testing import collected_jobs, other_database
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.audit.tests.test_erasure import agreed, erase
from portiek.foundation.files import actions as files
from tests.journeys.processes import ROOT

pytestmark = pytest.mark.no_database

GONE, NAME = "youssef@bakker.example", "Youssef El Amrani"


@pytest.fixture
def elsewhere() -> Iterator[EmbeddedPostgres]:
    """A server that never heard of Portiek."""
    folder = Path(tempfile.mkdtemp(prefix="portiek-restore-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "pg", {"fsync": "off"})
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def portiek(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "portiek", *map(str, arguments)], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300)


def done(*arguments: str | Path, **environment: str) -> str:
    ended = portiek(*arguments, **environment)
    assert ended.returncode == 0, f"{arguments}: {ended.stdout}\n{ended.stderr}"
    return ended.stdout.strip()


COUNTS = "SELECT (SELECT count(*) FROM parties_party), (SELECT count(*) FROM orders_order), (SELECT count(*) FROM core_fact), (SELECT count(*) FROM accounts_membership)"


def test_a_backup_comes_back_on_another_server(tmp_path: Path, elsewhere: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    live = tmp_path / "live"
    monkeypatch.setattr(settings, "DATA_DIR", live)
    with other_database("backup") as url:
        cast = Cast()
        system, sanne = cast.system, cast.sanne
        with scope(system):
            files.store(system, name="brief.txt", media_type="text/plain", content=b"Beste klant,", party_id=sanne.party_id)
        kept = Path(done("backup", tmp_path / "backups", DATABASE_URL=url, DATA_DIR=str(live)))
        assert not any(path.stat().st_mode & 0o077 for path in (kept, *kept.iterdir()))
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=kept, check=True)
        with psycopg.connect(url) as owner:
            before = owner.execute(COUNTS).fetchone()
        # After the backup somebody is erased.
        with collected_jobs():
            agreed(cast, GONE)
            erase(cast)
        with psycopg.connect(url) as owner:
            assert owner.execute("SELECT count(*) FROM accounts_user WHERE email = %s OR name = %s", [GONE, NAME]).fetchone() == (0,)
    # The machine is lost: another server, another folder; the secret and the list of erasures were kept elsewhere.
    new = tmp_path / "new"
    shutil.copytree(live / "erasures", new / "erasures")
    there = {"DATABASE_URL": elsewhere.start(), "DATA_DIR": str(new)}
    assert done("restore", kept, **there) == "Everything is back. 1 people were erased again."
    with psycopg.connect(there["DATABASE_URL"]) as owner:
        after = owner.execute(COUNTS).fetchone()
        assert after[:2] == before[:2] and before[2] <= after[2] and after[3] == before[3] - 1
        assert owner.execute("SELECT count(*) FROM accounts_user WHERE email = %s OR name = %s", [GONE, NAME]).fetchone() == (0,)
    assert done("check", **there).endswith("Row security: no holes.")
    assert [path.read_bytes() for path in (new / "files").rglob("*") if path.is_file()] == [b"Beste klant,"]
    # Not over what is there, and not what was changed on the way.
    again = portiek("restore", kept, **there)
    assert again.returncode == 1 and "The database is not empty; nothing was put back." in again.stderr
    with (kept / "files.tar").open("ab") as tail:
        tail.write(b"x")
    broken = portiek("restore", kept, **there)
    assert broken.returncode == 1 and "not as it was written: files.tar" in broken.stderr and "Traceback" not in broken.stderr

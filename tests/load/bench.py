"""What every measurement needs: the server, a web process for a size, a browser that is logged in, a process for calls inside."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.load import cluster, measure
from tests.load.client import Client
from tests.load.data import PARTY, QUICK, SIZES, USER, Size
from tests.load.table import Row

TOKEN = "bench-token"
FLOOR = "/bench/floor/"
# The floor on the machine on which the goals in seconds were set. A slower or busier machine shows a higher one in the same run.
FLOOR_THEN = 1.27


class Inside:
    """A process that answers calls."""

    def __init__(self, started: subprocess.Popen[str]) -> None:
        self.started = started
        self._read()

    def __call__(self, name: str, **arguments: Any) -> Any:
        assert self.started.stdin is not None
        self.started.stdin.write(json.dumps([name, arguments]) + "\n")
        self.started.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self.started.stdout is not None
        line = self.started.stdout.readline()
        if not line:
            raise RuntimeError("the process for calls inside ended")
        return json.loads(line)


@dataclass
class Bench:
    """One run."""

    url: str
    quick: bool
    rows: list[Row] = field(default_factory=list)
    # How many times slower the floor is now than on the machine of the goals.
    pace: float = 1.0

    @property
    def sizes(self) -> list[Size]:
        """The databases, smallest first."""
        return QUICK if self.quick else SIZES

    @property
    def rounds(self) -> int:
        """How often each thing is measured."""
        return 60 if self.quick else 200

    def environment(self, size: Size, **more: str) -> dict[str, str]:
        """Return the environment of a process on one size's database."""
        return cluster.environ(self.url, size.name, **more)

    def owner(self, size: Size) -> psycopg.Connection[Any]:
        """Connect as the owner of one size's database."""
        return psycopg.connect(cluster.url_of(self.url, size.name), autocommit=True)

    def log_in(self) -> None:
        """Open Sanne's session in every database."""
        for size in self.sizes:
            with self.owner(size) as owner:
                owner.execute("DELETE FROM accounts_session WHERE user_agent = 'bench'")
                owner.execute(
                    "INSERT INTO accounts_session (portal_id, user_id, party_id, token_hash, created_at, expires_at, proved_at, user_agent)"
                    " SELECT u.portal_id, u.id, p.id, sha256(%s), now(), now() + interval '30 days', now(), 'bench' FROM accounts_user u"
                    " JOIN parties_party p ON p.portal_id = u.portal_id AND p.number = %s WHERE u.email = %s",
                    [TOKEN.encode(), PARTY, USER],
                )

    @contextlib.contextmanager
    def web(self, size: Size) -> Iterator[Client]:
        """Run a web process and yield a browser in which Sanne is logged in."""
        with measure.web(self.environment(size)) as port:
            yield Client(port, {"portiek": TOKEN})

    @contextlib.contextmanager
    def inside(self, size: Size) -> Iterator[Inside]:
        """Run a process for calls inside."""
        with measure.process(["tests.load.inside"], self.environment(size, DJANGO_SETTINGS_MODULE="tests.load.settings"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
            yield Inside(started)

    def row(self, goal: str, what: str, measured: str, reference: str = "", ratio: float | None = None, wanted: str = "", met: bool | None = None) -> None:
        """Add a row of the table."""
        self.rows.append(Row(goal, what, measured, reference, ratio, wanted, met))

    def against(self, goal: str, what: str, subject: measure.Times, reference: measure.Times, most: float, *, p95: bool = False, named: str = "floor") -> None:
        """Add a row: a subject that may take at most so many times its reference."""
        mine, other = (subject.p95, reference.p95) if p95 else (subject.p50, reference.p50)
        ratio = mine / other
        kind = "p95" if p95 else "p50"
        self.row(goal, what, f"{kind} {mine:.2f} ms (p95 {subject.p95:.2f})", f"{named} {other:.2f} ms", ratio, f"≤ {most:g} ×", ratio <= most)

    def absolute(self, goal: str, what: str, value: float, most: float, unit: str) -> None:
        """Add a row: a time with a limit of its own, judged at the pace of the machine on which that limit was set."""
        slower = max(1.0, self.pace)
        self.row(goal, what, f"{value:.2f} {unit}", f"pace {slower:.1f} × slower" if slower > 1.05 else "pace as then", value / slower, f"≤ {most:g} {unit}", value / slower <= most)

    def rate(self, goal: str, what: str, per_second: float, least: float) -> None:
        """Add a row: so many a second at least, at the pace of the machine on which that was set."""
        slower = max(1.0, self.pace)
        self.row(goal, what, f"{per_second:,.0f} a second", f"pace {slower:.1f} × slower" if slower > 1.05 else "pace as then", per_second * slower, f"≥ {least:,.0f}", per_second * slower >= least)

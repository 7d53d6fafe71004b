"""Measure the goals of docs/performance.md and print them as one table. Exits with 0 also when a goal is missed: the table says which."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
import traceback
from pathlib import Path

from portiek.config.embedded import EmbeddedPostgres
from tests.load import cluster, live, pages, table, writes
from tests.load.bench import Bench

DOC = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
MARK = "<!-- measured -->"
# The floor comes first: it says how fast this machine is now.
PARTS = {
    "pages": pages.pages,
    "calls": pages.calls,
    "growth": pages.growth,
    "ordering": writes.ordering,
    "feed": writes.feed,
    "live": live.live,
    "footprint": writes.footprint,
}


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="databases a tenth as large, fewer rounds")
    parser.add_argument("--only", choices=list(PARTS), action="append", default=[], help="only this part, and the floor")
    parser.add_argument("--write", action="store_true", help=f"write the table into {DOC.relative_to(DOC.parents[1])}")
    chosen = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation keeps its compiled code
    os.environ["PYTHONPYCACHEPREFIX"] = str(cluster.CACHE / "compiled")
    folder = cluster.prepare(chosen.quick)
    server = EmbeddedPostgres(folder / "postgres")
    bench = Bench(server.start(), chosen.quick)
    begun, broken = time.monotonic(), list[str]()
    try:
        bench.log_in()
        for name, part in PARTS.items():
            if not chosen.only or name in chosen.only or name == "pages":
                print(f"{name} ...", file=sys.stderr, flush=True)
                try:
                    part(bench)
                except Exception as problem:  # the other parts are told all the same
                    traceback.print_exc()
                    broken.append(f"{name}: {problem}")
    finally:
        server.stop()
    about = (
        f"{bench.sizes[-1].orders:,} orders ({bench.sizes[-1].orders // 10:,} of the one who looks), {bench.sizes[-1].products:,} products, {bench.sizes[-1].price_lines:,} price lines; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, PostgreSQL 18 embedded, one web process, one client; {time.monotonic() - begun:.0f} s"
    )
    print(table.plain(bench.rows) + "\n\n" + about)
    missed = table.missed(bench.rows)
    print(f"\n{len(missed)} goals missed: {'; '.join(missed)}" if missed else "\nEvery goal is met.")
    if broken:
        about += f". Broke off, so their rows are missing: {'; '.join(broken)}"
        print(about, file=sys.stderr)
    if chosen.write:
        head = DOC.read_text().partition(MARK)[0]
        DOC.write_text(f"{head}{MARK}\n{about}.\n\n{table.markdown(bench.rows)}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())

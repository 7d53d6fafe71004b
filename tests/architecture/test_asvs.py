"""The file of ASVS 5.0 says of each of its 345 requirements where it stands, and what it names exists."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from tests.architecture.source import ROOT

pytestmark = pytest.mark.no_database

CHAPTERS = {1: 30, 2: 13, 3: 31, 4: 16, 5: 13, 6: 47, 7: 19, 8: 13, 9: 7, 10: 36, 11: 24, 12: 12, 13: 21, 14: 13, 15: 21, 16: 17, 17: 12}
STATUSES = {"met", "part", "open", "operator", "n/a"}


def rows() -> list[dict[str, str]]:
    """Return the lines of the file."""
    with (ROOT / "docs" / "security" / "asvs-5.0.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_requirement_has_a_line() -> None:
    found = [row["id"] for row in rows()]
    assert len(found) == len(set(found)) == 345
    assert Counter(int(each.partition(".")[0]) for each in found) == CHAPTERS
    assert {row["status"] for row in rows()} <= STATUSES
    assert {row["level"] for row in rows()} == {"1", "2", "3"}


def missing(row: dict[str, str]) -> str:
    """Return what a line names and is not there, or ""."""
    path, _, name = row["test"].partition("::")
    if not (ROOT / path).exists():
        return path
    if name and not re.search(rf"^(async )?def {re.escape(name)}\b", (ROOT / path).read_text(), re.M):
        return row["test"]
    return ""


def test_what_a_line_names_is_there() -> None:
    assert not [(row["id"], gone) for row in rows() if row["test"] and (gone := missing(row))]
    assert missing({"test": "tests/architecture/test_asvs.py::test_that_is_not_there"})
    assert missing({"test": "tests/nothing.py"})


def test_log_in_sessions_and_authorisation_have_no_gap_at_level_one() -> None:
    first = [row for row in rows() if row["level"] == "1" and row["id"].partition(".")[0] in ("6", "7", "8")]
    assert len(first) == 23
    assert not [row["id"] for row in first if row["status"] != "met" or not row["control"] or not row["test"]]

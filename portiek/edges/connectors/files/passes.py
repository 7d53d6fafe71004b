"""Passes over one file: which rows are good, which records they are about, what stays out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portiek.edges.connectors.files import actions, mapping, reading
from portiek.edges.connectors.files.fields import ABOUT, KEYS, LAYOUTS
from portiek.edges.connectors.files.mapping import FileMapping, Wrong
from portiek.edges.connectors.models import FileDelivery, FileRow

BATCH = 1000
Each = Callable[[int, Sequence[Any], str, Wrong | None], None]


@dataclass
class Record:
    """What a pass has seen of one record."""

    rows: int = 0
    outcome: str = "same"


@dataclass
class Pass:
    """What a pass over a file found. `bad`: records that stay out whole, since a row of them is wrong; `refused`: rows that do, with the first ones kept."""

    total: int = 0
    seen: dict[str, Record] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    refused: list[FileRow] = field(default_factory=list)
    wrong: int = 0
    # Rows that do not even say what they are about: then nothing is put away.
    nameless: bool = False

    def counts(self) -> Counter[str]:
        """Return how many rows would be new, changed, the same, refused."""
        found: Counter[str] = Counter(new=0, changed=0, same=0, refused=0)
        for key, item in self.seen.items():
            found["refused" if key in self.bad else item.outcome] += item.rows
        found["refused"] += self.wrong
        return found


@dataclass(frozen=True)
class Row:
    """One good row: its record, its values, and those of its parts as (layout, place, values)."""

    number: int
    cells: Sequence[Any]
    key: str
    head: dict[str, Any] | None
    parts: Sequence[tuple[str, int, dict[str, Any]]]


class Reader:
    """Passes over one file with one mapping. `mended`: cells that a person wrote, by row; `only`: rows and records that are tried again, None: all."""

    def __init__(self, found: FileDelivery, path: Path, mapped: FileMapping, mended: dict[int, list[Any]] | None = None, only: tuple[set[int], set[str]] | None = None) -> None:
        self.found, self.path, self.mapped, self.mended, self.only = found, path, mapped, mended or {}, only
        self.layout = mapped.layout
        self.own_parts = mapped.own_parts
        self.grouped = bool(self.layout.part or self.own_parts)

    def rows(self, told: Pass, progress: Callable[[int], None], each: Each | None = None) -> Iterator[Row]:
        """Yield the good rows, and note the others. `each` hears of every row. Raises reading.Unreadable."""
        with reading.opened(self.path, self.layout.name) as (heads, rows):
            take = mapping.taker(self.mapped, heads)
            for number, given in rows:
                cells = self.mended.get(number, given)
                told.total += 1
                if told.total % BATCH == 0:
                    progress(told.total)
                key, wrong, row = "", None, None
                try:
                    values = take(cells)
                    key = record_key(self.layout.name, values)
                    if self.only is not None and number not in self.only[0] and key not in self.only[1]:
                        continue
                    if key in told.seen and not self.grouped:
                        raise Wrong(self.layout.key, "twice", key)
                    row = self._row(told, number, cells, key, values)
                except Wrong as problem:
                    wrong = problem
                    if self.only is not None and number not in self.only[0]:
                        continue
                    self._refuse(told, number, cells, key or self._named(heads, cells), wrong)
                if each is not None:
                    each(number, cells, key, wrong)
                if row is not None:
                    yield row

    def _row(self, told: Pass, number: int, cells: Sequence[Any], key: str, values: dict[str, Any]) -> Row:
        if self.layout.part:
            place = told.seen[key].rows if key in told.seen else 0
            told.seen.setdefault(key, Record()).rows += 1
            return Row(number, cells, key, None, [(self.layout.name, place, {name: value for name, value in values.items() if name != "of"})])
        item = told.seen.setdefault(key, Record())
        parts = []
        for part in self.own_parts:
            own = {name.rpartition(".")[2]: value for name, value in values.items() if name.startswith(f"{part}.")}
            if own:
                parts.append((f"{self.layout.name}.{part}", item.rows, own))
        item.rows += 1
        return Row(number, cells, key, {name: value for name, value in values.items() if "." not in name} if item.rows == 1 else None, parts)

    def _named(self, heads: Sequence[str], cells: Sequence[Any]) -> str:
        """Return the id of the record that a wrong row is about; empty where it does not say, and so nothing of a whole file counts as gone."""
        try:
            return record_key(self.layout.name, values) if (values := mapping.named(self.mapped, heads, cells)) else ""
        except Wrong:
            return ""

    def _refuse(self, told: Pass, number: int, cells: Sequence[Any], key: str, wrong: Wrong) -> None:
        told.wrong += 1
        told.nameless = told.nameless or not key
        if key and wrong.code != "twice":
            told.bad.setdefault(key, wrong.code)
        if len(told.refused) < actions.MOST_ROWS:
            told.refused.append(FileRow(portal_id=self.found.portal_id, delivery=self.found, number=number, external_id=key[:64], cells=list(cells), field=wrong.name[:60], code=wrong.code[:40], detail=wrong.detail[:300]))


def record_key(layout: str, values: dict[str, Any]) -> str:
    """Return the id of the record that values are about; stock, discounts and minimum prices have none of their own. Raises Wrong for one that is too long, and where nothing says what it is about."""
    names = KEYS.get(layout)
    if names is None:
        return str(values[LAYOUTS[layout].key])
    about = ABOUT.get(layout, names[:1])
    if not any(name in values for name in about):
        raise Wrong(about[0], "empty")
    # What is last may be missing: a discount without a first day, or of a customer and so of no group.
    key = "@".join([str(values.get(name, "")) for name in names[:2]] + [str(values[name]) for name in names[2:] if name in values])
    if len(key) > mapping.MOST_ID:
        raise Wrong(names[1], "id_long", key)
    return key


def part_key(key: str, place: int) -> str:
    """Return the id of a part: its record and its place in the file, so that they stay in order."""
    return f"{key}#{place:05d}"

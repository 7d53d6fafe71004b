"""From the cells of a row to the values of a record's fields: which column, which constant, which simple change. Pure: no database, no clock, no Django."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from portiek.edges.connectors.files import catalogue
from portiek.edges.connectors.files.fields import KEYS, LAYOUTS, Field, Layout
from portiek.foundation.imports.rules import bare, cell, yes_no

Cell = str | Mapping[str, str]
MOST_SIGNS = 20_000
MOST_ID = 64
# Of a cell that holds a list, and of one thing in it.
MOST_LIST, MOST_PART = 400_000, 500
_NUMBER = re.compile(r"[+-]?\d[\d.,]*|[+-]?[.,]\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})+")
_MOST = Decimal("1e12")
_MONEY = str.maketrans("", "", "€$£% \u00a0\u202f'")
_DAY = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
# The simple changes, by kind of field.
CHANGES = {"number": ("comma", "point"), "rate": ("percent", "fraction"), "day": ("ymd", "dmy", "mdy")}
IDS = {"external_id", "of", "product", "party", "group", "order", "parent", "category", "price_list", "fallback", "order_line"}


class Wrong(ValueError):
    """A cell that cannot be taken: the field, the code of why, the cell."""

    def __init__(self, name: str, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.name, self.code, self.detail = name, code, detail[:200]


@dataclass(frozen=True)
class Source:
    """Where a field comes from: a column, or a constant (also where the column is empty), changed by a table of codes and by how its values are written."""

    column: str = ""
    constant: str = ""
    change: str = ""
    table: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileMapping:
    """How a kind of file is read. `pattern`: names of files with * and ?, with commas between; `whole`: a file holds everything there is."""

    layout: Layout
    pattern: str
    whole: bool
    sources: Mapping[str, Source]

    @property
    def columns(self) -> list[str]:
        """The headings that a file must have."""
        return sorted({source.column for source in self.sources.values() if source.column})

    @property
    def own_parts(self) -> list[str]:
        """The parts that this file brings in the rows of its records."""
        return [part for part in self.layout.parts if any(name.startswith(f"{part}.") for name in self.sources)]

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {"pattern": self.pattern, "whole": self.whole, "fields": {name: {key: value for key, value in asdict(source).items() if value} for name, source in self.sources.items()}}


def from_json(layout: str, body: Mapping[str, Any]) -> FileMapping:
    """Read what was kept; fields that are no longer known are left out."""
    made = LAYOUTS[layout]
    known = {item.name for item in made.fields}
    sources = {name: Source(str(kept.get("column", "")), str(kept.get("constant", "")), str(kept.get("change", "")), {str(key): str(value) for key, value in (kept.get("table") or {}).items()})
               for name, kept in (body.get("fields") or {}).items() if name in known}
    return FileMapping(made, str(body.get("pattern") or default_pattern(layout)), bool(body.get("whole", True)), sources)


def default_pattern(layout: str) -> str:
    """Return the names of files that belong to a kind when nobody says otherwise."""
    name = layout.replace(".", "-")
    return f"{name}.*, {name}-*, {name}_*"


def layout_of(name: str, patterns: Mapping[str, str]) -> str | None:
    """Return the kind of a file by its name; of several patterns that fit, the longest one counts. XML is a catalogue, and so is JSON that no pattern knows."""
    ending = name.casefold().rpartition(".")[2]
    if ending == "xml":
        return catalogue.NAME
    fits = [(len(pattern), layout) for layout, text in patterns.items() for pattern in _patterns(text) if fnmatchcase(name.casefold(), pattern)]
    return max(fits)[1] if fits else catalogue.NAME if ending == "json" else None


def _patterns(text: str) -> list[str]:
    return [part.strip().casefold() for part in text.split(",") if part.strip()]


def is_whole(name: str, usually: bool) -> bool:
    """Whether a file holds everything: its name may say delta or full."""
    words = set(re.split(r"[^a-z]+", name.casefold()))
    return False if "delta" in words else True if "full" in words else usually


def fitting(mapping: FileMapping | None, layout: str, heads: Sequence[str]) -> FileMapping | None:
    """Return how a file with these headings is read: a catalogue's are fields already, so that one is read by itself where nobody said otherwise of its own columns."""
    if tuple(heads) != catalogue.HEADS.get(layout) or (mapping is not None and set(mapping.columns) <= set(heads)):
        return mapping
    return FileMapping(LAYOUTS[layout], default_pattern(layout), True, {head: Source(head) for head in heads})


def missing(mapping: FileMapping) -> list[str]:
    """Return the fields that are needed and come from nowhere; those of a part are needed when anything of it is there."""
    there = {name for name, source in mapping.sources.items() if source.column or source.constant}
    parts = set(mapping.own_parts)
    return [item.name for item in mapping.layout.fields if item.required and item.name not in there and ("." not in item.name or item.name.partition(".")[0] in parts)]


# -- one row

Take = Callable[[Sequence[Cell]], dict[str, Any]]


def taker(mapping: FileMapping, heads: Sequence[str]) -> Take:
    """Return the function that makes values of a row; values are JSON: numbers and days as text, what is empty is left out. It raises Wrong."""
    place = {head: number for number, head in reversed(list(enumerate(heads)))}
    steps = [(mapping.layout.field(name), source, place.get(source.column, -1) if source.column else -1, {bare(key): value for key, value in source.table.items()}) for name, source in mapping.sources.items()]
    parts = set(mapping.own_parts)
    needed = [item.name for item in mapping.layout.fields if item.required and ("." not in item.name or item.name.partition(".")[0] in parts)]

    def take(cells: Sequence[Cell]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        count = len(cells)
        for item, source, number, table in steps:
            given: Cell = cells[number] if 0 <= number < count else ""
            if isinstance(given, str):
                given = cell(given)
            if not given:
                given = source.constant
            elif table:
                given = _looked_up(item, given, table)
            if given:
                value = read(item, given, source.change)
                if value not in ("", []) or item.kind == "list":
                    made[item.name] = value
        for name in needed:
            if name not in made and (name not in PART_NEEDS or any(key.startswith(name.partition(".")[0] + ".") for key in made)):
                raise Wrong(name, "empty")
        return made

    return take


# A row of a record without a part: an order without lines is refused elsewhere, a customer without an address is fine.
PART_NEEDS = {item.name for layout in LAYOUTS.values() for item in layout.fields if "." in item.name and item.required}


def named(mapping: FileMapping, heads: Sequence[str], cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the values that say which record a row is about, for one that is wrong elsewhere; none when it does not say."""
    made: dict[str, Any] = {}
    place = {head: number for number, head in reversed(list(enumerate(heads)))}
    for item in map(mapping.layout.field, KEYS.get(mapping.layout.name, (mapping.layout.key,))):
        source = mapping.sources.get(item.name, Source())
        number = place.get(source.column, -1) if source.column else -1
        given: Cell = cells[number] if 0 <= number < len(cells) else ""
        try:
            given = cell(given) if isinstance(given, str) else given
            if given and source.table:
                given = _looked_up(item, given, {bare(key): value for key, value in source.table.items()})
            given = given or source.constant
            value = read(item, given, source.change) if given else ""
        except Wrong:
            return {}
        if value:
            made[item.name] = value
        elif item.required:
            return {}
    return made


def _looked_up(item: Field, given: Cell, table: Mapping[str, str]) -> str:
    text = given if isinstance(given, str) else given["number"]
    found = table.get(bare(text), table.get("") if "" in table else None)
    if found is None:
        if item.kind == "choice":
            raise Wrong(item.name, "unknown_code", text)
        return text
    return found


def read(item: Field, given: Cell, change: str) -> Any:
    """Return the value of a cell as its field has it. Raises Wrong."""
    exact = not isinstance(given, str)
    text = given if isinstance(given, str) else given["number"]
    match item.kind:
        case "text":
            return _text(item, text)
        case "number":
            return str(_number(item, text, "point" if exact else change))
        case "rate":
            return str(_rate(item, text, change, exact))
        case "whole":
            number = _number(item, text, "point" if exact else change)
            if number != number.to_integral_value():
                raise Wrong(item.name, "not_whole", text)
            return int(number)
        case "day":
            return _day(item, text, change).isoformat()
        case "yes":
            found = yes_no(text)
            if found is None:
                raise Wrong(item.name, "not_yes_no", text)
            return found
        case "choice":
            code = next((code for code in item.choices if bare(code) == bare(text)), None)
            if code is None:
                raise Wrong(item.name, "unknown_code", text)
            return code
        case "list":
            return _list(item, text)
    return [part.strip() for part in re.split(r"[;,|]", text) if part.strip()]


def _text(item: Field, text: str) -> str:
    if len(text) > MOST_SIGNS:
        raise Wrong(item.name, "too_long", text[:60])
    if item.bare in IDS and len(text) > MOST_ID:
        raise Wrong(item.name, "id_long", text[:80])
    return text


def _list(item: Field, text: str) -> list[dict[str, str]]:
    """Read the things that a cell holds. Raises Wrong."""
    names = {name.rstrip("!"): name.endswith("!") for name in item.choices}
    try:
        made = json.loads(text) if len(text) <= MOST_LIST and "\\u0000" not in text else None
        json.dumps(made, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        made = None
    if not isinstance(made, list) or len(made) > catalogue.MOST_SAID:
        raise Wrong(item.name, "not_a_list", text[:60])
    for thing in made:
        if not isinstance(thing, dict) or not all(name in names and isinstance(value, str) and len(value) <= MOST_PART for name, value in thing.items()) or any(needed and not thing.get(name) for name, needed in names.items()):
            raise Wrong(item.name, "not_a_list", json.dumps(thing, ensure_ascii=False)[:60])
    return made


def _number(item: Field, text: str, change: str) -> Decimal:
    found = text.translate(_MONEY)
    if found.endswith("-") and len(found) > 1:  # as some ERPs write what is below zero
        found = f"-{found[:-1]}"
    if change == "comma":
        found = found.replace(".", "").replace(",", ".")
    elif change == "point":
        found = found.replace(",", "")
    elif _NUMBER.fullmatch(found):
        found = _either(item, found)
    try:
        made = Decimal(found)
    except InvalidOperation:
        raise Wrong(item.name, "not_a_number", text) from None
    if not made.is_finite() or abs(made) >= _MOST:
        raise Wrong(item.name, "not_a_number", text)
    return made


def _either(item: Field, text: str) -> str:
    """Read a number whose signs nobody explained: of two signs the last one parts the decimals; one that parts thousands as well as it parts decimals is asked about."""
    if "." in text and "," in text:
        return text.replace(".", "").replace(",", ".") if text.rindex(",") > text.rindex(".") else text.replace(",", "")
    if found := _THOUSANDS.fullmatch(text):
        if item.kind == "rate":
            return text.replace(",", ".")
        if text.count(found[1]) == 1:
            raise Wrong(item.name, "unsure", text)
        return text.replace(found[1], "")
    return text.replace(",", ".")


def _rate(item: Field, text: str, change: str, exact: bool) -> Decimal:
    number = _number(item, text, "point" if exact else "")
    return number if change == "fraction" and "%" not in text else number / 100


def _day(item: Field, text: str, change: str) -> date:
    try:
        if re.fullmatch(r"\d{8}", text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        found = _DAY.match(text)
        if found is None:
            raise ValueError
        one, two, three = found[1], found[2], found[3]
        if len(one) == 4:
            return date(int(one), int(two), int(three))
        if len(three) != 4:
            raise ValueError
        return date(int(three), int(one), int(two)) if change == "mdy" else date(int(three), int(two), int(one))
    except ValueError:
        raise Wrong(item.name, "not_a_day", text) from None


# -- suggestions


def suggested(layout: str, heads: Sequence[str], sample: Sequence[Sequence[Cell]], words: Mapping[str, Sequence[str]] | None = None) -> dict[str, Source]:
    """Propose where each field comes from, by its names and `words` (labels, what was chosen elsewhere) and by how the first rows write their values."""
    known = {bare(head): head for head in reversed(heads) if head.strip()}
    found: dict[str, Source] = {}
    taken: set[str] = set()
    for item in LAYOUTS[layout].fields:
        if item.kind == "list" and tuple(heads) != catalogue.HEADS.get(layout):  # words of another file, not what a catalogue writes
            continue
        part, _dot, name = item.name.rpartition(".")
        names = [*(words or {}).get(item.name, ()), name, item.name, *item.also] if not part else [item.name, f"{part.rstrip('s')} {name}", f"line {name}", *(words or {}).get(item.name, ()), *item.also, name]
        head = next((known[bare(word)] for word in names if bare(word) in known and (known[bare(word)] not in taken or name in IDS)), None)
        if head is not None and not (part and name in ("active", "external_id") and head in taken):
            taken.add(head)
            place = list(heads).index(head)
            found[item.name] = Source(head, change=_way(item, [row[place] for row in sample if place < len(row) and row[place]]))
    return found


def _way(item: Field, values: Sequence[Cell]) -> str:
    """Say how the values of a column are written, where some of them leave no doubt."""
    texts = [value.translate(_MONEY) for value in values if isinstance(value, str)]
    if item.kind == "number":
        comma = any(re.search(r",\d{1,2}$|,\d{4,}$|\.\d{3},", text) for text in texts)
        point = any(re.search(r"\.\d{1,2}$|\.\d{4,}$|,\d{3}\.", text) for text in texts)
        return "comma" if comma and not point else "point" if point and not comma else ""
    if item.kind == "rate":
        numbers = [number for number in (_plain(value) for value in values) if number is not None]
        return "fraction" if numbers and all(number < 1 for number in numbers) and any(number > 0 for number in numbers) else "percent"
    if item.kind == "day":
        found = [match for match in (_DAY.match(text) for text in texts) if match]
        return "mdy" if any(len(match[1]) < 3 and int(match[2]) > 12 for match in found) else ""
    return ""


def _plain(value: Cell) -> Decimal | None:
    try:
        return Decimal((value if isinstance(value, str) else value["number"]).translate(_MONEY).replace(",", "."))
    except InvalidOperation:
        return None


# -- a file as a whole


def doubts(*, columns: Sequence[str], heads: Sequence[str], total: int, before: int | None, refused: int, gone: int, known: int) -> tuple[str, str] | None:
    """Return why a file must wait for a person, as code and detail: `before` rows in the last whole file, `gone` of the `known` records would be put away."""
    if absent := [name for name in columns if name not in heads]:
        return "columns", ", ".join(absent)
    if total == 0:
        return "no_rows", ""
    if refused > max(5, total // 2):
        return "many_refused", f"{refused} / {total}"
    if before and total * 2 < before:
        return "fewer", f"{total} / {before}"
    return ("many_gone", f"{gone} / {known}") if gone > max(5, known // 2) else None

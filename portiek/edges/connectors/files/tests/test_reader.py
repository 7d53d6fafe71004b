"""Files that are not what they say, or never end: refused with a code, within little memory and time."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from portiek.edges.connectors.files import reading

pytestmark = pytest.mark.no_database


def read(tmp_path: Path, content: bytes | str) -> tuple[list[str], list[tuple[int, list]]]:
    path = tmp_path / "x"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with reading.opened(path) as (heads, rows):
        return heads, list(rows)


def code(tmp_path: Path, content: bytes | str) -> str:
    with pytest.raises(reading.Unreadable) as problem:
        read(tmp_path, content)
    return str(problem.value)


def workbook(*rows, formula: str = "") -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
        if formula:
            sheet.write_formula(1, 0, formula, None, 7)
    return made.getvalue()


@pytest.mark.parametrize("content", [
    "a;b\n1,5;ü\n", "a,b\n\"1,5\",ü\n", "a\tb\n1,5\tü\n", "a|b\n1,5|ü\n", "\ufeffa;b\r\n1,5;ü\r\n", "sep=,\na,b\n\"1,5\",ü\n", "a;b\n1,5;ü\n".encode("cp1252"), "a;b\n1,5;ü\n".encode("utf-16"), '{"a": "1,5", "b": "ü"}\n', '\ufeff{"a": "1,5", "b": "ü"}\n',
])  # fmt: skip
def test_a_file_of_any_make(tmp_path, content):
    heads, rows = read(tmp_path, content)
    assert heads == ["a", "b"] and [cells for _number, cells in rows] == [["1,5", "ü"]]


def test_numbers_of_rows_are_those_of_the_file(tmp_path):
    assert [number for number, _cells in read(tmp_path, 'a;b\n\n1;"x\ny"\n\n2;z\n')[1]] == [3, 6]


def test_a_workbook_says_its_numbers_and_runs_no_formula(tmp_path):
    heads, rows = read(tmp_path, workbook(["a", "b"], [1, 2.5], ["00123", True], formula='=HYPERLINK("http://evil.example","x")'))
    assert heads == ["a", "b"] and rows == [(2, [{"number": "7"}, {"number": "2.5"}]), (3, ["00123", "1"])]


def test_objects_in_objects_and_a_list_of_lines(tmp_path):
    heads, rows = read(tmp_path, '{"id": 1, "at": {"city": "Tiel"}, "tags": ["a", "b"], "lines": [{"sku": "x", "n": 1.50}, {"sku": "y", "n": 2}], "none": null, "yes": true}\n\n{"id": 2}\n')
    assert heads == ["id", "at.city", "tags", "none", "yes", "lines.sku", "lines.n"]
    assert rows == [(1, [{"number": "1"}, "Tiel", "a;b", "", "1", "x", {"number": "1.50"}]), (1, [{"number": "1"}, "Tiel", "a;b", "", "1", "y", {"number": "2"}]), (3, [{"number": "2"}])]


@pytest.mark.parametrize(("content", "why"), [
    (b"", "empty"), (b"\n\n;;\n", "empty"), (b"\x89PNG\r\n\x1a\n....", "not_text"), (b"%PDF-1.7", "not_text"), (b"\x1f\x8b\x08abc", "not_text"), (b"MZ\x90\x00", "not_text"), (b"a;b\n1;\x00\n", "not_text"), (b"a;b\n\x81\x8d;\x8f\n", "not_text"),
    (b"PK\x03\x04broken", "broken"), (b'{"a": 1}\nno json\n', "broken"), (b'{"a": 1}\n[1]\n', "broken"), (b'{"a": [{"b": 1}], "c": [{"d": 1}]}\n', "lists_many"), (b'{"a": ' + b"[" * 100_000 + b"\n", "broken"),
    (b"a;b\n" + b"x" * 1_000_001, "line_long"), (b'a;b\n"' + b"x\n" * 20_000, "cell_long"), (b";".join([b"x"] * 201), "columns_many"), (b'{"a":' * 8 + b"1" + b"}" * 8, "broken"),
])  # fmt: skip
def test_what_cannot_be_read_is_said(tmp_path, content, why):
    assert code(tmp_path, content) == why


def test_a_line_of_a_gigabyte_takes_no_memory(tmp_path):
    path = tmp_path / "x"
    with path.open("wb") as out:
        out.write(b"a;b\n1;2\n")
        out.truncate(1024 * 1024 * 1024)
    with pytest.raises(reading.Unreadable, match="not_text"), reading.opened(path) as (_heads, rows):
        list(rows)


def test_a_zip_that_becomes_a_thousand_times_as_large(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (401 * 1024 * 1024))
    assert code(tmp_path, made.getvalue()) == "large"


def test_the_first_rows_alone(tmp_path):
    path = tmp_path / "x"
    path.write_text("a\n" + "1\n" * 100_000)
    heads, rows = reading.sample(path, "")
    assert heads == ["a"] and len(rows) == reading.SAMPLE


def test_what_is_read_is_json_and_nothing_else(tmp_path):
    heads, rows = read(tmp_path, 'a;b\n{"end": ""};"[1]"\n')
    assert rows == [(2, ['{"end": ""}', "[1]"])] and json.dumps(heads)

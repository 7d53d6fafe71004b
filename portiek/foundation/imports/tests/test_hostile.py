"""Files that are not what they say: refused with words, within little memory and time, and the worker goes on."""

import io
import zipfile

import pytest
import xlsxwriter

from portiek.core.errors import Refused
from portiek.foundation.imports import rules
from portiek.foundation.imports.reading import read

pytestmark = pytest.mark.no_database


def kept(tmp_path, content, name="x.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path)


def code(tmp_path, content, name="x.csv"):
    with pytest.raises(Refused) as refused:
        kept(tmp_path, content, name)
    return refused.value.code


def workbook(*rows, far=None):
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    if far:
        sheet.write(*far, "x")
    book.close()
    return made.getvalue()


@pytest.mark.parametrize(("content", "cells"), [
    ("a;b\n1,5;ü\n", ["1,5", "ü"]), ("a,b\n1.5,ü\n", ["1.5", "ü"]), ("a\tb\n1\t2\n", ["1", "2"]), ("\ufeffa;b\r\n1;2\r\n", ["1", "2"]), ("sep=,\na,b\n1,2\n", ["1", "2"]),
    ("a;b\nCafé €;x\n".encode("cp1252"), ["Café €", "x"]), ("a;b\nü;x\n".encode("utf-16"), ["ü", "x"]), ('a;b\n"een; twee\ndrie";x\n', ["een; twee\ndrie", "x"]), ("\n\na;b\n1;2\n", ["1", "2"]),
    ("a;b\n'=1+1;'-x\n", ["=1+1", "-x"]), ("a;b\n'n naam;x\n", ["'n naam", "x"]),
])  # fmt: skip
def test_a_csv_of_any_make(tmp_path, content, cells):
    found = kept(tmp_path, content)
    assert found.heads == ["a", "b"] and found.rows[0][1] == cells


def test_the_number_of_a_row_is_that_of_the_file(tmp_path):
    assert [number for number, _cells in kept(tmp_path, 'a;b\n\n1;"x\ny"\n\n2;z\n').rows] == [3, 6]
    assert kept(tmp_path, workbook(["a"], [""], ["1"]), "x.xlsx").rows[0][0] == 3


def test_the_content_says_what_it_is_not_the_name(tmp_path):
    assert kept(tmp_path, "a;b\n1;2\n", "x.xlsx").heads == ["a", "b"]
    assert kept(tmp_path, workbook(["a", "b"], ["1", 2.5]), "x.csv").rows[0][1] == ["1", "2,5"]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n....", b"%PDF-1.7 ...", b"MZ\x90\x00", b"a;b\n1;\x00\n", b"\x81\x8d;\x8f\n1;2\n", b"\x1f\x8b\x08abc", b"\xff\xfea"])
def test_no_spreadsheet(tmp_path, content):
    assert code(tmp_path, content) == "file-type"


@pytest.mark.parametrize("content", [b"", b"\n\n;;\n", b"\xef\xbb\xbf"])
def test_nothing_in_it(tmp_path, content):
    assert code(tmp_path, content) == "file-empty"


def test_too_much_of_it(tmp_path):
    assert code(tmp_path, "a\n" * (rules.MOST_ROWS + 5)) == "file-rows"
    assert code(tmp_path, ";".join("x" * 70)) == "file-columns"
    assert code(tmp_path, workbook(["a"], far=(1, 16_383)), "x.xlsx") == "file-columns"
    assert code(tmp_path, workbook(["a"], far=(1_048_575, 0)), "x.xlsx") == "file-rows"
    # A cell at the far corner would be sixteen thousand million cells.
    assert code(tmp_path, workbook(["a"], far=(1_048_575, 16_383)), "x.xlsx") in ("file-large", "file-columns")


def test_broken(tmp_path):
    whole = workbook(["a", "b"], ["1", "2"])
    assert code(tmp_path, whole[: len(whole) // 2], "x.xlsx") == "file-broken"
    assert code(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 2000, "x.xls") == "file-broken"
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as parts:
        parts.writestr("hello.txt", "x")
    assert code(tmp_path, empty.getvalue(), "x.xlsx") == "file-broken"


def test_a_bomb_is_not_unpacked(tmp_path):
    sheet = workbook(["a", "b"], ["1", "2"])
    for honest in (True, False):
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(sheet)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parts:
            for item in old.infolist():
                body = old.read(item)
                if item.filename == "xl/worksheets/sheet1.xml":
                    row = b'<row><c t="inlineStr"><is><t>' + b"A" * 1000 + b"</t></is></c></row>"
                    body = body.replace(b"<sheetData>", b"<sheetData>" + row * 200_000)
                parts.writestr(item.filename, body)
        content = made.getvalue()
        if not honest:  # says that its parts are small
            import struct

            real = 200_000 * 1000
            sizes = [item.file_size for item in zipfile.ZipFile(io.BytesIO(content)).infolist() if item.file_size > real]
            content = content.replace(struct.pack("<I", sizes[0]), struct.pack("<I", 1000))
        assert len(content) < rules.MOST_BYTES
        assert code(tmp_path, content, "x.xlsx") in ("file-large", "file-broken", "file-rows")


def test_entities_do_not_multiply_and_read_no_file(tmp_path):
    sheet, made = workbook(["a", "b"], ["1", "2"]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet)) as old, zipfile.ZipFile(made, "w") as parts:
        for item in old.infolist():
            body = old.read(item)
            if item.filename == "xl/sharedStrings.xml":
                body = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + body.partition(b"?>")[2].replace(b"<t>a</t>", b"<t>&a;</t>")
            parts.writestr(item.filename, body)
    try:
        found = kept(tmp_path, made.getvalue(), "x.xlsx")
    except Refused as refused:
        assert refused.code == "file-broken"
    else:
        assert "root:" not in str(found)


def test_a_quote_that_never_closes(tmp_path):
    assert code(tmp_path, 'a;b\n"' + "x" * 400_000) == "file-broken"


def test_the_reader_knows_no_secret(tmp_path, monkeypatch):
    """It gets no environment, so that a hole in it finds nothing there."""
    import subprocess

    seen = {}
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: seen.update(options) or real(*arguments, **options))
    kept(tmp_path, "a\n1\n")
    assert seen["env"] == {} and seen["timeout"]


@pytest.mark.parametrize(("text", "meant"), [("Ja", True), ("x", True), ("nee", False), ("", False), ("misschien", None)])
def test_yes_and_no(text, meant):
    assert rules.yes_no(text) is meant


def test_headings_are_known_in_any_spelling():
    known = {rules.bare("E-mailadres"): "email", rules.bare("Naam"): "name"}
    assert rules.matched(["e mail-ADRES ", "NAAM", "Iets", "", "Resultaat", "Reden"], known) == (["email", "name", "", "", "", ""], ["Iets"], [])
    assert rules.matched(["naam", "Náám"], known)[2] == ["name"]

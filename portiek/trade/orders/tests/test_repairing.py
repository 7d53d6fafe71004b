"""What a list means, and what is repaired in it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portiek.trade.orders import repairing


def read(text):
    _sign, rows = repairing.table(text)
    columns, heads = repairing.meant(rows)
    return [(line.codes, line.quantity) for line in repairing.lines(rows[heads:], columns)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GP-1;60", [(("GP-1",), "60")]),
        ("GP-1\t2,5\n\nMS-2\t3", [(("GP-1",), "2,5"), (("MS-2",), "3")]),
        ("artikel;aantal\nGP-1;1", [(("GP-1",), "1")]),
        ("GP-1 12", [(("GP-1",), "12")]),
        ("GP-1", [(("GP-1",), "1")]),
        ("GP-1,3", [(("GP-1",), "3")]),
        ("00123;4", [(("00123",), "4")]),
        ("GP-1;60\nMS-2\t3\nZS-25 4\nTV-1,5", [(("GP-1",), "60"), (("MS-2",), "3"), (("ZS-25",), "4"), (("TV-1",), "5")]),
        ('sku,qty\n"GP-1","1,5"', [(("GP-1",), "1,5")]),
        ("Aantal;EAN;Omschrijving;Artikelnr.\n4;8712345678906;Plaat;GP-1\n;;Leeg;MS-2", [(("8712345678906", "GP-1"), "4"), (("MS-2",), "")]),
        ('"GP-1\n(wit)"\t3', [(("GP-1\n(wit)",), "3")]),
        ('3/4"-BUIS\t3', [(('3/4"-BUIS',), "3")]),
        ("\ufeffGP-1;60", [(("GP-1",), "60")]),
        ("Hoeveelheid\tEigen nummer\n3\tx", [(("x",), "3")]),
    ],
)
def test_a_list_is_read(text, found):
    assert read(text) == found


def test_headings_in_both_languages_say_what_columns_are():
    rows = [(1, ["Uw kenmerk", "Eenheid", "Art.nr.", "Qty", "Opmerking", "Leverdatum"]), (2, ["P 12", "st", "GP-1", "3", "achterom", "2026-12-01"])]
    columns, heads = repairing.meant(rows)
    assert heads and columns == ["reference", "unit", "code", "quantity", "note", "date"]
    [line] = repairing.lines(rows[1:], columns)
    assert (line.reference, line.codes, line.quantity, line.unit, line.note, line.day) == ("P 12", ("GP-1",), "3", "st", "achterom", "2026-12-01")


def test_a_layout_is_known_again_by_its_headings_or_its_width():
    assert repairing.shape(["Art. nr", "Aantal"], 2) == repairing.shape(["artnr", "AANTAL "], 2) != repairing.shape(["Aantal", "Art nr"], 2)
    assert repairing.shape(["GP-1", "3"], 2) == repairing.shape(["MS-2", "4"], 2) == "columns 2" != repairing.shape(["GP-1", "3", "x"], 3)


@pytest.mark.parametrize(
    ("columns", "good"),
    [(["code"], True), (["code", "code", "quantity", ""], True), (["quantity"], False), (["code", "quantity", "quantity"], False), (["code", "x"], False), (["code"] * 61, False), ([], False)],
)
def test_a_list_needs_a_number_and_one_of_each(columns, good):
    assert repairing.is_usable(columns) is good


@pytest.mark.parametrize(
    ("code", "plain"),
    [("gp-125-2600", "GP-125-2600"), (" 'GP-1' ", "GP-1"), ("4711,0", "4711"), ("4711.00", "4711"), ("8.712.345.678.906", "8712345678906"), ("87 12345 678906", "8712345678906"), ("87-12345-678906", "8712345678906"),
     ("8,712345678906E+12", "8712345678906"), ("8,71234E+12", "8,71234E+12"), ("1.2", "1.2")],
)  # fmt: skip
def test_a_number_without_what_was_put_around_it(code, plain):
    assert repairing.plain_code(code) == plain


@pytest.mark.parametrize(("code", "found"), [("8,71234E+12", ""), ("8,712345678906E+12", "8712345678906"), ("8.712345678906e12", "8712345678906"), ("1E+5", ""), ("GP-1", None), ("8712345678906", None), ("9,9E+99", "")])
def test_what_a_spreadsheet_cut_off_cannot_come_back(code, found):
    assert repairing.exact(code) == found


def test_zeros_are_put_back_and_taken_off():
    assert {"0712345678906", "00712345678906"} <= set(repairing.with_zeros("712345678906"))
    assert "712345678906" in repairing.with_zeros("00712345678906")
    assert repairing.with_zeros("GP-1") == repairing.with_zeros("0") == repairing.with_zeros("1" * 15) == repairing.with_zeros("٣") == []
    assert len(repairing.with_zeros("7")) == 13


@pytest.mark.parametrize(("texts", "spoken"), [(["1,5", "12"], "nl"), (["1.5", "1.250"], "en"), (["1.250", "12"], ""), (["1,5", "1.5"], ""), ([], "")])
def test_a_column_shows_its_decimal_sign(texts, spoken):
    assert repairing.point_or_comma(texts) == spoken


@pytest.mark.parametrize(("text", "figures"), [("12 st.", "12"), ("3x", "3"), ("2,5 m", "2,5"), ("1.000 stuks", "1.000"), ("veel", "veel"), ("12", "12"), ("-3", "-3"), ("3 4", "3 4"), ("=1+1", "=1+1")])
def test_a_word_behind_a_quantity(text, figures):
    assert repairing.measured(text) == figures


@pytest.mark.parametrize(("text", "number", "nothing"), [("", None, True), ("-", None, True), ("0", Decimal(0), True), ("1", Decimal(1), False), ("veel", None, False)])
def test_a_line_that_asks_nothing(text, number, nothing):
    assert repairing.is_none(text, number) is nothing


def test_only_rows_that_are_there_are_decided_about():
    given = {"find-1": " gips ", "find-9": "x", "find-x": "x", "find-": "x", "find-٣": "x", "pick-1": "5", "find-99999999999999999999": "x"}
    assert repairing.choices(given, "find", [1, 2]) == {1: "gips"}

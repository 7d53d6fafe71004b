"""Money, quantities and dates, as people write them in Dutch and in English."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from portiek.ui import format

pytestmark = pytest.mark.no_database
SATURDAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)  # 12:00 in Amsterdam


@pytest.mark.parametrize(
    ("value", "options", "dutch", "english"),
    [
        ("1284.6", {}, "€ 1.284,60", "€1,284.60"),
        ("0", {}, "€ 0,00", "€0.00"),
        ("-12.5", {}, "€ −12,50", "−€12.50"),
        ("0.0345", {}, "€ 0,0345", "€0.0345"),  # a price per piece keeps its digits: nothing is rounded here
        ("1000000", {}, "€ 1.000.000,00", "€1,000,000.00"),
        ("25000", {"whole": True}, "€ 25.000", "€25,000"),
        ("25000.5", {"whole": True}, "€ 25.000,50", "€25,000.50"),
        ("12", {"currency": "CHF"}, "CHF 12,00", "CHF 12.00"),
        ("1200", {"currency": "JPY"}, "JP¥ 1.200", "¥1,200"),
    ],
)
def test_money(value: str, options: dict[str, object], dutch: str, english: str) -> None:
    assert format.money(Decimal(value), language="nl", **options).replace("\u00a0", " ") == dutch  # type: ignore[arg-type]
    assert format.money(Decimal(value), language="en", **options).replace("\u00a0", " ") == english  # type: ignore[arg-type]


def test_an_amount_never_breaks_over_two_lines() -> None:
    assert " " not in format.money(Decimal("1284.60"), language="nl")


def test_quantity() -> None:
    assert format.quantity(1240, language="nl") == "1.240"
    assert format.quantity(Decimal("8.10"), "m²", language="nl") == "8,1\u00a0m²"
    assert format.quantity(Decimal("-3"), language="en") == "−3"
    assert (
        format.quantity(None)
        == format.money(None)
        == format.percent(None)
        == format.day(None)
        == format.moment(None)
        == format.filesize(None)
        == ""
    )


def test_percent() -> None:
    assert format.percent(Decimal("2.50"), language="nl") == "2,5%"
    assert format.percent(Decimal("-22"), language="en") == "−22%"
    assert format.percent(4, sign=True, language="nl") == "+4%"


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (840_000, "840 kB"), (2_140_000, "2,1 MB"), (2_000_000, "2 MB"), (1_500_000_000, "1,5 GB")],
)
def test_filesize(size: int, text: str) -> None:
    assert format.filesize(size, language="nl").replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("distance", "dutch", "english"),
    [
        (0, "vandaag", "today"),
        (1, "morgen", "tomorrow"),
        (-1, "gisteren", "yesterday"),
        (6, "vrijdag", "Friday"),
        (-6, "afgelopen zondag", "last Sunday"),
        (7, "28 november", "28 November"),
        (-7, "14 november", "14 November"),
        (52, "12 januari", "12 January"),
        (-365, "21 november 2025", "21 November 2025"),
    ],
)
def test_a_day_is_said_as_people_say_it(distance: int, dutch: str, english: str) -> None:
    value = SATURDAY + timedelta(days=distance)
    assert format.day(value, today=SATURDAY, language="nl") == dutch
    assert format.day(value, today=SATURDAY, language="en") == english


def test_moments() -> None:
    assert format.moment(NOON, now=NOON, language="nl") == "12:00"
    assert format.moment(NOON - timedelta(days=1), now=NOON, language="nl") == "gisteren 12:00"
    assert format.moment(NOON - timedelta(days=7), now=NOON, language="en") == "14 November 12:00"
    assert (
        format.span(NOON + timedelta(hours=1), NOON + timedelta(hours=3), now=NOON, language="nl")
        == "vandaag 13:00 – 15:00"
    )
    assert format.span(NOON, NOON + timedelta(days=1), now=NOON, language="nl") == "vandaag 12:00 – morgen 12:00"
    assert format.full_moment(NOON, language="nl") == "zaterdag 21 november 2026 om 12:00"
    assert format.day(SATURDAY, today=SATURDAY, short=True, language="nl") == "21 nov"


def test_a_time_element_carries_the_full_date_and_escapes() -> None:
    html = format.when(NOON - timedelta(days=7), now=NOON)
    assert 'datetime="2026-11-14T11:00+00:00"' in html
    assert "14 november 2026" in html


@pytest.mark.parametrize(
    ("text", "dutch", "english"),
    [
        ("1.284,60", "1284.60", "1284.60"),
        ("1,284.60", "1284.60", "1284.60"),
        ("1284,6", "1284.6", "1284.6"),
        ("1.284", "1284", "1.284"),
        ("1,284", "1.284", "1284"),
        ("0.345", "0.345", "0.345"),
        ("€ 12", "12", "12"),
        ("-5", "-5", "-5"),
        ("−5", "-5", "-5"),
        ("1.284.600", "1284600", None),
        (",5", "0.5", "0.5"),
    ],
)
def test_reads_numbers_as_people_type_them(text: str, dutch: str, english: str | None) -> None:
    assert format.parse_decimal(text, language="nl") == Decimal(dutch)
    if english:
        assert format.parse_decimal(text, language="en") == Decimal(english)


@pytest.mark.parametrize("text", ["", "vier", "1.2.3", "1e5", "12,,5", "NaN", "1,2,3", "--5"])
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        format.parse_decimal(text, language="nl")


def test_a_number_survives_the_way_through_an_input_field() -> None:
    for language in ("nl", "en"):
        for text in ("1284.6", "0.0345", "1000", "-12.5"):
            assert format.parse_decimal(
                format.decimal_input(Decimal(text), language=language), language=language
            ) == Decimal(text)
    assert format.decimal_input("vier", language="nl") == "vier"
    assert [format.decimal_input(Decimal(text), language="nl") for text in ("1.000", "0.010", "1000", "12.500", "12.50")] == ["1", "0,01", "1000", "12,5", "12,50"]

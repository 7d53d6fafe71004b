"""Write money, quantities, dates and times as people read them, per language.

Formatting is the first cost of a page, so each language's signs are looked up once and the rest is plain string work.
Nothing here rounds: a figure is shown with the digits it has, money with at least the digits of its currency.
A `language` of None means the language of the request.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision, get_currency_symbol
from django.utils import timezone
from django.utils.translation import get_language
from markupsafe import Markup

NBSP = "\u00a0"
MINUS = "\u2212"  # as wide as a digit, and read aloud as "minus"
EN_DASH = "\u2013"

# The few words a date needs. A table and not gettext: they are looked up for every date of every row.
WORDS = {
    "nl": {"today": "vandaag", "tomorrow": "morgen", "yesterday": "gisteren", "last": "afgelopen {}", "at": "{} om {}"},
    "en": {"today": "today", "tomorrow": "tomorrow", "yesterday": "yesterday", "last": "last {}", "at": "{} at {}"},
}


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a language writes: separators, names of months and days, words near today."""

    decimal: str
    group: str
    percent: str
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    days: tuple[str, ...]
    words: dict[str, str]


@functools.cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@functools.cache
def _signs(language: str) -> _Signs:
    locale = _locale(language)
    symbols = locale.number_symbols.get("latn", locale.number_symbols)
    wide, short = locale.months["format"]["wide"], locale.months["format"]["abbreviated"]
    days = locale.days["format"]["wide"]
    return _Signs(
        decimal=symbols["decimal"],
        group=symbols["group"],
        percent=str(locale.percent_formats[None].pattern).replace("#,##0", "{}"),
        months=tuple(wide[n] for n in range(1, 13)),
        months_short=tuple(short[n].rstrip(".") for n in range(1, 13)),
        days=tuple(days[n] for n in range(7)),
        words=WORDS.get(locale.language, WORDS["en"]),
    )


@functools.cache
def _currency(currency: str, language: str) -> tuple[str, int]:
    """Return the pattern of a currency in a language ("€ {}") and its number of digits."""
    locale = _locale(language)
    symbol = get_currency_symbol(currency, locale)
    pattern = str(locale.currency_formats["standard"].pattern).split(";")[0]
    pattern = re.sub(r"#[#,0.]*0(\.0+)?", "{}", pattern).replace("¤", symbol)
    if symbol.isalpha() and pattern.startswith(symbol + "{}"):  # "CHF{}" reads as one word
        pattern = f"{symbol}{NBSP}{{}}"
    return pattern.replace(" ", NBSP), get_currency_precision(currency)


def _language(language: str | None) -> str:
    return language or get_language() or "en"


def _digits(value: Decimal, signs: _Signs, least: int) -> str:
    """Write a number that is not negative, with its own digits and at least `least` of them."""
    whole, _, fraction = f"{value:,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    whole = whole.replace(",", signs.group)
    return f"{whole}{signs.decimal}{fraction}" if fraction else whole


def _decimal(value: Decimal | int | str) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value)


def money(
    value: Decimal | int | str | None, currency: str = "EUR", *, whole: bool = False, signed: bool = False, language: str | None = None
) -> str:
    """Write an amount: "€ 1.284,60" or "€1,284.60"; with `whole`, cents that are zero are left out, with `signed` more than nothing has its plus. None gives ""."""
    if value is None:
        return ""
    language = _language(language)
    amount = _decimal(value)
    pattern, least = _currency(currency, language)
    if whole and amount == amount.to_integral_value():
        least = 0
    text = _digits(abs(amount), _signs(language), least)
    sign = MINUS if amount < 0 else "+" if signed and amount else ""
    # Dutch writes the sign at the figure, English before the symbol.
    return pattern.format(sign + text) if NBSP in pattern else sign + pattern.format(text)


def quantity(value: Decimal | int | str | None, unit: str = "", *, language: str | None = None) -> str:
    """Write a quantity with its own digits: "1.240", "8,1 m²". None gives ""."""
    if value is None:
        return ""
    amount = _decimal(value)
    text = _digits(abs(amount), _signs(_language(language)), 0)
    text = MINUS + text if amount < 0 else text
    return f"{text}{NBSP}{unit}" if unit else text


def percent(value: Decimal | int | str | None, *, sign: bool = False, language: str | None = None) -> str:
    """Write a percentage given as such (2.5 is "2,5%"); with `sign` a plus is shown too."""
    if value is None:
        return ""
    amount = _decimal(value)
    signs = _signs(_language(language))
    lead = MINUS if amount < 0 else "+" if sign and amount > 0 else ""
    return lead + signs.percent.format(_digits(abs(amount), signs, 0))


def filesize(size: int | None, *, language: str | None = None) -> str:
    """Write a number of bytes in the unit that fits: "840 kB", "2,1 MB" (powers of 1,000)."""
    if size is None:
        return ""
    signs = _signs(_language(language))
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            value = size / step
            text = f"{value:.0f}" if value >= 100 or unit == "kB" else f"{value:.1f}".removesuffix(".0")
            return f"{text.replace('.', signs.decimal)}{NBSP}{unit}"
    return f"{size}{NBSP}bytes"


def day(
    value: date | datetime | None, *, today: date | None = None, short: bool = False, language: str | None = None
) -> str:
    """Write a day as people say it: "vandaag", "vrijdag", "14 november", "14 november 2025"; with `short` "14 nov"."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value).date()
    return _day(value, today or timezone.localdate(), short, _language(language))


@functools.lru_cache(maxsize=4096)
def _day(value: date, today: date, short: bool, language: str) -> str:
    signs = _signs(language)
    distance = (value - today).days
    if not short:
        if distance in (0, 1, -1):
            return signs.words[("yesterday", "today", "tomorrow")[distance + 1]]
        if 1 < distance < 7:
            return signs.days[value.weekday()]
        if -7 < distance < -1:
            return signs.words["last"].format(signs.days[value.weekday()])
    months = signs.months_short if short else signs.months
    text = f"{value.day} {months[value.month - 1]}"
    # Around the turn of the year a month says enough: in December "12 januari" is next month's.
    return text if value.year == today.year or abs(distance) < 150 else f"{text} {value.year}"


def full_day(value: date | datetime, *, language: str | None = None) -> str:
    """Write a day in full, for a tooltip: "vrijdag 14 november 2025"."""
    if isinstance(value, datetime):
        value = _local(value).date()
    return _full_day(value, _language(language))


@functools.lru_cache(maxsize=4096)
def _full_day(value: date, language: str) -> str:
    signs = _signs(language)
    return f"{signs.days[value.weekday()]} {value.day} {signs.months[value.month - 1]} {value.year}"


def clock(value: datetime) -> str:
    """Write the time of day in the time zone of the request: "13:00"."""
    return _clock(_local(value))


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def moment(value: datetime | None, *, now: datetime | None = None, language: str | None = None) -> str:
    """Write a moment as people say it: "13:00" (today), "gisteren 16:04", "14 november 11:31"."""
    if value is None:
        return ""
    return _moment(_local(value), _local(now or timezone.now()).date(), _language(language))


def _moment(local: datetime, today: date, language: str) -> str:
    there = local.date()
    return _clock(local) if there == today else f"{_day(there, today, False, language)} {_clock(local)}"


def span(start: datetime, end: datetime, *, now: datetime | None = None, language: str | None = None) -> str:
    """Write a time slot: "vandaag 13:00 – 15:00"; over two days both days are said."""
    today, language = _local(now or timezone.now()).date(), _language(language)
    first, last = _local(start), _local(end)
    text = f"{_day(first.date(), today, False, language)} {_clock(first)} {EN_DASH} "
    return text + (
        _clock(last) if first.date() == last.date() else f"{_day(last.date(), today, False, language)} {_clock(last)}"
    )


def full_moment(value: datetime, *, language: str | None = None) -> str:
    """Write a moment in full, for a tooltip: "vrijdag 14 november 2025 om 13:00"."""
    return _full_moment(_local(value), _language(language))


def _full_moment(local: datetime, language: str) -> str:
    return _signs(language).words["at"].format(_full_day(local.date(), language), _clock(local))


def when(
    value: date | datetime | None, *, today: date | None = None, now: datetime | None = None, short: bool = False
) -> Markup:
    """Return a <time> element: what people say in the text, the full date in the tooltip. None gives nothing."""
    if value is None:
        return Markup("")
    language = _language(None)
    if isinstance(value, datetime):
        # The commonest thing in a list: zone and language are looked up once, not once a part.
        zone = timezone.get_current_timezone()
        local = value.astimezone(zone) if value.tzinfo else value
        today = (now or timezone.now()).astimezone(zone).date()
        text = _day(local.date(), today, True, language) if short else _moment(local, today, language)
        title, machine = _full_moment(local, language), value.isoformat(timespec="minutes")
    else:
        text, title = _day(value, today or timezone.localdate(), short, language), _full_day(value, language)
        machine = value.isoformat()
    return Markup(f'<time datetime="{machine}" title="{title}">{text}</time>')  # noqa: S704 - digits and our own words


def decimal_input(value: Decimal | int | str | None, *, language: str | None = None) -> str:
    """Write a number for an input field: the language's comma, no grouping, and no zeros behind that look like thousands ("12,000")."""
    if value is None or value == "":
        return ""
    try:
        text = f"{_decimal(value):f}"
    except InvalidOperation:  # what somebody typed comes back as it was
        return str(value)
    whole, point, fraction = text.partition(".")
    if len(fraction) > 2:
        fraction = fraction.rstrip("0")
        text = f"{whole}{point}{fraction}" if fraction else whole
    return text.replace(".", _signs(_language(language)).decimal)


def parse_decimal(text: str, *, language: str | None = None) -> Decimal:
    """Read a number as people type it ("1.284,60", "1284,6", "€ 12"). Raises ValueError.

    The last of two different signs is the decimal one, in either language. A single "1.284" follows the language.
    """
    signs = _signs(_language(language))
    bare = re.sub(r"[\s\u00a0\u202f€$£']", "", text).replace(MINUS, "-")
    if not re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*", bare):
        raise ValueError("not a number")
    comma, point = bare.rfind(","), bare.rfind(".")
    if comma >= 0 and point >= 0:
        decimal = "," if comma > point else "."
    elif (comma >= 0 or point >= 0) and bare.count(bare[max(comma, point)]) == 1:
        only = bare[max(comma, point)]
        grouped = re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", bare)
        decimal = only if only == signs.decimal or not grouped else signs.decimal
    else:
        decimal = signs.decimal
    group = "." if decimal == "," else ","
    whole, _, fraction = bare.partition(decimal)
    if group in whole and not re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", whole):
        raise ValueError("not a number")
    if group in fraction or decimal in fraction:
        raise ValueError("not a number")
    return (
        Decimal(f"{whole.replace(group, '') or '0'}.{fraction or '0'}")
        if fraction
        else Decimal(whole.replace(group, ""))
    )


def _local(value: datetime) -> datetime:
    """Move an aware moment to the time zone of the request; a naive one is local already."""
    zone: tzinfo = timezone.get_current_timezone()
    return value.astimezone(zone) if value.tzinfo else value

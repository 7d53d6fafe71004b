"""Sentences with values: kept as plain JSON, written in the reader's language when they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from markupsafe import Markup

from portiek.ui import format


def freeze(values: Mapping[str, Any]) -> dict[str, Any]:
    """Make values fit for JSON. Text and whole numbers stay; a Decimal is an amount of money, a date a day, a datetime a moment.

    Raises TypeError for anything else, since what is kept must be readable for years.
    """
    return {name: _frozen(value) for name, value in values.items()}


def _frozen(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return {"money": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, dict) and len(value) == 1 and set(value) <= {"money", "moment", "day"}:
        return value
    raise TypeError(f"a sentence takes text, whole numbers, Decimal, date and datetime, not {type(value).__name__}")


def _written(value: Any) -> str:
    if isinstance(value, dict):
        if "money" in value:
            return format.money(value["money"])
        if "moment" in value:
            moment = timezone.localtime(datetime.fromisoformat(value["moment"]))
            return f"{_day(moment.date())} {moment:%H:%M}"
        return _day(date.fromisoformat(value["day"]))
    return "" if value is None else str(value)


def _day(value: date) -> str:
    """Write a day without "today" or "Friday": a mail is read later than it is written."""
    today = timezone.localdate()
    return format.day(value, today=today if abs((value - today).days) > 6 else value + timedelta(days=7))


class _Values(dict[str, Any]):
    """A value that an older version did not keep is left out, so that an old row never breaks a page."""

    def __missing__(self, name: str) -> str:
        return ""


def sentence(text: Any, values: Mapping[str, Any], *, strong: bool = False) -> str:
    """Fill the {names} of a text with frozen values, written in the language of the moment; `strong` marks them as HTML does."""
    written = {name: _written(value) for name, value in values.items()}
    if strong:
        marked = {name: Markup("<b>{}</b>").format(value) if value else Markup("") for name, value in written.items()}
        return Markup("{}").format(str(text)).format_map(_Values(marked))
    return str(text).format_map(_Values(written))

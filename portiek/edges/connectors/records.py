"""Look at what an ERP sent before it comes in: types, sizes, numbers that cannot be. Knows no Django and no vendor."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Union, cast

from portiek.edges.connectors import contract

MAX_TEXT = 20_000
MAX_ID = 64
MAX_LINES = 50_000
MAX_PAGE = 20_000
MAX_CURSOR = 100_000
MAX_NUMBER = Decimal("1e12")
EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)
# Fields that are an amount or quantity of the world: never below nothing.
NOT_NEGATIVE = {
    "list_price",
    "quantity_step",
    "min_quantity",
    "tax_rate",
    "weight",
    "price",
    "available",
    "expected_quantity",
    "credit_limit",
    "payment_days",
    "lead_days",
    "discount",
    "agreed",
    "rate",
    "markup",
}
SHOWN = 4000


class Strange(ValueError):
    """What came is not what the contract says."""


def check_page(page: object, limit: int) -> contract.Page:
    """Return a page that is one. Raises Strange: the feed stops, since its cursor cannot be trusted."""
    if not isinstance(page, contract.Page) or not isinstance(page.changes, tuple) or not isinstance(page.more, bool):
        raise Strange(f"not a page: {type(page).__name__}")
    if not isinstance(page.cursor, str) or len(page.cursor) > MAX_CURSOR or "\0" in page.cursor:
        raise Strange("a cursor that cannot be kept")
    if len(page.changes) > max(MAX_PAGE, limit):
        raise Strange(f"{len(page.changes)} records on one page")
    for change in page.changes:
        if not isinstance(change, contract.Change) or not _is_id(change.external_id) or not isinstance(change.version, str):
            raise Strange("a change without an id or version")
    return page


def problem_of(change: contract.Change) -> contract.Problem | None:
    """Return why a change cannot be taken, or None."""
    if change.problem is not None:
        return change.problem
    if change.data is None:
        return None
    wanted = contract.type_of_record.get(change.entity)
    if wanted is None or not isinstance(change.data, wanted):
        return contract.Problem(f"shape: {type(change.data).__name__} is not a record of {change.entity}", shown(change.data))
    if wrong := _check(wanted)(change.data):
        return contract.Problem(f"shape: {wrong[1:]}", shown(change.data))
    if getattr(change.data, "external_id", change.external_id) != change.external_id:
        return contract.Problem("shape: the record has another id than its change", shown(change.data))
    return None


def shown(record: object) -> str:
    """Return a record as text for staff, cut to a size."""
    try:
        text = repr(record)
    except Exception as error:
        text = f"<{type(record).__name__}: {error}>"
    return text.replace("\0", "␀")[:SHOWN]


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID and "\0" not in value


# What is wrong with a value, after its place: ": not a tuple", ".3.price: below zero"; nothing when it is fine.
Check = Callable[[Any], str]


@functools.cache
def _check(cls: type) -> Check:
    """Return what looks at the records of a class: made once, since a feed brings them by the hundred thousand."""
    checks = tuple((name, _by_hint(hint, name)) for name, hint in typing.get_type_hints(cls).items())

    def check(record: Any) -> str:
        for name, look in checks:
            if wrong := look(getattr(record, name)):
                return f".{name}{wrong}"
        return ""

    return check


def _by_hint(hint: Any, name: str) -> Check:
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = _by_hint(next(item for item in typing.get_args(hint) if item is not type(None)), name)
        return lambda value: "" if value is None else inner(value)
    if origin is Literal:
        choices = typing.get_args(hint)
        return lambda value: "" if value in choices else f": {shown(value)[:60]} is not one of {', '.join(choices)}"
    if origin is tuple:
        return functools.partial(_several, _by_hint(typing.get_args(hint)[0], name))
    if origin is Mapping or hint is Mapping:
        return functools.partial(_by_language, _by_hint(str, name))
    if dataclasses.is_dataclass(hint):
        return functools.partial(_part, hint)
    return functools.partial({Decimal: _number, str: _text, bool: _yes_no, int: _whole, date: _day}[hint], name)


def _several(check: Check, value: Any) -> str:
    if not isinstance(value, tuple) or len(value) > MAX_LINES:
        return f": not a tuple, or longer than {MAX_LINES}"
    return next((f".{number}{wrong}" for number, item in enumerate(value) if (wrong := check(item))), "")


def _by_language(check: Check, value: Any) -> str:
    if not isinstance(value, Mapping) or len(value) > 50:
        return ": not names by language"
    for key, item in value.items():
        if wrong := check(key):
            return wrong
        if wrong := check(item):
            return f".{key}{wrong}"
    return ""


def _part(cls: Any, value: Any) -> str:
    return _check(cast("Hashable", cls))(value) if type(value) is cls else f": {type(value).__name__} where a {cls.__name__} belongs"


def _number(name: str, value: Any) -> str:
    if not isinstance(value, Decimal) or not value.is_finite() or abs(value) >= MAX_NUMBER:
        return f": {shown(value)[:60]} is not a number the portal can hold"
    return f": {value} is below zero" if value < 0 and name in NOT_NEGATIVE else ""


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value or len(value) > MAX_TEXT:
        return f": not a text, or longer than {MAX_TEXT}"
    return f": an id of more than {MAX_ID} characters, or none" if name == "external_id" and not _is_id(value) else ""


def _yes_no(name: str, value: Any) -> str:
    return "" if isinstance(value, bool) else f": {shown(value)[:60]} is not yes or no"


def _whole(name: str, value: Any) -> str:
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31 and not (name in NOT_NEGATIVE and value < 0)
    return "" if fits else f": {shown(value)[:60]} is not a whole number the portal can hold"


def _day(name: str, value: Any) -> str:
    fits = isinstance(value, date) and not isinstance(value, datetime) and EARLIEST <= value <= LATEST
    return "" if fits else f": {shown(value)[:60]} is not a day between {EARLIEST.year} and {LATEST.year}"

"""Look at what an ERP sent before it comes in: types, sizes, numbers that cannot be. Knows no Django and no vendor."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Hashable, Mapping
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
    "shipped_quantity",
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
    try:
        _check(change.data, "")
    except Strange as strange:
        return contract.Problem(f"shape: {strange}", shown(change.data))
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


@functools.cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _check(record: Any, place: str) -> None:
    for name, hint in _hints(cast("Hashable", type(record))).items():
        _value(getattr(record, name), hint, f"{place}{name}", name)


def _value(value: Any, hint: Any, place: str, name: str) -> None:
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in typing.get_args(hint):
            return
        hint = next(item for item in typing.get_args(hint) if item is not type(None))
        origin = typing.get_origin(hint)
    if origin is Literal:
        if value not in typing.get_args(hint):
            raise Strange(f"{place}: {shown(value)[:60]} is not one of {', '.join(typing.get_args(hint))}")
    elif origin is tuple:
        if not isinstance(value, tuple) or len(value) > MAX_LINES:
            raise Strange(f"{place}: not a tuple, or longer than {MAX_LINES}")
        for number, item in enumerate(value):
            _value(item, typing.get_args(hint)[0], f"{place}.{number}", name)
    elif origin is Mapping or hint is Mapping:
        if not isinstance(value, Mapping) or len(value) > 50:
            raise Strange(f"{place}: not names by language")
        for key, item in value.items():
            _value(key, str, place, name)
            _value(item, str, f"{place}.{key}", name)
    elif dataclasses.is_dataclass(hint):
        if type(value) is not hint:
            raise Strange(f"{place}: {type(value).__name__} where a {getattr(hint, '__name__', hint)} belongs")
        _check(value, f"{place}.")
    else:
        _plain(value, hint, place, name)


def _plain(value: Any, hint: Any, place: str, name: str) -> None:
    if hint is Decimal:
        if not isinstance(value, Decimal) or not value.is_finite() or abs(value) >= MAX_NUMBER:
            raise Strange(f"{place}: {shown(value)[:60]} is not a number the portal can hold")
        if name in NOT_NEGATIVE and value < 0:
            raise Strange(f"{place}: {value} is below zero")
    elif hint is str:
        if not isinstance(value, str) or "\0" in value or len(value) > MAX_TEXT:
            raise Strange(f"{place}: not a text, or longer than {MAX_TEXT}")
        if name == "external_id" and not _is_id(value):
            raise Strange(f"{place}: an id of more than {MAX_ID} characters, or none")
    elif hint is bool:
        if not isinstance(value, bool):
            raise Strange(f"{place}: {shown(value)[:60]} is not yes or no")
    elif hint is int:
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**31 or (name in NOT_NEGATIVE and value < 0):
            raise Strange(f"{place}: {shown(value)[:60]} is not a whole number the portal can hold")
    elif hint is date and (not isinstance(value, date) or isinstance(value, datetime) or not EARLIEST <= value <= LATEST):
        raise Strange(f"{place}: {shown(value)[:60]} is not a day between {EARLIEST.year} and {LATEST.year}")

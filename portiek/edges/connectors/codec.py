"""Records of the contract as JSON and back: how an ERP of our own keeps its documents."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, Union

R = TypeVar("R")


def dump(record: Any) -> str:
    """Return a record as JSON: decimals and days as text."""
    return json.dumps(_plain(record), separators=(",", ":"), ensure_ascii=False)


def load(cls: type[R], text: str) -> R:
    """Return the record that `dump` wrote, also before it had all its fields. Raises KeyError, TypeError, ValueError on anything else."""
    made: R = _made(cls, json.loads(text))
    return made


@functools.cache
def _names(cls: type) -> tuple[str, ...]:
    """Return the fields of a record; nothing for what is none."""
    return tuple(field.name for field in dataclasses.fields(cls)) if dataclasses.is_dataclass(cls) else ()


def _plain(value: Any) -> Any:
    cls: Any = type(value)
    if cls is str or value is None:
        return value
    if names := _names(cls):
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value


@functools.cache
def _hints(cls: type) -> tuple[tuple[str, Any], ...]:
    return tuple(typing.get_type_hints(cls).items())


def _made(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if hint is Decimal:
        return Decimal(value)
    if hint is date:
        return date.fromisoformat(value)
    if dataclasses.is_dataclass(hint):
        return hint(**{name: _made(kind, value[name]) for name, kind in _hints(hint) if name in value})  # type: ignore[operator,arg-type]
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        return _made(next(item for item in typing.get_args(hint) if item is not type(None)), value)
    if origin is tuple:
        return tuple(_made(typing.get_args(hint)[0], item) for item in value)
    return value

"""Codes of ETIM: classes (EC), features (EF), values (EV) and units (EU), and what they are called. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from portiek.trade.catalog.records import SaidRecord

# Two letters of a country in a code that is of that country alone.
CODE = re.compile(r"E[CFVU][A-Z]{0,2}\d{4,6}")
# The attribute that says of which release a class is: nothing to narrow a list by.
RELEASE = "etim_version"
# By code: the Dutch and the English name.
Names = Mapping[str, tuple[str, str]]


def is_bare(*texts: str) -> bool:
    """Whether one of these is a code that nobody named: it says nothing to a customer."""
    return any(CODE.fullmatch(text) for text in texts)


def codes(said: SaidRecord) -> set[str]:
    """Return the codes that stand where a name belongs."""
    return {text for text in (said.name, said.unit, said.value) if CODE.fullmatch(text)}


def named(said: SaidRecord, known: Names) -> SaidRecord:
    """Return what is said of a product with names in the place of codes, as far as they are known."""
    name, value, unit = known.get(said.name), known.get(said.value), known.get(said.unit)
    return replace(said, **({"name": name[0], "name_en": name[1]} if name else {}), **({"value": value[0], "value_en": value[1]} if value else {}), **({"unit": unit[0]} if unit else {}))

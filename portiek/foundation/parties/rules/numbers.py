"""Numbers by which the outside world knows a company: read, checked as far as their figures tell, written in one way."""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import ean, get_cc_module
from stdnum.exceptions import ValidationError
from stdnum.nl import bsn

NUMBERS = ("coc_number", "branch_number", "rsin", "vat_number", "duns", "gln")


def _figures(length: int) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        return text if re.fullmatch(rf"[0-9]{{{length}}}", text) and text.strip("0") else None

    return read


def _rsin(text: str) -> str | None:
    """Read a Dutch RSIN: nine figures of which the weighted sum is a multiple of eleven."""
    return text if re.fullmatch(r"[0-9]{9}", text) and bsn.is_valid(text) else None


def _gln(text: str) -> str | None:
    """Read a Global Location Number: thirteen figures, the last one a check (GS1)."""
    return text if re.fullmatch(r"[0-9]{13}", text) and ean.is_valid(text) else None


def _vat(text: str) -> str | None:
    """Read a VAT number by the shape and check of its country, named by its first two letters; without them a Dutch one."""
    whole = "NL" + text if re.fullmatch(r"[0-9]{9}B[0-9]{2}", text) else text
    country = "GR" if whole[:2] == "EL" else whole[:2]
    module = get_cc_module(country.lower(), "vat") if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{4,13}", whole) else None
    if module is None:
        return None
    try:
        bare = module.validate(whole)
    except ValidationError:
        return None
    return bare if bare.startswith(whole[:2]) else whole[:2] + bare


_READ: dict[str, Callable[[str], str | None]] = {"coc_number": _figures(8), "branch_number": _figures(12), "rsin": _rsin, "vat_number": _vat, "duns": _figures(9), "gln": _gln}


def read_number(kind: str, text: str) -> str | None:
    """Return a number as it is kept, without spaces, points and dashes; "" for none, None for what cannot be one. Whether it is in force, only its register knows."""
    bare = re.sub(r"[\s.\-]", "", text).upper()
    return _READ[kind](bare) if bare else ""


def odd_numbers(numbers: dict[str, str]) -> list[str]:
    """Return which of these, as an ERP gave them, cannot be right."""
    return [kind for kind in NUMBERS if numbers.get(kind) and read_number(kind, numbers[kind]) is None]

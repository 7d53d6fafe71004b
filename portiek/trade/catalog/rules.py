"""How a search is read and what stock means. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

MAX_WORDS = 8
# Shortest tail and head of a compound: "plaat" finds "gipsplaat", "aat" does not.
TAIL, HEAD = 4, 3
StockState = Literal["available", "some", "expected", "none", "unknown"]


def folded(text: str) -> str:
    """Return the text as it is compared: small letters without accents."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).lower()


def code_key(text: str) -> str:
    """Return a code without its signs: "GP-125-2600" and "gp 1252600" are the same."""
    return re.sub(r"[^a-z0-9]", "", folded(text))


def pieces(text: str) -> list[list[str]]:
    """Return the words of a text, each as the runs of letters and figures it holds: "GP-125" is ["gp", "125"]."""
    found = [re.findall(r"[a-z0-9]+", word) for word in folded(text).split()]
    return [parts for parts in found if parts]


def word_queries(text: str) -> list[str]:
    """Return one query in PostgreSQL's tsquery language for each word; every word must match by its beginning.

    A word with signs in it matches as a whole without them, or by its parts. Made of letters, figures and our own signs only.
    """
    made = []
    for parts in pieces(text)[:MAX_WORDS]:
        whole = f"{''.join(parts)[:60]}:*"
        made.append(whole if len(parts) == 1 else f"{whole} | ({' & '.join(f'{part[:60]}:*' for part in parts[:MAX_WORDS])})")
    return made


def lexemes(codes: str, text: str) -> list[str]:
    """Return what a product is found by, beside the stems: whole words, their parts, tails of compounds, and its codes without signs."""
    found: set[str] = set()
    for parts in pieces(codes):
        found.update(parts)
        found.update("".join(parts[index:]) for index in range(len(parts)))
    for parts in pieces(text):
        found.update(parts)
        if len(parts) > 1:
            found.add("".join(parts))
        for part in parts:
            if len(part) >= TAIL + HEAD and part.isalpha():
                found.update(part[index:] for index in range(HEAD, len(part) - TAIL + 1))
    return sorted(word[:60] for word in found)


def fits(quantity: Decimal, least: Decimal, step: Decimal) -> bool:
    """Whether a quantity may be ordered: at least the minimum and whole steps (counted from zero)."""
    return quantity >= least and quantity % step == 0


def nearest(quantity: Decimal, least: Decimal, step: Decimal) -> Decimal:
    """Return the smallest quantity that may be ordered and is not below the wanted one."""
    wanted = max(quantity, least)
    over = wanted % step
    return wanted if over == 0 else wanted - over + step


@dataclass(frozen=True, slots=True)
class Standing:
    """What stock means for a buyer: enough, some, on its way, or nothing."""

    state: StockState
    available: Decimal = Decimal(0)
    expected_at: date | None = None
    expected_quantity: Decimal | None = None


def standing(places: list[tuple[Decimal, date | None, Decimal | None]], least: Decimal) -> Standing:
    """Return the stock of a product over its warehouses, given as (available, expected on, expected quantity).

    The next receipt counts when what is there does not reach the smallest order. No row at all: unknown.
    """
    if not places:
        return Standing("unknown")
    available = sum((max(item[0], Decimal(0)) for item in places), Decimal(0))
    coming = min(((when, much) for _there, when, much in places if when is not None), key=lambda item: item[0], default=None)
    expected_at, expected_quantity = coming or (None, None)
    if available >= least:
        return Standing("available", available, expected_at, expected_quantity)
    if expected_at is not None:
        return Standing("expected", available, expected_at, expected_quantity)
    return Standing("some" if available > 0 else "none", available)

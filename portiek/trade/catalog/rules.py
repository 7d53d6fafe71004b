"""How a search is read and what stock means. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from portiek.trade.catalog.records import CategoryRecord, ProductRecord, StockRecord

MAX_WORDS = 8
MOST, QUANTITY, HUNDRED = Decimal("9999999999"), Decimal("99999999"), Decimal(100)
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


def stem(word: str) -> str:
    """Return a word without its plural, as far as Dutch spelling goes by rule: "schroeven" and "schroef", "platen" and "plaat"."""
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("en") and len(word) > 4:
        word = word[:-2]
        if word[-1] == word[-2]:
            word = word[:-1]
    elif word.endswith("s") and word[-2] not in "aeious" and len(word) > 4:
        word = word[:-1]
    word = word[:-1] + {"v": "f", "z": "s"}.get(word[-1], word[-1])
    return re.sub(r"([aeou])\1", r"\1", word)


# Ends a stem among the lexemes, so that it is matched whole and never as the beginning of another word.
STEM = "zq"


def word_queries(text: str) -> list[str]:
    """Return one query in PostgreSQL's tsquery language for each word; every word must match by its beginning.

    A word with signs in it matches as a whole without them, or by its parts. Made of letters, figures and our own signs only.
    """
    made = []
    for parts in pieces(text)[:MAX_WORDS]:
        whole = f"{''.join(parts)[:60]}:*"
        if len(parts) == 1 and parts[0].isalpha():
            whole = f"{whole} | {stem(parts[0])[:60]}{STEM}"
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
            if not part.isalpha():
                continue
            tails = [part[index:] for index in range(HEAD, len(part) - TAIL + 1)] if len(part) >= TAIL + HEAD else []
            found.update(tails)
            found.update(stem(word) + STEM for word in (part, *tails))
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


# NUL cannot be stored; the other two part the columns of a batch (actions/erp.py).
_CONTROL = re.compile(r"[\0\x1e\x1f]")


def _code(text: str, most: int) -> bool:
    return bool(text) and len(text) <= most and text == text.strip() and "\0" not in text


def _figure(value: Decimal, most: Decimal = MOST) -> bool:
    return value.is_finite() and 0 <= value <= most


def wrong_category(item: CategoryRecord) -> str | None:
    """Return why a category from the ERP cannot be taken, or None."""
    if not (_code(item.external_id, 64) and _code(item.code, 64)):
        return "bad_code"
    if not item.name or len(item.name) > 120 or len(item.name_en) > 120 or "\0" in item.name + item.name_en:
        return "bad_name"
    return None


def wrong_product(item: ProductRecord) -> str | None:
    """Return why a product from the ERP cannot be taken, or None."""
    if not (_code(item.external_id, 64) and _code(item.sku, 64)):
        return "bad_code"
    if not item.name or len(item.name) > 200 or len(item.name_en) > 200:
        return "bad_name"
    if _CONTROL.search(
        "".join((item.external_id, item.sku, item.name, item.name_en, item.description, item.ean, item.unit_code, item.unit_label, item.discount_group, item.version, item.category or ""))
    ):
        return "not_text"
    if len(item.ean) > 14 or len(item.unit_code) > 3 or len(item.unit_label) > 20 or len(item.discount_group) > 20 or len(item.version) > 64:
        return "too_long"
    if not (_figure(item.min_quantity, QUANTITY) and _figure(item.step_quantity, QUANTITY)) or item.min_quantity == 0 or item.step_quantity == 0:
        return "bad_quantity"
    if (item.list_price is not None and not _figure(item.list_price)) or not _figure(item.tax_rate, HUNDRED):
        return "bad_price"
    if item.weight is not None and not _figure(item.weight, QUANTITY):
        return "bad_weight"
    return None


def wrong_stock(item: StockRecord) -> str | None:
    """Return why stock from the ERP cannot be taken, or None. What is on hand may be below zero in an ERP."""
    if not _code(item.product, 64) or len(item.external_id) > 64 or len(item.warehouse) > 40 or len(item.warehouse_name) > 120 or "\0" in item.warehouse_name:
        return "bad_code"
    if not (item.on_hand.is_finite() and item.available.is_finite() and abs(item.on_hand) <= MOST and abs(item.available) <= MOST):
        return "bad_quantity"
    if item.expected_quantity is not None and not _figure(item.expected_quantity):
        return "bad_quantity"
    return None


# Of one search that found nothing, and of one day.
LONGEST_COUNTED, MOST_COUNTED = 60, 2000


def countable(search: str) -> str:
    """Return the words of a search as they are counted: small letters, cut to a length; empty for what may be somebody's: an e-mail address, or eight figures and more in a row (telephone, bank account, birthday)."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in search).casefold().split())
    if len(text) < 2 or "@" in text or re.search(r"(?:\d[\s./()+-]*){8}", text):
        return ""
    return text[:LONGEST_COUNTED].rstrip()

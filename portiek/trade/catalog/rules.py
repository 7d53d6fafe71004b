"""How a search is read and what stock means. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from portiek.trade.catalog.records import CategoryRecord, FamilyRecord, ProductRecord, StockRecord, UnitRecord

MAX_WORDS = 8
# Products of which one person waits for stock.
MOST_WATCHED = 200
# Searches that one person keeps.
MOST_SAVED = 50
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


# Words that say nothing of what is looked for: "schroef voor gipsplaat" asks for a screw and a board.
FILLERS = frozenset(["aan", "bij", "de", "een", "en", "het", "in", "met", "of", "om", "op", "per", "te", "tot", "uit", "van", "voor", "an", "and", "at", "by", "for", "from", "of", "or", "the", "to", "with"])


def told(text: str) -> list[list[str]]:
    """Return the words of a search that say something, each as its runs of letters and figures; all of them where none does."""
    found = pieces(text)
    return [parts for parts in found if parts[0] not in FILLERS or len(parts) > 1] or found


def word_queries(text: str) -> list[str]:
    """Return one query in PostgreSQL's tsquery language for each word; every word must match by its beginning.

    A word with signs in it matches as a whole without them, or by its parts. Made of letters, figures and our own signs only.
    """
    made = []
    for parts in told(text)[:MAX_WORDS]:
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


def standing(places: list[tuple[Decimal, date | None, Decimal | None]], least: Decimal, promised: Decimal = Decimal(0)) -> Standing:
    """Return the stock of a product over its warehouses, given as (available, expected on, expected quantity), less what was `promised` to others since.

    The next receipt counts when what is there does not reach the smallest order. No row at all: unknown.
    """
    if not places:
        return Standing("unknown")
    available = max(sum((max(item[0], Decimal(0)) for item in places), Decimal(0)) - promised, Decimal(0))
    coming = min(((when, much) for _there, when, much in places if when is not None), key=lambda item: item[0], default=None)
    expected_at, expected_quantity = coming or (None, None)
    if available >= least:
        return Standing("available", available, expected_at, expected_quantity)
    if expected_at is not None:
        return Standing("expected", available, expected_at, expected_quantity)
    return Standing("some" if available > 0 else "none", available)


def enough_on(found: Standing, quantity: Decimal, *, today: date, comes: date | None) -> date | None:
    """Return the first day on which all of a quantity is there: today, with the next receipt, or by the lead time (`comes`). None: not known."""
    if found.state != "unknown" and found.available >= quantity:
        return today
    days = [comes] if comes else []
    if found.expected_at and found.available + (found.expected_quantity or Decimal(0)) >= quantity:
        days.append(max(found.expected_at, today))
    return min(days, default=None)


# Hours without a word from the ERP after which its figures count as old, unless the portal says otherwise; and the most that it may say.
OLD_AFTER, MOST_HOURS = 24, 720
# Prices change less often than stock, and many an administration sends them when they do.
PRICES_OLD_AFTER, MOST_PRICE_HOURS = 168, 8760

def is_old(heard: datetime | None, hours: int | None, now: datetime) -> bool:
    """Whether what was heard then counts as old by now; None: what was never heard does not, and the portal said nothing of hours."""
    return heard is not None and now - heard > timedelta(hours=hours or OLD_AFTER)


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
    if item.lead_days is not None and not 0 <= item.lead_days <= 365:
        return "bad_lead"
    codes = [unit.code for unit in item.units or ()]
    if any(map(wrong_unit, item.units or ())) or len(set(codes)) < len(codes) or item.unit_code in codes:
        return "bad_unit"
    return "bad_family" if item.family and wrong_family(item.family) else None


def wrong_family(item: FamilyRecord) -> bool:
    """Whether a family from the ERP cannot be taken."""
    return not (_code(item.external_id, 64) and _code(item.code, 64) and item.name.strip()) or max(len(item.name), len(item.name_en)) > 200 or "\0" in item.name + item.name_en or not all(_code(axis, 40) for axis in item.axes)


# In how many attributes the members of a family differ at most, and how many members are shown.
AXES, MEMBERS = 4, 200
# How many values of an attribute stand beside each other in a table of two.
ACROSS = 6


def differing(values: Mapping[int, Mapping[str, str]], order: Sequence[str]) -> list[str]:
    """Return in which attributes products differ, the first AXES in this order: `values` by product and code. One that some lack differs too."""
    return [code for code in order if len({of.get(code, "") for of in values.values()}) > 1][:AXES]


def nearest_member(wanted: Mapping[str, str], axis: str, members: Mapping[int, Mapping[str, str]]) -> int:
    """Return which of these members, all with the wanted value of `axis`, has most of the other wanted values; the first of those that have as many."""
    return max(members, key=lambda key: sum(members[key].get(code, "") == value for code, value in wanted.items() if code != axis))


def wrong_unit(item: UnitRecord) -> str | None:
    """Return why a unit cannot be taken, or None."""
    if not (re.fullmatch(r"[A-Z0-9]{1,3}", item.code) and item.label.strip()) or len(item.label) > 20 or len(item.label_en) > 20 or _CONTROL.search(item.label + item.label_en):
        return "bad_unit"
    if not _figure(item.factor, QUANTITY) or item.factor < Decimal("0.001") or (item.weight is not None and not _figure(item.weight, QUANTITY)):
        return "bad_quantity"
    return None if not item.ean or re.fullmatch(r"\d{8,14}", item.ean) else "bad_code"


# What everybody writes for one of something, whatever it is sold in.
SALES_UNITS = frozenset({"st", "stuk", "stuks", "stk", "pcs", "pc", "piece", "pieces", "c62", "ea", "h87"})


def unit_word(text: str) -> str:
    """Return the word of a unit as it is compared: small letters, without a full stop or a plural."""
    word = folded(text).strip(" .")
    return word if word in SALES_UNITS else stem(word)


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

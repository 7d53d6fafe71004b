"""What a list of products means, however it was written, and what is repaired in it. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portiek.foundation.imports.rules import MOST_COLUMNS, bare, cell
from portiek.trade.catalog.rules import code_key

Row = tuple[int, list[str]]

# What a column can be, and the headings that say so (without capitals, spaces and signs). Several columns may hold numbers of the product: the first that is known counts.
MEANINGS = ("code", "quantity", "unit", "note", "reference", "date")
_HEADS: dict[str, str] = {
    "code": "sku artikel artikelnummer artikelnr artnr artnummer artikelcode art ean eancode eannummer ean13 gtin gtin13 gtin14 barcode streepjescode code nummer product productcode productnummer productnr bestelnummer bestelcode "
    "eigennummer eigenartikelnummer onsnummer onsartikelnummer uwartikelnummer leveranciersnummer article articlenumber articleno item itemnumber itemno itemcode partnumber partno ownnumber yournumber materiaal materiaalnummer",
    "quantity": "aantal aantalstuks aant hoeveelheid qty quantity stuks bestelaantal tebestellen pieces pcs number count",
    "unit": "eenheid eenheden unit units uom verpakking verpakkingseenheid besteleenheid verkoopeenheid packaging pack packunit orderunit",
    "note": "opmerking opmerkingen regelopmerking notitie toelichting note notes remark remarks comment linenote",
    "reference": "referentie uwreferentie kenmerk uwkenmerk reference yourreference po ponummer ponumber inkoopnummer inkoopordernummer bestelreferentie purchaseorder project projectnummer werknummer",
    "date": "leverdatum gewenstedatum gewensteleverdatum leverdag gewenstedag gewensteleverdag afleverdatum datum date wanteddate requesteddate deliverydate requesteddeliverydate wantedon needby",
}
HEADS = {word: meaning for meaning, words in _HEADS.items() for word in words.split()}
# A number of which a spreadsheet kept the first figures alone.
_SCIENCE = re.compile(r"([1-9])(?:[.,](\d+))?E\+?(\d{1,2})", re.I)
_MEASURED = re.compile(r"(?:ca\.?\s*)?([-+]?[\d.,'\s\u00a0\u202f]*\d)\s*(?:x|[a-zA-Z\u00c0-\u017f]{1,12}\.?)?", re.I)
LONGEST_NUMBER = 14


@dataclass(frozen=True)
class Line:
    """One line as it was brought in: the numbers of the product that stand in it and how much of it, as typed."""

    number: int
    codes: tuple[str, ...]
    quantity: str
    note: str = ""
    reference: str = ""
    name: str = ""
    unit: str = ""
    day: str = ""


def table(text: str) -> tuple[str, list[Row]]:
    """Read a pasted text: what parts its cells ("" where lines differ) and its rows with their numbers. A line without that sign is parted by another one, or by its last space."""
    text = text.replace("\ufeff", "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    sign = "\t" if "\t" in text else ";" if ";" in text else "," if any(bare(part) in HEADS for part in first.split(",")) or first.count(",") > 1 else ""
    found: list[Row] = []
    try:
        # A cell copied from a spreadsheet may hold more lines, in quotes; a loose one (3/4") is no quote.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign or "\t", quoting=csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL)
        for cells in reader:
            found.append((reader.line_num, cells))
    except csv.Error:
        found = [(number, line.split(sign) if sign else [line]) for number, line in enumerate(text.splitlines(), 1)]
    return sign, parted([(number, [cell(item) for item in cells]) for number, cells in found])


def parted(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that hold something; one of a single cell that holds a number and a quantity in two."""
    found = []
    for number, cells in rows:
        if any(cells):
            found.append((number, cells if len(cells) > 1 else [cell(item).strip('"') for item in _parts(cells[0])]))
    return found


def _parts(line: str) -> list[str]:
    for separator in ("\t", ";"):
        if separator in line:
            return line.split(separator)
    # "GP-125-2600, 60" and "GP-125-2600 60"; a comma inside a number ("2,5") stays.
    head, comma, tail = line.partition(",")
    if comma and " " not in head.strip():
        return [head, tail]
    head, space, tail = line.rpartition(" ")
    return [head, tail] if space and tail[:1].isdigit() else [line]


def shape(first: Sequence[str], width: int) -> str:
    """Return by what a layout is known again: its headings, where the first row has no figures, else its number of columns."""
    said = [bare(item) for item in first]
    if any(said) and not any(sign.isdigit() for item in said for sign in item):
        return hashlib.sha256("|".join(said).encode()).hexdigest()
    return f"columns {width}"


def meant(rows: Sequence[Row]) -> tuple[list[str], bool]:
    """Return what each column is and whether the first row holds headings: by their words, else the first column is the number and the second the quantity."""
    first = rows[0][1]
    width = max(len(cells) for _number, cells in rows)
    said = [HEADS.get(bare(item), "") for item in first]
    if any(said):
        # Of two columns that could be the quantity, the first.
        found = [meaning if meaning == "code" or meaning not in said[:place] else "" for place, meaning in enumerate(said)]
        if "code" in found:
            return found + [""] * (width - len(found)), True
    return (["code", "quantity"] + [""] * width)[: max(width, 1)], any(said)


def columns_for(columns: Sequence[str], width: int) -> list[str]:
    """Return what columns are, for rows of this width."""
    return [*columns, *[""] * width][:width]


def is_usable(columns: Sequence[str]) -> bool:
    """Whether a list can be read so: known meanings, at least one number, and of the rest one each."""
    return len(columns) <= MOST_COLUMNS and "code" in columns and all(meaning in ("", *MEANINGS) for meaning in columns) and all(columns.count(meaning) <= 1 for meaning in MEANINGS[1:])


def lines(rows: Iterable[Row], columns: Sequence[str], *, typed: bool = True) -> list[Line]:
    """Return what the rows ask. Without a column of quantities each asks one, and so does a line that somebody typed with a number alone; in a file an empty quantity asks nothing."""
    places = {meaning: [place for place, item in enumerate(columns) if item == meaning] for meaning in (*MEANINGS, "name")}

    def at(cells: Sequence[str], meaning: str) -> str:
        return next((cells[place].strip() for place in places[meaning] if place < len(cells) and cells[place].strip()), "")

    found = []
    for number, cells in rows:
        codes = tuple(dict.fromkeys(cells[place].strip()[:64] for place in places["code"] if place < len(cells) and cells[place].strip()))
        quantity = at(cells, "quantity")[:40] if places["quantity"] else "1"
        found.append(Line(number, codes, "1" if typed and not quantity and len(cells) == 1 else quantity, at(cells, "note")[:200], at(cells, "reference")[:80], at(cells, "name"), at(cells, "unit")[:20], at(cells, "date")[:40]))
    return found


def exact(code: str) -> str | None:
    """Return the whole number that a spreadsheet wrote as 8,712345678901E+12, "" where its last figures are gone, None for what is no such number."""
    found = _SCIENCE.fullmatch(code.strip())
    if found is None:
        return None
    figures, power = found[1] + (found[2] or ""), int(found[3])
    return figures if len(figures) == power + 1 and power < LONGEST_NUMBER else ""


def plain_code(code: str) -> str:
    """Return a number without what a spreadsheet or a hand put around it: quotes, spaces, decimals that say nothing ("4711,0"), thousands marks in figures, capitals."""
    text = "".join(code.split()).strip("'\"`").upper()
    if whole := exact(text):
        return whole
    text = re.sub(r"^(\d+)[.,]0{1,2}$", r"\1", text)
    return re.sub(r"[.,\-]", "", text) if re.fullmatch(r"\d{1,3}([.,]\d{3})+|\d+(-\d+)+", text) else text


def with_zeros(code: str) -> list[str]:
    """Return the numbers of which a spreadsheet may have left out zeros in front, or a system added them: figures alone, up to a GTIN-14."""
    if not code.isascii() or not code.isdigit() or len(code) > LONGEST_NUMBER:
        return []
    least = code.lstrip("0")
    return [least.zfill(width) for width in range(len(least), LONGEST_NUMBER + 1) if least.zfill(width) != code] if least else []


def key_of(code: str) -> str:
    """Return a number without signs, to find one that was typed with other ones; "" where that says too little."""
    found = code_key(code)
    return found if len(found) > 3 and not found.isdigit() else ""


def point_or_comma(texts: Iterable[str]) -> str:
    """Return by which sign the quantities of a column part their decimals: "nl" for a comma, "en" for a point, "" where none shows it."""
    said = {"," if re.search(r",(\d{1,2}|\d{4,})$", text) else "." for text in (item.strip() for item in texts) if re.fullmatch(r"\d+[.,](\d{1,2}|\d{4,})", text)}
    return {",": "nl", ".": "en"}[said.pop()] if len(said) == 1 else ""


def measured(text: str) -> str:
    """Return the figures of a quantity with a word behind it ("12 st.", "3x"); the text itself where there are none."""
    found = _MEASURED.fullmatch(text.strip())
    return found[1] if found else text


def measure(text: str) -> str:
    """Return the word behind the figures of a quantity ("2 dozen"), or nothing."""
    found = re.fullmatch(r"[^A-Za-z]*\d\s*([A-Za-z\u00c0-\u017f]{2,12})\.?", text.strip())
    return found[1] if found else ""


def is_none(text: str, number: Decimal | None) -> bool:
    """Whether a line asks nothing: an empty quantity or zero, as in a form with every product of which few are filled in."""
    return not text.strip(" -\u2013") or number == 0


def choices(given: Mapping[str, str], name: str, known: Iterable[int]) -> dict[int, str]:
    """Return what was filled in per row in fields called name-row, of rows that are there."""
    there = set(known)
    found = ((key[len(name) + 1 :], value) for key, value in given.items() if key.startswith(f"{name}-"))
    return {int(row): value.strip()[:80] for row, value in found if row.isascii() and row.isdigit() and len(row) < 9 and int(row) in there}

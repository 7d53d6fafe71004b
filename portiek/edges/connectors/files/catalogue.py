"""What catalogue files (BMEcat, ETIM xChange, Peppol) come to: a table a kind of record, whose headings are the fields of that record. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, DecimalException
from typing import Any
from urllib.parse import quote

NAME = "catalogue"
# The kinds of records that a catalogue fills, in the order in which they need each other.
KINDS = ("category", "product", "price_list")
HEADS = {
    "category": ("external_id", "name", "name_en", "parent"),
    "product": ("external_id", "name", "name_en", "description", "category", "unit", "unit_code", "ean", "list_price", "tax_rate", "min_quantity", "quantity_step", "weight", "discount_group", "brand", "active", "attributes", "packs", "relations", "documents"),
    "price_list": ("external_id", "name", "currency", "lines.product", "lines.min_quantity", "lines.price", "lines.valid_from", "lines.valid_until"),
}
# Of one product: what has more is no product.
MOST_SAID = 500
LONGEST = 20_000
MOST = Decimal("1e12")
# What a price has after its point in the portal.
FINEST = Decimal("0.0001")
# Units by what catalogues call them: code of UN/ECE Recommendation 20 (21 with an X in front), Dutch and English word.
_UNITS = {
    "C62": ("C62", "stuk", "piece"), "PCE": ("C62", "stuk", "piece"), "H87": ("C62", "stuk", "piece"), "EA": ("C62", "stuk", "piece"), "SET": ("SET", "set", "set"), "PR": ("PR", "paar", "pair"), "MTR": ("MTR", "meter", "metre"), "MTK": ("MTK", "m²", "m²"), "MTQ": ("MTQ", "m³", "m³"),
    "KGM": ("KGM", "kg", "kg"), "GRM": ("GRM", "gram", "gram"), "TNE": ("TNE", "ton", "tonne"), "LTR": ("LTR", "liter", "litre"), "MLT": ("MLT", "ml", "ml"), "HUR": ("HUR", "uur", "hour"), "DZN": ("DZN", "dozijn", "dozen"), "BX": ("XBX", "doos", "box"), "BOX": ("XBX", "doos", "box"),
    "CT": ("XCT", "karton", "carton"), "CS": ("XCS", "kist", "case"), "CR": ("XCR", "krat", "crate"), "PK": ("XPK", "pak", "pack"), "PA": ("XPA", "pakje", "packet"), "BG": ("XBG", "zak", "bag"), "SA": ("XSA", "zak", "sack"), "BE": ("XBE", "bundel", "bundle"), "BJ": ("XBJ", "emmer", "bucket"),
    "BO": ("XBO", "fles", "bottle"), "CA": ("XCA", "blik", "can"), "CL": ("XCL", "haspel", "coil"), "RG": ("XRG", "ring", "ring"), "RL": ("XRL", "haspel", "reel"), "RO": ("XRO", "rol", "roll"), "TU": ("XTU", "tube", "tube"), "TN": ("XTN", "blik", "tin"), "DR": ("XDR", "vat", "drum"),
    "PF": ("XPX", "pallet", "pallet"), "PX": ("XPX", "pallet", "pallet"), "CQ": ("XCQ", "patroon", "cartridge"),
}  # fmt: skip
# What stands behind a figure.
_SIGNS = {"MMT": "mm", "CMT": "cm", "DMT": "dm", "MTR": "m", "KMT": "km", "MTK": "m²", "MTQ": "m³", "KGM": "kg", "GRM": "g", "LTR": "l", "VLT": "V", "KVT": "kV", "AMP": "A", "4K": "mA", "WTT": "W", "KWT": "kW", "CEL": "°C", "HTZ": "Hz", "BAR": "bar", "P1": "%", "DD": "°", "SEC": "s", "MIN": "min", "LUM": "lm", "C62": "", "PCE": ""}
RELATIONS = {"followup": "successor", "successor": "successor", "similar": "alternative", "select": "alternative", "upselling": "alternative", "accessories": "accessory", "accessory": "accessory", "sparepart": "accessory", "mandatory": "accessory", "consumables": "accessory", "cross-selling": "accessory"}
FEATURE, CLASS = re.compile(r"EF[A-Z]{0,2}\d{4,6}"), re.compile(r"EC\d{6}")
# Kinds of documents by the codes of ETIM (MD of BMEcat, ATX of xChange where that says no finer one), and by the purposes of BMEcat itself; what is in none of them is no document of the product, such as a logo or a film.
_DOCUMENTS: dict[str, tuple[str, ...]] = {
    "safety": ("MD03", "ATX019", "safety_data_sheet"), "performance": ("MD11", "MD51", "ATX005"), "technical": ("MD07", "MD19", "MD22", "MD32", "MD40", "MD63", "ATX003", "data_sheet"), "manual": ("MD14", "MD21", "MD38", "ATX016"),
    "drawing": ("MD10", "MD12", "MD15", "MD16", "MD34", "MD60", "MD61", "MD64", "ATX010", "ATX011"), "certificate": ("MD08", "MD09", "MD31", "MD33", "MD42", "MD50", "ATX001"),
    "picture": ("MD01", "MD02", "MD20", "MD23", "MD24", "MD25", "MD26", "MD27", "MD28", "MD29", "MD30", "MD59", "ATX015", "ATX018", "normal", "detail"), "other": ("MD05", "MD06", "MD13", "MD35", "MD43", "MD49", "MD52", "MD53", "MD54", "MD55", "MD56", "MD99", "ATX004", "ATX012", "ATX021", "ATX099", "others"),
}  # fmt: skip
_KINDS = {code.casefold(): kind for kind, codes in _DOCUMENTS.items() for code in codes}
_LANGUAGES = {"nld": "nl", "dut": "nl", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "bul": "bg", "tur": "tr", "ukr": "uk", "ces": "cs", "cze": "cs", "slk": "sk", "slo": "sk", "hun": "hu", "lit": "lt", "lav": "lv", "dan": "da", "swe": "sv", "nob": "nb", "nor": "nb"}
_NO_VALUE = {"", "-", "MV", "NA", "UN"}


def unit(text: str) -> tuple[str, str, str]:
    """Return code, Dutch and English word of a unit; one that is not known keeps its own word."""
    return _UNITS.get(text.strip().upper()) or (text.strip().upper()[:3] or "C62", text.strip()[:20] or "stuk", text.strip()[:20] or "piece")


def sign(text: str) -> str:
    """Return what stands behind a figure in this unit: of ETIM the code itself, which the portal knows by name."""
    return _SIGNS.get(text.strip().upper(), text.strip()[:20])


def number(text: str) -> dict[str, str] | str:
    """Return a figure as a cell that needs no guessing; what is none is said as it stands."""
    found = decimal(text)
    return text[:60] if found is None else {"number": f"{found:f}"}


def decimal(text: str) -> Decimal | None:
    """Return a figure, as both standards write it: with a point. None: it is none."""
    try:
        found = Decimal(text.strip())
    except DecimalException:
        return None
    return found if found.is_finite() and abs(found) < MOST and found.adjusted() > -20 and len(text) <= 60 else None


def price(amount: str, factor: str, per: str) -> dict[str, str] | str:
    """Return the price of one unit as a cell. One that cannot be written to a hundredth of a cent is said as it stands, so that its row is refused and nothing is rounded in silence."""
    given, times, of = decimal(amount), decimal(factor or "1"), decimal(per or "1")
    if given is None or times is None or not of or of < 0:
        return f"{amount} × {factor or 1} / {per or 1}"
    found = given * times / of
    if abs(found) >= MOST or found != found.quantize(FINEST):
        return f"{amount} × {factor or 1} / {per or 1}"
    return {"number": f"{found.quantize(FINEST):f}"}


def ean(text: str) -> str:
    """Return a GTIN as it is scanned: one of fourteen figures that begins with a nought is one of thirteen."""
    found = "".join(text.split())
    return "" if not re.fullmatch(r"\d{8,14}", found) else found[1:] if len(found) == 14 and found[0] == "0" else found


def packs(found: Iterable[tuple[str, str, str, str]], own: str) -> str:
    """Return other units (code, how many in it, EAN, weight) as a cell; what holds one is the thing itself, and of two of a kind the first one counts."""
    made: dict[str, dict[str, str]] = {}
    for text, holds, code, weight in found:
        factor, known = decimal(holds), unit(text)
        if text.strip() and factor and factor > 1 and known[0] != own:
            made.setdefault(known[0], {"code": known[0], "name": known[1], "name_en": known[2], "factor": f"{factor:f}", "ean": ean(code), "weight": f"{found_weight:f}" if (found_weight := decimal(weight)) else ""})
    return listed(made.values())


def attribute(code: str, name: str, values: list[str], unit_text: str, *, name_en: str = "", values_en: list[str] | None = None, is_etim: bool = False) -> dict[str, str] | None:
    """Return what is said of a product by one attribute, None where nothing is. Figures are compared as such where they have a unit, or ETIM says what they are."""
    given = [value.strip() for value in values if value.strip() and value.strip() not in _NO_VALUE]
    if not given:
        return None
    # A catalogue's own names are told apart by what is written in them.
    key = code or re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40]
    said = {"code": key, "name": name[:80], "name_en": name_en[:80], "kind": "text", "unit": sign(unit_text), "value": " / ".join(given)[:200], "value_en": " / ".join(values_en or [])[:200]}
    figures = [decimal(value) for value in given]
    if is_etim and len(given) == 1 and given[0].casefold() in ("true", "false"):
        said |= {"kind": "logic", "value": "1" if given[0].casefold() == "true" else "0"}
    elif (is_etim or unit_text.strip()) and len(given) == 1 and figures[0] is not None:
        said |= {"kind": "number", "value": f"{figures[0]:f}"}
    elif is_etim and len(given) == 2 and None not in figures:
        low, high = sorted(figure for figure in figures if figure is not None)
        said |= {"kind": "range", "value": f"{low:f}..{high:f}"}
    return {name: value for name, value in said.items() if value}


def etim(code: str, version: str) -> list[dict[str, str]]:
    """Return the class of ETIM that a product is of, and of which release, as attributes."""
    if not CLASS.fullmatch(code):
        return []
    made = [{"code": "etim_class", "name": "ETIM-klasse", "name_en": "ETIM class", "kind": "text", "value": code}]
    return [*made, {"code": "etim_version", "name": "ETIM-versie", "name_en": "ETIM version", "kind": "text", "value": version[:20]}] if version else made


def document(codes: Iterable[str], source: str, *, root: str = "", title: str = "", language: str = "", day: str = "") -> dict[str, str] | None:
    """Return a document that a product has as a thing of a cell; None where it is no document. Of its codes the first that says a kind counts; a name of a file is looked for below `root`."""
    kind = next((_KINDS[code.strip().casefold()] for code in codes if code.strip().casefold() in _KINDS), "")
    address = source.strip()
    if "://" not in address and root.startswith(("http://", "https://")):
        address = f"{root.rstrip('/')}/{quote(address.lstrip('/'))}"
    spoken = language.strip().casefold()
    made = {"kind": kind, "source": address, "title": title[:120], "language": _LANGUAGES.get(spoken[:3], spoken[:2] if len(spoken) == 2 or spoken[2:3] in ("-", "_") else ""), "valid_from": _day(day[:10])}
    return {name: value for name, value in made.items() if value} if kind and address and len(address) <= 500 else None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def listed(items: Iterable[Mapping[str, str]]) -> str:
    """Return things that a record has several of as one cell."""
    some = [item for _place, item in zip(range(MOST_SAID), items, strict=False)]
    return json.dumps(some, ensure_ascii=False, separators=(",", ":"))


def cells(kind: str, values: Mapping[str, Any]) -> list[Any]:
    """Return a row in the order of its headings."""
    return [value[:LONGEST] if isinstance(value := values.get(head, ""), str) and head not in ("attributes", "packs", "relations", "documents") else value for head in HEADS[kind]]

"""What is said of the demo's products, read from their names as an ERP would have it in fields of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zlib import crc32

from portiek.trade.catalog.demo_range import sizes
from portiek.trade.catalog.records import AttributesRecord, ProductRecord, SaidRecord, brand

_COLOURS = {"wit": "white", "antraciet": "anthracite", "grijs": "grey", "rood": "red", "transparant": "clear", "zwart": "black", "bruin": "brown"}
# What comes of which part of a name: code (of ETIM where there is one), name, English name, unit, and how it is found.
_FIGURES = [
    ("dikte", "Dikte", "Thickness", "mm", re.compile(r"(?<![×\d] )\b(\d+(?:,\d+)?) mm\b")),
    ("EF000008", "Breedte", "Width", "mm", re.compile(r"\b(\d{3,4}) × \d{3,4}\b")),
    ("EF001438", "Lengte", "Length", "mm", re.compile(r"(?:× |, )(\d{4})\b(?! ×)")),
    ("inhoud", "Inhoud", "Contents", "ml", re.compile(r"\b(\d{3}) ml\b")),
    ("gewicht", "Gewicht per verpakking", "Weight per pack", "kg", re.compile(r"\b(\d+) kg\b")),
    ("stuks", "Stuks per verpakking", "Pieces per pack", "st.", re.compile(r"\b(\d+) st\.")),
]


# Brands that do not exist.
_BRANDS = ("Noordvast", "Kerncraft", "Bouwmeer", "Vlakbron")


def attributes(products: Iterable[ProductRecord], *, branded: bool = False) -> list[AttributesRecord]:
    """Return what the names of these products say, with `branded` a brand for all of the same kind."""
    made, versions = [], sizes()
    for product in products:
        said = [SaidRecord(code, name, "number", found[1].replace(",", "."), english, unit) for code, name, english, unit, sign in _FIGURES if (found := sign.search(product.name))]
        said += [SaidRecord("EF000007", "Kleur", "text", colour, "Colour", "", english) for colour, english in _COLOURS.items() if re.search(rf"\b{colour}\b", product.name)][:1]
        if product.category in ("afbouw", "isolatie", "kozijnen"):
            said.append(SaidRecord("brandwerend", "Brandwerend", "logic", "1" if "brandwerend" in product.name else "0", "Fire-resistant"))
        named = [SaidRecord(code, name, "number" if unit else "text", value, english, unit) for (code, name, english, unit), value in versions.get(product.sku, ())]
        said = [*named, *(item for item in said if item.code not in {one.code for one in named})]
        if branded:
            said.insert(0, brand(_BRANDS[crc32(product.name.partition(" ")[0].encode()) % len(_BRANDS)]))
        made.append(AttributesRecord(product.external_id, tuple(said)))
    return made

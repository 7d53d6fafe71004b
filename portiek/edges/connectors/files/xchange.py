"""ETIM xChange (JSON, version 2) as tables: streamed, a product at a time. Knows no Django and no settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from portiek.edges.connectors.files import catalogue
from portiek.foundation.imports.workbook import Unreadable

CHUNK = 1 << 18
# Signs of one product with all its trade items.
MOST_SIGNS = 20_000_000
_BLANK = re.compile(r"[ \t\r\n]*")


class Text:
    """A JSON text read from the front: what was passed is forgotten."""

    def __init__(self, path: Path) -> None:
        self.file = path.open(encoding="utf-8-sig")
        self.held, self.place, self.is_over = "", 0, False
        self.decoder = json.JSONDecoder(parse_float=str, parse_int=str)

    def _more(self) -> None:
        held = self.held[self.place :]
        if len(held) > MOST_SIGNS:
            raise Unreadable("item_large")
        # As much again as is held, so that a long product is not looked at a thousand times.
        fresh = self.file.read(max(CHUNK, len(held)))
        self.is_over = not fresh
        self.held, self.place = held + fresh, 0

    def next(self) -> str:
        """Return the next sign that is no blank, without passing it; nothing at the end."""
        while True:
            found = _BLANK.match(self.held, self.place)
            self.place = found.end() if found else self.place
            if self.place < len(self.held) or self.is_over:
                return self.held[self.place : self.place + 1]
            self._more()

    def take(self, signs: str) -> str:
        """Pass one of these signs. Raises Unreadable for another one."""
        found = self.next()
        if not found or found not in signs:
            raise Unreadable("broken")
        self.place += 1
        return found

    def value(self) -> Any:
        """Read one value whole."""
        self.next()
        while True:
            try:
                made, end = self.decoder.raw_decode(self.held, self.place)
                if end < len(self.held) or self.is_over:
                    self.place = end
                    return made
            except ValueError as problem:
                if self.is_over:
                    raise Unreadable("broken") from problem
            except RecursionError as problem:
                raise Unreadable("broken") from problem
            self._more()

    def members(self) -> Iterator[str]:
        """Yield the names of an object; the caller reads each value before the next name."""
        self.take("{")
        if self.next() == "}":
            self.place += 1
            return
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise Unreadable("broken")
            self.take(":")
            yield name
            if self.take(",}") == "}":
                return

    def items(self) -> Iterator[None]:
        """Come to each item of a list in turn; the caller reads it."""
        self.take("[")
        if self.next() == "]":
            self.place += 1
            return
        while True:
            yield
            if self.take(",]") == "]":
                return


def products(path: Path) -> Iterator[tuple[dict[str, Any], int, dict[str, Any]]]:
    """Yield what the catalogue says of itself, the number of a product and the product."""
    text, head, number = Text(path), dict[str, Any](), 0
    with text.file:
        try:
            for name in text.members():
                if name != "Supplier":
                    head[name] = text.value()
                    continue
                for _supplier in text.items():
                    for part in text.members():
                        if part != "Product":
                            text.value()
                            continue
                        for _product in text.items():
                            number += 1
                            found = text.value()
                            if not isinstance(found, dict):
                                raise Unreadable("broken")
                            yield head, number, found
            if text.next():
                raise Unreadable("broken")
        except UnicodeError as problem:
            raise Unreadable("not_text") from problem


def is_update(path: Path) -> bool:
    """Whether a file says only what changed."""
    return next((head.get("CatalogueType") == "CHANGE" for head, _number, _product in products(path)), False)


def table(path: Path, kind: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield headings and rows of one kind of record: a row for each trade item, since that is what is ordered. Raises Unreadable."""
    yield 1, list(catalogue.HEADS[kind])
    for head, number, product in products(path) if kind != "category" else ():
        for item in _dicts(product, "TradeItem"):
            if kind == "product":
                yield number, catalogue.cells(kind, _item(product, item))
            elif head.get("CatalogueType") != "CHANGE":
                for values in _net(head, product, item):
                    yield number, catalogue.cells(kind, values)


# -- what stands in it, whatever stands in it


def _dict(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _dicts(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = found.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(found: dict[str, Any], name: str) -> str:
    """Return a text; of several the first one."""
    value = found.get(name)
    if isinstance(value, list):
        value = value[0] if value else ""
    # JSON can write signs that no text holds.
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ("true" if value else "false") if isinstance(value, bool) else ""


def _spoken(items: list[dict[str, Any]], *names: str, language: str = "DescriptionLanguage") -> tuple[str, str]:
    """Return a text in Dutch, else in the first language there is, and in English where that is another one."""
    said = {_text(item, language)[:2].casefold(): text for item in reversed(items) if (text := next((_text(item, name) for name in names if _text(item, name)), ""))}
    own = said.get("nl") or next(reversed(said.values()), "")
    return own, said.get("en", "") if said.get("en", "") != own else ""


def _item(product: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    identity, own, details, order = _dict(item, "ItemIdentification"), _dict(product, "ProductIdentification"), _dict(item, "ItemDetails"), _dict(item, "Ordering")
    spoken, general = _dicts(details, "ItemDescriptions"), _dicts(_dict(product, "ProductDetails"), "ProductDescriptions")
    name, name_en = _spoken(general, "MinimalProductDescription", "UniqueMainProductDescription")
    # What is said of the trade item itself comes first, in each language.
    item_name, item_name_en = _spoken(spoken, "UniqueMainItemDescription", "MinimalItemDescription")
    dutch = any(_text(found, "DescriptionLanguage").casefold().startswith("nl") for found in spoken)
    if dutch or not name:
        name, name_en = item_name, item_name_en or name_en
    code, word, _english = catalogue.unit(_text(order, "OrderUnit"))
    packs = [(_text(pack, "PackagingTypeCode"), _text(pack, "PackagingQuantity"), _text(pack, "PackagingGtin"), "") for pack in (_dict(found, "PackagingIdentification") for found in _dicts(item, "PackagingUnit"))]
    leads = [(_text(relation, "RelationType"), _text(relation, "RelatedSupplierItemNumber") or _text(relation, "RelatedManufacturerItemNumber")) for relation in _dicts(item, "ItemRelations")]
    leads += [(_text(relation, "RelationType"), _text(other, "RelatedManufacturerProductNumber")) for relation in _dicts(product, "ProductRelations") for other in _dicts(relation, "RelatedProducts")]
    price = next(iter(_dicts(item, "Pricing")), {})
    weight = next(((_text(found, "BaseItemNetWeight"), _text(found, "NetWeightUnit")) for found in _dicts(item, "ItemLogisticDetails")), ("", ""))
    gone = "OBSOLETE" in (_text(details, "ItemStatus"), _text(_dict(product, "ProductDetails"), "ProductStatus"))
    return {
        "external_id": _number_of(product, item), "name": name[:200], "name_en": name_en[:200], "description": _spoken(general, "FullProductDescription", "ProductMarketingText")[0], "unit": word, "unit_code": code, "ean": catalogue.ean(_text(identity, "ItemGtin") or _text(own, "ProductGtin")),
        "list_price": "" if _text(price, "PriceOnRequest") == "true" else _price(order, price, "GrossListPrice"), "tax_rate": _figure(_text(price, "Vat")), "min_quantity": _figure(_text(order, "MinimumOrderQuantity")), "quantity_step": _figure(_text(order, "OrderStepSize")),
        "weight": _kilograms(*weight), "discount_group": _text(identity, "DiscountGroupId")[:20], "brand": _text(own, "BrandName") or _text(own, "ManufacturerName"), "active": "0" if gone else "1", "attributes": catalogue.listed(_attributes(product)), "packs": catalogue.packs(packs, code),
        "relations": catalogue.listed({"kind": kind, "product": other} for said, other in leads if other and (kind := catalogue.RELATIONS.get(said.casefold()))), "documents": catalogue.listed(_documents(product, item))}  # fmt: skip


def _documents(product: dict[str, Any], item: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the documents and pictures of a trade item, and those of its product. The finer code says MDX051 where BMEcat says MD51."""
    for attachment in [*_dicts(item, "ItemAttachments"), *_dicts(product, "ProductAttachments")]:
        codes = [re.sub(r"^MDX0?(?=\d\d$)", "MD", _text(attachment, "AttachmentTypeSpecification")), _text(attachment, "AttachmentType")]
        for details in _dicts(attachment, "AttachmentDetails"):
            spoken = details.get("AttachmentLanguage")
            language = _text(details, "AttachmentLanguage") if not isinstance(spoken, list) or len(spoken) == 1 else ""
            made = catalogue.document(codes, _text(details, "AttachmentUri") or _text(details, "AttachmentFilename"), title=_spoken(_dicts(details, "AttachmentDescription"), "AttachmentDescription", language="Language")[0], language=language, day=_text(details, "AttachmentIssueDate"))
            if made:
                yield made


def _number_of(product: dict[str, Any], item: dict[str, Any]) -> str:
    identity = _dict(item, "ItemIdentification")
    return _text(identity, "SupplierItemNumber") or _text(identity, "ManufacturerItemNumber") or _text(_dict(product, "ProductIdentification"), "ManufacturerProductNumber")


def _figure(text: str) -> Any:
    return catalogue.number(text) if text else ""


def _kilograms(text: str, unit: str) -> Any:
    found, times = catalogue.decimal(text), {"KGM": "1", "GRM": "0.001", "MGM": "0.000001", "TNE": "1000"}.get(unit)
    return {"number": f"{found * Decimal(times):f}"} if found is not None and times else ""


def _price(order: dict[str, Any], price: dict[str, Any], name: str) -> Any:
    """Return a price per order unit. Where it is said of another unit it is told as it stands: which way its factor counts is not the same everywhere."""
    amount, per, unit = _text(price, name), _text(price, "PriceQuantity"), _text(price, "PriceUnit")
    if not amount:
        return ""
    if unit and catalogue.unit(unit)[0] != catalogue.unit(_text(order, "OrderUnit"))[0]:
        return f"{amount} / {per or 1} {unit}"
    return catalogue.price(amount, "", per)


def _attributes(product: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the class of ETIM, and what is said by its features, in metric units alone, then what other classifications say."""
    seen = set[str]()
    for some in _dicts(product, "EtimClassification")[:1]:
        yield from catalogue.etim(_text(some, "EtimClassCode"), _text(some, "EtimReleaseVersion"))
        for feature in _dicts(some, "EtimFeatures"):
            code = _text(feature, "EtimFeatureCode")
            low, high = _text(feature, "EtimValueRangeLower"), _text(feature, "EtimValueRangeUpper")
            details, details_en = _spoken(_dicts(feature, "EtimValueDetails"), "EtimValueDetails", language="Language")
            values = [low, high] if low and high else [_text(feature, name) for name in ("EtimValueCode", "EtimValueNumeric", "EtimValueLogical") if _text(feature, name)] or [details]
            made = catalogue.attribute(code, code, values, "", values_en=[details_en] if values == [details] else None, is_etim=True) if catalogue.FEATURE.fullmatch(code) and not code.startswith("EFI") else None
            if made and code not in seen:
                seen.add(code)
                yield made


def _net(head: dict[str, Any], product: dict[str, Any], item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The net prices: those agreed with who was given the catalogue."""
    currency, key = _text(head, "CurrencyCode") or "EUR", _text(head, "CatalogueId")[:50] or "catalogue"
    for price in _dicts(item, "Pricing"):
        if _text(price, "NetPrice"):
            yield {"external_id": f"{key}-{currency}", "name": (_spoken(_dicts(head, "CatalogueName"), "CatalogueName", language="Language")[0] or key)[:120], "currency": currency, "lines.product": _number_of(product, item), "lines.price": _price(_dict(item, "Ordering"), price, "NetPrice"),
                   "lines.valid_from": _text(price, "PriceValidityDate"), "lines.valid_until": _text(price, "PriceExpiryDate")}

"""BMEcat 1.2 and 2005 (also with the extensions of ETIM) as tables: streamed, a product at a time. Knows no Django and no settings.

A document type is let by, as the standard asks for one, but nothing is declared, fetched or replaced: a file that has entities of its own is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.parsers import expat

from portiek.edges.connectors.files import catalogue
from portiek.foundation.imports.workbook import Unreadable

CHUNK = 1 << 16
# Of one product.
DEEPEST, MOST_NODES, MOST_SIGNS = 40, 20_000, 2_000_000
_ITEMS = ("ARTICLE", "PRODUCT")
_MAPS = ("ARTICLE_TO_CATALOGGROUP_MAP", "PRODUCT_TO_CATALOGGROUP_MAP")
_WHOLE = {"CATALOG", "CLASSIFICATION_SYSTEM_NAME", "CLASSIFICATION_GROUP", "CATALOG_STRUCTURE", *_ITEMS, *_MAPS}
# Elements whose beginning alone is told.
_BEGINS = {"BMECAT", "T_NEW_CATALOG", "T_UPDATE_PRODUCTS", "T_UPDATE_PRICES", "CLASSIFICATION_SYSTEM", "CATALOG_GROUP_SYSTEM"}
# Classifications of the world: no categories of this catalogue.
_STANDARD = re.compile(r"(?i)etim|e-?cl@?ass|unspsc|proficl@?ass|gpc")
_LANGUAGES = {"nld": "nl", "dut": "nl", "nl": "nl", "eng": "en", "en": "en"}
# The prices of one customer, and those of everybody: without VAT, and with it.
_CUSTOMER, _LIST, _GROSS = "net_customer", "net_list", "gros_list"


class Node:
    """An element with what is in it; `line`: where it begins in the file."""

    __slots__ = ("attributes", "below", "line", "name", "pieces")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.below: list[Node] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.pieces).strip()

    def all(self, *path: str) -> list[Node]:
        """Return the elements at the end of a path; the names of 1.2 and of 2005 stand with a | between."""
        found = [self]
        for names in path:
            wanted = names.split("|")
            found = [node for parent in found for node in parent.below if node.name in wanted]
        return found

    def one(self, *path: str) -> str:
        """Return the text of the first element at the end of a path."""
        found = self.all(*path)
        return found[0].text if found else ""

    def spoken(self, *path: str, language: str) -> tuple[str, str]:
        """Return a text in Dutch, else in the catalogue's own language or the first there is, and in English where that is another one."""
        said: dict[str, str] = {}
        for node in self.all(*path):
            said.setdefault(_language(node.attributes.get("lang", language)), node.text)
        own = said.get("nl") or said.get(language) or next(iter(said.values()), "")
        return own, said.get("en", "") if said.get("en", "") != own else ""


def _language(code: str) -> str:
    return _LANGUAGES.get(code.casefold()[:3].rstrip("-_"), code.casefold()[:3])


def nodes(path: Path, *, root: str = "BMECAT", whole: Collection[str] = frozenset(_WHOLE), begins: Collection[str] = frozenset(_BEGINS)) -> Iterator[Node]:
    """Yield what tables are made of, in the order of the file: the elements that are read `whole`, and those whose beginning alone is told. Raises Unreadable."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    ready: list[Node] = []
    stack: list[Node] = []
    depth = nodes_in = signs_in = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, nodes_in, signs_in
        name = name.rpartition(" ")[2]
        depth += 1
        if depth > DEEPEST:
            raise Unreadable("broken")
        if depth == 1 and name != root:
            raise Unreadable("not_catalogue")
        if not stack and name in begins:
            ready.append(Node(name, attributes, parser.CurrentLineNumber))
        elif stack or name in whole:
            nodes_in, signs_in = (nodes_in + 1, signs_in) if stack else (1, 0)
            signs_in += sum(map(len, attributes.values()))
            if nodes_in > MOST_NODES or signs_in > MOST_SIGNS:
                raise Unreadable("item_large")
            made = Node(name, {key.rpartition(" ")[2]: value for key, value in attributes.items()}, parser.CurrentLineNumber)
            if stack:
                stack[-1].below.append(made)
            stack.append(made)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if stack:
            made = stack.pop()
            if not stack:
                ready.append(made)

    def text(found: str) -> None:
        nonlocal signs_in
        if stack:
            stack[-1].pieces.append(found)
            signs_in += len(found)
            if signs_in > MOST_SIGNS:
                raise Unreadable("item_large")

    def refuse(*given: Any) -> None:
        raise Unreadable("entities")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = parser.SkippedEntityHandler = refuse
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                parser.Parse(chunk, False)
                yield from ready
                ready.clear()
        parser.Parse(b"", True)
        yield from ready
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise Unreadable("broken") from problem


class Told:
    """What stands before the products, and is needed to read them."""

    def __init__(self) -> None:
        self.language, self.id, self.name, self.currency = "", "catalogue", "", "EUR"
        self.is_update = self.has_groups = False
        self.system = self.root = ""

    def hear(self, node: Node) -> None:
        """Note what an element says of the whole. Raises Unreadable for a file of prices alone: it has no products, and a price list is taken over as a whole."""
        match node.name:
            case "CATALOG":
                main = [item.text for item in node.all("LANGUAGE") if item.attributes.get("default") == "true"] or [node.one("LANGUAGE")]
                self.language, self.id, self.currency = _language(main[0]), node.one("CATALOG_ID")[:20] or self.id, node.one("CURRENCY") or self.currency
                self.root = node.one("MIME_ROOT")
                self.name = node.spoken("CATALOG_NAME", language=self.language)[0] or self.id
            case "T_UPDATE_PRICES":
                raise Unreadable("prices_alone")
            case "T_UPDATE_PRODUCTS":
                self.is_update = True
            case "CATALOG_GROUP_SYSTEM":
                self.has_groups = True
            case "CLASSIFICATION_SYSTEM":
                self.system = ""
            case "CLASSIFICATION_SYSTEM_NAME":
                self.system = node.text

    def category(self, group: str) -> str:
        """Return the id of a category: with that of the catalogue, since every catalogue has a group 1."""
        return f"{self.id}/{group}"[:64] if group else ""


def is_update(path: Path) -> bool:
    """Whether a file says only what changed."""
    for node in nodes(path):
        if node.name in ("T_UPDATE_PRODUCTS", "T_NEW_CATALOG"):
            return node.name == "T_UPDATE_PRODUCTS"
        Told().hear(node)
    return False


def table(path: Path, kind: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield headings and rows of one kind of record. Raises Unreadable."""
    yield 1, list(catalogue.HEADS[kind])
    rows = {"category": _categories, "product": _products, "price_list": _prices}[kind](path)
    for line, values in rows:
        yield line, catalogue.cells(kind, values)


def _categories(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    told, roots = Told(), set[str]()
    for node in nodes(path):
        told.hear(node)
        if node.name in _ITEMS:
            return
        if node.name == "CATALOG_STRUCTURE":
            group, parent = node.one("GROUP_ID"), node.one("PARENT_ID")
            if node.attributes.get("type") == "root":
                roots.add(group)
                continue
            name = node.spoken("GROUP_NAME", language=told.language)
        elif node.name == "CLASSIFICATION_GROUP" and not told.has_groups and not _STANDARD.search(told.system):
            group, parent = node.one("CLASSIFICATION_GROUP_ID"), node.one("CLASSIFICATION_GROUP_PARENT_ID")
            name = node.spoken("CLASSIFICATION_GROUP_NAME", language=told.language)
        else:
            continue
        yield node.line, {"external_id": told.category(group), "name": name[0][:120], "name_en": name[1][:120], "parent": "" if parent in roots or parent == "0" else told.category(parent)}


def _groups(path: Path) -> dict[str, str]:
    """Return the group of each product where a catalogue says it at its end; of several the first one counts."""
    found: dict[str, str] = {}
    has_groups = False
    for node in nodes(path):
        has_groups = has_groups or node.name == "CATALOG_GROUP_SYSTEM"
        if node.name in _ITEMS and not has_groups:
            break
        if node.name in _MAPS:
            found.setdefault(node.one("ART_ID|PROD_ID"), node.one("CATALOG_GROUP_ID"))
    return found


def _products(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    told, groups = Told(), _groups(path)
    for node in nodes(path):
        told.hear(node)
        if node.name in _ITEMS:
            yield node.line, _product(told, groups, node)


def _product(told: Told, groups: dict[str, str], node: Node) -> dict[str, Any]:
    key = node.one("SUPPLIER_AID|SUPPLIER_PID")
    details, order = "ARTICLE_DETAILS|PRODUCT_DETAILS", "ARTICLE_ORDER_DETAILS|PRODUCT_ORDER_DETAILS"
    name, name_en = node.spoken(details, "DESCRIPTION_SHORT", language=told.language)
    codes = {item.attributes.get("type", "").casefold(): item.text for item in node.all(details, "INTERNATIONAL_PID")}
    code, word, _english = catalogue.unit(node.one(order, "ORDER_UNIT"))
    own, classes, said = _features(told, node)
    extra = "USER_DEFINED_EXTENSIONS"
    packs = [(pack.one("UDX.EDXF.PACKING_UNIT_CODE"), pack.one("UDX.EDXF.QUANTITY_MAX") or pack.one("UDX.EDXF.QUANTITY_MIN"), pack.one("UDX.EDXF.GTIN"), pack.one("UDX.EDXF.WEIGHT")) for pack in node.all(extra, "UDX.EDXF.PACKING_UNITS", "UDX.EDXF.PACKING_UNIT")]
    leads = [{"kind": kind, "product": item.one("ART_ID_TO|PROD_ID_TO")} for item in node.all("ARTICLE_REFERENCE|PRODUCT_REFERENCE") if (kind := catalogue.RELATIONS.get(item.attributes.get("type", "").casefold()))]
    weight = node.one("PRODUCT_LOGISTIC_DETAILS", "PRODUCT_DIMENSIONS", "WEIGHT") or node.one(extra, "UDX.EDXF.PRODUCT_LOGISTIC_DETAILS", "UDX.EDXF.NETWEIGHT")
    list_price, rate = _list_price(node)
    return {
        "external_id": key, "name": name[:200], "name_en": name_en[:200], "description": node.spoken(details, "DESCRIPTION_LONG", language=told.language)[0], "category": told.category(groups.get(key, "") or own), "unit": word, "unit_code": code,
        "ean": catalogue.ean(node.one(details, "EAN") or next((codes[kind] for kind in ("gtin", "ean", "gtin-13", "gtin-14") if kind in codes), "")), "list_price": list_price, "tax_rate": rate, "min_quantity": _figure(node.one(order, "QUANTITY_MIN")),
        "quantity_step": _figure(node.one(order, "QUANTITY_INTERVAL")), "weight": _figure(weight), "discount_group": node.one(extra, "UDX.EDXF.DISCOUNT_GROUP", "UDX.EDXF.DISCOUNT_GROUP_SUPPLIER")[:20], "brand": node.one(extra, "UDX.EDXF.BRAND_NAME") or node.one(details, "MANUFACTURER_NAME"), "active": "0" if node.attributes.get("mode") == "delete" else "1",
        "attributes": catalogue.listed([*classes, *said]), "packs": catalogue.packs(packs, code), "relations": catalogue.listed(item for item in leads if item["product"]), "documents": catalogue.listed(_documents(told, node))}  # fmt: skip


def _figure(text: str) -> Any:
    return catalogue.number(text) if text else ""


def _features(told: Told, node: Node) -> tuple[str, list[dict[str, str]], list[dict[str, str]]]:
    """Return the product's group in the catalogue's own classification, its class of ETIM, and what is said of it: of each attribute once."""
    own, classes = "", list[dict[str, str]]()
    said: dict[str, dict[str, str]] = {}
    for some in node.all("ARTICLE_FEATURES|PRODUCT_FEATURES"):
        system, group = some.one("REFERENCE_FEATURE_SYSTEM_NAME"), some.one("REFERENCE_FEATURE_GROUP_ID")
        if system and group and not _STANDARD.search(system):
            own = own or group
        if "etim" in system.casefold() and not classes:
            classes = catalogue.etim(group, system.rpartition("-")[2] if "-" in system else "")
        for feature in some.all("FEATURE"):
            name, name_en = feature.spoken("FNAME", language=told.language)
            is_etim = bool(catalogue.FEATURE.fullmatch(name))
            values = [item for item in feature.all("FVALUE") if _language(item.attributes.get("lang", told.language)) in ("nl", told.language)] or feature.all("FVALUE")
            english = [item.text for item in feature.all("FVALUE") if _language(item.attributes.get("lang", "")) == "en"] if told.language != "en" else []
            made = catalogue.attribute(name if is_etim else "", name, [item.text for item in values], feature.one("FUNIT"), name_en=name_en, values_en=english, is_etim=is_etim)
            if made and made.get("code"):
                said.setdefault(made["code"], made)
    return own, classes, list(said.values())


def _documents(told: Told, node: Node) -> Iterator[dict[str, str]]:
    """Yield the documents and pictures that a product names: those of BMEcat, and those of ETIM."""
    for mime in node.all("MIME_INFO", "MIME"):
        for source in mime.all("MIME_SOURCE"):
            made = catalogue.document([mime.one("MIME_PURPOSE")], source.text, root=told.root, title=mime.spoken("MIME_DESCR", language=told.language)[0], language=source.attributes.get("lang", ""))
            if made:
                yield made
    for mime in node.all("USER_DEFINED_EXTENSIONS", "UDX.EDXF.MIME_INFO", "UDX.EDXF.MIME"):
        for source in mime.all("UDX.EDXF.MIME_SOURCE"):
            made = catalogue.document([mime.one("UDX.EDXF.MIME_CODE")], source.text, root=told.root, title=mime.spoken("UDX.EDXF.MIME_DESIGNATION", language=told.language)[0], language=source.attributes.get("lang", ""), day=mime.one("UDX.EDXF.MIME_ISSUE_DATE"))
            if made:
                yield made


def _offers(node: Node) -> Iterator[tuple[Node, str, str]]:
    """Yield the prices of a product with the days between which they hold."""
    for details in node.all("ARTICLE_PRICE_DETAILS|PRODUCT_PRICE_DETAILS"):
        days = {item.attributes.get("type", ""): item.one("DATE") for item in details.all("DATETIME")}
        for offer in details.all("ARTICLE_PRICE|PRODUCT_PRICE"):
            yield offer, days.get("valid_start_date", ""), days.get("valid_end_date", "")


def _amount(node: Node, offer: Node) -> dict[str, str] | str:
    return catalogue.price(offer.one("PRICE_AMOUNT"), offer.one("PRICE_FACTOR"), node.one("ARTICLE_ORDER_DETAILS|PRODUCT_ORDER_DETAILS", "PRICE_QUANTITY"))


def _list_price(node: Node) -> tuple[Any, Any]:
    """Return the list price without VAT, and the rate. One with VAT counts where there is no other, and the rate is said."""
    found: dict[str, Node] = {}
    rate = ""
    for offer, _begin, _end in _offers(node):
        rate = rate or offer.one("TAX")
        kind = offer.attributes.get("price_type", "")
        if kind not in found or (catalogue.decimal(offer.one("LOWER_BOUND")) or Decimal(1)) < (catalogue.decimal(found[kind].one("LOWER_BOUND")) or Decimal(1)):
            found[kind] = offer
    tax = catalogue.decimal(rate) if rate else None
    said = {"number": f"{tax * 100:f}"} if tax is not None else rate
    if _LIST in found:
        return _amount(node, found[_LIST]), said
    gross = _amount(node, found[_GROSS]) if _GROSS in found else ""
    if isinstance(gross, dict) and tax is not None and tax >= 0:
        return {"number": f"{(Decimal(gross['number']) / (1 + tax)).quantize(catalogue.FINEST):f}"}, said
    return "", said


def _prices(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The prices that are one customer's: a price list a currency. A file of changes has none, since a price list is taken over as a whole."""
    told = Told()
    for node in nodes(path):
        told.hear(node)
        if told.is_update:
            return
        seen = set[tuple[str, str, str]]()
        for offer, begin, end in _offers(node) if node.name in _ITEMS else ():
            currency = offer.one("PRICE_CURRENCY") or told.currency
            # Of two for different countries the first one counts.
            if offer.attributes.get("price_type") == _CUSTOMER and (step := (currency, offer.one("LOWER_BOUND"), begin)) not in seen:
                seen.add(step)
                yield offer.line, {"external_id": f"{told.id}-{currency}"[:64], "name": told.name[:120], "currency": currency, "lines.product": node.one("SUPPLIER_AID|SUPPLIER_PID"), "lines.min_quantity": _figure(offer.one("LOWER_BOUND")),
                                   "lines.price": _amount(node, offer), "lines.valid_from": begin, "lines.valid_until": end}

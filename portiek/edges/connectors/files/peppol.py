"""Catalogues of Peppol (BIS Catalogue 3, T19: UBL 2.1) as tables: streamed, a line at a time. Knows no Django and no settings.

Its prices are those of who is given it: they become a price list, as the net prices of other catalogues do, and never a list price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portiek.edges.connectors.files import bmecat, catalogue
from portiek.edges.connectors.files.bmecat import Node

# What a file of it begins with, among its first signs.
NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2"
_HEAD = ("ID", "ActionCode", "Name", "ReferencedContract", "ProviderParty")
# A figure, or two as a range, and what stands behind it.
_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?)(?:\.\.(-?\d+(?:\.\d+)?))?(?: (\S{1,20}))?")
# The list that codes of packs are of, where a property is one.
_UNITS = "UNECERec20"


class Told:
    """What stands before the lines. `id`: of who provides it, since its own number is another one each time."""

    def __init__(self) -> None:
        self.id, self.name, self.action = "catalogue", "", ""

    def hear(self, node: Node) -> None:
        """Note what an element says of the whole."""
        match node.name:
            case "ActionCode":
                self.action = node.text
            case "Name":
                self.name = node.text
            case "ProviderParty":
                self.id = node.one("EndpointID")[:50] or node.one("PartyIdentification", "ID")[:50] or self.id
                self.name = self.name or node.one("PartyLegalEntity", "RegistrationName")

    @property
    def is_update(self) -> bool:
        """Whether it says only what changed."""
        return self.action in ("Update", "Delete")


def _lines(path: Path) -> Iterator[tuple[Told, Node]]:
    told = Told()
    for node in bmecat.nodes(path, root="Catalogue", whole={*_HEAD, "CatalogueLine"}, begins=frozenset()):
        if node.name == "CatalogueLine":
            yield told, node
        else:
            told.hear(node)


def is_update(path: Path) -> bool:
    """Whether a file says only what changed."""
    return next((told.is_update for told, _node in _lines(path)), False)


def table(path: Path, kind: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield headings and rows of one kind of record; it has no categories. Raises Unreadable."""
    yield 1, list(catalogue.HEADS[kind])
    rows = {"product": _products, "price_list": _prices}.get(kind)
    for line, values in rows(path) if rows else ():
        yield line, catalogue.cells(kind, values)


def _key(node: Node) -> str:
    return node.one("Item", "SellersItemIdentification", "ID") or node.one("ID")


def _bare(code: str) -> str:
    """Return the code of a unit as catalogues have it: of Recommendation 21 without the X in front."""
    return code[1:] if len(code) == 3 and code.startswith("X") else code


def _unit(code: str) -> tuple[str, str, str]:
    return catalogue.unit(_bare(code))


def _figure(text: str) -> Any:
    return catalogue.number(text) if text else ""


def _products(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    seen = set[str]()
    for told, node in _lines(path):
        # One that is offered in several units has a line for each: the first one counts.
        if (key := _key(node)) not in seen:
            seen.add(key)
            yield node.line, _product(told, node, key)


def _product(told: Told, node: Node, key: str) -> dict[str, Any]:
    code, word, _english = _unit(node.one("OrderableUnit"))
    said, packs = _said(node)
    classes = [item for found in node.all("Item", "CommodityClassification", "ItemClassificationCode") if found.attributes.get("listVersionID", "").startswith("ETIM") for item in catalogue.etim(found.text, found.attributes["listVersionID"].partition("-")[2])][:2]
    standard = next((item.text for item in node.all("Item", "StandardItemIdentification", "ID") if item.attributes.get("schemeID", "0160") in ("0160", "0088", "GTIN")), "")
    gone = "Delete" in (told.action, node.one("ActionCode"))
    return {
        "external_id": key, "name": node.one("Item", "Name")[:200], "description": node.one("Item", "Description"), "unit": word, "unit_code": code, "ean": catalogue.ean(standard), "tax_rate": _figure(node.one("Item", "ClassifiedTaxCategory", "Percent")),
        "min_quantity": _figure(node.one("MinimumOrderQuantity")), "quantity_step": _figure(node.one("OrderQuantityIncrementNumeric")), "brand": node.one("Item", "BrandName") or node.one("Item", "ManufacturerParty", "PartyName", "Name"), "active": "0" if gone else "1", "attributes": catalogue.listed([*classes, *said]), "packs": catalogue.packs(packs, code),
        "relations": catalogue.listed({"kind": "accessory", "product": item.text} for item in node.all("AccessoryRelatedItem|RequiredRelatedItem", "ID") if item.text)}  # fmt: skip


def _said(node: Node) -> tuple[list[dict[str, str]], list[tuple[str, str, str, str]]]:
    """Return what is said of a product, each attribute once, and its other units."""
    found, packs = dict[str, dict[str, str]](), list[tuple[str, str, str, str]]()
    for item in node.all("Item", "AdditionalItemProperty"):
        name, code, value = item.one("Name"), item.one("NameCode"), item.one("Value")
        if any(some.attributes.get("listID") == _UNITS for some in item.all("NameCode")):
            packs.append((_bare(code), item.one("ValueQuantity") or value, "", ""))
            continue
        figure, quantity = _FIGURE.fullmatch(value), next(iter(item.all("ValueQuantity")), None)
        is_etim = bool(catalogue.FEATURE.fullmatch(code))
        if quantity is not None:
            made = catalogue.attribute(code, name, [quantity.text], quantity.attributes.get("unitCode", ""), is_etim=is_etim)
        elif figure and (figure[3] or figure[2] or is_etim):
            made = catalogue.attribute(code, name, [some for some in figure.groups()[:2] if some], figure[3] or "", is_etim=is_etim or bool(figure[2]))
        else:
            made = catalogue.attribute(code, name, [value], "", is_etim=is_etim)
        if made and made.get("code"):
            found.setdefault(made["code"], made)
    return list(found.values()), packs


def _prices(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The prices, a price list a currency. A file of changes has none, since a price list is taken over as a whole."""
    lines = set[str]()
    for told, node in _lines(path):
        if told.is_update:
            return
        if (key := _key(node)) in lines:
            continue
        lines.add(key)
        seen = set[tuple[str, str, str]]()
        for offer in node.all("RequiredItemLocationQuantity"):
            for amount in offer.all("Price", "PriceAmount"):
                currency, least, days = amount.attributes.get("currencyID", "EUR"), offer.one("MinimumQuantity"), next(iter(offer.all("Price", "ValidityPeriod")), None)
                begin, end = (days.one("StartDate"), days.one("EndDate")) if days is not None else ("", "")
                # Of two for different places the first one counts.
                if (step := (currency, least, begin)) not in seen:
                    seen.add(step)
                    yield offer.line, {"external_id": f"{told.id}-{currency}"[:64], "name": (told.name or told.id)[:120], "currency": currency, "lines.product": key, "lines.min_quantity": _figure(least), "lines.price": _price(node, offer, amount.text),
                                       "lines.valid_from": begin, "lines.valid_until": end}


def _price(node: Node, offer: Node, amount: str) -> dict[str, str] | str:
    """Return the price of one orderable unit. One of another unit without the factor between them is told as it stands, so that nothing is guessed."""
    base, factor = next(iter(offer.all("Price", "BaseQuantity")), None), offer.one("Price", "OrderableUnitFactorRate")
    unit = base.attributes.get("unitCode", "") if base is not None else ""
    if unit and node.one("OrderableUnit") and _unit(unit)[0] != _unit(node.one("OrderableUnit"))[0] and not factor:
        return f"{amount} / {base.text if base is not None else 1} {unit}"
    return catalogue.price(amount, factor, base.text if base is not None else "")

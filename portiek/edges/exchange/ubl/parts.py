"""What several documents share: a party, an item, a period."""

from __future__ import annotations

from datetime import date

from portiek.edges.exchange.ubl.records import Code, Item, Party
from portiek.edges.exchange.ubl.tree import Element, Unreadable, basic, every, find, gather, text


def needed(node: Element | None, path: str) -> str:
    """Return a text that has to be there. Raises Unreadable."""
    said = text(node, path)
    if not said:
        raise Unreadable("structure", path)
    return said


def read_code(node: Element | None) -> Code | None:
    """Read a number with its scheme."""
    return Code(node.get("schemeID", "").strip(), text(node)) if node is not None and text(node) else None


def write_code(name: str, code: Code | None) -> Element | None:
    """Write a number with its scheme."""
    return basic(name, code.value, schemeID=code.scheme) if code else None


def read_party(node: Element | None) -> Party:
    """Read a cac:Party; nothing of it has to be there."""
    ids = tuple(code for item in every(node, "cac:PartyIdentification/cbc:ID") if (code := read_code(item)))
    return Party(text(node, "cac:PartyLegalEntity/cbc:RegistrationName") or text(node, "cac:PartyName/cbc:Name"), read_code(find(node, "cbc:EndpointID")), ids, text(node, "cac:PartyTaxScheme/cbc:CompanyID"),
                 read_code(find(node, "cac:PartyLegalEntity/cbc:CompanyID")), text(node, "cac:Contact/cbc:Name"))


def write_party(name: str, party: Party) -> Element | None:
    """Write a party with its official name."""
    scheme = gather("TaxScheme", basic("ID", "VAT")) if party.vat else None
    return gather(name, write_code("EndpointID", party.endpoint), *(gather("PartyIdentification", write_code("ID", code)) for code in party.ids),
                  gather("PartyName", basic("Name", party.name)), gather("PartyTaxScheme", basic("CompanyID", party.vat), scheme),
                  gather("PartyLegalEntity", basic("RegistrationName", party.name), write_code("CompanyID", party.company)), gather("Contact", basic("Name", party.contact)))


def read_item(node: Element | None) -> Item:
    """Read a cac:Item."""
    return Item(text(node, "cbc:Name"), text(node, "cac:BuyersItemIdentification/cbc:ID"), text(node, "cac:SellersItemIdentification/cbc:ID"), read_code(find(node, "cac:StandardItemIdentification/cbc:ID")))


def write_item(item: Item, name: str = "Item") -> Element | None:
    """Write an item."""
    return gather(name, basic("Name", item.name), *write_numbers(item))


def write_numbers(item: Item) -> tuple[Element | None, ...]:
    """Write whose numbers an item has."""
    return (gather("BuyersItemIdentification", basic("ID", item.buyers)), gather("SellersItemIdentification", basic("ID", item.sellers)), gather("StandardItemIdentification", write_code("ID", item.standard)))


def write_period(name: str, start: date | None, end: date | None) -> Element | None:
    """Write a period of days."""
    return gather(name, basic("StartDate", start), basic("EndDate", end))

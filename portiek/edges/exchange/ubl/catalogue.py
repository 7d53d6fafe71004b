"""What a seller sells to one buyer (Peppol BIS Catalogue 3, T19), written a line at a time and read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from portiek.edges.exchange.ubl.parts import needed, read_item, read_party, write_code, write_numbers, write_period
from portiek.edges.exchange.ubl.records import Catalogue, CatalogueLine, Code, Party, Property, Step
from portiek.edges.exchange.ubl.tree import DOCUMENT, Element, Unreadable, basic, day, every, find, fragment, gather, number, text, write

CUSTOMIZATION, PROFILE = "urn:fdc:peppol.eu:poacc:trns:catalogue:3", "urn:fdc:peppol.eu:poacc:bis:catalogue_wo_response:3"
ROOT = f"{{{DOCUMENT.format('Catalogue')}}}Catalogue"


def read_catalogue(root: Element) -> tuple[Catalogue, tuple[CatalogueLine, ...]]:
    """Read a catalogue and its lines. Raises Unreadable."""
    issued = day(root, "cbc:IssueDate")
    if root.tag != ROOT:
        raise Unreadable("root", root.tag.rpartition("}")[2][:60])
    if issued is None:
        raise Unreadable("structure", "cbc:IssueDate")
    head = Catalogue(needed(root, "cbc:ID"), text(root, "cbc:ActionCode"), issued, read_party(find(root, "cac:ProviderParty")), read_party(find(root, "cac:ReceiverParty")), day(root, "cac:ValidityPeriod/cbc:StartDate"), text(root, "cbc:Name"),
                     text(root, "cac:SourceCatalogueReference/cbc:ID"))
    return head, tuple(_line(node) for node in every(root, "cac:CatalogueLine"))


def _line(node: Element) -> CatalogueLine:
    item, kind = find(node, "cac:Item"), find(node, "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode")
    steps = tuple(Step(number(some, "cbc:MinimumQuantity") or number(node, "cbc:MinimumOrderQuantity") or Decimal(1), price, number(some, "cbc:MaximumQuantity"), day(some, "cac:Price/cac:ValidityPeriod/cbc:EndDate"))
                  for some in every(node, "cac:RequiredItemLocationQuantity") if (price := number(some, "cac:Price/cbc:PriceAmount")) is not None)
    return CatalogueLine(needed(node, "cbc:ID"), text(node, "cbc:ActionCode"), read_item(item), text(node, "cbc:OrderableUnit"), text(item, "cbc:Description"), number(node, "cbc:OrderQuantityIncrementNumeric"), number(node, "cbc:MinimumOrderQuantity"),
                         number(node, "cbc:MaximumOrderQuantity"), steps, number(item, "cac:ClassifiedTaxCategory/cbc:Percent"), text(node, "cbc:OrderableIndicator") != "false", text(item, "cbc:Keyword"),
                         Code(kind.get("listVersionID", ""), text(kind)) if kind is not None else None, tuple(_property(some) for some in every(item, "cac:AdditionalItemProperty")))


def _property(node: Element) -> Property:
    code, quantity = find(node, "cbc:NameCode"), find(node, "cbc:ValueQuantity")
    return Property(text(node, "cbc:Name"), text(node, "cbc:Value"), text(code), "" if code is None else code.get("listID", ""), number(quantity), "" if quantity is None else quantity.get("unitCode", ""))


def write_catalogue(head: Catalogue, lines: Iterable[CatalogueLine], currency: str) -> Iterator[bytes]:
    """Yield a catalogue piece by piece, so that a hundred thousand lines need no memory; who sells it provides it, and who may buy from it receives it."""
    begun = write("Catalogue", basic("CustomizationID", CUSTOMIZATION), basic("ProfileID", PROFILE), basic("ID", head.number), basic("ActionCode", head.action), basic("Name", head.name), basic("IssueDate", head.issued_on),
                  basic("VersionID", "1"), write_period("ValidityPeriod", head.valid_from, None), gather("SourceCatalogueReference", basic("ID", head.since)), _provider("ProviderParty", head.seller), _provider("ReceiverParty", head.buyer),
                  gather("SellerSupplierParty", _trader(head.seller)), gather("ContractorCustomerParty", _trader(head.buyer)))
    start, end, _nothing = begun.rpartition(b"</catalogue:Catalogue>")
    yield start
    for line in lines:
        yield fragment(_written(line, currency))
    yield end + b"\n"


def _provider(name: str, party: Party) -> Element | None:
    """Write who sends or gets a catalogue, with what T19 has of him and no more."""
    return gather(name, write_code("EndpointID", party.endpoint), *(gather("PartyIdentification", write_code("ID", code)) for code in party.ids[:1]),
                  gather("PartyLegalEntity", basic("RegistrationName", party.name), write_code("CompanyID", party.company)))


def _trader(party: Party) -> Element | None:
    return gather("Party", write_code("EndpointID", party.endpoint), *(gather("PartyIdentification", write_code("ID", code)) for code in party.ids[:1]), gather("PartyName", basic("Name", party.name)))


def _written(line: CatalogueLine, currency: str) -> Element:
    tax = None if line.rate is None else gather("ClassifiedTaxCategory", basic("ID", "S" if line.rate else "Z"), basic("Percent", line.rate), gather("TaxScheme", basic("ID", "VAT")))
    kind = gather("CommodityClassification", basic("ItemClassificationCode", line.kind.value, listID="ZZZ", listVersionID=line.kind.scheme)) if line.kind else None
    item = gather("Item", basic("Description", line.description), basic("Name", line.item.name), basic("Keyword", line.keyword), *write_numbers(line.item), kind, tax, *(_said(some) for some in line.properties))
    made = gather("CatalogueLine", basic("ID", line.id), basic("ActionCode", line.action), basic("OrderableIndicator", "true" if line.orderable else "false"), basic("OrderableUnit", line.unit), basic("OrderQuantityIncrementNumeric", line.step),
                  basic("MinimumOrderQuantity", line.least, unitCode=line.unit), basic("MaximumOrderQuantity", line.most, unitCode=line.unit), *(_step(some, line.unit, currency) for some in line.prices), item)
    assert made is not None
    return made


def _step(step: Step, unit: str, currency: str) -> Element | None:
    price = gather("Price", basic("PriceAmount", step.price, currencyID=currency), write_period("ValidityPeriod", None, step.last_day))
    return gather("RequiredItemLocationQuantity", basic("MinimumQuantity", step.quantity, unitCode=unit), basic("MaximumQuantity", step.until, unitCode=unit), price)


def _said(some: Property) -> Element | None:
    return gather("AdditionalItemProperty", basic("Name", some.name), basic("NameCode", some.code, listID=some.of), basic("Value", some.value), basic("ValueQuantity", some.quantity, unitCode=some.unit))

"""An order (Peppol BIS Order 3, T01), read and written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portiek.edges.exchange.ubl.parts import needed, read_code, read_item, read_party, write_code, write_item, write_party, write_period
from portiek.edges.exchange.ubl.records import Order, OrderLine, Place
from portiek.edges.exchange.ubl.tree import DOCUMENT, Element, Unreadable, basic, day, every, find, gather, number, text, texts, write

CUSTOMIZATION, PROFILE = "urn:fdc:peppol.eu:poacc:trns:order:3", "urn:fdc:peppol.eu:poacc:bis:ordering:3"
ROOT = f"{{{DOCUMENT.format('Order')}}}Order"
LINE = "cac:OrderLine/cac:LineItem"
MOST_LINES = 2000


def read_order(root: Element, kind: str = ROOT) -> Order:
    """Read an order, or a document of another `kind` that is one; what it says more is left. Raises Unreadable for another document and for one that lacks what an order cannot do without."""
    if root.tag != kind:
        raise Unreadable("root", root.tag.rpartition("}")[2][:60])
    lines = tuple(_line(node) for node in every(root, LINE))
    if not lines:
        raise Unreadable("structure", "cac:OrderLine")
    if len(lines) > MOST_LINES:
        raise Unreadable("lines")
    issued = day(root, "cbc:IssueDate")
    if issued is None:
        raise Unreadable("structure", "cbc:IssueDate")
    delivery, start, end = find(root, "cac:Delivery"), *_period(find(root, "cac:Delivery"))
    return Order(needed(root, "cbc:ID"), issued, needed(root, "cbc:DocumentCurrencyCode"), read_party(find(root, "cac:BuyerCustomerParty/cac:Party")), read_party(find(root, "cac:SellerSupplierParty/cac:Party")), lines,
                 texts(root, "cbc:Note"), text(root, "cbc:CustomerReference"), text(root, "cbc:AccountingCost"), day(root, "cac:ValidityPeriod/cbc:EndDate"), _place(delivery), start, end,
                 any(find(node, "cac:AllowanceCharge") is not None for node in (root, *every(root, LINE))), number(root, "cac:AnticipatedMonetaryTotal/cbc:LineExtensionAmount"), number(root, "cac:AnticipatedMonetaryTotal/cbc:PayableAmount"))


def _line(node: Element) -> OrderLine:
    quantity = number(node, "cbc:Quantity")
    if quantity is None:
        raise Unreadable("structure", "cac:LineItem/cbc:Quantity")
    given, (start, end) = find(node, "cbc:Quantity"), _period(find(node, "cac:Delivery"))
    return OrderLine(needed(node, "cbc:ID"), read_item(find(node, "cac:Item")), quantity, "" if given is None else given.get("unitCode", "").strip(), number(node, "cac:Price/cbc:PriceAmount"), number(node, "cac:Price/cbc:BaseQuantity"),
                     number(node, "cbc:LineExtensionAmount"), text(node, "cbc:Note"), text(node, "cbc:AccountingCost"), start, end)


def _period(delivery: Element | None) -> tuple[date | None, date | None]:
    return day(delivery, "cac:RequestedDeliveryPeriod/cbc:StartDate"), day(delivery, "cac:RequestedDeliveryPeriod/cbc:EndDate")


def _place(delivery: Element | None) -> Place | None:
    location = find(delivery, "cac:DeliveryLocation")
    address = find(location, "cac:Address")
    found = Place(text(delivery, "cac:DeliveryParty/cac:PartyName/cbc:Name") or text(location, "cbc:Name"), text(address, "cbc:StreetName"), text(address, "cbc:AdditionalStreetName"), text(address, "cbc:PostalZone"), text(address, "cbc:CityName"),
                  text(address, "cac:Country/cbc:IdentificationCode"), read_code(find(location, "cbc:ID")))
    return None if found == Place() else found


def write_order(order: Order) -> bytes:
    """Write an order."""
    place, total = order.place, gather("AnticipatedMonetaryTotal", basic("LineExtensionAmount", order.net, currencyID=order.currency), basic("PayableAmount", order.payable, currencyID=order.currency))
    location = receiver = None
    if place is not None:
        address = gather("Address", basic("StreetName", place.street), basic("AdditionalStreetName", place.more), basic("CityName", place.city), basic("PostalZone", place.postal_code), gather("Country", basic("IdentificationCode", place.country)))
        location, receiver = gather("DeliveryLocation", write_code("ID", place.code), address), gather("DeliveryParty", gather("PartyName", basic("Name", place.name)))
    delivery = gather("Delivery", location, write_period("RequestedDeliveryPeriod", order.wanted_from, order.wanted_until), receiver)
    return write("Order", basic("CustomizationID", CUSTOMIZATION), basic("ProfileID", PROFILE), basic("ID", order.number), basic("IssueDate", order.issued_on), *(basic("Note", note) for note in order.notes),
                 basic("DocumentCurrencyCode", order.currency), basic("CustomerReference", order.reference), basic("AccountingCost", order.cost), write_period("ValidityPeriod", None, order.valid_until),
                 gather("BuyerCustomerParty", write_party("Party", order.buyer)), gather("SellerSupplierParty", write_party("Party", order.seller)), delivery, total, *lines_of(order, {}))


def lines_of(order: Order, codes: Mapping[str, str]) -> list[Element | None]:
    """Write the lines of an order, or of a change of one: each with what is done with it."""
    return [_written(line, order.currency, codes.get(line.id, "")) for line in order.lines]


def _written(line: OrderLine, currency: str, code: str) -> Element | None:
    price = gather("Price", basic("PriceAmount", line.price, currencyID=currency), basic("BaseQuantity", line.base, unitCode=line.unit)) if line.price is not None else None
    return gather("OrderLine", gather("LineItem", basic("ID", line.id), basic("Note", line.note), basic("LineStatusCode", code), basic("Quantity", line.quantity, unitCode=line.unit), basic("LineExtensionAmount", line.amount, currencyID=currency), basic("AccountingCost", line.cost),
                                      gather("Delivery", write_period("RequestedDeliveryPeriod", line.wanted_from, line.wanted_until)), price, write_item(line.item)))

"""What the seller answers to an order (Peppol BIS Order Response 3, T76), read and written."""

from __future__ import annotations

from portiek.edges.exchange.ubl.parts import needed, read_item, read_party, write_item, write_party, write_period
from portiek.edges.exchange.ubl.records import Response, ResponseLine
from portiek.edges.exchange.ubl.tree import DOCUMENT, Element, Unreadable, basic, day, every, find, gather, number, text, write

CUSTOMIZATION, PROFILE = "urn:fdc:peppol.eu:poacc:trns:order_response:3", "urn:fdc:peppol.eu:poacc:bis:ordering:3"
ADVANCED = "urn:fdc:peppol.eu:poacc:trns:order_response_advanced:3", "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3"
ROOT = f"{{{DOCUMENT.format('OrderResponse')}}}OrderResponse"


def read_response(root: Element) -> Response:
    """Read an order response. Raises Unreadable."""
    issued = day(root, "cbc:IssueDate")
    if root.tag != ROOT:
        raise Unreadable("root", root.tag.rpartition("}")[2][:60])
    if issued is None:
        raise Unreadable("structure", "cbc:IssueDate")
    return Response(needed(root, "cbc:ID"), issued, needed(root, "cbc:OrderResponseCode"), needed(root, "cac:OrderReference/cbc:ID"), text(root, "cbc:DocumentCurrencyCode"), read_party(find(root, "cac:SellerSupplierParty/cac:Party")),
                    read_party(find(root, "cac:BuyerCustomerParty/cac:Party")), tuple(_line(node) for node in every(root, "cac:OrderLine")), text(root, "cbc:SalesOrderID"), text(root, "cbc:Note"), text(root, "cbc:CustomerReference"),
                    day(root, "cac:Delivery/cac:PromisedDeliveryPeriod/cbc:EndDate"), text(root, "cac:OrderChangeDocumentReference/cbc:ID"))


def _line(node: Element) -> ResponseLine:
    item = find(node, "cac:LineItem")
    given = find(item, "cbc:Quantity")
    return ResponseLine(needed(item, "cbc:ID"), needed(item, "cbc:LineStatusCode"), text(node, "cac:OrderLineReference/cbc:LineID"), read_item(find(item, "cac:Item")), number(given), "" if given is None else given.get("unitCode", "").strip(),
                        number(item, "cac:Price/cbc:PriceAmount"), day(item, "cac:Delivery/cac:PromisedDeliveryPeriod/cbc:EndDate"), text(item, "cbc:Note"))


def write_response(response: Response) -> bytes:
    """Write an order response: to an order, or to what changes or cancels one."""
    customization, profile = ADVANCED if response.change else (CUSTOMIZATION, PROFILE)
    return write("OrderResponse", basic("CustomizationID", customization), basic("ProfileID", profile), basic("ID", response.number), basic("SalesOrderID", response.sales_order), basic("IssueDate", response.issued_on),
                 basic("OrderResponseCode", response.code), basic("Note", response.note), basic("DocumentCurrencyCode", response.currency), basic("CustomerReference", response.reference),
                 gather("OrderReference", basic("ID", response.order)), gather("OrderChangeDocumentReference", basic("ID", response.change)), gather("SellerSupplierParty", write_party("Party", response.seller)), gather("BuyerCustomerParty", write_party("Party", response.buyer)),
                 gather("Delivery", write_period("PromisedDeliveryPeriod", None, response.promised)), *(_written(line, response.currency) for line in response.lines))


def _written(line: ResponseLine, currency: str) -> Element | None:
    item = gather("LineItem", basic("ID", line.id), basic("Note", line.note), basic("LineStatusCode", line.status), basic("Quantity", line.quantity, unitCode=line.unit),
                  gather("Delivery", write_period("PromisedDeliveryPeriod", None, line.promised)), gather("Price", basic("PriceAmount", line.price, currencyID=currency)), write_item(line.item))
    return gather("OrderLine", item, gather("OrderLineReference", basic("LineID", line.line)))

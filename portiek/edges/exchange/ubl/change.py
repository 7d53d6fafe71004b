"""An order that is changed or taken back (Peppol BIS Advanced Ordering 3: T114 and T115), read and written."""

from __future__ import annotations

from dataclasses import replace

from portiek.edges.exchange.ubl.order import LINE, lines_of, read_order
from portiek.edges.exchange.ubl.parts import needed, read_party, write_party
from portiek.edges.exchange.ubl.records import Cancellation, Change, Order, OrderLine
from portiek.edges.exchange.ubl.tree import DOCUMENT, Element, Unreadable, basic, day, every, find, gather, text, write

CHANGE, CANCELLATION = (f"{{{DOCUMENT.format(kind)}}}{kind}" for kind in ("OrderChange", "OrderCancellation"))
PROFILE = "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3"
# UNCL1229 as T114 uses it: a line that is added, deleted, changed; any other stays.
ADDED, DELETED = "1", "2"


def read_change(root: Element) -> Change:
    """Read an order change. Raises Unreadable."""
    order = read_order(root, CHANGE)
    codes = {needed(node, "cbc:ID"): text(node, "cbc:LineStatusCode") for node in every(root, LINE)}
    return Change(order, needed(root, "cac:OrderReference/cbc:ID"), codes)


def read_cancellation(root: Element) -> Cancellation:
    """Read an order cancellation. Raises Unreadable."""
    issued = day(root, "cbc:IssueDate")
    if root.tag != CANCELLATION:
        raise Unreadable("root", root.tag.rpartition("}")[2][:60])
    if issued is None:
        raise Unreadable("structure", "cbc:IssueDate")
    return Cancellation(needed(root, "cbc:ID"), issued, needed(root, "cac:OrderReference/cbc:ID"), read_party(find(root, "cac:BuyerCustomerParty/cac:Party")), read_party(find(root, "cac:SellerSupplierParty/cac:Party")), text(root, "cbc:CancellationNote"))


def write_cancellation(found: Cancellation) -> bytes:
    """Write an order cancellation."""
    return write("OrderCancellation", basic("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:order_cancellation:3"), basic("ProfileID", PROFILE), basic("ID", found.number), basic("IssueDate", found.issued_on), basic("CancellationNote", found.note),
                 gather("OrderReference", basic("ID", found.order)), gather("BuyerCustomerParty", write_party("Party", found.buyer)), gather("SellerSupplierParty", write_party("Party", found.seller)))


def write_change(found: Change, sequence: int = 1) -> bytes:
    """Write an order change."""
    order = found.order
    return write("OrderChange", basic("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:order_change:3"), basic("ProfileID", PROFILE), basic("ID", order.number), basic("IssueDate", order.issued_on), basic("SequenceNumberID", sequence), *(basic("Note", note) for note in order.notes),
                 basic("DocumentCurrencyCode", order.currency), gather("OrderReference", basic("ID", found.of)), gather("BuyerCustomerParty", write_party("Party", order.buyer)), gather("SellerSupplierParty", write_party("Party", order.seller)),
                 *lines_of(order, found.codes))


def changed(order: Order, change: Change) -> Order:
    """Return an order with a change in it: its lines by their ids, in their order, those that are added last. What the change does not name stays as it was. Raises Unreadable for a line that is not there, or that is added twice."""
    lines: dict[str, OrderLine] = {line.id: line for line in order.lines}
    for line in change.order.lines:
        code = change.codes.get(line.id, "")
        if (code == ADDED) == (line.id in lines):
            raise Unreadable("line", line.id[:60])
        if code == DELETED:
            del lines[line.id]
        else:
            lines[line.id] = line
    head = {name: value for name in ("notes", "reference", "cost", "place", "wanted_from", "wanted_until") if (value := getattr(change.order, name))}
    return replace(order, lines=tuple(lines.values()), currency=change.order.currency, valid_until=change.order.valid_until, charges=change.order.charges, **head)

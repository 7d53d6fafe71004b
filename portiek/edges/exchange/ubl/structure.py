"""What elements the documents that come in have to have, what stands in them and in which order: the part of UBL's structure that is read here, in tables of our own. Pure: a tree in, what is wrong out, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from portiek.edges.exchange.ubl.tree import CAC, CBC, Element, decimal, every, find, text


@dataclass(frozen=True)
class Wrong:
    """One element that is not as it has to be. `why`: missing, no-day, no-number or no-currency for what was expected; not-known or place for what is read all the same. `line`: the id of its line."""

    why: str
    what: str
    said: str = ""
    line: str = ""

    @property
    def stops(self) -> bool:
        """Whether the document cannot be taken with it."""
        return self.why not in ("not-known", "place")


def _day(said: str) -> bool:
    try:
        return bool(date.fromisoformat(said[:10])) and len(said) >= 10
    except ValueError:
        return False


_FITS: dict[str, Callable[[str], bool]] = {"text": bool, "day": _day, "number": lambda said: decimal(said) is not None, "currency": lambda said: re.fullmatch(r"[A-Z]{3}", said) is not None}
# Path, what is in it, and a sign ! where it has to be there. "node": something is in it.
_PARTIES = ("cac:BuyerCustomerParty/cac:Party node!", "cac:SellerSupplierParty/cac:Party node!")
_PERIOD = tuple(f"cac:Delivery/cac:RequestedDeliveryPeriod/cbc:{end}Date day" for end in ("Start", "End"))
_ORDER = ("cbc:ID text!", "cbc:IssueDate day!", "cbc:DocumentCurrencyCode currency!", "cac:ValidityPeriod/cbc:EndDate day", *_PARTIES, *_PERIOD, "cac:AnticipatedMonetaryTotal/cbc:LineExtensionAmount number", "cac:AnticipatedMonetaryTotal/cbc:PayableAmount number", "cac:OrderLine/cac:LineItem node!")
_LINE = ("cbc:ID text!", "cbc:Quantity number!", "cbc:LineExtensionAmount number", *_PERIOD, "cac:Price/cbc:PriceAmount number", "cac:Price/cbc:BaseQuantity number", "cac:Item node!")
HAVE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Order": (_ORDER, _LINE),
    "OrderChange": ((*_ORDER, "cac:OrderReference/cbc:ID text!"), ("cbc:LineStatusCode text!", *_LINE)),
    "OrderCancellation": (("cbc:ID text!", "cbc:IssueDate day!", "cac:OrderReference/cbc:ID text!", *_PARTIES), ()),
}
# What stands in a document and in a line of it, in the order of UBL.
_HEAD = "UBLExtensions UBLVersionID CustomizationID ProfileID ProfileExecutionID ID {own}"
_TAIL = "BuyerCustomerParty SellerSupplierParty OriginatorCustomerParty FreightForwarderParty AccountingCustomerParty AccountingSupplierParty Delivery DeliveryTerms PaymentMeans PaymentTerms TransactionConditions AllowanceCharge TaxExchangeRate PricingExchangeRate PaymentExchangeRate DestinationCountry TaxTotal AnticipatedMonetaryTotal OrderLine"
_REFERENCES = "OriginatorDocumentReference CatalogueReference AdditionalDocumentReference Contract ProjectReference Signature"
_CODES = "DocumentCurrencyCode PricingCurrencyCode TaxCurrencyCode CustomerReference AccountingCostCode AccountingCost LineCountNumeric ValidityPeriod"
SEQUENCE: dict[str, list[str]] = {
    "Order": f"{_HEAD.format(own='SalesOrderID CopyIndicator UUID IssueDate IssueTime OrderTypeCode Note RequestedInvoiceCurrencyCode')} {_CODES} QuotationDocumentReference OrderDocumentReference {_REFERENCES} {_TAIL}".split(),
    "OrderChange": f"{_HEAD.format(own='SalesOrderID CopyIndicator UUID IssueDate IssueTime SequenceNumberID Note RequestedInvoiceCurrencyCode')} {_CODES} OrderReference QuotationDocumentReference {_REFERENCES} {_TAIL}".split(),
    "OrderCancellation": f"{_HEAD.format(own='CopyIndicator UUID IssueDate IssueTime Note CancellationNote')} OrderReference OriginatorDocumentReference AdditionalDocumentReference Contract Signature BuyerCustomerParty SellerSupplierParty OriginatorCustomerParty".split(),
}
LINE = ["ID", "SalesOrderID", "UUID", "Note", "LineStatusCode", "Quantity", "LineExtensionAmount", "TotalTaxAmount", "MinimumQuantity", "MaximumQuantity", "MinimumBackorderQuantity", "MaximumBackorderQuantity", "InspectionMethodCode", "PartialDeliveryIndicator", "BackOrderAllowedIndicator", "AccountingCostCode", "AccountingCost", "WarrantyInformation", "Delivery", "DeliveryTerms", "OriginatorParty", "OrderedShipment", "PricingReference", "AllowanceCharge", "Price", "Item", "SubLineItem", "WarrantyValidityPeriod", "WarrantyParty", "TaxTotal", "ItemPriceExtension", "LineReference"]
MOST = 50


def check(root: Element) -> list[Wrong]:
    """Return what is wrong with the structure of an order, a change or a cancellation, at most MOST of it; nothing of another document."""
    kind = root.tag.rpartition("}")[2]
    if kind not in HAVE:
        return []
    return sorted(_all(root, kind), key=lambda one: not one.stops)[:MOST]


def _all(root: Element, kind: str) -> Iterator[Wrong]:
    head, lines = HAVE[kind]
    yield from _lacks(root, head, "")
    yield from _sequence(root, SEQUENCE[kind], "")
    for place, line in enumerate(every(root, "cac:OrderLine/cac:LineItem"), 1):
        name = text(line, "cbc:ID")[:60] or str(place)
        yield from _lacks(line, lines, name)
        yield from _sequence(line, LINE, name)


def _lacks(node: Element, table: tuple[str, ...], line: str) -> Iterator[Wrong]:
    for entry in table:
        what, wanted = entry.split(" ")
        found, kind = find(node, what), wanted.rstrip("!")
        said = text(found)
        if found is None or (not said and not (kind == "node" and len(found))):
            # An empty element says as little as none.
            if wanted.endswith("!"):
                yield Wrong("missing", what, line=line)
        elif kind != "node" and not _FITS[kind](said):
            yield Wrong(f"no-{kind}", what, said[:60], line)


def _sequence(node: Element, known: list[str], line: str) -> Iterator[Wrong]:
    last = -1
    for child in node:
        space, _sign, name = child.tag.rpartition("}")
        if name not in known or space.removeprefix("{") not in (CAC, CBC):
            if name != "UBLExtensions":
                yield Wrong("not-known", name[:60], line=line)
        elif known.index(name) < last:
            yield Wrong("place", name, line=line)
        else:
            last = known.index(name)

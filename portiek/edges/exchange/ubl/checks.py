"""The rules of Peppol that hold for what is read and written here, each under its official id. Pure: a tree in, findings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel import Locale
from stdnum import ean, luhn
from stdnum.au import abn
from stdnum.be import vat as be
from stdnum.it import codicefiscale, iva
from stdnum.no import orgnr

from portiek.edges.exchange.ubl.tree import CAC, CBC, NAMES, Element, every, find, number, text

LINE, TOTAL = "cac:OrderLine/cac:LineItem", "cac:AnticipatedMonetaryTotal"
# UNCL5189 as Peppol uses it: why an allowance is given.
ALLOWANCES = frozenset(["41", "42", "60", "62", "63", "64", "65", "66", "67", "68", "70", "71", "88", "95", "100", "102", "103", "104", "105"])
COUNTRIES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()) | {"EL"}
CATALOGUE_PROFILES = ("urn:fdc:peppol.eu:poacc:bis:catalogue_only:3", "urn:fdc:peppol.eu:poacc:bis:catalogue_wo_response:3")
SLACK = Decimal("0.02")
# Rules of an order that hold for a change too, and of a response for one to a change, under their ids there.
OF_CHANGE = {**{rule: f"PEPPOL-T114-{rule}" for rule in ("CL001", "R002", "R003", "R004", "R005", "R006", "R009", "R010", "R019", "R024", "R025", "R026", "R027", "R028", "R029", "R030")}, "R033": "PEPPOL-T114-R032"}
OF_ADVANCED = {f"PEPPOL-T76-{rule}": f"PEPPOL-T116-{rule}" for rule in ("R001", "R002", "R004", "R005")}


@dataclass(frozen=True)
class Finding:
    """What is wrong in a document: the id of the rule, whether it stops it, and where (the id of a line, or "")."""

    rule: str
    stops: bool = True
    place: str = ""


def check_order(root: Element) -> list[Finding]:
    """Return what the rules of T01 and those of all documents say of an order."""
    return [*_common(root), *_order(root)]


def check_change(root: Element) -> list[Finding]:
    """Return what the rules of T114 and those of all documents say of an order change; most are those of an order."""
    return [*_common(root), *(Finding(rule, item.stops, item.place) for item in _order(root) if (rule := OF_CHANGE.get(item.rule.removeprefix("PEPPOL-T01-")))), *_change(root)]


def check_cancellation(root: Element) -> list[Finding]:
    """Return what the rules of T115 and those of all documents say of an order cancellation."""
    nameless = [Finding("PEPPOL-T115-R001") for party in every(root, "cac:BuyerCustomerParty/cac:Party") if not text(party, "cac:PartyIdentification/cbc:ID") and not text(party, "cac:PartyLegalEntity/cbc:RegistrationName")]
    return [*_common(root), *nameless]


def check_advanced(root: Element) -> list[Finding]:
    """Return what the rules of T116 and those of all documents say of an order response to a change."""
    lines = find(root, "cac:OrderLine") is not None
    own = {("CA", False): ("R007", True), ("AP", True): ("R008", True), ("AB", True): ("R010", True)}.get((text(root, "cbc:OrderResponseCode"), lines))
    return [*_common(root), *(Finding(rule) for item in _response(root) if (rule := OF_ADVANCED.get(item.rule))), *([Finding(f"PEPPOL-T116-{own[0]}", own[1])] if own else [])]


def check_response(root: Element) -> list[Finding]:
    """Return what the rules of T76 and those of all documents say of an order response."""
    return [*_common(root), *_response(root)]


def check_catalogue(root: Element) -> list[Finding]:
    """Return what the rules of T19 and those of all documents say of a catalogue."""
    return [*_common(root), *_catalogue(root)]


def _figures(said: str, length: int) -> bool:
    return len(said) == length and said.isascii() and said.isdigit()


# By scheme (ICD, EAS): the rule, whether it stops, and what a number of it looks like.
_NUMBERS: dict[str, tuple[str, bool, Callable[[str], Any]]] = {
    "0088": ("R040", True, lambda said: said.isascii() and said.isdigit() and ean.is_valid(said)),
    "0192": ("R041", True, lambda said: _figures(said, 9) and orgnr.is_valid(said)),
    "0208": ("R043", True, lambda said: _figures(said, 10) and be.is_valid(said)),
    "0210": ("R045", False, lambda said: said.isalnum() and codicefiscale.is_valid(said)),
    "9907": ("R046", False, lambda said: said.isalnum() and codicefiscale.is_valid(said)),
    "0211": ("R047", False, lambda said: said[:2] == "IT" and _figures(said[2:], 11) and iva.is_valid(said[2:])),
    "9906": ("R048", False, lambda said: said[:2] == "IT" and _figures(said[2:], 11) and iva.is_valid(said[2:])),
    "0007": ("R049", True, lambda said: _figures(said, 10) and luhn.is_valid(said)),
    "0151": ("R050", True, lambda said: _figures(said, 11) and abn.is_valid(said)),
}


def _common(root: Element) -> Iterator[Finding]:
    for node in root.iter():
        if node.tag in (f"{{{CBC}}}EndpointID", f"{{{CBC}}}ID", f"{{{CBC}}}CompanyID") and (known := _NUMBERS.get(node.get("schemeID", ""))) and not known[2](text(node)):
            yield Finding(f"PEPPOL-COMMON-{known[0]}", known[1])


def _sum(node: Element | None, path: str) -> Decimal:
    return sum((number(item) or Decimal(0) for item in every(node, path)), Decimal(0))


def _charged(node: Element, indicator: str) -> Decimal:
    return sum((number(item, "cbc:Amount") or Decimal(0) for item in every(node, "cac:AllowanceCharge") if text(item, "cbc:ChargeIndicator") in (indicator, "1" if indicator == "true" else "0")), Decimal(0))


def _currencies(root: Element, rule: str) -> Iterator[Finding]:
    currency = text(root, "cbc:DocumentCurrencyCode")
    if any(node.get("currencyID", currency) != currency for node in root.iter()):
        yield Finding(rule)


def _twice(root: Element, rule: str, path: str) -> Iterator[Finding]:
    ids = [text(item, "cbc:ID") for item in every(root, path)]
    counted = Counter(ids)
    yield from (Finding(rule, place=item) for item in ids if counted[item] > 1)


def _taxes(root: Element, names: tuple[str, ...], without: str, zero: str) -> Iterator[Finding]:
    for node in root.iter():
        if node.tag in names and (kind := text(node, "cbc:ID")):
            percent = number(node, "cbc:Percent")
            if kind != "O" and percent is None:
                yield Finding(without)
            if kind == "S" and percent is not None and percent <= 0:
                yield Finding(zero)


def _order(root: Element) -> Iterator[Finding]:
    yield from _twice(root, "PEPPOL-T01-R001", LINE)
    if find(root, "cac:ValidityPeriod/cbc:EndDate") is None:
        yield Finding("PEPPOL-T01-R002", stops=False)
    yield from _currencies(root, "PEPPOL-T01-R003")
    for line in every(root, LINE):
        yield from (Finding(f"PEPPOL-T01-{rule}", stops, text(line, "cbc:ID")[:60]) for rule, stops in _line(line))
    total = find(root, TOTAL)
    if (payable := number(total, "cbc:PayableAmount")) is not None and payable < 0:
        yield Finding("PEPPOL-T01-R006")
    net, lines = number(total, "cbc:LineExtensionAmount"), list(every(root, LINE))
    if net is not None and lines and all(find(line, "cbc:LineExtensionAmount") is not None for line in lines) and net != _sum(root, f"{LINE}/cbc:LineExtensionAmount"):
        yield Finding("PEPPOL-T01-R008")
    allowances, charges = number(total, "cbc:AllowanceTotalAmount"), number(total, "cbc:ChargeTotalAmount")
    if allowances is not None and allowances != _charged(root, "false"):
        yield Finding("PEPPOL-T01-R009")
    if charges is not None and charges != _charged(root, "true"):
        yield Finding("PEPPOL-T01-R010")
    without = number(total, "cbc:TaxExclusiveAmount")
    if without is not None and without != (net or Decimal(0)) - (allowances or Decimal(0)) + (charges or Decimal(0)):
        yield Finding("PEPPOL-T01-R011")
    for path in ("cac:BuyerCustomerParty", "cac:AccountingCustomerParty", "cac:SellerSupplierParty"):
        for scheme in every(root, f"{path}/cac:Party/cac:PartyTaxScheme"):
            if text(scheme, "cac:TaxScheme/cbc:ID") == "VAT" and text(scheme, "cbc:CompanyID")[:2] not in COUNTRIES:
                yield Finding("PEPPOL-T01-R026")
    # A price may have more decimals than an amount, and so may what is taken off it.
    prices = {id(node) for price in root.iterfind(".//cac:Price", NAMES) for node in price.iter()}
    yield from (Finding("PEPPOL-T01-R028") for node in root.iter() if node.tag.endswith("Amount") and id(node) not in prices and len(text(node).partition(".")[2]) > 2)
    yield from _taxes(root, (f"{{{CAC}}}TaxCategory", f"{{{CAC}}}ClassifiedTaxCategory"), "PEPPOL-T01-R029", "PEPPOL-T01-R030")
    for charge in root.iterfind(".//cac:AllowanceCharge", NAMES):
        if text(charge, "cbc:ChargeIndicator") in ("false", "0"):
            yield from (Finding("PEPPOL-T01-CL001") for code in every(charge, "cbc:AllowanceChargeReasonCode") if text(code) not in ALLOWANCES)
        if (amount := number(charge, "cbc:Amount")) is not None and amount < 0:
            yield Finding("PEPPOL-T01-R033")


def _line(line: Element) -> Iterator[tuple[str, bool]]:
    quantity, price, net = number(line, "cbc:Quantity"), number(line, "cac:Price/cbc:PriceAmount"), number(line, "cbc:LineExtensionAmount")
    base, gross, off = (number(line, f"cac:Price/{path}") for path in ("cbc:BaseQuantity", "cac:AllowanceCharge/cbc:BaseAmount", "cac:AllowanceCharge/cbc:Amount"))
    if find(line, "cbc:Quantity") is None:
        yield "R013", False
    if quantity is not None and quantity < 0:
        yield "R004", True
    if price is not None and price < 0:
        yield "R005", True
    if price is not None and gross is not None and price != gross - (off or Decimal(0)):
        yield "R019", True
    if base is not None and base <= 0:
        yield "R025", True
    elif None not in (quantity, price, net) and abs(quantity * price / (base or Decimal(1)) + _charged(line, "true") - _charged(line, "false") - net) > SLACK:  # type: ignore[operator]
        yield "R024", True
    if gross is not None and gross < 0:
        yield "R027", True


def _response(root: Element) -> Iterator[Finding]:
    for rule, path in (("R001", "cac:BuyerCustomerParty"), ("R002", "cac:SellerSupplierParty")):
        for party in every(root, f"{path}/cac:Party"):
            if not text(party, "cac:PartyIdentification/cbc:ID") and not text(party, "cac:PartyLegalEntity/cbc:RegistrationName"):
                yield Finding(f"PEPPOL-T76-{rule}")
    yield from _twice(root, "PEPPOL-T76-R003", LINE)
    for period in root.iterfind(".//cac:PromisedDeliveryPeriod", NAMES):
        start, end = text(period, "cbc:StartDate"), text(period, "cbc:EndDate")
        if start and end and end < start:
            yield Finding("PEPPOL-T76-R004")
    yield from _currencies(root, "PEPPOL-T76-R005")
    without = {"AP": "R008", "RE": "R009", "AB": "R010"}
    if (code := text(root, "cbc:OrderResponseCode")) in without and find(root, "cac:OrderLine") is not None:
        yield Finding(f"PEPPOL-T76-{without[code]}")


def _change(root: Element) -> Iterator[Finding]:
    if (profile := text(root, "cbc:ProfileID")) and profile != "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3":
        yield Finding("PEPPOL-T114-R031")
    for charge in root.iterfind(".//cac:AllowanceCharge", NAMES):
        if find(charge, "cbc:BaseAmount") is not None and find(charge, "cbc:MultiplierFactorNumeric") is None:
            yield Finding("PEPPOL-T114-R021")
        if text(charge, "cbc:ChargeIndicator") in ("false", "0") and find(charge, "cbc:AllowanceChargeReason") is None and find(charge, "cbc:AllowanceChargeReasonCode") is None:
            yield Finding("PEPPOL-T114-R023")


def _catalogue(root: Element) -> Iterator[Finding]:
    if (profile := text(root, "cbc:ProfileID")) and profile not in CATALOGUE_PROFILES:
        yield Finding("PEPPOL-T19-R017")
    start, end = text(root, "cac:ValidityPeriod/cbc:StartDate"), text(root, "cac:ValidityPeriod/cbc:EndDate")
    if start and end and end < start:
        yield Finding("PEPPOL-T19-R001")
    for rule, path in (("R004", "cac:SellerSupplierParty"), ("R005", "cac:ContractorCustomerParty")):
        for party in every(root, path):
            if not text(party, "cac:Party/cac:PartyIdentification/cbc:ID") and not text(party, "cac:Party/cac:PartyName/cbc:Name"):
                yield Finding(f"PEPPOL-T19-{rule}")
    for line in every(root, "cac:CatalogueLine"):
        yield from (Finding(f"PEPPOL-T19-{rule}", place=text(line, "cbc:ID")[:60]) for rule in _catalogue_line(line, start, end))
    yield from _taxes(root, (f"{{{CAC}}}ClassifiedTaxCategory",), "PEPPOL-T19-R014", "PEPPOL-T19-R015")


def _catalogue_line(line: Element, start: str, end: str) -> Iterator[str]:
    first, last = text(line, "cac:LineValidityPeriod/cbc:StartDate"), text(line, "cac:LineValidityPeriod/cbc:EndDate")
    price, least, most = number(line, "cac:RequiredItemLocationQuantity/cac:Price/cbc:PriceAmount"), number(line, "cbc:MinimumOrderQuantity"), number(line, "cbc:MaximumOrderQuantity")
    if price is not None and price < 0:
        yield "R006"
    if (first and start and first < start) or (last and end and last > end):
        yield "R007"
    if least is not None and least < 0:
        yield "R009"
    if least is not None and most is not None and most < least:
        yield "R010"
    if first and last and last < first:
        yield "R013"

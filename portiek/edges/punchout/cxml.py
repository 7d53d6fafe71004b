"""cXML 1.2, read and written: a punch-out is asked for, a cart goes back, an order comes in. Names are those of cxml.org."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree

from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.tree import Element, Unreadable, decimal, parse
from portiek.edges.punchout.rules import Line

DOCTYPE = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.040/cXML.dtd">\n'
VERSION = "1.2.040"
OPERATIONS = ("create", "edit", "inspect")


@dataclass(frozen=True)
class Credential:
    """By which number somebody goes: ("DUNS", "65652314")."""

    domain: str
    identity: str


@dataclass(frozen=True)
class Request:
    """A request with who sends it. `kind`: PunchOutSetupRequest, OrderRequest, or another that is not answered."""

    sender: Credential
    secret: str
    buyer: Credential
    seller: Credential
    payload: str
    kind: str
    body: Element


@dataclass(frozen=True)
class Setup:
    """What a punch-out is asked with. `items`: what the cart held before, as (article, quantity); `product`: to be shown first."""

    operation: str
    cookie: str
    address: str
    items: tuple[tuple[str, Decimal], ...] = ()
    product: str = ""


def _text(node: Element | None, path: str) -> str:
    found = node.find(path) if node is not None else None
    return "".join(found.itertext()).strip() if found is not None else ""


def _credential(node: Element | None) -> Credential:
    found = node.find("Credential") if node is not None else None
    return Credential(found.get("domain", "") if found is not None else "", _text(found, "Identity"))


def read_request(content: bytes) -> Request:
    """Read a request. Raises Unreadable."""
    root = parse(content, doctype="cXML")
    header, request = root.find("Header"), root.find("Request")
    if root.tag != "cXML" or header is None or request is None:
        raise Unreadable("root", root.tag[:60])
    bodies = list(request)
    if len(bodies) != 1:
        raise Unreadable("structure", "Request")
    return Request(_credential(header.find("Sender")), _text(header, "Sender/Credential/SharedSecret"), _credential(header.find("From")), _credential(header.find("To")), root.get("payloadID", "")[:200], str(bodies[0].tag), bodies[0])


def read_setup(body: Element) -> Setup:
    """Read what a punch-out is asked with. Raises Unreadable."""
    operation = body.get("operation", "create")
    if operation not in OPERATIONS:
        raise Unreadable("structure", "operation")
    cookie, address = _text(body, "BuyerCookie"), _text(body, "BrowserFormPost/URL")
    if not address or len(cookie) > 1000:
        raise Unreadable("structure", "BrowserFormPost/URL" if not address else "BuyerCookie")
    items = tuple((sku, quantity) for item in body.findall("ItemOut") if (sku := _text(item, "ItemID/SupplierPartID")) and (quantity := decimal(item.get("quantity", ""))) is not None)
    return Setup(operation, cookie, address, items, _text(body, "SelectedItem/ItemID/SupplierPartID"))


def read_order(body: Element, *, buyer: ubl.Party, seller: ubl.Party) -> ubl.Order:
    """Read an order as the electronic orders know it; who buys is the system that sent it, never what the document says. Raises Unreadable."""
    header = body.find("OrderRequestHeader")
    if header is None or not (number := header.get("orderID", "").strip()):
        raise Unreadable("structure", "OrderRequestHeader/@orderID")
    if (kind := header.get("type", "new")) != "new" or (issued := _day(header.get("orderDate", ""))) is None:
        raise Unreadable("structure", "OrderRequestHeader/@type" if kind != "new" else "OrderRequestHeader/@orderDate")
    lines = tuple(_order_line(item, place) for place, item in enumerate(body.findall("ItemOut"), 1))
    if not lines:
        raise Unreadable("structure", "ItemOut")
    currencies = {money.get("currency", "") for money in [*body.findall("ItemOut/ItemDetail/UnitPrice/Money"), *header.findall("Total/Money")]} - {""}
    if len(currencies) > 1:
        raise Unreadable("structure", "Money/@currency")
    notes = tuple(note for item in header.findall("Comments") if (note := (item.text or "").strip()))
    return ubl.Order(number, issued, next(iter(currencies), ""), buyer, seller, lines, notes, place=_place(header.find("ShipTo/Address")), wanted_from=_day(header.get("requestedDeliveryDate", "")))


def _order_line(item: Element, place: int) -> ubl.OrderLine:
    quantity, sku = decimal(item.get("quantity", "")), _text(item, "ItemID/SupplierPartID")
    if quantity is None or not sku:
        raise Unreadable("structure", "ItemOut/@quantity" if quantity is None else "SupplierPartID")
    detail = item.find("ItemDetail")
    priced = detail.find("UnitPrice") if detail is not None else None
    per = priced.find("PriceBasisQuantity") if priced is not None else None
    base = decimal(per.get("quantity", "")) if per is not None else None
    return ubl.OrderLine(item.get("lineNumber", "").strip() or str(place), ubl.Item(_text(detail, "Description") or sku, _text(item, "ItemID/BuyerPartID"), sku), quantity, _text(detail, "UnitOfMeasure"), decimal(_text(priced, "Money")), base,
                         note=_text(item, "Comments"), wanted_from=_day(item.get("requestedDeliveryDate", "")))


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return None


def _place(node: Element | None) -> ubl.Place | None:
    if node is None:
        return None
    postal = node.find("PostalAddress")
    streets = [said for item in (postal.findall("Street") if postal is not None else ()) if (said := (item.text or "").strip())]
    country = postal.find("Country") if postal is not None else None
    return ubl.Place(_text(node, "Name"), streets[0] if streets else "", ", ".join(streets[1:]), _text(postal, "PostalCode"), _text(postal, "City"), country.get("isoCountryCode", "") if country is not None else "")


def _made(name: str, text: str = "", /, *parts: Element, **attributes: str) -> Element:
    node = Element(name, attributes)
    node.text = text or None
    node.extend(parts)
    return node


def _document(payload: str, now: datetime, *parts: Element) -> bytes:
    root = _made("cXML", "", *parts, payloadID=payload, timestamp=now.isoformat(timespec="seconds"), version=VERSION)
    root.set("xml:lang", "nl")
    return (DOCTYPE + ElementTree.tostring(root, encoding="unicode")).encode()


def write_status(code: int, text: str, said: str, *, payload: str, now: datetime, start: str = "") -> bytes:
    """Write an answer; `start`: where the browser goes (PunchOutSetupResponse)."""
    parts = [_made("PunchOutSetupResponse", "", _made("StartPage", "", _made("URL", start)))] if start else []
    return _document(payload, now, _made("Response", "", _made("Status", said, code=str(code), text=text), *parts))


def write_cart(lines: Sequence[Line], *, buyer: Credential, seller: Credential, cookie: str, visit: str, total: Decimal, currency: str, payload: str, now: datetime) -> bytes:
    """Write a cart that goes back (PunchOutOrderMessage); `visit` and the line come back with the order as the SupplierPartAuxiliaryID."""
    header = _made("Header", "", *(_made(name, "", _made("Credential", "", _made("Identity", who.identity), domain=who.domain)) for name, who in (("From", seller), ("To", buyer))),
                   _made("Sender", "", _made("Credential", "", _made("Identity", seller.identity), domain=seller.domain), _made("UserAgent", "Portiek")))
    money = _made("Total", "", _made("Money", f"{total:f}", currency=currency))
    message = _made("PunchOutOrderMessage", "", _made("BuyerCookie", cookie), _made("PunchOutOrderMessageHeader", "", money, operationAllowed="edit"), *(_item(line, place, visit) for place, line in enumerate(lines, 1)))
    return _document(payload, now, header, _made("Message", "", message))


def _item(line: Line, place: int, visit: str) -> Element:
    name = _made("Description", line.name)
    name.set("xml:lang", "nl")
    known = [_made("SupplierPartID", line.sku), _made("SupplierPartAuxiliaryID", f"{visit}/{place}"), *([_made("BuyerPartID", line.own_number)] if line.own_number else [])]
    detail = [_made("UnitPrice", "", _made("Money", f"{Decimal(line.price).normalize():f}", currency=line.currency)), name, _made("UnitOfMeasure", line.unit), _made("Classification", "00000000", domain="UNSPSC")]
    return _made("ItemIn", "", _made("ItemID", "", *known), _made("ItemDetail", "", *detail), quantity=f"{Decimal(line.quantity).normalize():f}", lineNumber=str(place))

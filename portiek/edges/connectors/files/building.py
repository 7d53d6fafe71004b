"""From the values of a row, and of the rows of its parts, to a record of the contract. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from portiek.edges.connectors import contract
from portiek.edges.connectors.files.mapping import Wrong

Values = Mapping[str, Any]
ZERO, ONE = Decimal(0), Decimal(1)
CENT = Decimal("0.01")
# What the world calls countries when it has no codes for them.
COUNTRIES = {"nederland": "NL", "netherlands": "NL", "the netherlands": "NL", "holland": "NL", "belgie": "BE", "belgië": "BE", "belgium": "BE", "duitsland": "DE", "germany": "DE", "frankrijk": "FR", "france": "FR", "uk": "GB", "united kingdom": "GB", "usa": "US", "united states": "US",
             "argentina": "AR", "austria": "AT", "brazil": "BR", "canada": "CA", "denmark": "DK", "finland": "FI", "ireland": "IE", "italy": "IT", "mexico": "MX", "norway": "NO", "poland": "PL", "portugal": "PT", "spain": "ES", "sweden": "SE", "switzerland": "CH", "venezuela": "VE", "luxemburg": "LU", "luxembourg": "LU", "australia": "AU", "japan": "JP", "singapore": "SG"}


def record(entity: str, key: str, head: Values, parts: Mapping[str, Sequence[tuple[str, Values]]]) -> contract.Record:
    """Make a record of what the files said of it: its own values, and per part the keys and values. Raises Wrong for what cannot be made."""
    return _MAKERS[entity](key, head, parts)


def _decimal(values: Values, name: str) -> Decimal | None:
    return Decimal(values[name]) if name in values else None


def _date(values: Values, name: str) -> date | None:
    return date.fromisoformat(values[name]) if name in values else None


def _names(values: Values, key: str = "name") -> dict[str, str]:
    return {language: text for language, text in (("nl", values.get(key, "")), ("en", values.get(f"{key}_en", ""))) if text}


def _unit(values: Values) -> contract.UnitRecord:
    label = str(values.get("unit", ""))
    return contract.UnitRecord(label or "C62", str(values.get("unit_code", "C62")), label)


def country(text: str) -> str:
    """Return the code of a country by its code or name. Raises Wrong."""
    if len(text) == 2 and text.isalpha() and text.casefold() not in COUNTRIES:
        return text.upper()
    found = COUNTRIES.get(text.casefold())
    if found is None:
        raise Wrong("addresses.country", "unknown_country", text)
    return found


def _attribute(said: Values) -> contract.AttributeRecord:
    if said["kind"] not in get_args(contract.AttributeKind):
        raise Wrong("attributes", "unknown_code", said["kind"])
    return contract.AttributeRecord(said["code"], _names(said), said["kind"], said.get("unit", ""), _names(said, "value"))


def _pack(said: Values) -> contract.PackRecord:
    try:
        return contract.PackRecord(said["code"], _names(said), Decimal(said["factor"]), said.get("ean", ""), Decimal(said["weight"]) if said.get("weight") else None)
    except InvalidOperation:
        raise Wrong("packs", "not_a_number", said["factor"]) from None


def _relation(said: Values) -> contract.RelationRecord:
    if said["kind"] not in get_args(contract.RelationKind):
        raise Wrong("relations", "unknown_code", said["kind"])
    return contract.RelationRecord(said["kind"], said["product"])


def _document(said: Values) -> contract.DocumentRecord:
    if said["kind"] not in get_args(contract.DocumentKind):
        raise Wrong("documents", "unknown_code", said["kind"])
    try:
        day = date.fromisoformat(said["valid_from"]) if said.get("valid_from") else None
    except ValueError:
        raise Wrong("documents", "not_a_day", said["valid_from"]) from None
    return contract.DocumentRecord(said["kind"], said["source"], said.get("title", ""), said.get("language", ""), said.get("version", ""), day)


def _category(key: str, head: Values, parts: Any) -> contract.CategoryRecord:
    return contract.CategoryRecord(key, head.get("code", key), _names(head), head.get("parent"), head.get("active", True))


def _product(key: str, head: Values, parts: Any) -> contract.ProductRecord:
    category = head.get("category")
    step = _decimal(head, "quantity_step") or ONE
    return contract.ProductRecord(
        external_id=key, sku=head.get("sku", key), names=_names(head), descriptions={"nl": head["description"]} if "description" in head else {}, category=category, categories=(category,) if category else (), unit=_unit(head),
        quantity_step=step, min_quantity=_decimal(head, "min_quantity") or step, ean=head.get("ean", ""), list_price=_decimal(head, "list_price"), tax_rate=_decimal(head, "tax_rate") or ZERO, weight=_decimal(head, "weight"), lead_days=head.get("lead_days"),
        is_service=head.get("is_service", False), image=None, active=head.get("active", True) and not head.get("discontinued", False), discount_group=head.get("discount_group", ""), brand=head.get("brand", ""), family=_family(head),
        packs=tuple(map(_pack, head["packs"])) if "packs" in head else None, attributes=tuple(map(_attribute, head.get("attributes", ()))), relations=tuple(map(_relation, head.get("relations", ()))),
        documents=(*map(_document, head.get("documents", ())), *([contract.DocumentRecord("picture", head["picture"])] if "picture" in head else [])) if {"documents", "picture"} & head.keys() else None)


def _family(head: Values) -> contract.FamilyRecord | None:
    code = head.get("family", "")
    return contract.FamilyRecord(code, code, _names(head, "family_name") or {"nl": code}, tuple(head.get("family_axes", ()))) if code else None


def _product_with_parts(key: str, head: Values, parts: Mapping[str, Sequence[tuple[str, Values]]]) -> contract.ProductRecord:
    """Add other units and attributes that come in files of their own; of an attribute that a catalogue said too these count. A product that no file gives other units keeps those of the portal."""
    packs = tuple(contract.PackRecord(line["code"], _names(line), _above_nothing(line, "factor"), line.get("ean", ""), _decimal(line, "weight")) for _key, line in parts.get("packs", ()))
    said = tuple(contract.AttributeRecord(line["code"], _names(line) or {"nl": line["code"]}, line.get("kind", "text"), line.get("unit", ""), _names(line, "value")) for _key, line in parts.get("attributes", ()))
    papers = tuple(_document(line) for _key, line in parts.get("documents", ()))
    made = _product(key, head, parts)
    return made if not parts else replace(made, packs=packs or made.packs, attributes=(*made.attributes, *said), documents=(*(made.documents or ()), *papers) if papers else made.documents)


def _above_nothing(line: Values, name: str) -> Decimal:
    number = Decimal(line[name])
    if number <= 0:
        raise Wrong(name, "bad_quantity", str(number))
    return number


def _price_list(key: str, head: Values, parts: Mapping[str, Sequence[tuple[str, Values]]]) -> contract.PriceListRecord:
    lines = []
    for _key, line in parts.get("lines", ()):
        price = _decimal(line, "price")
        if price is not None and "discount" in line:
            price *= ONE - Decimal(line["discount"])
        lines.append(contract.PriceLineRecord(line["product"], _decimal(line, "min_quantity") or ZERO, price, _date(line, "valid_from"), _date(line, "valid_until"), line.get("note", "")))
    return contract.PriceListRecord(key, head.get("name", key), head.get("currency", "EUR"), tuple(lines), head.get("active", True), head.get("code", ""), head.get("fallback"), head.get("tiers", "all_units"))


def _agreement(key: str, head: Values, parts: Mapping[str, Sequence[tuple[str, Values]]]) -> contract.AgreementRecord:
    lines = tuple(contract.AgreementLineRecord(line.get("product"), line.get("discount_group", ""), _decimal(line, "min_quantity") or ZERO, _decimal(line, "price"), _decimal(line, "discount"), _decimal(line, "agreed")) for _key, line in parts.get("lines", ()))
    number = head.get("number", key)
    return contract.AgreementRecord(key, head.get("party"), head.get("group"), number, head.get("name", number), _date(head, "valid_from"), _date(head, "valid_until"), head.get("note", ""), lines, head.get("active", True), head.get("tiers", "all_units"))


def _discount(key: str, head: Values, parts: Any) -> contract.DiscountRecord:
    return contract.DiscountRecord(key, head.get("party"), head["discount_group"], Decimal(head["discount"]), _date(head, "valid_from"), _date(head, "valid_until"), head.get("group"))


def _surcharge(key: str, head: Values, parts: Any) -> contract.SurchargeRecord:
    return contract.SurchargeRecord(key, head["name"], head.get("product"), head.get("discount_group", ""), _decimal(head, "rate"), _decimal(head, "amount"), _date(head, "valid_from"), _date(head, "valid_until"))


def _floor(key: str, head: Values, parts: Any) -> contract.FloorRecord:
    return contract.FloorRecord(key, head.get("product"), head.get("discount_group", ""), _decimal(head, "amount"), _decimal(head, "markup"), head.get("agreements_below", False), _date(head, "valid_from"), _date(head, "valid_until"))


def _party(key: str, head: Values, parts: Mapping[str, Sequence[tuple[str, Values]]]) -> contract.PartyRecord:
    addresses = tuple(
        contract.AddressRecord(line.get("external_id", part), line.get("name", ""), " ".join(line[name] for name in ("street", "house_number") if name in line), line.get("postal_code", ""), line.get("city", ""),
                               country(line.get("country", "NL")), line.get("is_invoice", place == 0), line.get("is_delivery", True), line.get("active", True))
        for place, (part, line) in enumerate(parts.get("addresses", ())))
    contacts = tuple(contract.ContactRecord(line.get("external_id", part), line.get("name", ""), line.get("role", ""), line.get("email", ""), line.get("phone", ""), line.get("active", True)) for part, line in parts.get("contacts", ()))
    return contract.PartyRecord(key, head.get("number", key), head["name"], head.get("kind", "customer"), head.get("language", "nl").casefold(), head.get("vat_number", ""), head.get("coc_number", ""), head.get("email", ""), head.get("phone", ""),
                                _decimal(head, "credit_limit"), head.get("payment_days"), head.get("price_list"), addresses, contacts, head.get("active", True))


def _stock(key: str, head: Values, parts: Any) -> contract.StockRecord:
    on_hand = Decimal(head["on_hand"])
    warehouse = head.get("warehouse", "")
    available = _decimal(head, "available")
    return contract.StockRecord(key, head["product"], warehouse, head.get("warehouse_name", warehouse), on_hand, max(available if available is not None else on_hand, ZERO), _date(head, "expected_at"), _decimal(head, "expected_quantity") or None)


def _net(line: Values) -> tuple[Decimal, Decimal]:
    """Return what one unit costs and what the line comes to, with its discount, from what of it is there."""
    quantity, price, amount = Decimal(line["quantity"]), _decimal(line, "unit_price"), _decimal(line, "amount")
    if price is not None:
        price *= ONE - Decimal(line.get("discount", "0"))
    if amount is None:
        amount = quantity * price if price is not None else ZERO
    if price is None:
        price = (amount / quantity).quantize(Decimal("0.000001")) if quantity else ZERO
    return price, amount


def _totals(head: Values, lines: Sequence[contract.OrderLineRecord] | Sequence[contract.InvoiceLineRecord]) -> tuple[Decimal, Decimal, Decimal]:
    """Return net, VAT and total: those of the file, and what of them it does not say from its lines and costs, in cents."""
    costs = _decimal(head, "costs") or ZERO
    net, tax, total = _decimal(head, "untaxed_amount"), _decimal(head, "tax_amount"), _decimal(head, "total_amount")
    if net is None:
        net = total - tax - costs if total is not None and tax is not None else sum((line.amount for line in lines), ZERO)
    if tax is None:
        tax = total - net - costs if total is not None else sum((line.amount * line.tax_rate for line in lines), ZERO)
    net, tax = (net + costs).quantize(CENT), tax.quantize(CENT)
    return net, tax, total.quantize(CENT) if total is not None else net + tax


def _line_key(key: str, part: str, line: Values) -> str:
    return str(line.get("external_id", part))


def _order(key: str, head: Values, parts: Mapping[str, Sequence[tuple[str, Values]]]) -> contract.OrderRecord:
    lines = []
    for place, (part, line) in enumerate(parts.get("lines", ()), 1):
        price, amount = _net(line)
        lines.append(contract.OrderLineRecord(
            _line_key(key, part, line), line.get("position", place), line.get("product"), line.get("sku", line.get("product", "")), line.get("description", ""), Decimal(line["quantity"]), _unit(line) if "unit" in line else None, price, amount,
            _decimal(line, "tax_rate") or ZERO, _date(line, "requested_date"), _date(line, "confirmed_date"), _decimal(line, "shipped_quantity") or ZERO))
    net, tax, total = _totals(head, lines)
    return contract.OrderRecord(key, head.get("number", key), head.get("reference", ""), head["party"], head.get("state", "confirmed"), head.get("source_state", head.get("state", "")), head.get("delivery_state", "none"), _date(head, "order_date"),
                                _date(head, "requested_date"), head.get("currency", "EUR"), head.get("delivery_address"), tuple(lines), net, tax, total, head.get("note", ""))


def _shipment(key: str, head: Values, parts: Mapping[str, Sequence[tuple[str, Values]]]) -> contract.ShipmentRecord:
    found = parts.get("lines", ())
    lines = tuple(contract.ShipmentLineRecord(_line_key(key, part, line), line.get("product", ""), line.get("sku", line.get("product", "")), Decimal(line["quantity"]), _unit(line) if "unit" in line else None, line.get("order"), line.get("order_line")) for part, line in found)
    orders = tuple(dict.fromkeys([*head.get("orders", ()), *(line.order for line in lines if line.order)]))
    return contract.ShipmentRecord(key, head.get("number", key), head["party"], head.get("state", "shipped"), orders, lines, head.get("delivery_address"), _date(head, "planned_at"), _date(head, "shipped_at"), head.get("carrier", ""), tuple(head.get("tracking", ())))


def _invoice(key: str, head: Values, parts: Mapping[str, Sequence[tuple[str, Values]]]) -> contract.InvoiceRecord:
    lines = []
    for part, line in parts.get("lines", ()):
        price, amount = _net(line)
        lines.append(contract.InvoiceLineRecord(_line_key(key, part, line), line.get("product"), line.get("description", ""), Decimal(line["quantity"]), _unit(line) if "unit" in line else None, price, amount, _decimal(line, "tax_rate") or ZERO, line.get("order_line")))
    net, tax, total = _totals(head, lines)
    left = _decimal(head, "amount_open")
    state: contract.InvoiceState = head.get("state") or ("open" if left is None or left == total else "paid" if not left else "partially_paid")
    return contract.InvoiceRecord(key, head.get("number", key), head["party"], state, head.get("is_credit", total < 0), _date(head, "invoice_date"), _date(head, "due_date"), head.get("currency", "EUR"), head.get("reference", ""), tuple(head.get("orders", ())), tuple(lines), net, tax, total,
                                  left if left is not None else ZERO if state in ("paid", "cancelled") else total)


def _payment(key: str, head: Values, parts: Any) -> contract.PaymentRecord:
    return contract.PaymentRecord(key, head["party"], date.fromisoformat(head["paid_on"]), Decimal(head["amount"]), tuple(head.get("invoices", ())), head.get("reference", ""))


_MAKERS: dict[str, Callable[[str, Values, Any], contract.Record]] = {
    "category": _category, "product": _product_with_parts, "price_list": _price_list, "surcharge": _surcharge, "floor": _floor, "agreement": _agreement, "discount": _discount, "party": _party, "stock": _stock, "order": _order, "shipment": _shipment, "invoice": _invoice, "payment": _payment,
}  # fmt: skip

"""Codes of files and their rows as sentences, in the reader's language; names of kinds and fields."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.edges.connectors import wording
from portiek.edges.connectors.models import FileDelivery

PARTS = {"lines": gettext_lazy("lines"), "addresses": gettext_lazy("addresses"), "contacts": gettext_lazy("contacts"), "packs": gettext_lazy("other units"), "attributes": gettext_lazy("attributes"), "documents": gettext_lazy("documents")}
FIELDS: dict[str, Any] = {
    "external_id": gettext_lazy("Number in the ERP"), "name": gettext_lazy("Name"), "code": gettext_lazy("Code"), "name_en": gettext_lazy("English name"), "parent": gettext_lazy("Part of category"), "active": gettext_lazy("In use"), "sku": gettext_lazy("Article number"),
    "description": gettext_lazy("Description"), "category": gettext_lazy("Category"), "unit": gettext_lazy("Unit"), "unit_code": gettext_lazy("Code of the unit"), "ean": gettext_lazy("EAN"), "discount_group": gettext_lazy("Discount group"), "brand": gettext_lazy("Brand"), "family": gettext_lazy("Family"), "family_name": gettext_lazy("Name of the family"), "family_name_en": gettext_lazy("Name of the family in English"), "family_axes": gettext_lazy("Codes of the attributes in which its versions differ"), "picture": gettext_lazy("Address of the picture"), "list_price": gettext_lazy("List price"),
    "min_quantity": gettext_lazy("From quantity"), "quantity_step": gettext_lazy("In steps of"), "weight": gettext_lazy("Weight in kg"), "tax_rate": gettext_lazy("VAT rate"), "lead_days": gettext_lazy("Lead time in working days"), "is_service": gettext_lazy("Is a service"), "discontinued": gettext_lazy("No longer sold"), "currency": gettext_lazy("Currency"),
    "fallback": gettext_lazy("List for what this one lacks"), "product": gettext_lazy("Product"), "note": gettext_lazy("Remark"), "price": gettext_lazy("Price"), "discount": gettext_lazy("Discount"), "valid_from": gettext_lazy("Valid from"), "valid_until": gettext_lazy("Valid until"),
    "number": gettext_lazy("Number"), "language": gettext_lazy("Language"), "vat_number": gettext_lazy("VAT number"), "coc_number": gettext_lazy("Chamber of Commerce number"), "email": gettext_lazy("E-mail address"), "phone": gettext_lazy("Phone"), "price_list": gettext_lazy("Price list"),
    "kind": gettext_lazy("Kind"), "credit_limit": gettext_lazy("Credit limit"), "payment_days": gettext_lazy("Payment term in days"), "street": gettext_lazy("Street"), "house_number": gettext_lazy("House number"), "postal_code": gettext_lazy("Postal code"), "city": gettext_lazy("City"),
    "country": gettext_lazy("Country"), "is_invoice": gettext_lazy("For invoices"), "is_delivery": gettext_lazy("For deliveries"), "role": gettext_lazy("Role"), "warehouse": gettext_lazy("Warehouse"), "warehouse_name": gettext_lazy("Name of the warehouse"), "on_hand": gettext_lazy("In stock"),
    "available": gettext_lazy("Available"), "expected_quantity": gettext_lazy("Expected quantity"), "expected_at": gettext_lazy("Expected on"), "party": gettext_lazy("Customer or supplier"), "reference": gettext_lazy("Reference"), "source_state": gettext_lazy("State in the ERP's words"),
    "state": gettext_lazy("State"), "delivery_state": gettext_lazy("State of delivery"), "order_date": gettext_lazy("Order date"), "requested_date": gettext_lazy("Wanted on"), "confirmed_date": gettext_lazy("Confirmed for"), "untaxed_amount": gettext_lazy("Amount without VAT"),
    "tax_amount": gettext_lazy("VAT"), "total_amount": gettext_lazy("Total"), "costs": gettext_lazy("Shipping and other costs"), "delivery_address": gettext_lazy("Delivery address"), "position": gettext_lazy("Position"), "quantity": gettext_lazy("Quantity"), "unit_price": gettext_lazy("Price per unit"),
    "amount": gettext_lazy("Amount"), "shipped_quantity": gettext_lazy("Delivered"), "orders": gettext_lazy("Orders"), "order": gettext_lazy("Order"), "order_line": gettext_lazy("Order line"), "tracking": gettext_lazy("Tracking numbers"), "carrier": gettext_lazy("Carrier"), "planned_at": gettext_lazy("Planned for"),
    "shipped_at": gettext_lazy("Sent on"), "invoice_date": gettext_lazy("Invoice date"), "due_date": gettext_lazy("Due date"), "is_credit": gettext_lazy("Is a credit note"), "amount_open": gettext_lazy("Amount still open"), "paid_on": gettext_lazy("Paid on"), "invoices": gettext_lazy("Invoices"),
    "attributes": gettext_lazy("Attributes"), "packs": gettext_lazy("Other units"), "relations": gettext_lazy("Successors, alternatives and accessories"), "documents": gettext_lazy("Documents"), "source": gettext_lazy("Address of the file"), "version": gettext_lazy("Version"), "title": gettext_lazy("Title"), "text": gettext_lazy("Explanation"), "of": gettext_lazy("Belongs to"),
    "factor": gettext_lazy("Sales units in one"), "value": gettext_lazy("Value"), "value_en": gettext_lazy("Value in English"), "tiers": gettext_lazy("How its steps count"), "group": gettext_lazy("Customer group"), "agreed": gettext_lazy("Agreed quantity"), "rate": gettext_lazy("Percentage of the price"), "markup": gettext_lazy("Percentage on top of the cost price"), "agreements_below": gettext_lazy("Agreements may go below it"),
}  # fmt: skip
ROWS: dict[str, Any] = {
    "empty": gettext_lazy("is missing"), "too_long": gettext_lazy("is longer than the portal can keep"), "id_long": gettext_lazy("is longer than 64 signs"), "not_a_number": gettext_lazy("is not a number"), "not_whole": gettext_lazy("is not a whole number"),
    "unsure": gettext_lazy("can be read in two ways; say at this column whether the comma or the point parts the decimals"), "not_a_day": gettext_lazy("is not a day"), "not_yes_no": gettext_lazy("is not yes or no; write at this column what its words mean"),
    "unknown_code": gettext_lazy("is not known; write at this column what it means"), "not_a_list": gettext_lazy("is not written as a catalogue writes it"), "twice": gettext_lazy("stands in an earlier row already"), "other_row": gettext_lazy("Another row of the same record is wrong."),
}  # fmt: skip
DOUBTS: dict[str, tuple[Any, Any]] = {
    "columns": (gettext_lazy("Columns are missing: %(detail)s."), gettext_lazy("Change how files of this kind are read, or have the file made anew.")),
    "no_rows": (gettext_lazy("There is no row in it."), gettext_lazy("Take it over only when there is really nothing left; otherwise put it away.")),
    "many_refused": (gettext_lazy("More than half of the rows would stay out (%(detail)s)."), gettext_lazy("Look at the reasons below. Often one column is read in another way than it is written.")),
    "fewer": (gettext_lazy("It has less than half the rows of the last one (%(detail)s)."), gettext_lazy("What it lacks would be put away. Take it over only when that is right.")),
    "many_gone": (gettext_lazy("More than half of what is known would be put away (%(detail)s)."), gettext_lazy("Take it over only when that is right: perhaps the numbers are written in another way, or it is a file of changes.")),
    "overtaken": (gettext_lazy("A newer file counts."), ""),
    "no_mapping": (gettext_lazy("Nobody has said yet how files of this kind are read."), ""),
    "not_text": (gettext_lazy("It is no text, and no spreadsheet."), gettext_lazy("The ERP must write CSV, Excel or JSON Lines.")),
    "broken": (gettext_lazy("It is broken: it ends too soon, or is not what it seems to be."), gettext_lazy("Have the file made anew.")),
    "large": (gettext_lazy("It is larger than can be read, or becomes so when it is unpacked."), gettext_lazy("Have the ERP write it as CSV, or in parts.")),
    "line_long": (gettext_lazy("It has a line of more than a million signs."), gettext_lazy("Have the file made anew.")),
    "cell_long": (gettext_lazy("A cell is longer than 20,000 signs; perhaps a quotation mark is never closed."), gettext_lazy("Have the file made anew.")),
    "columns_many": (gettext_lazy("It has more than 200 columns."), gettext_lazy("Have the file made anew.")),
    "rows_many": (gettext_lazy("It has more than two million rows."), gettext_lazy("Have the ERP write it in parts.")),
    "lists_many": (gettext_lazy("Its objects hold more than one list of objects."), gettext_lazy("Have the ERP write a file for each list.")),
    "not_catalogue": (gettext_lazy("It is no catalogue as BMEcat, ETIM xChange or Peppol, or has no products."), gettext_lazy("Other XML is not read. Have the ERP write CSV, Excel or JSON Lines.")),
    "entities": (gettext_lazy("It defines or uses entities of its own, which are not read."), gettext_lazy("Have the catalogue made without them: that is how files are made that harm who reads them.")),
    "item_large": (gettext_lazy("It has a product that is too large to be one."), gettext_lazy("Have the file made anew.")),
    "prices_alone": (gettext_lazy("It says only which prices changed."), gettext_lazy("Ask for the whole catalogue: a price list is taken over as a whole.")),
    "empty": (gettext_lazy("There is nothing in it."), gettext_lazy("Have the file made anew.")),
}  # fmt: skip
OUTCOMES = {"new": gettext_lazy("New"), "changed": gettext_lazy("Changes"), "same": gettext_lazy("Is so already"), "refused": gettext_lazy("Stays out")}
CHANGES = {"comma": gettext_lazy("1.234,56"), "point": gettext_lazy("1,234.56"), "percent": gettext_lazy("21 means 21%"), "fraction": gettext_lazy("0.21 means 21%"), "ymd": gettext_lazy("year, month, day"), "dmy": gettext_lazy("day, month, year"), "mdy": gettext_lazy("month, day, year")}
STATUS = {"unmapped": "wait", "waiting": "wait", "reading": "wait", "ready": "info", "held": "stop", "confirmed": "wait", "loading": "wait", "done": "ok", "refused": "stop", "dropped": "rest"}


def layout(name: str) -> str:
    """Return the name of a kind of file for people."""
    entity, _dot, part = name.partition(".")
    if name == "order_answer":
        return _("Answers to orders")
    return f"{wording.entity(entity)}: {PARTS[part]}" if part else wording.entity(entity)


def field(name: str) -> str:
    """Return the name of a field for people."""
    part, _dot, bare = name.rpartition(".")
    return f"{str(PARTS[part]).capitalize()}: {FIELDS[bare]}" if part else str(FIELDS[bare])


def row_problem(name: str, code: str, detail: str) -> str:
    """Say why a row stays out."""
    said = str(ROWS.get(code, code))
    if not name:
        return said
    return f"{field(name)}: {detail} {said}" if detail else f"{field(name)} {said}"


def doubt(code: str, detail: str) -> tuple[str, str]:
    """Say why a file is held or cannot be read, and what to do."""
    what, todo = DOUBTS.get(code, (gettext_lazy("It cannot be read."), ""))
    return str(what) % {"detail": detail}, str(todo)


def held(reason: str) -> str:
    """Say why a record would be put aside."""
    found = wording.held(reason)
    return f"{found.what} {found.details}".strip()


def outcome(code: str) -> str:
    """Return what comes of a row."""
    return str(OUTCOMES[code])


def report_heads() -> tuple[str, str]:
    """Return the headings that a report has beside those of the file."""
    return _("Result"), _("Reason")


def status(found: FileDelivery) -> tuple[str, str]:
    """Return kind and text of where a file stands."""
    return STATUS[found.state], str(FileDelivery.State(found.state).label)

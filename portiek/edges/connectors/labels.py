"""The options of our own vendors in people's words; a vendor of another package shows what its schema says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

VENDORS: dict[str, tuple[Any, Any]] = {
    "tryton": (_("Tryton"), _("Open-source ERP, version 8, over its own JSON-RPC.")),
    "demo": (_("Demo ERP"), _("A small ERP that comes along and lives its own life: orders are confirmed, shipped, invoiced and paid.")),
}
# option: (label, hint)
OPTIONS: dict[str, tuple[Any, Any]] = {
    "demo.key": (_("Key"), _("The demo's own key is: demo")),
    "demo.speed": (_("Speed"), _("How many times faster than usual its day goes.")),
    "demo.changes": (_("Changed orders"), _("Share of the orders that it confirms with another date or quantity, between 0 and 1.")),
    "demo.phone_orders": (_("Customers phone in orders as well"), ""),
    "demo.seed": (_("Seed"), _("Another number makes another life.")),
    "tryton.url": (_("Address of the server"), _("Without the name of the database, such as https://erp.example")),
    "tryton.database": (_("Name of the database"), ""),
    "tryton.user": (_("User name"), _("Of a user that only this connection has.")),
    "tryton.password": (_("Password"), ""),
    "tryton.company": (_("Company"), _("Its number in the ERP; empty: the user's own.")),
    "tryton.warehouses": (_("Warehouses to show"), _("Codes with commas between; empty: all.")),
    "tryton.order_warehouse": (_("Warehouse of orders"), _("Code of the warehouse that orders ship from; empty: the ERP's own choice.")),
    "tryton.language": (_("Language of the ERP"), ""),
    "tryton.languages": (_("Languages of names"), _("Codes with commas between.")),
    "tryton.time_zone": (_("Time zone of the server"), _("Such as Europe/Amsterdam; the ERP's stamps carry none.")),
    "tryton.order_until": (_("Orders go as far as"), _("Quotation leaves the confirmation to people in the ERP.")),
    "tryton.prices": (_("Price on the order"), _("The ERP's own, or the one that the customer was told.")),
    "tryton.kinds": (_("Kinds of party"), _("One a line: category in the ERP = customer, dealer, supplier or person. Others stay out of the portal.")),
    "tryton.overlap": (_("Overlap in seconds"), _("Each run reads so much again, since slow work in the ERP is stored late.")),
    "tryton.timeout": (_("Patience in seconds"), _("How long to wait for an answer.")),
}
CHOICES: dict[str, Any] = {
    "tryton.order_until.quotation": _("Quotation"),
    "tryton.order_until.confirmed": _("Confirmed"),
    "tryton.prices.erp": _("The ERP's own"),
    "tryton.prices.told": _("What the customer was told"),
}


def vendor(name: str) -> tuple[str, str]:
    """Return name and description of a vendor."""
    label, text = VENDORS.get(name, (name, ""))
    return str(label), str(text)

"""The options of our own vendors in people's words; a vendor of another package shows what its schema says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

VENDORS: dict[str, tuple[Any, Any]] = {
    "tryton": (_("Tryton"), _("Open-source ERP, version 8, over its own JSON-RPC.")),
    "files": (_("Files"), _("Any ERP that can write files: CSV, Excel or JSON Lines in a folder, over SFTP or by hand. Orders go back as files.")),
    "demo": (_("Demo ERP"), _("A small ERP that comes along and lives its own life: orders are confirmed, shipped, invoiced and paid.")),
}
# option: (label, hint)
OPTIONS: dict[str, tuple[Any, Any]] = {
    "demo.key": (_("Key"), _("The demo's own key is: demo")),
    "demo.speed": (_("Speed"), _("How many times faster than usual its day goes.")),
    "demo.changes": (_("Changed orders"), _("Share of the orders that it confirms with another date or quantity, between 0 and 1.")),
    "demo.phone_orders": (_("Customers phone in orders as well"), ""),
    "demo.seed": (_("Seed"), _("Another number makes another life.")),
    "files.folder": (_("Folder"), _("Below the folder of your portal on the server. Files come in its part in, orders go to its part out.")),
    "files.place": (_("Where the files lie"), ""),
    "files.host": (_("SFTP: server"), _("Its name, such as files.erp.example. One on your own network must be allowed by who runs the portal.")),
    "files.port": (_("SFTP: port"), ""),
    "files.user": (_("SFTP: user name"), ""),
    "files.password": (_("SFTP: password"), _("Or a key below.")),
    "files.private_key": (_("SFTP: private key"), _("As OpenSSH or PEM, without a passphrase.")),
    "files.path": (_("SFTP: folder on the server"), _("Below where one logs in, or from the root with / before it; empty: where one logs in. Files come in its part in, orders go to its part out.")),
    "files.host_key": (_("SFTP: key of the server"), _("Its fingerprint, such as ssh-ed25519 SHA256:... Leave it empty to look at it and confirm it after saving.")),
    "files.pickup": (_("When a file is whole"), ""),
    "files.quiet": (_("Rest in seconds"), _("For so long nothing may have been written to a file.")),
    "files.every_minutes": (_("Look every so many minutes"), _("0: at the times below alone.")),
    "files.at_times": (_("Look at these times"), _("Such as 06:30, 12:00.")),
    "files.expect_by": (_("A file must have come by"), _("Such as 08:00. Staff hear of it when none has come that day; empty: never.")),
    "files.orders": (_("How orders are written"), _("One file each.")),
    "files.answers": (_("The ERP answers each order"), _("By a file of answers, or of orders with our number as their reference. Without this an order counts as arrived once its file is written.")),
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
    "files.place.folder": _("In a folder of the portal's own server"),
    "files.place.sftp": _("On an SFTP server"),
    "files.pickup.quiet": _("Nothing is written to it any more"),
    "files.pickup.ready": _("A file with .ready lies beside it"),
    "files.orders.jsonl": _("JSON Lines"),
    "files.orders.csv": _("CSV"),
    "tryton.order_until.quotation": _("Quotation"),
    "tryton.order_until.confirmed": _("Confirmed"),
    "tryton.prices.erp": _("The ERP's own"),
    "tryton.prices.told": _("What the customer was told"),
}


def vendor(name: str) -> tuple[str, str]:
    """Return name and description of a vendor."""
    label, text = VENDORS.get(name, (name, ""))
    return str(label), str(text)

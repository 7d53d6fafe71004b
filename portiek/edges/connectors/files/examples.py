"""Two public data sets as the files of an ERP, and how they are read: `python -m portiek.edges.connectors.files.examples northwind SOURCE TARGET`.

SOURCE holds the tables of the data set as CSV (they are no part of Portiek: Northwind and AdventureWorks of microsoft/sql-server-samples, MIT licence), TARGET becomes the folder `in` of a connection.
Joins that no mapping can make (which discount is for which product, a supplier and a dealer in one file) are made here; everything else is in the mappings.
"""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def _mapping(pattern: str, *, constants: Mapping[str, str] | None = None, tables: Mapping[str, Mapping[str, str]] | None = None, **columns: str) -> dict[str, Any]:
    """Return a mapping as it is kept: field="column" or field="column:change"; two underscores for the dot of a part."""
    fields: dict[str, dict[str, Any]] = {name: {"constant": value} for name, value in (constants or {}).items()}
    for name, told in columns.items():
        column, _sign, change = told.partition(":")
        fields[name.replace("__", ".")] = {"column": column, **({"change": change} if change else {}), **({"table": dict((tables or {})[name])} if name in (tables or {}) else {})}
    return {"pattern": pattern, "whole": True, "fields": fields}


NORTHWIND: dict[str, dict[str, Any]] = {
    "category": _mapping("categories*", external_id="category_id", name="name"),
    "product": _mapping("products*", constants={"unit": "pack"}, external_id="product_id", name="name", description="packaging", category="category_id", list_price="unit_price:point", discontinued="discontinued"),
    "party": _mapping("customers*", constants={"language": "en"}, external_id="customer_id", name="name", phone="phone", addresses__street="street", addresses__postal_code="postal_code", addresses__city="city", addresses__country="country",
                      contacts__name="contact", contacts__role="contact_title"),
    "stock": _mapping("stock*", constants={"warehouse": "Northwind"}, product="product_id", on_hand="in_stock:point", expected_quantity="on_order:point"),
    "order": _mapping("orders*", constants={"state": "completed", "currency": "EUR"}, external_id="order_id", party="customer_id", order_date="ordered:ymd", requested_date="required:ymd"),
    "order.lines": _mapping("order_lines*", of="order_id", product="product_id", quantity="quantity:point", unit_price="unit_price:point", discount="discount:fraction"),
}
ADVENTUREWORKS: dict[str, dict[str, Any]] = {
    "product": _mapping("products*", external_id="product_id", sku="sku", name="name", name_en="name", description="description_en", list_price="list_price:point", active="finished_good"),
    "price_list": _mapping("reseller_prices*", constants={"external_id": "RESELLER", "name": "Reseller", "code": "RESELLER", "currency": "USD"}, lines__product="product_id", lines__price="list_price:point", lines__min_quantity="min_quantity:point",
                           lines__discount="discount:fraction", lines__valid_from="from:ymd", lines__valid_until="to:ymd", lines__note="offer"),
    "party": _mapping("parties*", constants={"language": "en"}, tables={"kind": {"dealer": "dealer", "supplier": "supplier"}}, external_id="id", number="account_number", name="name", kind="kind", price_list="price_list", addresses__street="street", addresses__postal_code="postal_code", addresses__city="city",
                      addresses__country="country"),
    "stock": _mapping("stock*", product="product_id", warehouse="location", on_hand="quantity:point"),
    "order": _mapping("purchase_orders*", constants={"currency": "USD"}, tables={"state": {"pending": "confirmed", "approved": "in_progress", "rejected": "cancelled", "complete": "completed"}}, external_id="order_id", party="supplier_id", state="status", order_date="ordered:ymd",
                      untaxed_amount="subtotal:point", tax_amount="tax:point", costs="freight:point", total_amount="total:point"),
    "order.lines": _mapping("purchase_order_lines*", of="order_id", external_id="line_id", product="product_id", quantity="quantity:point", unit_price="unit_price:point", amount="line_total:point", shipped_quantity="received:point"),
}
ALL = {"northwind": NORTHWIND, "adventureworks": ADVENTUREWORKS}


def northwind(source: Path, target: Path) -> None:
    """Lay Northwind in a folder: its tables as they are, and its products once more for their stock."""
    for name in ("categories", "products", "customers", "orders", "order_lines"):
        shutil.copyfile(source / f"{name}.csv", target / f"{name}.csv")
    shutil.copyfile(source / "products.csv", target / "stock.csv")


def adventureworks(source: Path, target: Path) -> None:
    """Lay AdventureWorks in a folder: dealers and suppliers together, and the volume discounts for resellers by product."""
    for name in ("stock", "purchase_orders", "purchase_order_lines", "products"):
        shutil.copyfile(source / f"{name}.csv", target / f"{name}.csv")
    dealers = [{"id": row["dealer_id"], "account_number": row["account_number"], "name": row["name"], "kind": "dealer", "price_list": "RESELLER", "street": row["street"], "postal_code": row["postal_code"], "city": row["city"], "country": row["address_country"]} for row in _rows(source / "dealers.csv")]
    suppliers = [{"id": row["supplier_id"], "account_number": row["account_number"], "name": row["name"], "kind": "supplier", "price_list": "", "street": row["street"], "postal_code": row["postal_code"], "city": row["city"], "country": row["country"]} for row in _rows(source / "suppliers.csv")]
    _write(target / "parties.csv", [*dealers, *suppliers])
    offers = {row["offer_id"]: row for row in _rows(source / "offers.csv") if row["type"] in ("No Discount", "Volume Discount")}
    products = {row["product_id"]: row for row in _rows(source / "products.csv") if row["finished_good"] == "1"}
    _write(target / "reseller_prices.csv", [
        {"product_id": row["product_id"], "list_price": products[row["product_id"]]["list_price"], "min_quantity": offers[row["offer_id"]]["min_quantity"], "discount": offers[row["offer_id"]]["discount"], "from": offers[row["offer_id"]]["from"],
         "to": offers[row["offer_id"]]["to"], "offer": offers[row["offer_id"]]["name"]}
        for row in _rows(source / "offer_products.csv") if row["offer_id"] in offers and row["product_id"] in products])  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    found = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)


def main(name: str, source: str, target: str) -> None:
    """Write the files of one data set, and how each kind of them is read."""
    place = Path(target)
    place.mkdir(parents=True, exist_ok=True)
    {"northwind": northwind, "adventureworks": adventureworks}[name](Path(source), place)
    for layout, body in ALL[name].items():
        told = ", ".join(f"{field} = {source.get('column') or repr(source['constant'])}" for field, source in body["fields"].items())
        sys.stdout.write(f"{layout} ({body['pattern']}): {told}\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])

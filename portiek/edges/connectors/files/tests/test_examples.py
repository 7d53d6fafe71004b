"""Northwind and AdventureWorks by files, each as a portal of its own: their published totals come out to the cent, and dealers pay by their tiers."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from portiek.core.db import scope
from portiek.edges.connectors import engine
from portiek.edges.connectors.files import examples
from portiek.edges.connectors.files.books import FileBooks
from portiek.edges.connectors.files.connector import FilesConnector
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.files.tests.conftest import connected
from portiek.edges.connectors.models import FileDelivery, Quarantine
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product, Stock
from portiek.trade.orders.models import Order
from portiek.trade.pricing.models import PriceListLine

DATA = Path(__file__).resolve().parents[5].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not here: their files are no part of Portiek")
CENT = Decimal("0.01")


def loaded(actor, tmp_path, slug, name):
    files = connected(actor, tmp_path, slug)
    for layout, body in examples.ALL[name].items():
        files.map(layout, pattern=body["pattern"], whole=True, **body["fields"])
    (files.place / "in").mkdir(parents=True)
    getattr(examples, name)(DATA / name, files.place / "in")
    files.look()
    ran = engine.run_once(files.connection)
    assert not ran.errors
    engine.heal(actor, files.connection.pk)
    with scope(actor):
        assert {row.layout: (row.state, row.refused) for row in FileDelivery.objects.filter(connection=files.connection)} == dict.fromkeys(examples.ALL[name], ("done", 0))
    return files


def rows(name, file):
    with (DATA / name / f"{file}.csv").open(encoding="utf-8", newline="") as found:
        return list(csv.DictReader(found))


def orders_of(files):
    """Return every order as the connector serves it."""
    connector, cursor, found = FilesConnector(FilesOptions(), None, books=FileBooks(files.actor, files.connection.pk), folder=None), None, []
    while True:
        page = connector.pull("order", cursor, 500)
        found += [change.data for change in page.changes]
        cursor = page.cursor
        if not page.more:
            return found


@pytest.fixture
def root(tmp_path, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    return tmp_path


def test_northwind_to_the_cent(cast, root):
    files = loaded(cast.system_of_brand, root, "brand", "northwind")
    found = orders_of(files)
    assert len(found) == 830 and sum(len(order.lines) for order in found) == 2155
    assert sum(line.amount for order in found for line in order.lines) == Decimal("1265793.0395")  # as it is published
    exact: dict[str, Decimal] = {}
    for row in rows("northwind", "order_lines"):
        exact[row["order_id"]] = exact.get(row["order_id"], Decimal(0)) + Decimal(row["unit_price"]) * Decimal(row["quantity"]) * (1 - Decimal(row["discount"]))
    with scope(files.actor):
        assert not Quarantine.objects.exists()
        nets = dict(Order.objects.filter(external_id__in=exact).values_list("external_id", "net"))
        assert nets == {key: amount.quantize(CENT, ROUND_HALF_EVEN) for key, amount in exact.items()}
        assert Product.objects.filter(external_id__in=[row["product_id"] for row in rows("northwind", "products") if row["discontinued"] == "1"], is_active=True).count() == 0
        assert Party.objects.get(external_id="ANATR").name == "Ana Trujillo Emparedados y helados"
        assert Stock.objects.get(product__external_id="2").on_hand == 17


def test_adventureworks_to_the_cent_and_by_its_tiers(cast, root):
    files = loaded(cast.system_of_brand, root, "brand", "adventureworks")
    orders = rows("adventureworks", "purchase_orders")
    with scope(files.actor):
        assert not Quarantine.objects.exists()
        here = Order.objects.filter(external_id__in=[row["order_id"] for row in orders])
        assert here.count() == 4012
        told = {row["order_id"]: Decimal(row["total"]).quantize(CENT, ROUND_HALF_EVEN) for row in orders}
        assert here.aggregate(total=Sum("gross"))["total"] == sum(told.values())
        assert Party.objects.filter(kind="dealer", external_id__in=[row["dealer_id"] for row in rows("adventureworks", "dealers")]).count() == 701
        # The tiers of every product that has some, such as a helmet: 34.99, 2 % off from 11, 5 % from 15.
        offers = {row["offer_id"]: row for row in rows("adventureworks", "offers") if row["type"] == "Volume Discount"}
        listed = {row["product_id"]: Decimal(row["list_price"]) for row in rows("adventureworks", "products") if row["finished_good"] == "1"}
        wanted = {(row["product_id"], int(offer["min_quantity"])): listed[row["product_id"]] * (1 - Decimal(offer["discount"])) for row in rows("adventureworks", "offer_products") if (offer := offers.get(row["offer_id"])) and row["product_id"] in listed}
        steps = PriceListLine.objects.filter(price_list__external_id="RESELLER", min_quantity__gte=11).values_list("product__external_id", "min_quantity", "price")
        assert {(product, int(step)): price for product, step, price in steps} == wanted and len(wanted) > 100 and wanted["707", 15] == Decimal("33.2405")
    lines: dict[str, Decimal] = {}
    for order in orders_of(files):
        lines[order.external_id] = sum((line.amount for line in order.lines), Decimal(0))
    assert lines == {row["order_id"]: Decimal(row["subtotal"]) for row in orders}

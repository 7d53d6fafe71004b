"""What the papers of an order say: when it comes, and what came with a delivery."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

from django.utils import timezone
from pypdf import PdfReader

from portiek.core.db import scope
from portiek.trade.orders import queries, wording
from portiek.trade.orders.models import Order, OrderLine, Shipment, ShipmentLine
from portiek.trade.orders.tests.test_erp import apply, placed  # noqa: F401  (a fixture)
from portiek.ui import format


def paper(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(answer.content)).pages).replace("\xa0", " ").split())


def test_the_day_of_the_order_and_of_lines_that_come_on_another(cast, placed, client_of):  # noqa: F811
    order, told = placed
    path = f"/orders/{order.number}/pdf/"
    assert "Verwacht" not in paper(client_of("sanne"), path)
    first, last = timezone.localdate() + timedelta(days=4), timezone.localdate() + timedelta(days=9)
    apply(cast, replace(told, lines=(replace(told.lines[0], confirmed_date=first), replace(told.lines[1], confirmed_date=last))))
    with scope(cast.sanne):
        assert queries.order(cast.sanne, order.number).expected_on == last
    text = paper(client_of("sanne"), path)
    assert f"Verwacht {format.full_day(last)}" in text and f"verwacht {format.day(first, short=True)}" in text and f"verwacht {format.day(last, short=True)}" not in text
    assert client_of("dirk").get(path).status_code == 404


def sent(cast, **values):
    """Return an order of Sanne of which something went with a shipment, with its line and the shipment."""
    with scope(cast.system):
        row = ShipmentLine.objects.filter(order__user_id=cast.sanne.user_id, line__isnull=False, quantity__gt=0, shipment__state__in=["shipped", "delivered"]).select_related("order", "line", "shipment").order_by("pk").first()
        OrderLine.objects.filter(pk=row.line_id).update(own_number="EIGEN-7", **values)
        Order.objects.filter(pk=row.order_id).update(reference="Kade 8, fase 2")
        return row


def test_a_packing_slip_says_what_came_by_the_numbers_of_the_buyer_and_no_price(cast, client_of):
    row = sent(cast)
    client, path = client_of("sanne"), f"/orders/{row.order.number}/shipments/{row.shipment_id}/"
    assert path in client.get(f"/orders/{row.order.number}/").content.decode()
    text = paper(client, path)
    assert all(words in text for words in (f"Pakbon {row.shipment.number}", row.order.number, "Kade 8, fase 2", "uw nummer EIGEN-7", row.line.sku, wording.amount(row.quantity, row.line.unit, row.line.pack_label, row.line.pack_factor).replace("\xa0", " ")))
    assert "€" not in text and "btw" not in text.lower()
    assert paper(client_of("peter"), path) == text
    sent(cast, confirmed_sku="ANDER-1", confirmed_name="Plaat van een ander merk")
    text = paper(client, path)
    assert "ANDER-1" in text and f"in plaats van {row.line.sku}" in text


def test_no_packing_slip_of_another_company_order_or_of_what_did_not_leave(cast, client_of):
    row = sent(cast)
    client, path = client_of("sanne"), f"/orders/{row.order.number}/shipments/{row.shipment_id}/"
    for who in ("dirk", "els", "nadia2"):
        assert client_of(who).get(path).status_code == 404
    with scope(cast.sanne):
        other = Order.objects.exclude(pk=row.order_id).filter(user_id=cast.sanne.user_id).first()
    assert client.get(f"/orders/{other.number}/shipments/{row.shipment_id}/").status_code == 404 and client.get(f"/orders/{row.order.number}/shipments/999999999999/").status_code == 404
    with scope(cast.system):
        Shipment.objects.filter(pk=row.shipment_id).update(state="picking")
    assert client.get(path).status_code == 404 and path not in client.get(f"/orders/{row.order.number}/").content.decode()

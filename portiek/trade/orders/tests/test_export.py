"""Orders with all their lines as a file: as the list is narrowed, in a constant number of statements, and nobody else's."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.trade.orders import queries
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.tests.test_submit import fill, submit


def table(answer):
    assert answer.status_code == 200, answer.content[:300]
    if answer["Content-Type"].startswith("text/csv"):
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_one_order_is_a_file_with_every_line(cast, client_of, ending):
    with scope(cast.sanne):
        order = submit(cast.sanne, fill(cast.sanne, 2))
    with scope(cast.system):
        OrderLine.objects.filter(order=order, position=1).update(note='=HYPERLINK("http://evil.example")', wanted_date=timezone.localdate() + timedelta(days=9))
        lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    answer = client_of("sanne").get(f"/orders/{order.number}/lines.{ending}")
    assert f'filename="{order.number}.{ending}"' in answer["Content-Disposition"]
    heads, *rows = table(answer)
    at = {name: place for place, name in enumerate(heads)}
    assert [row[at["Artikelnummer"]] for row in rows] == [line.sku for line in lines] and {row[at["Order"]] for row in rows} == {order.number}
    assert [Decimal(str(row[at["Aantal"]]).replace(",", ".")) for row in rows] == [line.quantity for line in lines]
    assert rows[0][at["Opmerking"]] == "'=HYPERLINK(\"http://evil.example\")" and rows[0][at["Gewenste datum"]] == (timezone.localdate() + timedelta(days=9)).isoformat()
    assert f"/orders/{order.number}/lines.{ending}" in client_of("sanne").get(f"/orders/{order.number}/").content.decode()
    for other in ("dirk", "els", "nadia2"):
        assert client_of(other).get(f"/orders/{order.number}/lines.{ending}").status_code == 404
    assert {"Bedrijf"} <= set(table(client_of("peter").get(f"/orders/{order.number}/lines.{ending}"))[0])


def test_the_list_is_a_file_as_it_is_narrowed(cast, client_of):
    with scope(cast.sanne):
        mine, old = submit(cast.sanne, fill(cast.sanne, 2)), submit(cast.sanne, fill(cast.sanne, 1))
    with scope(cast.dirk):
        foreign = set(Order.objects.values_list("number", flat=True))
    with scope(cast.system):
        Order.objects.filter(pk=old.pk).update(placed_at=timezone.now() - timedelta(days=900))
    client, today = client_of("sanne"), timezone.localdate()

    def numbers(query, who=client):
        return {row[0] for row in table(who.get(f"/orders/export/?format=csv{query}"))[1:]}

    assert {mine.number, old.number} <= numbers("") and not numbers("") & foreign
    assert numbers(f"&q={mine.number}") == {mine.number}
    assert mine.number in numbers(f"&since={today}&until={today}") and old.number not in numbers(f"&since={today}&until={today}")
    assert numbers("&state=stopped").isdisjoint({mine.number, old.number})
    assert foreign & numbers("", client_of("peter")) and numbers(f"&q={mine.number}", client_of("dirk")) == set()
    page = client.get(f"/orders/?q={mine.number}&state=running").content.decode()
    assert f"/orders/export/?q={mine.number}&amp;state=running" in page
    assert f'name="q" value="{mine.number}"' in client.get(f"/orders/export/?q={mine.number}").content.decode()
    for rubbish in ("format=pdf", "format=csv&since=gisteren", f"format=csv&since={today}&until={today - timedelta(days=1)}", "format="):
        answer = client.get(f"/orders/export/?{rubbish}")
        assert answer.status_code == 422 and "error" in answer.content.decode(), rubbish


def test_a_file_costs_the_same_however_many_orders_and_has_an_end(cast, client_of, monkeypatch):
    client = client_of("sanne")
    with scope(cast.sanne):
        submit(cast.sanne, fill(cast.sanne, 1))
    client.get("/orders/export/?format=csv")
    with CaptureQueriesContext(connection) as few:
        client.get("/orders/export/?format=csv")
    with scope(cast.sanne):
        for _more in range(3):
            submit(cast.sanne, fill(cast.sanne, 3))
    with CaptureQueriesContext(connection) as many:
        client.get("/orders/export/?format=csv")
    assert len(many) == len(few)
    monkeypatch.setattr(import_module("portiek.trade.orders.queries.exported"), "MOST_LINES", 3)
    with scope(cast.sanne), pytest.raises(Refused, match="too_many_rows"):
        queries.exported(cast.sanne, queries.orders(cast.sanne))
    answer = client.get("/orders/export/?format=csv")
    assert answer.status_code == 422 and "meer dan 3 regels" in answer.content.decode()

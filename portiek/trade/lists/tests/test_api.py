"""Order lists for machines, and what came in the place of what is no longer sold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.trade.catalog.models import Product, ProductRelation
from portiek.trade.lists import actions, queries
from portiek.trade.lists.models import ListLine, OrderList
from portiek.trade.lists.tests.test_lists import made
from portiek.trade.orders.models import Order


@pytest.fixture(autouse=True)
def no_lists(cast):
    with scope(cast.system):
        ListLine.objects.all().delete()
        OrderList.objects.all().delete()


def replaced(cast):
    """Let one screw come in the place of another."""
    with scope(cast.system):
        old, new = Product.objects.get(sku="SS-3535"), Product.objects.get(sku="SS-3525")
        Product.objects.filter(pk=old.pk).update(is_active=False)
        ProductRelation.objects.create(portal_id=old.portal_id, product=old, other=new, kind="successor", position=1)


def test_made_filled_and_ordered_from(cast, machine_of):
    machine, lines = machine_of(cast.sanne), [{"sku": "GP-125-2600", "quantity": "60", "par": "120", "note": "hal 2"}]
    answer = machine.post("/order-lists", {"name": "Bus 7", "lines": lines}, idempotency_key="een")
    assert answer.status_code == 201, answer.content
    found = answer.json()
    assert (found["scope"], [(line["sku"], line["par"], line["orderable"]) for line in found["lines"]]) == ("person", [("GP-125-2600", "120.000", True)])
    assert machine.post("/order-lists", {"name": "Bus 7", "lines": lines}, idempotency_key="een").json()["id"] == found["id"]
    assert machine.post("/order-lists", {"name": "Bus 7"}, idempotency_key="twee").status_code in (409, 422)
    here = f"/order-lists/{found['id']}"
    assert [line["sku"] for line in machine.post(f"{here}:add", {"lines": [{"sku": "SS-3535", "quantity": "6"}]}).json()["lines"]] == ["GP-125-2600", "SS-3535"]
    wrong = machine.post(f"{here}:add", {"lines": [{"sku": "BESTAAT-NIET", "quantity": "6"}]})
    assert wrong.status_code == 422 and wrong.json()["code"] == "orders.unknown_product" and "lines/0/sku" in str(wrong.json())
    assert [item["name"] for item in machine.get("/order-lists").json()["items"]] == ["Bus 7"]
    placed = machine.post(f"{here}:order", {"lines": [{"sku": "GP-125-2600", "quantity": "80"}], "reference": "Bus 7"}, idempotency_key="drie")
    assert placed.status_code == 201, placed.content
    assert machine.post(f"{here}:order", {"lines": [{"sku": "GP-125-2600", "quantity": "80"}], "reference": "Bus 7"}, idempotency_key="drie").json() == placed.json()
    with scope(cast.sanne):
        order = Order.objects.get(number=placed.json()["number"])
        assert (order.reference, order.line_count, order.origin) == ("Bus 7", 1, "api")
    assert machine.post(f"{here}:order", {"lines": [{"sku": "BD-830", "quantity": "4"}]}, idempotency_key="vier").json()["code"] == "orders.unknown_product"
    assert machine.post(f"{here}:order", {}, idempotency_key="vijf").status_code == 201


def test_nothing_of_anybody_else(cast, machine_of):
    own, shared = made(cast.youssef, "Van Youssef"), made(cast.sanne, "Van allen", scope="company")
    for machine, there in ((machine_of(cast.sanne), own), (machine_of(cast.dirk), own), (machine_of(cast.dirk), shared)):
        assert machine.get(f"/order-lists/{there.pk}").status_code == 404
        assert machine.post(f"/order-lists/{there.pk}:add", {"lines": [{"sku": "BD-830", "quantity": "1"}]}).status_code == 404
        assert machine.post(f"/order-lists/{there.pk}:order", {}, idempotency_key="een").status_code == 404
    youssef = machine_of(cast.youssef)
    assert youssef.get(f"/order-lists/{shared.pk}").status_code == 200
    assert youssef.post(f"/order-lists/{shared.pk}:add", {"lines": [{"sku": "BD-830", "quantity": "1"}]}).status_code == 404
    assert youssef.post("/order-lists", {"name": "X", "scope": "company", "lines": []}, idempotency_key="een").json()["code"] == "lists.not_shared"


def test_a_successor_by_name_and_with_one_press(cast, client_of, machine_of):
    found = made(cast.sanne, scope="company")
    replaced(cast)
    assert [line["successor"] for line in machine_of(cast.sanne).get(f"/order-lists/{found.pk}").json()["lines"]] == [None, "SS-3525"]
    here, sanne = f"/order-lists/{found.pk}/", client_of("sanne")
    assert "kwam ervoor in de plaats" in sanne.get(here).content.decode()
    with scope(cast.sanne):
        plates, screws = queries.lines(cast.sanne, found)
    for who in ("youssef", "dirk"):
        assert client_of(who).post(f"{here}successor/", {"line": str(screws.pk)}).status_code == 404
    assert sanne.post(f"{here}successor/", {"line": str(plates.pk)}).status_code == 422 and sanne.post(f"{here}successor/", {}).status_code == 422
    assert sanne.post(f"{here}successor/", {"line": str(screws.pk)}).status_code == 302
    with scope(cast.sanne):
        assert [(line.sku, line.quantity) for line in queries.lines(cast.sanne, found)] == [("GP-125-2600", Decimal(60)), ("SS-3525", Decimal(60))]
        with pytest.raises(Refused, match="no_successor"):
            actions.take_successor(cast.sanne, key=found.pk, line=screws.pk)
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.take_successor(cast.dirk, key=found.pk, line=screws.pk)

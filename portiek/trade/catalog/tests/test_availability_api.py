"""Stock of many products at once, for a program: what is there on a day, from where, and nothing of what one does not see."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from portiek.core.db import scope
from portiek.trade.catalog.models import Stock

PLATE, STUD = "GP-125-2600", "MS-C75-26"


def put(cast, sku, *places):
    """Make the stock of a product exactly these rows: warehouse, available, days until the next receipt (None: none announced), how many come."""
    with scope(cast.system):
        there = Stock.objects.filter(product__sku=sku)
        key = there.first().product_id
        there.delete()
        today = timezone.localdate()
        Stock.objects.bulk_create(Stock(portal_id=cast.system.portal_id, product_id=key, warehouse=place, available=Decimal(much), expected_at=None if days is None else today + timedelta(days=days), expected_quantity=comes, as_of=timezone.now())
                                  for place, much, days, comes in places)


def test_a_dealer_asks_what_is_there_on_a_day(cast, machine_of):
    put(cast, PLATE, ("UTR", 10_000, None, None), ("RTD", 5_000, 5, 20_000))
    today = timezone.localdate()
    machine = machine_of(cast.sanne)

    def ask(quantity, days=0):
        answer = machine.post("/availability:lookup", {"lines": [{"sku": PLATE, "quantity": quantity}], "day": (today + timedelta(days=days)).isoformat()})
        assert answer.status_code == 200, answer.content
        return answer.json()[0]

    now = ask("1000")
    assert (now["result"], now["enough_on"], Decimal(now["next_quantity"]), now["supplied_from"]) == ("enough", today.isoformat(), 20_000, None)
    assert {row["warehouse"]: Decimal(row["available"]) for row in now["stock"]} == {"UTR": 10_000, "RTD": 5_000} and now["as_of"]
    # What comes counts from its day on, with what is there.
    later = (today + timedelta(days=5)).isoformat()
    assert [ask("30000", days)["result"] for days in (0, 4, 5)] == ["short", "short", "enough"] and ask("30000")["enough_on"] == ask("30000")["next_arrival"] == later
    assert ask("1000", -1)["result"] == "short"  # a day that is over


def test_what_one_does_not_see_is_as_what_is_not_there(cast, machine_of):
    put(cast, PLATE, ("UTR", 10_000, 5, 20_000))
    hidden, nothing = machine_of(cast.dirk).post("/availability:lookup", {"lines": [{"sku": PLATE, "quantity": "5"}, {"sku": "bestaat-niet", "quantity": "5"}]}).json()
    assert hidden["sku"] == PLATE and {**hidden, "sku": ""} == {**nothing, "sku": ""} and hidden["result"] == "unknown" and hidden["stock"] == []
    # A number that the customer gave it himself does as well.
    assert machine_of(cast.sanne).post("/availability:lookup", {"lines": [{"sku": "BB-1001"}]}).json()[0]["result"] != "unknown"


def test_it_asks_the_right_and_belongs_to_a_company(cast, machine_of):
    body = {"lines": [{"sku": PLATE}]}
    assert machine_of(cast.sanne, "price.view").post("/availability:lookup", body).status_code == 403
    assert machine_of(cast.olga).post("/availability:lookup", body).status_code == 404
    machine = machine_of(cast.sanne)
    for wrong in ({}, {"lines": []}, {"lines": [{"sku": PLATE, "quantity": "0"}]}, {"lines": [{"sku": PLATE}], "day": "gisteren"}, {"lines": [{"sku": PLATE}] * 1001}):
        answer = machine.post("/availability:lookup", wrong)
        assert answer.status_code == 422 and answer.json()["errors"], wrong


def test_it_costs_the_same_however_many_are_asked(cast, machine_of, statements_of):
    machine = machine_of(cast.sanne)
    skus = [item["sku"] for item in machine.get("/products", limit=40).json()["items"]]

    def look(some):
        return statements_of(lambda: machine.post("/availability:lookup", {"lines": [{"sku": sku, "quantity": "3"} for sku in some]}))

    look(skus)
    assert look(skus) == look(skus[:20])

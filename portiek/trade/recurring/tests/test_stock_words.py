"""What is not there is said in the same words wherever it is about to be ordered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from portiek.core.db import scope
from portiek.trade.catalog.models import Stock
from portiek.trade.lists import actions as lists_actions
from portiek.trade.lists.queries import Wish
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.recurring.tests.test_recurring import made

PLATE = "GP-125-2600"


def test_cart_list_and_recurring_order_say_the_same(cast, client_of):
    with scope(cast.system):
        Stock.objects.filter(product__sku=PLATE).update(on_hand=0, available=0, expected_at=timezone.localdate() + timedelta(days=9), expected_quantity=500)
    recurring, sanne = made(cast.sanne, codes=(PLATE,)), client_of("sanne")
    with scope(cast.sanne):
        found = lists_actions.make_list(cast.sanne, name="Werkplaats", wishes=[Wish(orderable(cast.sanne).get(sku=PLATE).pk, Decimal(60))])
    sanne.post("/orders/cart/add/", {"product": PLATE, "quantity": "60"})
    for path in ("/orders/cart/", f"/order-lists/{found.pk}/", f"/recurring-orders/{recurring.pk}/"):
        html = " ".join(sanne.get(path).content.decode().replace("\xa0", " ").split())
        assert "Niet op voorraad, verwacht" in html and "de rest volgt" not in html, path

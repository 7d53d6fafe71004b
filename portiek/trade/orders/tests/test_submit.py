"""From cart to order: own prices, exactly once, nothing else than was seen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Conflict, Refused
from portiek.core.models import FactRow
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, facts, queries
from portiek.trade.orders.models import Cart, CartLine, Order, OrderLine
from portiek.trade.pricing.models import Agreement, AgreementLine


def fill(actor, count=2, quantity="10"):
    """Put the first products of the catalogue in the cart and return the basket. A scope is open."""
    for product in Product.objects.filter(is_active=True, list_price__isnull=False).order_by("sku")[:count]:
        actions.add_to_cart(actor, code=product.sku, quantity=Decimal(quantity))
    return queries.basket(actor, day=timezone.localdate())


def submit(actor, basket):
    return actions.submit_order(actor, key=basket.cart.key, seen=basket.hash, now=timezone.now())


def last_fact():
    return FactRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_an_order_holds_what_was_seen_and_is_recorded(cast):
    with scope(cast.sanne):
        basket = fill(cast.sanne)
        since = last_fact()
        order = submit(cast.sanne, basket)
        lines = list(OrderLine.objects.filter(order=order).order_by("position"))
        assert order.status == "submitted"
        assert order.sync == "queued"
        assert order.number.startswith("VD-10042-")
        assert [(line.sku, line.quantity, line.price, line.amount) for line in lines] == [
            (item.product.sku, item.line.quantity, item.price.net, item.amount) for item in basket.lines
        ]
        assert order.net == sum(line.amount for line in lines) > 0
        assert order.gross == order.net + order.tax
        assert recorded(since) == [facts.OrderSubmitted(order_id=order.pk)]
        assert queries.basket(cast.sanne, day=timezone.localdate()).lines == []


def test_the_same_key_gives_the_same_order(cast):
    with scope(cast.sanne):
        basket = fill(cast.sanne)
        first = submit(cast.sanne, basket)
        again = submit(cast.sanne, basket)
        assert again.pk == first.pk
        assert Order.objects.filter(submit_key=basket.cart.key).count() == 1


def test_numbers_count_per_party(cast):
    with scope(cast.sanne):
        one, two = submit(cast.sanne, fill(cast.sanne)), submit(cast.sanne, fill(cast.sanne))
        assert int(two.number.rsplit("-", 1)[1]) == int(one.number.rsplit("-", 1)[1]) + 1


def test_another_price_than_was_seen_places_nothing(cast):
    with scope(cast.sanne):
        basket = fill(cast.sanne)
    with scope(cast.system):
        own = {"portal_id": cast.sanne.portal_id, "party_id": cast.sanne.party_id}
        agreement = Agreement.objects.create(**own, number="T-1", name="Test")
        AgreementLine.objects.create(**own, agreement=agreement, product=basket.lines[0].product, price=Decimal("0.01"))
    with scope(cast.sanne):
        before = Order.objects.count()
        with pytest.raises(Conflict):
            submit(cast.sanne, basket)
        assert Order.objects.count() == before
        assert len(queries.basket(cast.sanne, day=timezone.localdate()).lines) == 2


def test_a_line_added_after_the_look_places_nothing(cast):
    with scope(cast.sanne):
        basket = fill(cast.sanne, 2)
        fill(cast.sanne, 3)
        with pytest.raises(Conflict):
            submit(cast.sanne, basket)


def test_an_empty_cart_is_refused(cast):
    with scope(cast.sanne), pytest.raises(Refused, match=r"orders\.cart_empty"):
        actions.submit_order(cast.sanne, key="x" * 32, seen="", now=timezone.now())


def test_a_product_that_left_the_assortment_is_not_ordered(cast):
    with scope(cast.sanne):
        basket = fill(cast.sanne)
    with scope(cast.system):
        Product.objects.filter(pk=basket.lines[0].line.product_id).update(is_active=False)
    with scope(cast.sanne):
        now = queries.basket(cast.sanne, day=timezone.localdate())
        assert [item.problem for item in now.lines] == ["gone", ""]
        with pytest.raises(Refused, match=r"orders\.not_orderable"):
            submit(cast.sanne, now)


def test_above_the_limit_a_colleague_decides(cast):
    youssef, sanne = cast.youssef, cast.sanne
    with scope(youssef):
        order = submit(youssef, fill(youssef, 3, "400"))
        assert order.net > 1500
        assert (order.status, order.sync) == ("pending_approval", "none")
        with pytest.raises(Exception, match=r"order\.approve"):
            actions.approve_order(youssef, order=order, seen=order.content_hash, now=timezone.now())
    with scope(sanne):
        assert queries.approvals_waiting(sanne) >= 1
        with pytest.raises(Conflict):
            actions.approve_order(sanne, order=order, seen="another", now=timezone.now())
        since = last_fact()
        done = actions.approve_order(sanne, order=order, seen=order.content_hash, now=timezone.now())
        assert (done.status, done.sync) == ("submitted", "queued")
        assert recorded(since) == [facts.OrderApproved(order_id=order.pk, by=sanne.user_id), facts.OrderSubmitted(order_id=order.pk)]
        with pytest.raises(Refused, match=r"orders\.decided"):
            actions.reject_order(sanne, order=order, seen=order.content_hash, reason="te laat", now=timezone.now())


def test_nobody_decides_about_his_own_order(cast):
    import dataclasses

    limited = dataclasses.replace(cast.sanne, order_limit=Decimal(1))
    with scope(limited):
        order = submit(limited, fill(limited))
        with pytest.raises(Refused, match=r"orders\.own_order"):
            actions.approve_order(limited, order=order, seen=order.content_hash, now=timezone.now())
        done = actions.withdraw_order(limited, order=order, now=timezone.now())
        assert done.status == "cancelled"
        assert Order.objects.select_related("approval").get(pk=order.pk).approval.status == "withdrawn"


def test_another_party_cannot_decide(cast):
    with scope(cast.youssef):
        order = submit(cast.youssef, fill(cast.youssef, 3, "400"))
    with scope(cast.dirk), pytest.raises(Exception, match=r"^$|Http404|NotFound"):
        actions.approve_order(cast.dirk, order=order, seen=order.content_hash, now=timezone.now())
    with scope(cast.sanne):
        assert Order.objects.get(pk=order.pk).status == "pending_approval"


def test_statements_of_placing_an_order_do_not_grow(cast):
    counts, sanne = [], cast.sanne
    for lines in (2, 5):
        with scope(sanne):
            basket = fill(sanne, lines)
            with CaptureQueriesContext(connection) as captured:
                submit(sanne, basket)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 15, [query["sql"][:90] for query in captured.captured_queries]


def test_old_carts_go(cast):
    with scope(cast.sanne):
        submit(cast.sanne, fill(cast.sanne))
        held = CartLine.objects.filter(cart__is_open=False).count()
        assert held == 2
    with scope(cast.system):
        assert actions.drop_old_carts(cast.system, now=timezone.now() + timedelta(days=32)) == 1
        assert not Cart.objects.filter(is_open=False).exists()

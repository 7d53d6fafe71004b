"""Rules that hold from so many lines on, for a way of delivery, or for a brand that was never ordered."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from portiek.core.db import scope
from portiek.trade.approvals.tests.test_requests import approve, named, placed, ruled
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.records import AttributesRecord, brand
from portiek.trade.orders import actions
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import DeliveryDays, Order
from portiek.trade.orders.tests.test_submit import fill, submit


def branded(cast, **brands):
    """Say of which brand products are, in the order of their numbers."""
    with scope(cast.system):
        products = list(Product.objects.filter(is_active=True, list_price__isnull=False).order_by("sku")[: len(brands)])
        catalog.apply_attributes(cast.system, records=[AttributesRecord(product.external_id, (brand(name),)) for product, name in zip(products, brands.values(), strict=True)])
    return products


def test_a_brand_that_was_never_ordered(cast):
    first, second, third = branded(cast, a="Noordvast", b="NOORDVAST", c="Kerncraft")
    with scope(cast.system):
        Order.objects.filter(party_id=cast.youssef.party_id).update(status="cancelled")

    def order(product):
        with scope(cast.youssef):
            actions.add_to_cart(cast.youssef, code=product.sku, quantity=Decimal(10))
            return submit(cast.youssef, orders.basket(cast.youssef, day=timezone.localdate()))

    ruled(cast, named(cast.sanne), new_brands=True)
    waits = order(first)
    assert waits.status == "pending_approval"
    approve(cast.sanne, waits)
    assert order(second).status == "submitted", "the same brand, written otherwise"
    assert order(third).status == "pending_approval"
    with scope(cast.system):
        Order.objects.filter(party_id=cast.youssef.party_id).update(status="cancelled")
    # What another company ordered is not known here.
    with scope(cast.dirk):
        actions.add_to_cart(cast.dirk, code=first.sku, quantity=Decimal(10))
        submit(cast.dirk, orders.basket(cast.dirk, day=timezone.localdate()))
    assert order(second).status == "pending_approval"
    with scope(cast.system):
        plain = Product.objects.exclude(pk__in=[first.pk, second.pk, third.pk]).filter(is_active=True, list_price__isnull=False).order_by("sku").first()
    assert order(plain).status == "submitted", "of what has no brand nothing is asked"


def test_so_many_lines(cast):
    # What stood in the cart already goes first.
    placed(cast.youssef)
    ruled(cast, named(cast.sanne), lines=3)
    assert placed(cast.youssef, 2).status == "submitted"
    order = placed(cast.youssef, 3)
    assert order.status == "pending_approval"
    with scope(cast.system):
        assert [at.step.reasons[0]["lines"] for at in orders.detail(cast.system, order.number).approval.steps] == [3]


def test_a_way_of_delivery(cast):
    ruled(cast, named(cast.sanne), shipping="pickup")
    assert placed(cast.youssef).status == "submitted"
    with scope(cast.system):
        DeliveryDays.objects.update_or_create(portal_id=cast.system.portal_id, defaults={"pickup": True})
    with scope(cast.youssef):
        cart = fill(cast.youssef).cart
        type(cart).objects.filter(pk=cart.pk).update(shipping="pickup")
        assert submit(cast.youssef, orders.basket(cast.youssef, day=timezone.localdate())).status == "pending_approval"

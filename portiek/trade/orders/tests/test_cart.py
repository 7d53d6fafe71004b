"""The cart as the bar and the catalogue show it: calculated when it changes, only as far as it changed, and the same as the cart itself says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, queries, rules
from portiek.trade.orders.models import CartLine
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.pricing.models import AgreementLine, PriceListLine


def add(actor, code, quantity):
    with scope(actor):
        return actions.add_to_cart(actor, code=code, quantity=Decimal(quantity))


def shown(actor):
    """Return the cart at a glance and as it is calculated now."""
    with scope(actor, read_only=True):
        day = timezone.localdate()
        whole = queries.basket(actor, day=day)
        return queries.glance(actor, whole.policy, day=day, with_tax=False), whole


def test_the_glance_is_what_the_cart_says(cast):
    for code, quantity in (("GP-125-2600", "60"), ("MS-C75-26", "48"), ("GW-75-81", "6"), ("GP-125-2600", "40")):
        add(cast.sanne, code, quantity)
        glance, whole = shown(cast.sanne)
        assert glance.total == whole.totals.net
        assert glance.lines == [(item.product.label, item.line.quantity, item.price.net) for item in whole.lines]
    with scope(cast.sanne):
        line = CartLine.objects.get(product__sku="MS-C75-26")
        actions.change_line(cast.sanne, line_id=line.pk, quantity=Decimal(12))
    glance, whole = shown(cast.sanne)
    assert glance.total == whole.totals.net and glance.count == 3
    with scope(cast.sanne):
        actions.remove_line(cast.sanne, line_id=line.pk)
    glance, whole = shown(cast.sanne)
    assert glance.total == whole.totals.net and glance.count == 2


def test_only_what_changed_gets_its_price_again_until_that_is_too_old(cast):
    add(cast.sanne, "GP-125-2600", "60")
    before = shown(cast.sanne)[1].totals.net
    with scope(cast.system):
        product = Product.objects.get(sku="GP-125-2600")
        for lines in (PriceListLine.objects.filter(product=product), AgreementLine.objects.filter(product=product)):
            lines.update(price=Decimal("8.0000"))
        Product.objects.filter(pk=product.pk).update(list_price=Decimal("8.0000"))
    added = add(cast.sanne, "GW-75-81", "6")
    glance, whole = shown(cast.sanne)
    other = next(item.amount for item in whole.lines if item.product == added.product)
    assert glance.total == before + other and whole.totals.net == Decimal("480.00") + other
    with scope(cast.sanne):
        CartLine.objects.filter(product=product).update(shown_at=timezone.now() - timedelta(minutes=11))
        actions.change_line(cast.sanne, line_id=CartLine.objects.get(product=added.product).pk, quantity=Decimal(6))
    glance, whole = shown(cast.sanne)
    assert glance.total == whole.totals.net == Decimal("480.00") + other


def test_a_line_that_is_gone_is_said_and_not_counted(cast):
    add(cast.sanne, "GP-125-2600", "60")
    with scope(cast.system):
        Product.objects.filter(sku="GP-125-2600").update(is_active=False)
    add(cast.sanne, "GW-75-81", "6")
    with scope(cast.sanne):
        CartLine.objects.update(shown_at=None)
        actions.change_line(cast.sanne, line_id=CartLine.objects.get(product__sku="GW-75-81").pk, quantity=Decimal(6))
    glance, whole = shown(cast.sanne)
    assert glance.lines[0] == (None, Decimal(60), None)
    assert glance.total == whole.totals.net and glance.count == 2


def test_a_large_cart_costs_no_more_statements(cast):
    def count() -> int:
        with scope(cast.sanne), CaptureQueriesContext(connection) as caught:
            actions.add_to_cart(cast.sanne, code="GP-125-2600", quantity=Decimal(10))
        return len(caught)

    count()
    few = count()
    with scope(cast.sanne):
        ids = list(orderable(cast.sanne).values_list("pk", flat=True)[:200])
        actions.add_many(cast.sanne, wanted=[(key, Decimal(12)) for key in ids])
    assert count() == few
    glance = shown(cast.sanne)[0]
    assert len(glance.lines) == 8 and glance.count > 30


def test_no_more_lines_than_an_order_can_hold(cast, monkeypatch):
    monkeypatch.setattr(rules, "MAX_LINES", 2)
    for code in ("GP-125-2600", "GW-75-81"):
        add(cast.sanne, code, "6")
    with pytest.raises(Refused, match="too_many_lines"):
        add(cast.sanne, "MS-C75-26", "12")
    with scope(cast.sanne):
        ids = list(orderable(cast.sanne).values_list("pk", flat=True)[:5])
        with pytest.raises(Refused, match="too_many_lines"):
            actions.add_many(cast.sanne, wanted=[(key, Decimal(12)) for key in ids])
    assert shown(cast.sanne)[0].count == 2

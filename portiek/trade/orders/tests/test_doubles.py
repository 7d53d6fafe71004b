"""What may be ordered twice is asked about, and says no more of a colleague's order than one may see."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.foundation.accounts.models import Membership, Role
from portiek.trade.orders import actions, queries
from portiek.trade.orders.models import Lookback, Order
from portiek.trade.orders.tests.test_submit import fill, submit


def ordered(actor, *, lines=5, quantity="10", reference="", days=0):
    with scope(actor):
        fill(actor, lines, quantity)
        actions.set_details(actor, reference=reference, note="", wanted_date=None, address_id=None)
        order = submit(actor, queries.basket(actor, day=timezone.localdate()))
    if days:
        Order.objects.filter(pk=order.pk).update(placed_at=order.placed_at - timedelta(days=days))
    return order


def asked(actor, *, lines=5, quantity="10", reference=""):
    with scope(actor):
        actions.empty_cart(actor)
        fill(actor, lines, quantity)
        actions.set_details(actor, reference=reference, note="", wanted_date=None, address_id=None)
        return queries.doubles(actor, queries.basket(actor, day=timezone.localdate()), now=timezone.now())


@pytest.fixture(autouse=True)
def quiet(cast):
    """No order of before comes near these."""
    with scope(cast.system):
        Order.objects.update(placed_at=timezone.now() - timedelta(days=400))


def aged(cast, order, days):
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(placed_at=timezone.now() - timedelta(days=days))


def test_the_same_reference_in_the_company_within_the_days_of_the_portal(cast):
    mine = ordered(cast.sanne, lines=1, reference="Parkweg 12")
    [found] = asked(cast.sanne, lines=3, reference="PARKWEG 12")
    assert found.by_reference and found.order == mine
    assert asked(cast.sanne, lines=3, reference="Parkweg 1") == asked(cast.sanne, lines=3) == []
    assert asked(cast.dirk, lines=3, reference="Parkweg 12") == []
    aged(cast, mine, 31)
    assert asked(cast.sanne, lines=3, reference="Parkweg 12") == []
    with scope(cast.olga):
        actions.set_lookback(cast.olga, days=60)
    assert len(asked(cast.sanne, lines=3, reference="Parkweg 12")) == 1
    with scope(cast.olga):
        actions.set_lookback(cast.olga, days=0)
    aged(cast, mine, 1)
    assert asked(cast.sanne, lines=3, reference="Parkweg 12") == []


def test_what_stopped_is_not_ordered_twice(cast):
    order = ordered(cast.sanne, lines=1, reference="Parkweg 12")
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(status="cancelled")
    assert asked(cast.sanne, lines=3, reference="Parkweg 12") == []


def test_nearly_the_same_of_a_colleague_and_never_of_oneself(cast):
    theirs = ordered(cast.youssef, lines=5)
    [found] = asked(cast.sanne, lines=5)
    assert not found.by_reference and found.order == theirs
    assert len(asked(cast.sanne, lines=6)) == 1  # five of six
    assert asked(cast.sanne, lines=7) == asked(cast.sanne, lines=3) == asked(cast.sanne, lines=5, quantity="12000") == []
    assert asked(cast.youssef, lines=5) == asked(cast.dirk, lines=5) == []
    aged(cast, theirs, 8)
    assert asked(cast.sanne, lines=5) == []


def test_of_an_order_that_one_may_not_see_nothing_is_said_but_that_it_is_there(cast, client_of):
    hidden = ordered(cast.sanne, lines=5, reference="Kade 8")
    with scope(cast.system):
        role = Role.objects.create(portal_id=cast.youssef.portal_id, name="Eigen", audience="party", rights=["cart.edit", "order.place", "order.view.own"], owner_id=cast.youssef.party_id)
        Membership.objects.filter(user_id=cast.youssef.user_id).update(role=role)
    assert cast.youssef.reach("order.view") == "own"
    [found] = asked(cast.youssef, lines=5, reference="Kade 8")
    assert found.order is None
    page = client_of("youssef").get("/orders/cart/review/").content.decode()
    assert "Een collega bestelde onlangs al met dit kenmerk" in page and hidden.number not in page and "Sanne" not in page
    assert client_of("youssef").get(f"/orders/{hidden.number}/").status_code == 404


def test_who_may_see_it_gets_a_link_and_can_order_all_the_same(cast, client_of):
    order = ordered(cast.youssef, lines=2, reference="Kade 8")
    asked(cast.sanne, lines=3, reference="Kade 8")
    page = client_of("sanne").get("/orders/cart/review/").content.decode()
    assert "Misschien al besteld" in page and f'href="/orders/{order.number}/"' in page and "Youssef" in page
    with scope(cast.sanne):
        assert submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate())).reference == "Kade 8"


def test_it_costs_two_statements_however_large_the_basket(cast):
    sanne = cast.sanne
    ordered(cast.youssef, lines=30)
    with scope(sanne):
        fill(sanne, 30)
        basket = queries.basket(sanne, day=timezone.localdate())
        with CaptureQueriesContext(connection) as seen:
            assert len(queries.doubles(sanne, basket, now=timezone.now())) == 1
        assert len(seen) == 2


def test_staff_choose_how_long(cast, client_of):
    client = client_of("olga")
    assert client.post("/orders/twice/", {"days": "45"})["Location"] == "/orders/"
    assert 'value="45"' in client.get("/orders/twice/").content.decode()
    for days in ("-1", "366", "x", ""):
        assert client.post("/orders/twice/", {"days": days}).status_code == 422
    assert client_of("sanne").get("/orders/twice/").status_code in (403, 404)
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.set_lookback(cast.sanne, days=1)
    with scope(cast.otto):
        assert not Lookback.objects.exists() and queries.lookback(cast.otto) == 30


def test_a_price_is_no_part_of_it(cast):
    theirs = ordered(cast.youssef, lines=2)
    with scope(cast.system):
        Order.objects.filter(pk=theirs.pk).update(net=Decimal("1.00"))
    assert len(asked(cast.sanne, lines=2)) == 1

"""Limits per period: what is left is shown, what is beyond it asks for approval, and it is spent once (T11)."""

import os
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import copy_database
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts import rules as account_rules
from portiek.foundation.accounts.models import Membership, Role
from portiek.trade.orders import actions, queries, rules
from portiek.trade.orders.models import Order
from portiek.trade.orders.tests.test_submit import fill, submit


def limited(cast, amount, period="month", name="Youssef El Amrani"):
    """Give somebody of Bakker a limit per period, beside no limit per order, and return him as he is now."""
    with scope(cast.sanne):
        row = Membership.objects.get(user__name=name, party__number="10042")
        accounts.change_membership(cast.sanne, membership=row, role=row.role, period_limit=Decimal(amount), period=period)
    with scope(cast.system):
        Order.objects.filter(user_id=row.user_id).update(placed_at=timezone.now() - timedelta(days=800))
    return cast.youssef


@pytest.mark.parametrize(("period", "day", "first"), [
    ("month", date(2026, 11, 22), date(2026, 11, 1)), ("quarter", date(2026, 11, 22), date(2026, 10, 1)), ("quarter", date(2026, 3, 31), date(2026, 1, 1)),
    ("quarter", date(2026, 4, 1), date(2026, 4, 1)), ("year", date(2026, 12, 31), date(2026, 1, 1)), ("month", date(2026, 1, 1), date(2026, 1, 1))])
def test_a_period_begins_on_its_first_day(period, day, first):
    assert rules.period_start(period, day) == first


def test_beyond_what_is_left_it_asks_for_approval(cast, client_of):
    with scope(cast.youssef):
        net = fill(cast.youssef).totals.net
    youssef = limited(cast, net + 1)
    assert (youssef.order_limit, youssef.period_limit, youssef.period) == (None, net + 1, "month")
    page = client_of("youssef").get("/orders/cart/").content.decode()
    assert "zelf bestellen" in page and "per maand" in page
    with scope(youssef):
        first = submit(youssef, queries.basket(youssef, day=timezone.localdate()))
        assert (first.status, queries.room(youssef, day=timezone.localdate()).left) == ("submitted", 1)
        second_basket = fill(youssef)
    page = client_of("youssef").get("/orders/cart/review/").content.decode()
    assert "Een collega fiatteert deze bestelling eerst" in page, page
    with scope(youssef):
        second = submit(youssef, second_basket)
        assert second.status == "pending_approval"
        asked = Order.objects.select_related("approval").get(pk=second.pk).approval
        assert (asked.limit, asked.period) == (net + 1, "month")
        # What waits for a colleague is not spent by himself.
        assert queries.room(youssef, day=timezone.localdate()).left == 1
    assert "per maand" in client_of("sanne").get(f"/orders/{second.number}/").content.decode()
    with scope(cast.sanne):
        actions.approve_order(cast.sanne, order=second, seen=second.content_hash, now=timezone.now())
    with scope(youssef):
        assert queries.room(youssef, day=timezone.localdate()).left == 1
        actions.cancel_order(youssef, order=first, reason="", now=timezone.now())
        assert queries.room(youssef, day=timezone.localdate()).left == net + 1


def test_last_period_and_colleagues_do_not_count(cast):
    youssef = limited(cast, 1000, "year")
    with scope(cast.sanne):
        submit(cast.sanne, fill(cast.sanne))
    with scope(youssef):
        assert queries.room(youssef, day=timezone.localdate()).left == 1000


def test_the_highest_of_several_places_holds_and_none_is_none(cast):
    youssef = limited(cast, 1000, "month")
    with scope(cast.sanne):
        row = Membership.objects.get(user_id=youssef.user_id, party__number="10042")
        accounts.grant_membership(cast.sanne, user=row.user, party=row.party, role=Role.objects.get(code="junior"))
    with scope(cast.system):
        second = Membership.objects.get(user_id=youssef.user_id, role__code="junior")
        for amount, period, expected in (("5000", "year", (1000, "month")), ("3500", "quarter", (3500, "quarter")), (None, "month", (None, ""))):
            Membership.objects.filter(pk=second.pk).update(period_limit=amount, period=period)
            assert (cast.youssef.period_limit, cast.youssef.period) == expected


def test_nobody_gives_more_a_year_than_he_has():
    assert account_rules.why_not_period(Decimal(100), "month", Decimal(1200), "year") is None
    assert account_rules.why_not_period(Decimal(101), "month", Decimal(1200), "year") == "limit-beyond"
    assert account_rules.why_not_period(None, "month", Decimal(1200), "year") == "limit-beyond"
    assert account_rules.why_not_period(None, "month", None, "") is None
    assert account_rules.why_not_period(Decimal(1), "week", None, "") == account_rules.why_not_period(Decimal(-1), "month", None, "") == "limit-wrong"


def test_a_buyer_with_people_to_manage_gives_no_more_than_his_own_period(cast):
    with scope(cast.sanne):
        lead = accounts.make_role(cast.sanne, name="Teamleider", audience="party", owner=Membership.objects.get(user__name="Sanne Bakker").party, rights=sorted(cast.youssef.rights | {"user.manage"}))
        accounts.change_membership(cast.sanne, membership=Membership.objects.get(user__name="Youssef El Amrani"), role=lead, period_limit=Decimal(500))
    with scope(cast.youssef), pytest.raises(Refused, match="limit-beyond"):
        accounts.change_membership(cast.youssef, membership=Membership.objects.get(user__name="Nadia Peeters"), role=Role.objects.get(code="buyer"), period_limit=Decimal(501))


def test_a_key_has_the_limits_of_its_maker(cast, machine_of):
    youssef = limited(cast, 1)
    machine = machine_of(youssef)
    with scope(youssef):
        code = fill(youssef, count=1).lines[0].product.sku
    tried = machine.post("/orders:validate", {"lines": [{"sku": code, "quantity": "10"}]}).json()
    assert (tried["needs_approval"], tried["period"], tried["period_limit"], tried["period_left"]) == (True, "month", "1.00", "1.00")


def test_without_a_period_it_costs_no_statement(cast):
    sanne = cast.sanne
    with scope(sanne), CaptureQueriesContext(connection) as caught:
        assert queries.room(sanne, day=timezone.localdate()).left is None
    assert len(caught) == 0
    youssef = limited(cast, 1000)
    with scope(youssef), CaptureQueriesContext(connection) as caught:
        queries.room(youssef, day=timezone.localdate())
    assert len(caught) == 1


FORTY = """
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from portiek.config.cli import setup
setup()
from django.db import connection
from django.utils import timezone
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.models import Membership
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, queries
from portiek.trade.orders.models import Order
youssef, system = Cast().youssef, Cast().system
day = timezone.localdate()
with scope(youssef):
    sku = Product.objects.filter(is_active=True, list_price__isnull=False).order_by("sku").values_list("sku", flat=True)[0]
    asked = [queries.Asked(code=sku, quantity=Decimal(10))]
    net = queries.proposal(youssef, lines=asked, details=queries.Details(), day=day).basket.totals.net
with scope(system):
    Order.objects.filter(user_id=youssef.user_id).update(status="cancelled")
    Membership.objects.filter(user_id=youssef.user_id).update(order_limit=None, period_limit=net * 3 + 1, period="month")
youssef = Cast().youssef
def order(number):
    try:
        with scope(youssef):
            return actions.place_order(youssef, lines=asked, details=queries.Details(), key=f"{number:032x}", said="0" * 32, now=timezone.now()).status
    finally:
        connection.close()
with ThreadPoolExecutor(40) as pool:
    answers = list(pool.map(order, range(40)))
with scope(youssef):
    print(answers.count("submitted"), answers.count("pending_approval"), queries.room(youssef, day=day).left, flush=True)
"""


@pytest.mark.no_database
def test_forty_orders_at_one_moment_spend_the_limit_once():
    url = copy_database("portiek_spent")
    done = subprocess.run([sys.executable, "-c", FORTY], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=180)
    assert done.stdout.split()[:3] == ["3", "37", "1.00"], done.stdout + done.stderr[-3000:]

"""The feed of a company: what changed in its products, own prices and stock, nothing passed over, and nothing of what is not its."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound
from portiek.core.models import FactRow
from portiek.trade.catalog.models import AssortmentItem, Product, Stock
from portiek.trade.pricing import actions, jobs, queries
from portiek.trade.pricing.models import FeedItem, ProductFeed

PLATE, STUD = "GP-125-2600", "MS-C75-26"


class Follower:
    """A program that keeps what it is told, as the how-to says."""

    def __init__(self, machine):
        self.machine, self.cursor, self.shop = machine, "", {}

    def ask(self, limit=1000):
        """Ask until there is no more; return the article numbers that came."""
        came = []
        while True:
            answer = self.machine.get("/product-feed", cursor=self.cursor, limit=limit)
            assert answer.status_code == 200, answer.content
            found = answer.json()
            if found["full"]:
                self.shop = {}
            for item in found["items"]:
                came.append(item["sku"])
                self.shop.pop(item["sku"], None)
                if item["product"]:
                    self.shop[item["sku"]] = item["product"]
            self.cursor = found["next"]
            if not found["more"]:
                return came


def look(cast):
    """Let the portal look, as it does each quarter of an hour."""
    with scope(cast.system):
        jobs.look_for_all(cast.system)
    run_jobs()


def put_out(cast, sku):
    """Take an article out of every assortment."""
    with scope(cast.system):
        there = AssortmentItem.objects.filter(product__sku=sku)
        kept = [(item.assortment_id, item.product_id) for item in there]
        there.delete()
    return kept


def put_back(cast, kept):
    with scope(cast.system):
        AssortmentItem.objects.bulk_create(AssortmentItem(portal_id=cast.system.portal_id, assortment_id=assortment, product_id=product) for assortment, product in kept)


@pytest.fixture
def follower(cast, machine_of):
    machine = machine_of(cast.sanne)
    made = machine.post("/product-feed:open", None)
    assert made.status_code == 200 and made.json()["open"] and made.json()["made_at"] is None, made.content
    run_jobs()
    return Follower(machine)


def test_first_all_there_is_then_what_changed_alone(cast, follower):
    with scope(cast.sanne):
        mine = set(Product.objects.filter(is_active=True).values_list("sku", flat=True))
    came = follower.ask(limit=7)
    assert sorted(came) == sorted(mine) == sorted(follower.shop) and len(mine) > 20
    look(cast)
    assert follower.ask() == []  # nothing changed
    with scope(cast.system):
        Product.objects.filter(sku=STUD).update(list_price=Decimal("987.65"), name="Andere naam")
        Stock.objects.filter(product__sku=PLATE).update(available=Decimal("123456"))
    out = next(sku for sku in sorted(mine) if sku not in (PLATE, STUD))
    put_out(cast, out)
    look(cast)
    assert sorted(follower.ask()) == sorted([PLATE, STUD, out])
    assert Decimal(follower.shop[STUD]["list_price"]) == Decimal("987.65") and follower.shop[STUD]["name"] == "Andere naam" and Decimal(follower.shop[PLATE]["available"]) > 100_000 and out not in follower.shop
    with scope(cast.sanne):
        assert FeedItem.objects.get(sku=out).told == {}


def test_the_feed_says_what_lookups_say(cast, follower):
    follower.ask()
    lines = [{"sku": sku, "quantity": item["min_quantity"]} for sku, item in follower.shop.items()]
    prices = follower.machine.post("/prices:lookup", {"lines": lines}).json()
    stock = follower.machine.post("/availability:lookup", {"lines": lines}).json()
    assert len(prices) == len(follower.shop)
    for price, there in zip(prices, stock, strict=True):
        told = follower.shop[price["sku"]]
        assert {key: told[key] for key in ("net", "list_price", "currency", "tiers", "valid_until")} == {key: price[key] for key in ("net", "list_price", "currency", "tiers", "valid_until")}
        assert {key: told[key] for key in ("available", "next_arrival", "next_quantity")} == {key: there[key] for key in ("available", "next_arrival", "next_quantity")}


def test_a_day_alone_changes_a_price(cast, follower, monkeypatch):
    """What begins or ends by its date is told as well, although nothing was written on that day."""
    follower.ask()
    sku, day = next((sku, item["changes_on"]) for sku, item in sorted(follower.shop.items()) if item["changes_on"])
    then = follower.shop[sku]["then"]
    monkeypatch.setattr(jobs.timezone, "localdate", lambda: type(timezone.now().date()).fromisoformat(day))
    look(cast)
    assert sku in follower.ask() and follower.shop[sku]["net"] == then


def test_a_look_under_way_shows_nothing_and_loses_nothing(cast, follower):
    follower.ask()
    with scope(cast.system):
        feed = ProductFeed.objects.get()
        Product.objects.filter(sku__in=[PLATE, STUD]).update(list_price=Decimal("987.65"))
    reader = queries.reader_of(cast.system, feed)
    with scope(reader):
        ids = queries.told_ids(reader)
        told = queries.told(reader, ids, day=timezone.localdate())
    with scope(cast.system):
        assert actions.keep_told(cast.system, found=feed, told={PLATE: told[PLATE]})
    assert follower.ask() == []  # half a look
    look(cast)  # another worker was faster
    with scope(cast.system):
        assert not actions.keep_told(cast.system, found=feed, told={STUD: {"name": "oud"}}) and not actions.finish_look(cast.system, found=feed, seen=[], began=timezone.now())
    assert sorted(follower.ask()) == sorted([PLATE, STUD]) and Decimal(follower.shop[STUD]["list_price"]) == Decimal("987.65")


def test_what_left_meanwhile_is_neither_told_nor_passed_over(cast, machine_of, follower):
    kept = put_out(cast, PLATE)
    came = follower.ask()
    assert PLATE not in came and PLATE not in follower.shop
    put_back(cast, kept)  # there again before anybody looked
    look(cast)
    assert PLATE in follower.ask() and PLATE in follower.shop
    put_out(cast, PLATE)
    look(cast)
    assert follower.ask() == [PLATE] and PLATE not in follower.shop


def test_each_company_has_its_own(cast, machine_of, follower):
    follower.ask()
    dirk = machine_of(cast.dirk)
    nothing = dirk.get("/product-feed", cursor=follower.cursor).json()
    assert nothing == {"items": [], "next": "", "more": False, "full": True, "as_of": None}
    assert dirk.post("/product-feed:open", None).status_code == 200
    run_jobs()
    # A cursor of another's feed is none: it begins anew, with his own articles.
    found = dirk.get("/product-feed", cursor=follower.cursor, limit=1000)
    assert found.json()["full"] and found.json()["items"] and PLATE not in found.content.decode()
    with scope(cast.dirk):
        assert not FeedItem.objects.filter(sku=PLATE).exists() and ProductFeed.objects.count() == 1
    # Closing his ends nobody else's.
    assert dirk.post("/product-feed:close", None).json() == {"open": False, "made_at": None, "until": None}
    assert follower.ask() == [] and PLATE in follower.shop
    with scope(cast.olga):
        assert list(FactRow.objects.filter(name__startswith="pricing.feed.").order_by("pk").values_list("name", "party_id")) == [("pricing.feed.opened", cast.sanne.party_id), ("pricing.feed.opened", cast.dirk.party_id), ("pricing.feed.closed", cast.dirk.party_id)]


def test_it_asks_both_rights_and_belongs_to_a_company(cast, machine_of, follower):
    assert machine_of(cast.sanne, "catalog.view").get("/product-feed").status_code == 403
    assert machine_of(cast.sanne, "price.view").post("/product-feed:open", None).status_code == 403
    assert machine_of(cast.olga).get("/product-feed").status_code == 404
    with pytest.raises(NotFound):
        queries.reader_of(cast.sanne, ProductFeed())
    for call in (lambda: actions.keep_told(cast.sanne, found=ProductFeed(), told={}), lambda: actions.finish_look(cast.sanne, found=ProductFeed(), seen=[], began=timezone.now()), lambda: actions.end_feeds(cast.sanne, now=timezone.now())):
        with scope(cast.sanne), pytest.raises(NotFound):
            call()
    with scope(cast.olga), pytest.raises((Forbidden, NotFound)):
        actions.open_feed(cast.olga)


@pytest.mark.parametrize("cursor", ["x", "\u0662.1.1", "0123456789abcdef.1.1", "0123456789abcdef.999999999999999999999.1", "a" * 400])
def test_a_cursor_that_is_none_begins_anew(follower, cursor):
    found = follower.machine.get("/product-feed", cursor=cursor).json()
    assert found["full"] and found["items"]


def test_what_nobody_opened_again_for_a_month_ends(cast, follower):
    follower.ask()
    with scope(cast.system):
        ProductFeed.objects.update(renewed_at=timezone.now() - timedelta(days=29))
    assert follower.machine.post("/product-feed:open", None).json()["made_at"]  # goes on, with its cursor
    look(cast)
    assert follower.ask() == []
    with scope(cast.system):
        ProductFeed.objects.update(renewed_at=timezone.now() - timedelta(days=31))
    look(cast)
    with scope(cast.system):
        assert not FeedItem.objects.exists() and not ProductFeed.objects.exists()
    follower.ask()
    assert follower.shop == {}


def test_a_page_costs_the_same_however_long(cast, follower):
    def cost(limit):
        with CaptureQueriesContext(connection) as caught:
            follower.machine.get("/product-feed", limit=limit)
        return len(caught)

    cost(20)
    assert cost(1) == cost(20)


def test_people_and_staff_see_that_it_is_followed(cast, client_of, follower):
    sees = "Feed van producten, prijzen en voorraad"
    assert sees in client_of("sanne").get("/api/keys/").content.decode()
    assert sees in client_of("olga").get("/parties/10042/programs/").content.decode()
    assert sees not in client_of("dirk").get("/api/keys/").content.decode()
    with scope(cast.dirk):
        assert not queries.feeds_of(cast.dirk, party_id=cast.sanne.party_id).exists() and queries.feeds_of(cast.dirk, party_id=None).count() == 0

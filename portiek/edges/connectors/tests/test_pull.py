"""From the ERP into the portal: resumed, skipped, put aside, stopped; never a crash."""

from __future__ import annotations

import dataclasses
import json
import time
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.edges.connectors import actions, contract, engine, facts, pulling, queries, records
from portiek.edges.connectors.models import Feed, Known, Quarantine
from portiek.edges.connectors.sessions import Session
from portiek.edges.connectors.vendors import CountingHttp
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product, Stock


def first_product(world) -> contract.ProductRecord:
    return world.store.all(contract.ProductRecord, "product")[0]


def test_the_seeds_agree_with_the_erp(world):
    ran = world.run()
    assert ran.feeds and not ran.errors
    assert all(changed == 0 for entity, (_seen, changed) in ran.feeds.items() if entity != "stock")
    with scope(world.actor):
        assert not Quarantine.objects.exists()


def test_a_change_comes_in_and_is_dated(world):
    product = first_product(world)
    world.store.put("product", product.external_id, dataclasses.replace(product, list_price=Decimal("123.45")))
    assert world.run().feeds["product"] == (1, 1)
    with scope(world.actor):
        assert Product.objects.get(external_id=product.external_id).list_price == Decimal("123.45")
        assert (timezone.now() - queries.freshness(world.actor, "product").as_of).total_seconds() < 60
    assert world.run().feeds["product"] == (0, 0)


def test_customers_read_the_freshness_but_no_feed(world, cast):
    world.run()
    with scope(cast.sanne):
        assert queries.freshness(cast.sanne, "stock").source == "Van Dijk ERP"
    with pytest.raises(Exception, match="permission denied"), scope(cast.sanne):
        list(Feed.objects.all())
    with scope(cast.otto):
        assert queries.freshness(cast.otto, "stock") is None


def test_a_full_load_in_small_pages_breaks_off_and_goes_on(world, monkeypatch):
    monkeypatch.setattr(pulling, "FIRST_PAGE_SIZE", 3)
    with scope(world.actor):
        Known.objects.filter(entity="product").delete()
        actions.begin_full(world.actor, feed=world.feed("product"))
    total = world.store.count("product")
    session = engine._session(world.actor, world.connection.pk)
    run = pulling.pull_feed(session, world.feed("product"), until=time.monotonic() - 1)
    assert run.more and run.seen == 3
    half = world.feed("product")
    assert half.cursor and half.is_loading and half.last_ok
    world.store.set_faults(breaks=1)
    assert pulling.pull_feed(session, half, until=time.monotonic() + 60).error
    assert world.feed("product").cursor == half.cursor
    rest = pulling.pull_feed(session, world.feed("product"), until=time.monotonic() + 60)
    assert rest.error is None and run.seen + rest.seen == total
    with scope(world.actor):
        assert Known.objects.filter(entity="product").count() == total
        assert facts.FeedLoaded(connection_id=world.connection.pk, entity="product") in recorded()
    assert not world.feed("product").is_loading


def test_an_answer_that_comes_twice_counts_once(world):
    product = first_product(world)
    world.store.put("product", product.external_id, dataclasses.replace(product, list_price=Decimal("9.99")))
    world.store.set_faults(twice=True)
    assert world.run().feeds["product"] == (2, 1)


def test_an_erp_that_is_down_stops_no_page_and_comes_back_by_itself(world):
    world.store.set_faults(down=True)
    world.run()
    assert world.fresh(world.connection).down_since
    assert world.feed("product").error_code == "unreachable"
    assert engine.pull(world.actor, world.connection.pk) is None
    world.store.set_faults()
    world.run()
    assert world.fresh(world.connection).down_since is None
    assert world.feed("product").errors == 0


def test_a_wrong_key_is_said_in_words(world):
    world.store.set_faults(denied=True)
    assert "sleutel" in world.run().errors["party"]
    assert engine.check(world.actor, world.connection.pk).ok is False
    assert world.fresh(world.connection).is_healthy is False


def test_two_readers_of_one_feed_take_turns(world):
    with scope(world.actor):
        assert actions.take_feed(world.actor, feed=world.feed("product"), token="other", seconds=60)
    session = engine._session(world.actor, world.connection.pk)
    assert pulling.pull_feed(session, world.feed("product"), until=time.monotonic() + 5).busy


def test_nothing_is_read_before_what_it_needs_was_read_once(world):
    with scope(world.actor):
        Feed.objects.update(is_loading=True, last_ok=None, next_run=None)
        assert actions.take_feed(world.actor, feed=world.feed("party"), token="other", seconds=60)
        assert [feed.entity for feed in queries.due_feeds(world.actor, world.connection.pk)] == ["category", "product", "price_list"]
        actions.finish_feed(world.actor, feed=world.feed("party"), token="other", wait=300, more=False)
        assert [feed.entity for feed in queries.due_feeds(world.actor, world.connection.pk)][3:] == ["stock", "order", "shipment", "invoice", "payment"]


def test_what_lacked_something_is_taken_in_once_that_is_there(world):
    product = first_product(world)
    with scope(world.actor):
        problem = {product.external_id: contract.Problem("unknown category", "")}
        actions.quarantine(world.actor, connection_id=world.connection.pk, entity="product", changes={}, problems=problem)
        Product.objects.filter(external_id=product.external_id).update(list_price=Decimal("1.11"), erp_version="")
    assert engine.check(world.actor, world.connection.pk).ok
    with scope(world.actor):
        assert not Quarantine.objects.exists()
        assert Product.objects.get(external_id=product.external_id).list_price == product.list_price


def put_aside(world, entity, *keys, tries=1, version="v9"):
    """Put records aside as a feed does, each tried so often, for a reason that must not get lost."""
    with scope(world.actor):
        for key in keys:
            change = contract.Change(entity, key, version, None, timezone.now())
            actions.quarantine(
                world.actor, connection_id=world.connection.pk, entity=entity, changes={key: change}, problems={key: contract.Problem("true reason", "what it sent")}
            )
        Quarantine.objects.filter(entity=entity, external_id__in=keys).update(tries=tries)


def fetched(monkeypatch, answer):
    """Listen to which records are asked for; `answer(number, entity, key)` may raise."""
    from portiek.edges.connectors.demo import DemoConnector

    asked, real = [], DemoConnector.fetch

    def fetch(self, entity, key):
        asked.append((entity, key))
        answer(len(asked), entity, key)
        return real(self, entity, key)

    monkeypatch.setattr(DemoConnector, "fetch", fetch)
    return asked


def test_what_is_paused_is_not_read_again(world, cast, monkeypatch):
    products = [item.external_id for item in world.store.all(contract.ProductRecord, "product")[:2]]
    put_aside(world, "product", *products)
    put_aside(world, "stock", "nowhere")
    asked = fetched(monkeypatch, lambda *_arguments: None)
    with scope(cast.olga):
        actions.pause(cast.olga, connection=world.connection, entity="product")
    assert engine.check(world.actor, world.connection.pk).ok and asked == [("stock", "nowhere")]
    with scope(cast.olga):
        actions.resume(cast.olga, connection=world.connection, entity="product")
        actions.pause(cast.olga, connection=world.connection)
    asked.clear()
    assert engine.check(world.actor, world.connection.pk).ok and asked == []


@pytest.mark.parametrize("code", ["unavailable", "denied"])
def test_an_erp_that_stops_answering_takes_no_reason_away(world, monkeypatch, code):
    keys = [item.external_id for item in world.store.all(contract.ProductRecord, "product")[:5]]
    put_aside(world, "product", *keys)
    put_aside(world, "stock", "nowhere")

    def breaks(number, entity, key):
        if number > 2:
            raise contract.ConnectorError("gone fishing", code=code, after=1.0 if code == "unavailable" else None)

    asked = fetched(monkeypatch, breaks)
    assert engine.check(world.actor, world.connection.pk).ok
    assert len(asked) == 3
    with scope(world.actor):
        left = Quarantine.objects.order_by("pk")
        assert [(row.external_id, row.reason, row.payload, row.version, row.tries) for row in left] == [
            (key, "true reason", "what it sent", "v9", 1) for key in (*keys[2:], "nowhere")
        ]
        assert world.fresh(world.connection).failures == 1


def test_a_fault_keeps_what_the_erp_sent_before(world, monkeypatch):
    put_aside(world, "product", "P-1")

    def breaks(number, entity, key):
        raise ValueError("cannot be mapped")

    fetched(monkeypatch, breaks)
    engine.reread(world.actor, world.connection.pk, "product", "P-1")
    with scope(world.actor):
        row = Quarantine.objects.get()
        assert "cannot be mapped" in row.reason and (row.payload, row.version, row.tries) == ("what it sent", "v9", 2)


def test_everything_that_was_put_aside_gets_its_turn(world, monkeypatch):
    monkeypatch.setattr(engine, "HEALED_AT_ONCE", 3)
    put_aside(world, "stock", "S-1", "S-2")
    put_aside(world, "product", "P-1", "P-2", "P-3")

    def breaks(number, entity, key):
        raise ValueError("cannot be mapped")

    asked = fetched(monkeypatch, breaks)
    engine.check(world.actor, world.connection.pk)
    # What the others need comes first, then those that had no turn yet.
    assert asked == [("product", "P-1"), ("product", "P-2"), ("product", "P-3")]
    asked.clear()
    engine.check(world.actor, world.connection.pk)
    assert asked == [("stock", "S-1"), ("stock", "S-2"), ("product", "P-1")]


def test_reading_again_ends_with_its_time_and_leaves_room_for_orders(world, monkeypatch):
    put_aside(world, "product", "P-1", "P-2")
    asked = fetched(monkeypatch, lambda *_arguments: None)
    with monkeypatch.context() as patch:
        patch.setattr(engine, "SECONDS", 0.0)
        engine.check(world.actor, world.connection.pk)
    monkeypatch.setattr(Session, "has_room", lambda _session, *, for_order: for_order)
    engine.check(world.actor, world.connection.pk)
    assert asked == []
    # A person who asks waits for it.
    engine.reread(world.actor, world.connection.pk, "product", "P-1")
    assert asked == [("product", "P-1")]


def test_what_is_gone_is_put_away_and_a_disaster_is_not(world):
    products = world.store.all(contract.ProductRecord, "product")
    # Gone without a trace in the feed: only the keys tell.
    world.store._db.execute("DELETE FROM doc WHERE entity = 'product' AND id = ?", (products[0].external_id,))
    engine.sweep(world.actor, world.connection.pk)
    with scope(world.actor):
        assert Product.objects.get(external_id=products[0].external_id).is_active is False
    world.store._db.execute("DELETE FROM doc WHERE entity = 'product' AND id <> ?", (products[1].external_id,))
    engine.sweep(world.actor, world.connection.pk)
    with scope(world.actor):
        assert Product.objects.filter(is_active=True, external_id__in=[item.external_id for item in products]).count() == sum(item.active for item in products) - 1
    assert world.feed("product").sweep_missing == len(products) - 2


def test_a_sweep_finds_what_the_feed_missed(world):
    product = first_product(world)
    with scope(world.actor):
        Known.objects.filter(entity="product", external_id=product.external_id).delete()
        Product.objects.filter(external_id=product.external_id).update(list_price=Decimal("1.11"))
    engine.sweep(world.actor, world.connection.pk)
    with scope(world.actor):
        assert Product.objects.get(external_id=product.external_id).list_price == product.list_price


class Hostile:
    """An ERP that answers with whatever it likes."""

    def __init__(self, page: object = None) -> None:
        self.page = page

    def capabilities(self) -> contract.Capabilities:
        return contract.Capabilities(
            feeds={"product": contract.FeedCapability("counter", True, 100, 0), "stock": contract.FeedCapability("counter", True, 100, 0)},
            commands={},
            documents={},
        )

    def pull(self, entity: str, cursor: str | None, limit: int) -> object:
        if isinstance(self.page, Exception):
            raise self.page
        return self.page


def page_of(*found: contract.Record, cursor: object = "1", more: object = False) -> contract.Page:
    changes = tuple(contract.Change("product", str(getattr(item, "external_id", "x"))[:64], "v1", item, timezone.now()) for item in found)
    return contract.Page(changes, cursor, more)  # type: ignore[arg-type]


def pulled(world, page: object, entity: str = "product") -> pulling.Run:
    session = Session(world.actor, world.connection, Hostile(page), CountingHttp())  # type: ignore[arg-type]
    return pulling.pull_feed(session, world.feed(entity), until=time.monotonic() + 5)


@pytest.mark.parametrize(
    "page",
    [
        None,
        [],
        "no",
        {"changes": []},
        page_of(cursor=None),
        page_of(cursor="x" * 200_000),
        page_of(cursor="a\0b"),
        page_of(more="yes"),
        contract.Page((1, 2), "1", False),
        contract.Page([], "1", False),
        RecursionError(),
        ValueError("<script>"),
        MemoryError(),
        KeyError("a"),
    ],
)
def test_an_answer_that_is_no_page_stops_the_feed_and_nothing_else(world, page):
    before = world.feed("product").cursor
    run = pulled(world, page)
    assert run.error and run.error[0] in ("contract", "fault")
    feed = world.feed("product")
    assert feed.cursor == before and feed.errors == 1 and feed.next_run > timezone.now()


def test_a_feed_that_goes_round_for_ever_is_stopped(world):
    assert pulled(world, page_of(cursor="same", more=True)).error[0] == "contract"


@pytest.mark.parametrize(
    "change",
    [
        {"list_price": Decimal("-1")},
        {"list_price": Decimal("NaN")},
        {"list_price": Decimal("1e40")},
        {"list_price": 12.5},
        {"list_price": "12"},
        {"sku": "x" * 100_000},
        {"sku": None},
        {"names": {"nl": "a\0b"}},
        {"names": ["x"]},
        {"tax_rate": Decimal("Infinity")},
        {"unit": None},
        {"active": "yes"},
        {"quantity_step": Decimal("-2")},
        {"categories": ["a"]},
        {"sku": "x" * 300},
        {"weight": Decimal("-0.1")},
        {"external_id": "other"},
        {"names": {"nl": "y" * 25_000}},
    ],
)
def test_a_bad_record_is_put_aside_and_the_good_ones_come_in(world, change):
    good = first_product(world)
    good = dataclasses.replace(good, list_price=Decimal("77.77"))
    other = world.store.all(contract.ProductRecord, "product")[1]
    bad = dataclasses.replace(other, **{"external_id": "BAD", "sku": "BAD-1", **change})
    changes = (contract.Change("product", "BAD", "v1", bad, timezone.now()), contract.Change("product", good.external_id, "v2", good, timezone.now()))
    run = pulled(world, contract.Page(changes, "2", False))
    assert run.error is None and run.changed == 1
    with scope(world.actor):
        assert Product.objects.get(external_id=good.external_id).list_price == Decimal("77.77")
        held = Quarantine.objects.get()
        assert (held.external_id, held.tries) == ("BAD", 1) and held.reason and len(held.payload) <= records.SHOWN
        assert not Product.objects.filter(external_id="BAD").exists()


def test_it_leaves_the_quarantine_when_it_is_mended(world):
    product = dataclasses.replace(first_product(world), external_id="NEW", sku="NEW-1", ean="")
    bad = dataclasses.replace(product, list_price=Decimal("-5"))
    for _ in range(2):
        pulled(world, contract.Page((contract.Change("product", "NEW", "v1", bad, timezone.now()),), "2", False))
    with scope(world.actor):
        assert Quarantine.objects.get().tries == 2
    pulled(world, contract.Page((contract.Change("product", "NEW", "v2", product, timezone.now()),), "3", False))
    with scope(world.actor):
        assert not Quarantine.objects.exists() and Product.objects.filter(external_id="NEW").exists()


def test_stock_of_a_product_that_is_not_there_yet_waits_and_is_read_again(world):
    row = contract.StockRecord("LATER-ZW", "LATER", "ZW", "Zwolle", Decimal(5), Decimal(5), None, None)
    world.store.put("stock", "LATER-ZW", row, "LATER")
    world.run()
    with scope(world.actor):
        assert Quarantine.objects.get().entity == "stock"
    world.store.put("product", "LATER", dataclasses.replace(first_product(world), external_id="LATER", sku="LATER", ean=""))
    world.run()
    engine.reread(world.actor, world.connection.pk, "stock", "LATER-ZW")
    with scope(world.actor):
        assert not Quarantine.objects.exists()
        assert Stock.objects.get(external_id="LATER-ZW").available == 5


def test_cursors_are_the_erps_own_and_kept_as_they_come(world):
    pulled(world, contract.Page((), json.dumps({"any": ["thing"]}), False))
    assert world.feed("product").cursor == '{"any": ["thing"]}'


def test_what_the_erp_says_of_a_product_comes_along(world, cast):
    product = next(item for item in world.store.all(contract.ProductRecord, "product") if item.sku == "GP-125-2600")
    assert {item.code: item.values["nl"] for item in product.attributes}["dikte"] == "12.5", "the ERP of the demo says so"
    wider = contract.AttributeRecord("dikte", {"nl": "Dikte", "en": "Thickness"}, "number", "mm", {"nl": "15"})
    odd = contract.AttributeRecord("EF1", {"nl": "Vreemd"}, "number", "mm", {"nl": "veel"})
    world.store.put("product", product.external_id, dataclasses.replace(product, attributes=(wider, odd)))
    assert world.run().feeds["product"][0] == 1
    with scope(cast.sanne):
        said = catalog.attributes_of(cast.sanne, [Product.objects.get(sku="GP-125-2600").pk])
        assert {row.attribute.code: row.value for rows in said.values() for row in rows if row.from_erp} == {"dikte": "15"}
    world.store.put("product", product.external_id, dataclasses.replace(product, attributes=()))
    world.run()
    with scope(cast.sanne):
        assert not any(row.from_erp for row in catalog.attributes_of(cast.sanne, [Product.objects.get(sku="GP-125-2600").pk]).get(Product.objects.get(sku="GP-125-2600").pk, []))


def test_what_the_erp_says_products_are_versions_of_comes_along(world, cast):
    family = contract.FamilyRecord("F1", "metal-stud", {"nl": "Metal stud C-profiel", "en": "Metal stud C"}, ("dikte",))
    for sku in ("MS-C75-26", "MS-C50-26"):
        product = next(item for item in world.store.all(contract.ProductRecord, "product") if item.sku == sku)
        world.store.put("product", product.external_id, dataclasses.replace(product, family=family))
    world.run()
    with scope(cast.sanne):
        versions = catalog.versions(cast.sanne, catalog.product(cast.sanne, "MS-C75-26"))
        assert (versions.family.code, versions.family.name_en, [item.sku for item in versions.members], [axis.code for axis in versions.axes]) == ("metal-stud", "Metal stud C", ["MS-C50-26", "MS-C75-26"], ["dikte"])
    world.store.put("product", product.external_id, dataclasses.replace(product, family=None))
    world.run()
    with scope(cast.sanne):
        assert catalog.product(cast.sanne, "MS-C50-26").family_id is None and catalog.product(cast.sanne, "MS-C75-26").family_id

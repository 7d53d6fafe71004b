"""A price list longer than one record may be comes in portions: whole in the end, also when it changes or breaks off in between."""

from __future__ import annotations

import pytest

from portiek.core.db import scope
from portiek.edges.connectors import engine, pulling, queries
from portiek.edges.connectors.engine import _session
from portiek.edges.connectors.files import connector
from portiek.edges.connectors.models import FileDelivery, Quarantine
from portiek.trade.pricing.models import PriceListLine

COUNT = 95


@pytest.fixture
def lists(files, monkeypatch):
    monkeypatch.setattr(connector, "PORTION", 20)
    files.map("product", external_id="nr", name="naam")
    files.map("price_list", external_id="lijst", lines__product="nr", lines__price={"column": "prijs", "change": "comma"}, lines__min_quantity="vanaf")
    files.put("product.csv", ["nr;naam", *(f"A{n:03d};Artikel {n}" for n in range(COUNT))])
    return files


def told(files, name, rows):
    files.put(name, ["lijst;nr;vanaf;prijs", *rows])


def priced(files):
    with scope(files.actor):
        return {(sku, int(least)): f"{price:.2f}" for sku, least, price in PriceListLine.objects.filter(price_list__external_id="L1").values_list("product__external_id", "min_quantity", "price")}


def as_told(rows):
    cells = [row.split(";") for row in rows]
    return {(nr, int(least)): price.replace(",", ".") for _list, nr, least, price in cells}


def held(files):
    with scope(files.actor):
        return list(Quarantine.objects.filter(connection=files.connection, entity="price_list").values_list("external_id", "reason"))


def test_a_long_list_is_whole_and_what_it_lacks_is_gone(lists):
    # Shuffled, with two steps of each product: a portion must not part them.
    rows = [f"L1;A{n * 37 % COUNT:03d};{least};{n + 1},{least % 10}0" for least in (1, 50) for n in range(COUNT)]
    told(lists, "price_list-1.csv", [*rows, "L2;A001;1;5,00"])
    ran = lists.run()
    assert not ran.errors and not held(lists)
    assert ran.feeds["price_list"][0] > 190 // 20 and priced(lists) == as_told(rows)
    with scope(lists.actor):
        assert PriceListLine.objects.get(price_list__external_id="L2").product.external_id == "A001"
    assert lists.run().feeds["price_list"] == (0, 0)
    fewer = [row.replace(";1;", ";1;9") for row in rows if int(row[4:7]) % 3]
    told(lists, "price_list-2.csv", [*fewer, "L2;A001;1;5,00"])
    lists.run()
    assert priced(lists) == as_told(fewer)
    # A short one again.
    told(lists, "price_list-3.csv", [*fewer[:70], "L2;A001;1;5,00"])
    lists.run()
    told(lists, "price_list-4.csv", [fewer[0], "L2;A001;1;5,00"])
    lists.look()
    with scope(lists.actor):
        assert FileDelivery.objects.filter(connection=lists.connection).order_by("-pk").first().code == "fewer"
    assert priced(lists) == as_told(fewer[:70])


def test_an_unknown_product_in_one_portion_is_said_and_holds_up_no_other_line(lists):
    rows = [f"L1;A{n:03d};1;{n + 1},00" for n in range(COUNT)]
    told(lists, "price_list.csv", ["L1;A0005;1;1,00", *rows])
    lists.run()
    assert [key for key, _why in held(lists)] == ["L1"] and "A0005 unknown_product" in held(lists)[0][1]
    assert priced(lists) == as_told(rows)
    lists.put("product-2.csv", ["nr;naam", *(f"A{n:03d};Artikel {n}" for n in range(COUNT)), "A0005;Artikel 5 met een nul"])
    lists.run()
    engine.heal(lists.actor, lists.connection.pk)
    assert not held(lists) and priced(lists) == as_told(["L1;A0005;1;1,00", *rows])


def test_a_list_that_changes_while_it_is_read_ends_as_the_last_file_says(lists):
    rows = [f"L1;A{n:03d};1;{n + 1},00" for n in range(COUNT)]
    told(lists, "price_list-1.csv", rows)
    lists.look()
    session = _session(lists.actor, lists.connection.pk)
    with scope(lists.actor):
        feeds = {feed.entity: feed for feed in queries.feeds(lists.actor, lists.connection)}
    pulling.pull_feed(session, feeds["product"], until=float("inf"))
    assert pulling.pull_feed(session, feeds["price_list"], until=0).more
    assert priced(lists) == as_told(rows[:20])
    changed = [f"L1;A{n:03d};1;{n + 2},00" for n in range(5, COUNT)]
    told(lists, "price_list-2.csv", changed)
    lists.run()
    assert priced(lists) == as_told(changed) and not held(lists)


def test_half_a_list_is_not_read_while_it_is_written(lists):
    rows = [f"L1;A{n:03d};1;{n + 1},00" for n in range(COUNT)]
    told(lists, "price_list-1.csv", rows)
    lists.run()
    told(lists, "price_list-2.csv", rows[::-1])
    lists.look()
    with scope(lists.actor):
        FileDelivery.objects.filter(connection=lists.connection, name="price_list-2.csv").update(state="loading")
    assert engine.run_once(lists.connection).feeds["price_list"] == (0, 0)


def test_more_lines_of_one_product_than_a_portion_are_refused_in_words(lists):
    told(lists, "price_list.csv", [f"L1;A001;{n};1,00" for n in range(1, 30)])
    lists.run()
    assert held(lists) == [("L1", "shape: more than 20 lines of A001")]


def test_a_file_by_hand_is_tried_to_its_last_portion(lists):
    from portiek.edges.connectors.files import actions, collecting, reading

    told(lists, "price_list.csv", rows := [f"L1;A{n:03d};1;{n + 1},00" for n in range(COUNT)])
    lists.run()
    path = lists.place / "mine.csv"
    path.write_text("\n".join(["lijst;nr;vanaf;prijs", *rows, "L1;ZZZ;1;2,00"]))
    heads, sample = reading.sample(path, "price_list")
    with scope(lists.actor), path.open("rb") as content:
        made = actions.bring_file(lists.actor, connection=lists.connection, layout="price_list", name="price_list.csv", content=content, is_whole=True, heads=heads, sample=sample)
    collecting.look(lists.actor, lists.connection.pk)
    with scope(lists.actor):
        made.refresh_from_db()
        assert made.refused == COUNT + 1 and made.state == "held"
    assert priced(lists) == as_told(rows)

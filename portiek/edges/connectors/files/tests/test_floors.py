"""Minimum prices by files: they raise what is too low at once, staff only read them, and what is wrong is said by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.core.models import FactRow
from portiek.edges.connectors import engine
from portiek.edges.connectors.files import actions, collecting, reading
from portiek.edges.connectors.models import Feed, Quarantine
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions as pricing
from portiek.trade.pricing import queries, records
from portiek.trade.pricing.models import PriceFloor

DAY = date(2027, 3, 1)
HEADS = "artikel;groep;minimumprijs;opslag;afspraken mogen lager;van;tot"


@pytest.fixture
def floors(files):
    files.map("product", external_id="nr", name="naam", list_price="prijs", discount_group="groep")
    files.map("party", external_id="nr", name="naam")
    files.map("discount", party="klant", discount_group="groep", discount={"column": "korting", "change": "percent"})
    files.map("floor", product="artikel", discount_group="groep", amount={"column": "minimumprijs", "change": "comma"}, markup={"column": "opslag", "change": "percent"}, agreements_below="afspraken mogen lager", valid_from="van", valid_until="tot")
    files.put("product.csv", ["nr;naam;prijs;groep", "A1;Balk;10;HOUT", "A2;Plaat;20;PLAAT", "A3;Lat;4;HOUT"])
    files.put("party.csv", ["nr;naam", "K1;Bouwbedrijf Aalders"])
    files.put("discount.csv", ["klant;groep;korting", "K1;HOUT;50", "K1;PLAAT;50"])
    return files


def price(files, sku):
    with scope(files.actor):
        product, whose = Product.objects.get(external_id=sku), Party.objects.get(external_id="K1")
        return queries.standing_price(files.actor, product.pk, Decimal(1), day=DAY, party_id=whose.pk).net


def held(files):
    with scope(files.actor):
        return dict(Quarantine.objects.filter(connection=files.connection).values_list("external_id", "reason"))


def test_a_minimum_price_counts_until_the_file_says_otherwise(floors):
    floors.run()
    assert (price(floors, "A1"), price(floors, "A2"), price(floors, "A3")) == (5, 10, 2)
    with scope(floors.actor):
        for sku, cost in (("A3", "3"), ("A1", "1")):
            pricing.set_cost(floors.actor, product=Product.objects.get(external_id=sku), cost=Decimal(cost))
    floors.put("floor.csv", [HEADS, "A1;;8,50;;nee;;", "A2;;15;;ja;1-1-2026;31-12-2026", "A2;;12;;ja;1-1-2027;31-12-2027", ";HOUT;;12,5;;;"])
    assert not floors.run().errors and not held(floors)
    assert (price(floors, "A1"), price(floors, "A2"), price(floors, "A3")) == (Decimal("8.50"), 12, Decimal("3.375"))
    with scope(floors.actor):
        made = PriceFloor.objects.get(external_id="A2@@2027-01-01")
        assert (made.amount, made.agreements_below, made.valid_until) == (12, True, date(2027, 12, 31)) and made.as_of
        assert PriceFloor.objects.get(external_id="@HOUT").percent == Decimal("12.50")
        assert FactRow.objects.filter(name="pricing.floor.changed").count() == 4
    floors.put("floor-2.csv", [HEADS, "A1;;9,00;;nee;;", ";HOUT;;12,5;;;"])
    floors.run()
    # What a whole file no longer names is no more; what is the same is not said again.
    assert (price(floors, "A1"), price(floors, "A2")) == (9, 10)
    with scope(floors.actor):
        told = list(FactRow.objects.filter(name="pricing.floor.changed").order_by("pk"))
        assert len(told) == 7 and {row.text for row in told[4:]} == {"A1", "A2"}
        assert [row.changes["amount"] for row in told[4:] if row.text == "A1"] == [["8.5000", "9.00"]] and all(row.changes["amount"][1] == "" for row in told[4:] if row.text == "A2")


def test_what_cannot_be_a_minimum_price_waits_with_its_reason(floors):
    floors.put("floor.csv", [HEADS, "A1;;8;;;;", "A1;HOUT;8;;;;", "A2;;8;10;;;", ";PLAAT;8;;;;", "A3;;;12,345;;;", "ZZZ;;8;;;;", "A2;;8;;;2-1-2027;1-1-2027", "A3;;0;;;1-1-2027;"])
    floors.run()
    assert held(floors) == {"A1@HOUT": "bad_target", "A2@": "bad_reward", "@PLAAT": "amount_of_group", "A3@": "bad_markup", "ZZZ@": "unknown_product", "A2@@2027-01-02": "bad_days", "A3@@2027-01-01": "bad_reward"}
    assert price(floors, "A1") == 8
    floors.put("product-delta.csv", ["nr;naam;prijs;groep", "ZZZ;Nieuw;9;HOUT"])
    floors.run()
    engine.heal(floors.actor, floors.connection.pk)
    assert "ZZZ@" not in held(floors) and price(floors, "ZZZ") == 8


def test_one_of_the_portal_becomes_the_erps_and_staff_only_read_it(floors):
    floors.run()
    with scope(floors.actor):
        product = Product.objects.get(external_id="A1")
        own = pricing.add_floor(floors.actor, product=product, discount_group="", amount=Decimal(7), percent=None)
        other = pricing.add_floor(floors.actor, product=None, discount_group="HOUT", amount=None, percent=Decimal(5))
    floors.put("floor.csv", [HEADS, "A1;;8;;;;"])
    floors.run()
    with scope(floors.actor):
        own.refresh_from_db()
        assert (own.external_id, own.amount) == ("A1@", 8) and PriceFloor.objects.get(pk=other.pk).external_id is None
        for attempt in (lambda: pricing.change_floor(floors.actor, floor=own, values={"amount": Decimal(1)}), lambda: pricing.remove_floor(floors.actor, floor=own)):
            with pytest.raises(Refused, match="of_the_erp"):
                attempt()
        # What the article costs is not the ERP's to say.
        own.refresh_from_db()
        assert pricing.change_floor(floors.actor, floor=own, values={"amount": Decimal(8), "cost": Decimal(6)}) and queries.cost(floors.actor, product.pk) == 6
        assert [item.code for item in pricing.apply_floors(floors.actor, records=[records.FloorRecord("X1", "A1", amount=Decimal(2))])] == ["number_taken"]


def test_the_page_of_minimum_prices_offers_no_change_of_one_of_the_erp(cast, client_of):
    with scope(cast.system):
        made = PriceFloor.objects.exclude(product=None).select_related("product").order_by("pk").first()
        PriceFloor.objects.filter(pk=made.pk).update(external_id="E1@")
    page = client_of("peter").get("/prices/floors/").content.decode()
    assert made.product.sku in page and f"/prices/floors/{made.pk}/" not in page
    said = client_of("peter").post(f"/prices/floors/{made.pk}/remove/", follow=True)
    assert said.status_code == 200 and "in de administratie bijgehouden" in said.content.decode()
    with scope(cast.system):
        assert PriceFloor.objects.filter(pk=made.pk).exists()


def test_who_buys_brings_no_minimum_price(cast):
    with scope(cast.sanne), pytest.raises(Forbidden):
        pricing.apply_floors(cast.sanne, records=[records.FloorRecord("E1", None, "HOUT", percent=Decimal(1))])


def test_a_file_by_hand_says_by_row_what_would_be_refused(floors):
    floors.run()
    path = floors.place / "mine.csv"
    path.write_text("\n".join([HEADS, "A1;;8,50;;;;", "ZZZ;;8,50;;;;", ";PLAAT;8;;;;", "A2;;veel;;;;"]))
    heads, sample = reading.sample(path, "floor")
    with scope(floors.actor), path.open("rb") as content:
        made = actions.bring_file(floors.actor, connection=floors.connection, layout="floor", name="floor.csv", content=content, is_whole=True, heads=heads, sample=sample)
    collecting.look(floors.actor, floors.connection.pk)
    with scope(floors.actor):
        made.refresh_from_db()
        assert (made.state, made.new, made.refused) == ("ready", 1, 3) and not PriceFloor.objects.filter(external_id="A1@").exists()


def test_a_connection_of_before_gets_minimum_prices_at_its_next_check(floors):
    with scope(floors.actor):
        Feed.objects.filter(connection=floors.connection, entity="floor").delete()
    engine.check(floors.actor, floors.connection.pk)
    with scope(floors.actor):
        assert Feed.objects.filter(connection=floors.connection, entity="floor").count() == 1

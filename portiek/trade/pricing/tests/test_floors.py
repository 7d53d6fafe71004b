"""Minimum prices: nothing brings a price below one but an agreement that may; who buys reads nothing of what things cost."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.core.money import Policy
from portiek.foundation.imports.tests.test_people import brought, outcomes
from portiek.trade.catalog.models import Product
from portiek.trade.orders import wording
from portiek.trade.pricing import actions, facts, queries
from portiek.trade.pricing.candidates import considered
from portiek.trade.pricing.models import CostPrice, PriceFloor
from portiek.trade.pricing.rules import Candidate, price_of

D = Decimal
DAY = date(2026, 11, 23)


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


def _price(actor, sku, quantity=1, **more):
    return queries.standing_price(actor, Product.objects.get(sku=sku).pk, D(quantity), day=more.pop("day", timezone.localdate()), **more)


def _floor(cast, sku=None, group="", **more):
    with scope(cast.peter):
        product = Product.objects.get(sku=sku) if sku else None
        PriceFloor.objects.filter(product=product, discount_group=group).delete()
        return actions.add_floor(cast.peter, **{"product": product, "discount_group": group, "amount": None, "percent": None, **more})


def _of(*lines, floor, spares=0, listed="10", quantity="1", **more):
    under = Candidate("floor", 1, 1, "", price=D(floor), rank=(0, spares))
    return price_of([*lines, under], list_price=D(listed), quantity=D(quantity), day=DAY, policy=Policy(), **more)


@pytest.mark.parametrize(
    ("line", "spares", "net"),
    [
        (Candidate("price_list", 1, 1, "Lijst", price=D(6)), 0, 8),
        (Candidate("discount_group", 1, 1, "G", percent=D(50)), 0, 8),
        (Candidate("discount_group", 1, 1, "G", percent=D(15)), 0, "8.5"),
        (Candidate("product_agreement", 1, 1, "A", price=D(6)), 0, 8),
        (Candidate("product_agreement", 1, 1, "A", price=D(6)), 1, 6),
        (Candidate("group_agreement", 1, 1, "A", percent=D(50)), 1, 5),
        (Candidate("price_list", 1, 1, "Lijst", price=D(6)), 1, 8),
        (Candidate("price_list", 1, 1, "Op aanvraag"), 0, None),
    ],
)
def test_what_decides_is_raised_to_it(line, spares, net):
    found = _of(line, floor="8", spares=spares)
    assert found.net == (None if net is None else D(net)) and found.explanation[-1].after == found.net
    assert ("floor" in [step.kind for step in found.explanation]) == (net == 8)
    assert found.rule == (line.name if net is not None or line.price is None else "") and found.table[0].net == found.net


def test_a_list_price_below_it_is_raised_and_surcharges_come_on_top():
    extra = Candidate("surcharge", 3, 3, "Toeslag", percent=D(10))
    found = _of(extra, floor="12")
    assert (found.net, [(step.kind, step.after) for step in found.explanation]) == (D("13.2"), [("list_price", D(10)), ("floor", D(12)), ("surcharge", D("13.2"))])
    assert found.list_price == 10 and not found.rule


def test_tiers_stop_at_it_and_each_slice_of_incremental_ones_does():
    whole = [Candidate("price_list", 1, number, "Lijst", D(least), D(price)) for number, (least, price) in enumerate((("0", "9"), ("10", "7"), ("20", "5")))]
    found = _of(*whole, floor="6", quantity="20")
    assert found.tiers == ((D(0), D(9)), (D(10), D(7)), (D(20), D(6))) and [step.kind for step in found.explanation] == ["list_price", "price_list", "tier", "floor"]
    # Nine at 9, ten at 7, one at 5 that costs 6.
    found = _of(*[replace(line, sliced=True) for line in whole], floor="6", quantity="20", least=D(1))
    assert found.net == D("7.85") and [(step.kind, step.after) for step in found.explanation[-4:]] == [("slice", D(7)), ("slice", D(5)), ("floor", D(6)), ("average", D("7.85"))]
    assert [tier.price for tier in found.table] == [9, 7, 6]


def test_the_nearest_counts_of_several_the_highest_and_its_days_are_changes_that_are_announced():
    own, group = Candidate("floor", 1, 1, "", price=D(7), rank=(0, 0)), Candidate("floor", 2, 2, "", price=D(9), rank=(1, 0))
    line = Candidate("price_list", 1, 1, "Lijst", price=D(5))
    ask = {"list_price": D(10), "quantity": D(1), "day": DAY, "policy": Policy()}
    assert price_of([line, own, group], **ask).net == 7 and price_of([line, group], **ask).net == 9
    later = replace(own, valid_from=DAY + timedelta(days=5))
    assert price_of([line, later], **ask).upcoming == (DAY + timedelta(days=5), D(7)) and price_of([line, replace(own, valid_until=DAY)], **ask).upcoming == (DAY + timedelta(days=1), D(5))
    reasons = {(item.candidate.kind, item.candidate.line_id): item.reason for item in considered([line, own, group, replace(later, line_id=3)], **ask)}
    assert reasons == {("price_list", 1): "wins", ("floor", 1): "raises", ("floor", 2): "nearer", ("floor", 3): "later"}
    agreed = Candidate("product_agreement", 1, 1, "A", price=D(6))
    assert [item.reason for item in considered([agreed, replace(own, rank=(0, 1))], **ask)] == ["wins", "spared"] and [item.reason for item in considered([replace(agreed, price=D(8)), own], **ask)] == ["wins", "above"]


def test_it_raises_the_price_of_customers_and_staff_alike_and_agreements_only_where_it_says_so(cast):
    with scope(cast.sanne):
        assert _price(cast.sanne, "GP-125-2600").net == D("6.48")
    made = _floor(cast, "GP-125-2600", amount=D(7))
    with scope(cast.sanne):
        found = _price(cast.sanne, "GP-125-2600")
        assert (found.net, found.explanation[-1].kind, found.explanation[-1].before) == (D(7), "floor", D("6.48")) and found.rule == "Projectafspraak Parkweg 12"
    with scope(cast.peter):
        assert _price(cast.peter, "GP-125-2600", party_id=cast.sanne.party_id) == found
        assert actions.change_floor(cast.peter, floor=queries.floor(cast.peter, made.pk), values={"agreements_below": True})
    with scope(cast.sanne):
        assert _price(cast.sanne, "GP-125-2600").net == D("6.48")


def test_a_percentage_counts_from_the_cost_price_and_for_a_group_of_each_of_its_products_own(cast):
    _floor(cast, group="HOUT", percent=D(20))
    with scope(cast.sanne):
        assert _price(cast.sanne, "VH-38-89").net == D("6.45")  # nobody said what it costs
    with scope(cast.peter):
        assert actions.set_cost(cast.peter, product=Product.objects.get(sku="VH-38-89"), cost=D("5.50")) and not actions.set_cost(cast.peter, product=Product.objects.get(sku="VH-38-89"), cost=D("5.50"))
    with scope(cast.sanne):
        assert (_price(cast.sanne, "VH-38-89").net, _price(cast.sanne, "VH-38-89", 100).net) == (D("6.60"), D("6.60"))
    _floor(cast, "VH-38-89", percent=D(10))
    with scope(cast.sanne):
        assert (_price(cast.sanne, "VH-38-89").net, _price(cast.sanne, "VH-38-89", 100).net) == (D("6.45"), D("6.05"))


def test_who_buys_reads_neither_costs_nor_minimum_prices_nor_the_outcome_for_what_he_does_not_see(cast):
    with scope(cast.peter):
        hidden = Product.objects.get(sku="KP-860")
    _floor(cast, "KP-860", percent=D(10), cost=D(100))
    with scope(cast.els):
        assert not Product.objects.filter(pk=hidden.pk).exists()
    rows = {}
    for who in ("sanne", "els", "nadia2", "peter"):
        with scope(getattr(cast, who)), connection.cursor() as cursor:
            cursor.execute("SELECT amount FROM ctx.price_floors(%s, %s)", [[hidden.pk], timezone.localdate()])
            rows[who] = cursor.fetchall()
    assert rows == {"sanne": [(D("110"),)], "els": [], "nadia2": [], "peter": [(D("110"),)]}
    with scope(cast.sanne):
        for model in (PriceFloor, CostPrice):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                list(model.objects.all())
        with pytest.raises(NotFound):
            queries.floor(cast.sanne, 1)
        assert not queries.floors(cast.sanne) and queries.cost(cast.sanne, hidden.pk) is None
    with scope(cast.otto):
        assert not PriceFloor.objects.exists() and not CostPrice.objects.exists()


def test_what_is_refused(cast):
    with scope(cast.peter):
        PriceFloor.objects.all().delete()
        product = Product.objects.get(sku="UW-12")
    for values, match in (
        ({"sku": "UW-12", "group": "HOUT", "percent": D(1)}, "line_target"), ({"percent": D(1)}, "line_target"),
        ({"sku": "UW-12"}, "floor_what"), ({"sku": "UW-12", "percent": D(1), "amount": D(1)}, "floor_what"), ({"group": "HOUT", "amount": D(1)}, "floor_of_group"), ({"group": "HOUT", "percent": D(1), "cost": D(1)}, "cost_of_group"),
        ({"sku": "UW-12", "percent": D(1), "valid_from": date(2027, 1, 2), "valid_until": date(2027, 1, 1)}, "window"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=match):
            _floor(cast, **values)
    first = _floor(cast, "UW-12", amount=D(40), valid_until=date(2026, 12, 31))
    with scope(cast.peter):
        again = {"product": product, "discount_group": "", "amount": D(41), "percent": None}
        with pytest.raises(Refused, match="floor_elsewhere"):
            actions.add_floor(cast.peter, **again)
        actions.add_floor(cast.peter, **again, valid_from=date(2027, 1, 1))
        with pytest.raises(Refused, match="floor_elsewhere"):
            actions.change_floor(cast.peter, floor=queries.floor(cast.peter, first.pk), values={"valid_until": None})


def test_staff_keep_them_on_pages_look_first_and_customers_read_no_more_than_a_minimum_price(client_of, cast):
    staff, base = client_of("peter"), "/prices/floors/"
    with scope(cast.peter):
        sanne = cast.sanne.party_id
        for model in (PriceFloor, CostPrice):
            model.objects.all().delete()
    look = {"product": "GP-125-2600", "percent": "10", "cost": "6,43", "parties": str(sanne)}
    said = _text(staff.post(base + "new/", {**look, "preview": "1"}))
    assert "€ 6,48" in said and "€ 7,073" in said and "Minimumprijs" in said
    with scope(cast.peter):
        assert not PriceFloor.objects.exists() and not CostPrice.objects.exists()
    for wrong in ({"product": "GP-125-2600"}, {"product": "NIETS", "amount": "2"}, {"discount_group": "NIETS", "percent": "2"}, {"product": "GP-125-2600", "amount": "0"}, {"discount_group": "HOUT", "amount": "3"}):
        assert staff.post(base + "new/", wrong).status_code == 422, wrong
    assert staff.post(base + "new/", look).headers["Location"] == base
    with scope(cast.peter):
        key = PriceFloor.objects.get(product__sku="GP-125-2600").pk
        assert recorded()[-1] == facts.FloorChanged(floor_id=key) and isinstance(recorded()[-2], facts.CostSet)
    assert "€ 6,43" in _text(staff.get(base + "?q=gp-125-2600")) and "kostprijs en 10%" in _text(staff.get(base)) and "GP-125-2600" not in _text(staff.get(base + "?q=HOUT"))
    page = _text(client_of("sanne").get("/catalog/p/GP-125-2600/"))
    assert "€ 7,073" in page and "Minimumprijs" in page and "6,43" not in page and "ostprijs" not in page
    explained = _text(staff.get("/prices/explain/", {"party": "10042", "product": "GP-125-2600"}))
    assert "kostprijs en 10%" in explained and "Verhoogt de prijs tot dit bedrag" in explained
    assert staff.post(f"{base}{key}/", {"percent": "2", "cost": "6,50", "agreements_below": "on", "parties": str(sanne), "preview": "1"}).status_code == 200
    assert staff.post(f"{base}{key}/", {"percent": "2", "cost": "6,60"}).status_code == 302 and staff.post(f"{base}{key}/", {"cost": "6,50"}).status_code == 422
    with scope(cast.sanne):
        assert _price(cast.sanne, "GP-125-2600").net == D("6.732")
    for path in ("", "new/", f"{key}/"):
        assert client_of("sanne").get(base + path).status_code == 404
    assert client_of("otto").get(f"{base}{key}/").status_code == 404 and client_of("otto").post(f"{base}{key}/remove/").status_code == 404
    assert client_of("fatima").get(base).status_code == 403 and client_of("fatima").post(f"{base}{key}/remove/").status_code == 403 and client_of("sanne").post(f"{base}{key}/remove/").status_code == 404
    assert staff.post(f"{base}{key}/remove/").status_code == 302 and staff.post(f"{base}{key}/remove/").status_code == 404


def test_an_order_keeps_the_step_and_words_it():
    steps = [{"kind": "price_list", "before": None, "after": "6", "rule": "Lijst", "valid_until": "2026-12-31"}, {"kind": "floor", "before": "6", "after": "7", "rule": ""}]
    assert [label for label, _amount in wording.why(steps, "st")][-1] == "Minimumprijs"


SHEET = (
    "artikelnummer;kortingsgroep;minimumprijs;opslag;kostprijs;afspraken mogen lager;vanaf\n"
    "MS-M5;;4,20;;;nee;\nVH-38-89;;;;5,50;;\n;HOUT;;20;;ja;1-1-2026\nGP-125-2600;;;15;6,00;;\n;HOUT;5;;;;1-1-2025\nMS-M5;;;;;;1-1-2030\nUW-12;;3;;;misschien;\n"
)


def test_they_come_from_a_spreadsheet_with_the_cost_prices_and_again_changes_nothing(cast, client_of):
    with scope(cast.peter):
        PriceFloor.objects.all().delete()
        CostPrice.objects.all().delete()
    peter = client_of("peter")
    here = brought(peter, SHEET, path="/imports/new/price-floors/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new"] * 4 + ["refused"] * 3
    with scope(cast.peter):
        assert not PriceFloor.objects.exists() and not CostPrice.objects.exists()
    peter.post(f"{here}confirm/")
    run_jobs()
    with scope(cast.sanne):
        assert (_price(cast.sanne, "VH-38-89").net, _price(cast.sanne, "GP-125-2600").net) == (D("6.60"), D("6.90"))
    with scope(cast.peter):
        assert list(queries.floors(cast.peter).order_by("discount_group", "product__sku").values_list("product__sku", "discount_group", "amount", "percent", "agreements_below")) == [
            ("GP-125-2600", "", None, D(15), False), ("MS-M5", "", D("4.2"), None, False), (None, "HOUT", None, D(20), True)]  # fmt: skip
    brought(peter, SHEET.replace("4,20", "4,30"), path="/imports/new/price-floors/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]][:4] == ["changed", "same", "same", "same"]

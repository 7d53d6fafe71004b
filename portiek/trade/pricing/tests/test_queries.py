"""The resolver against the database: row security, channels, statements."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, queries
from portiek.trade.pricing.models import Agreement, AgreementLine, PartyDiscount, PartyPriceList, PriceList, PriceListLine
from portiek.trade.pricing.queries import Wanted
from portiek.trade.pricing.queries.resolving import AGREED, LISTED

D = Decimal


def _net(actor, sku, quantity=1, **more):
    key = Product.objects.get(sku=sku).pk
    return queries.standing_price(actor, key, D(quantity), day=more.pop("day", timezone.localdate()), **more).net


@pytest.mark.parametrize(
    ("who", "sku", "quantity", "net"),
    [
        ("sanne", "GP-125-2600", 1, "6.48"),
        ("sanne", "GP-125-3000", 50, "7.90"),
        ("sanne", "VH-38-89", 1, "6.45"),
        ("sanne", "VH-38-89", 100, "5.98"),
        ("sanne", "TV-6060-G", 1, "11.20"),
        ("sanne", "WH-60", 1, "3.3575"),
        ("sanne", "PU-750", 12, "6.35"),
        ("sanne", "MK-310-W", 12, "5.76"),
        ("sanne", "KZB-10", 48, "2.18"),
        # Nine at 43.10, three at 40.90.
        ("sanne", "UW-12", 12, "42.55"),
        ("dirk", "KZ-9016", 1, "46.50"),
        ("dirk", "KZ-9016", 20, "43.90"),
        ("dirk", "HR-1000", 1, "88.50"),
        ("els", "GP-125-2600", 100, "9.25"),
        ("nadia2", "SS-3535", 1, "3.80"),
    ],
)
def test_what_the_cast_pays(cast, who, sku, quantity, net):
    actor = getattr(cast, who)
    with scope(actor):
        assert _net(actor, sku, quantity) == D(net)


def test_staff_see_the_price_that_the_customer_sees(cast):
    with scope(cast.sanne):
        wanted = [Wanted(key, D(quantity)) for key in Product.objects.values_list("pk", flat=True) for quantity in (1, 12, 50, 520)]
        own = queries.prices(cast.sanne, wanted, day=timezone.localdate())
    with scope(cast.peter):
        assert queries.prices(cast.peter, wanted, day=timezone.localdate(), party_id=cast.sanne.party_id) == own
    assert len(own) == len(wanted) == 164


def test_a_party_asks_for_itself_only(cast):
    with scope(cast.sanne):
        key = Product.objects.get(sku="GP-125-2600").pk
        with pytest.raises(NotFound):
            queries.prices(cast.sanne, [Wanted(key)], day=timezone.localdate(), party_id=cast.dirk.party_id)
        assert queries.prices(cast.sanne, [Wanted(key)], day=timezone.localdate(), party_id=cast.sanne.party_id)
    with scope(cast.dirk):
        assert queries.prices(cast.dirk, [Wanted(key)], day=timezone.localdate()) == {}
        with pytest.raises(NotFound):
            queries.standing_price(cast.dirk, key, D(1), day=timezone.localdate())


def test_what_finds_prices_is_planned_once_and_still_holds_to_whoever_asks(cast):
    """One connection, one plan: it gives a party nothing of another, whatever number it is called with, and another portal nothing at all."""
    with scope(cast.peter):
        products = list(Product.objects.values_list("pk", flat=True))
    asked = {"products": products, "groups": ["GIPS", "HOUT", "BEV"], "day": timezone.localdate(), "unit": None, "portal": cast.sanne.portal_id}
    seen = {}
    for actor in (cast.sanne, cast.dirk, cast.peter, cast.otto, cast.els, cast.sanne):
        for party in (cast.sanne.party_id, cast.dirk.party_id):
            with scope(actor), connection.cursor() as cursor:
                for statement in (LISTED, AGREED):
                    cursor.execute(statement, {**asked, "party": party})
                    rows = {row for row in cursor.fetchall() if row[0] not in ("surcharge", "floor")}
                    assert seen.setdefault((actor, party, statement), rows) == rows
    for party, owner, other in ((cast.sanne.party_id, cast.sanne, cast.dirk), (cast.dirk.party_id, cast.dirk, cast.sanne)):
        for statement in (LISTED, AGREED):
            own = seen[owner, party, statement]
            assert own == seen[cast.peter, party, statement] and not seen[other, party, statement] and not seen[cast.els, party, statement] and not seen[cast.otto, party, statement], statement
    assert seen[cast.sanne, cast.sanne.party_id, LISTED] and seen[cast.sanne, cast.sanne.party_id, AGREED] and seen[cast.dirk, cast.dirk.party_id, LISTED]


def test_a_party_reads_only_its_own_lists_agreements_and_discounts(cast):
    with scope(cast.sanne):
        assert {item.code for item in queries.price_lists(cast.sanne)} == {"AANNEMER-2026", "DEALER-2026", "HOUT-2026", "IJSSEL-2026"}
    with scope(cast.dirk):
        assert {item.code for item in queries.price_lists(cast.dirk)} == {"DEALER-2026"}
        assert not PriceListLine.objects.filter(price_list__code="AANNEMER-2026").exists()
        assert not Agreement.objects.exists() and not AgreementLine.objects.exists()
        assert {item.discount_group for item in PartyDiscount.objects.all()} == {"KOZIJN"}
        with pytest.raises(NotFound):
            queries.agreement(cast.dirk, cast.dirk.party_id, "A-2026-118")
        with pytest.raises(NotFound):
            queries.price_list(cast.dirk, "AANNEMER-2026")
    for who in ("els", "mark"):
        with scope(getattr(cast, who)):
            assert not PriceList.objects.exists() and not PriceListLine.objects.exists() and not PartyPriceList.objects.exists()
    with scope(cast.nadia2):
        assert {item.code for item in PriceList.objects.all()} == {"INST-2026"}


def test_a_ring_of_fallbacks_ends(cast):
    with scope(cast.system):
        lists = {item.code: item for item in PriceList.objects.all()}
        PriceList.objects.filter(code="DEALER-2026").update(fallback=lists["AANNEMER-2026"])
    with scope(cast.sanne):
        assert _net(cast.sanne, "GP-125-3000", 50) == D("7.90")
        assert {item.code for item in PriceList.objects.all()} == {"AANNEMER-2026", "DEALER-2026", "HOUT-2026", "IJSSEL-2026"}


def test_a_list_in_a_currency_without_a_rate_or_withdrawn_decides_nothing(cast):
    for change in ({"currency": "GBP"}, {"is_active": False}):
        with scope(cast.system):
            PriceList.objects.filter(code="AANNEMER-2026").update(**change)
        with scope(cast.sanne):
            assert _net(cast.sanne, "VH-38-89") == D("7.85")
            assert _net(cast.sanne, "GP-125-3000", 50) == D("7.90")


def test_a_price_of_next_year_is_seen_and_not_used(cast):
    with scope(cast.sanne):
        key, year = Product.objects.get(sku="VH-38-89").pk, timezone.localdate().year
        found = queries.standing_price(cast.sanne, key, D(1), day=date(year, 12, 31))
        assert (found.net, found.upcoming) == (D("6.45"), (date(year + 1, 1, 1), D("6.70")))
        assert queries.standing_price(cast.sanne, key, D(1), day=date(year + 1, 1, 1)).net == D("6.70")


def test_an_agreement_counts_on_its_last_day_and_not_after(cast):
    with scope(cast.sanne):
        last = Agreement.objects.get(number="A-2026-118").valid_until
        assert _net(cast.sanne, "GP-125-2600", day=last) == D("6.48")
        assert _net(cast.sanne, "GP-125-2600", day=last + timedelta(days=1)) == D("9.25")


def test_three_statements_whatever_the_number(cast):
    sanne = cast.sanne
    with scope(sanne):
        ids = list(Product.objects.values_list("pk", flat=True))
        for number in (1, 10, 40):
            with CaptureQueriesContext(connection) as caught:
                assert len(queries.prices(sanne, [Wanted(key) for key in ids[:number]], day=timezone.localdate())) == number
            assert len(caught) == 3
        with CaptureQueriesContext(connection) as caught:
            assert queries.prices(sanne, [], day=timezone.localdate()) == {}
        assert len(caught) == 0


def test_positions_decide(cast):
    with scope(cast.system):
        bakker = Party.objects.get(number="10042")
        low = actions.create_price_list(cast.system, code="LAAG", name="Laag")
        PriceListLine.objects.create(
            portal_id=cast.system.portal_id, price_list=low, product=Product.objects.get(sku="VH-38-89"), min_quantity=1, price=D("1.00")
        )
        actions.assign_price_list(cast.system, party=bakker, price_list=low, position=3)
        assert _net(cast.system, "VH-38-89", party_id=bakker.pk) == D("6.45")
        # Both own lists go before what the first falls back on.
        PriceListLine.objects.create(
            portal_id=cast.system.portal_id, price_list=low, product=Product.objects.get(sku="SS-3525"), min_quantity=1, price=D("2.00")
        )
        assert _net(cast.system, "SS-3525", party_id=bakker.pk) == D("2.00")
        actions.withdraw_price_list(cast.system, party=bakker, price_list=low)
        assert _net(cast.system, "SS-3525", party_id=bakker.pk) == D("8.90")

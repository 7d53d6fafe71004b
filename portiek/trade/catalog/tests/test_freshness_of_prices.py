"""Prices of the administration are grey when nothing was heard of them for too long; what was agreed in the portal is not, and one orders as always."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.edges.connectors import apply
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import actions, queries
from portiek.trade.catalog.models import CatalogSync, Product
from portiek.trade.orders import actions as orders
from portiek.trade.pricing import queries as pricing
from portiek.trade.pricing.models import Agreement, AgreementLine, PartyDiscount, PartyPriceList, PriceListLine

SKU = "GW-75-81"
GREY = "Prijs wordt gecontroleerd"
PAGES = (f"/catalog/?q={SKU}", f"/catalog/p/{SKU}/", "/orders/cart/", "/orders/cart/review/")


def heard(cast, kind, **ago):
    with scope(cast.system):
        CatalogSync.objects.update_or_create(portal_id=cast.system.portal_id, kind=kind, defaults={"as_of": timezone.now() - timedelta(**ago)})


def text(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def alone(cast, **values):
    """Let one agreement alone decide what the product costs the party of Sanne: of the administration where it has a key."""
    with scope(cast.system):
        party, product = Party.objects.get(pk=cast.sanne.party_id), Product.objects.get(sku=SKU)
        Agreement.objects.filter(party=party).update(is_active=False)
        made = Agreement.objects.create(portal_id=party.portal_id, party=party, number=f"P-{len(values)}-{sorted(values)}"[:40], name="Raam", external_id=values.pop("external_id", None), as_of=timezone.now() - timedelta(days=400))
        AgreementLine.objects.create(portal_id=party.portal_id, party=party, agreement=made, product=product, **values)


@pytest.fixture
def price(cast):
    """Say since when nothing was heard of the price of the product, as Sanne has it."""
    with scope(cast.sanne):
        orders.add_to_cart(cast.sanne, code=SKU, quantity=Decimal(1))
        product = Product.objects.get(sku=SKU)

    def look():
        with scope(cast.sanne):
            return pricing.unheard(cast.sanne, {1: pricing.standing_price(cast.sanne, product.pk, Decimal(1), day=timezone.localdate())}).get(1)

    return look


def test_what_is_old_is_grey_in_list_page_cart_and_review(cast, client_of, price):
    sanne = client_of("sanne")
    alone(cast, price=Decimal("9.87"), external_id="erp-1")
    heard(cast, "stock", hours=1)
    heard(cast, "agreement", days=6)
    for path in PAGES:
        page = text(sanne.get(path))
        assert "9,87" in page and GREY not in page and "Prijzen worden gecontroleerd" not in page, path
    heard(cast, "agreement", days=8)
    for path in PAGES:
        page = text(sanne.get(path))
        assert "9,87" in page and GREY in page and "Prijzen worden gecontroleerd" in page and "niet bereikbaar" not in page, path
    assert "price num old" in text(sanne.get(PAGES[0])) and "figure old" in text(sanne.get(PAGES[1])) and all("asof old" in text(sanne.get(path)) for path in PAGES[:2])
    assert GREY in text(sanne.get(f"/catalog/compare/?p={SKU}&p=GP-125-3000"))
    # One orders all the same; where stock is old as well the administration does not answer, which is said once.
    heard(cast, "stock", days=8)
    review = text(sanne.get("/orders/cart/review/"))
    assert '<button class="button primary">' in review and "niet bereikbaar" in review and "Prijzen worden gecontroleerd" not in review and GREY in review


def test_each_price_is_as_old_as_what_it_rests_on(cast, price):
    kinds = ("product", "price_list", "agreement", "discount")
    for kind in kinds:
        heard(cast, kind, hours=1)

    def rests_on():
        found = []
        for kind in kinds:
            heard(cast, kind, days=9)
            if price():
                found.append(kind)
            heard(cast, kind, hours=1)
        return found

    alone(cast, price=Decimal(9), external_id="erp-1")
    assert rests_on() == ["agreement"]
    alone(cast, percent=Decimal(10), external_id="erp-2")
    assert rests_on() == ["product", "agreement"]
    # Agreed here, a year ago: the price is never old, a percentage is as old as the list price.
    alone(cast, price=Decimal(8))
    assert rests_on() == []
    alone(cast, percent=Decimal(11))
    assert rests_on() == ["product"]
    with scope(cast.system):
        Agreement.objects.filter(party_id=cast.sanne.party_id).update(is_active=False)
        PartyDiscount.objects.filter(party_id=cast.sanne.party_id).delete()
        own = PartyPriceList.objects.filter(party_id=cast.sanne.party_id).order_by("position")[0].price_list
        PriceListLine.objects.filter(product__sku=SKU).exclude(price_list=own).delete()
        PriceListLine.objects.update_or_create(portal_id=own.portal_id, price_list=own, product=Product.objects.get(sku=SKU), min_quantity=0, valid_from=None, defaults={"price": Decimal(7), "valid_until": None})
        own.external_id = "erp-list"
        own.save()
    assert rests_on() == ["price_list"]
    with scope(cast.system):
        PriceListLine.objects.filter(product__sku=SKU).delete()
    assert rests_on() == ["product"]
    # Of what was never heard nothing is old.
    with scope(cast.system):
        CatalogSync.objects.all().delete()
    assert price() is None


def test_the_portal_says_how_old_and_another_portal_has_its_own(cast, client_of, price):
    alone(cast, price=Decimal(9), external_id="erp-1")
    heard(cast, "agreement", days=8)
    olga = client_of("olga")
    assert 'value="168"' in text(olga.get("/catalog/freshness/"))
    assert price() and olga.post("/catalog/freshness/", {"hours": "24", "prices": "720"}).status_code == 302
    assert price() is None
    for wrong in ("", "0", "8761", "x"):
        assert olga.post("/catalog/freshness/", {"hours": "24", "prices": wrong}).status_code == 422, wrong
    with scope(cast.olga):
        assert queries.old_after(cast.olga) == (24, 720)
    with scope(cast.otto):
        assert queries.old_after(cast.otto) == (24, 168) and queries.prices_heard(cast.otto, ["agreement"]) == {}


@pytest.mark.parametrize("kind", ["price_list", "agreement", "discount"])
def test_a_feed_without_news_keeps_prices_fresh(cast, price, kind):
    heard(cast, kind, days=9)
    with scope(cast.system):
        apply.stamp(cast.system, kind)
        assert not queries.prices_heard(cast.system, [kind])[kind].old
        with pytest.raises(ValueError, match="wat-anders"):
            actions.note_heard(cast.system, kind="wat-anders")

"""Figures of which nothing was heard for longer than the portal takes for certain are grey, and say so; one orders as always."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.core.models import FactRow
from portiek.trade.catalog import actions, queries
from portiek.trade.catalog.models import CatalogSync, FreshnessLimit, Stock
from portiek.trade.orders import actions as orders

SKU = "GW-75-81"


def heard(cast, hours):
    with scope(cast.system):
        CatalogSync.objects.update_or_create(portal_id=cast.system.portal_id, kind="stock", defaults={"as_of": timezone.now() - timedelta(hours=hours)})


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_what_is_old_is_grey_in_list_page_and_cart(cast, client_of):
    sanne = client_of("sanne")
    with scope(cast.sanne):
        orders.add_to_cart(cast.sanne, code=SKU, quantity=Decimal(1))
    pages = ("/catalog/?q=" + SKU, f"/catalog/p/{SKU}/", "/orders/cart/", "/orders/cart/review/")
    heard(cast, 1)
    for path in pages:
        assert "wordt gecontroleerd" not in text(sanne.get(path)) and "niet bereikbaar" not in text(sanne.get(path)), path
    heard(cast, 25)
    for path in pages:
        page = text(sanne.get(path))
        assert "wordt gecontroleerd" in page and ("niet bereikbaar" in page) is path.startswith("/orders/"), path
    assert "asof old" in text(sanne.get(pages[0])) and "asof old" in text(sanne.get(pages[1]))
    # One orders all the same.
    assert '<button class="button primary">' in text(sanne.get("/orders/cart/review/"))


def test_the_portal_says_how_old(cast, client_of):
    olga = client_of("olga")
    heard(cast, 25)
    assert 'value="24"' in text(olga.get("/catalog/freshness/"))
    assert olga.post("/catalog/freshness/", {"hours": "48", "prices": "168"}).status_code == 302
    with scope(cast.olga):
        assert queries.old_after(cast.olga) == (48, 168) and not queries.heard(cast.olga).old
        assert FactRow.objects.get(name="catalog.freshness.changed").changes["freshness"] == ["24", "48"]
    assert "wordt gecontroleerd" not in text(client_of("sanne").get(f"/catalog/p/{SKU}/"))
    for wrong in ("", "0", "721", "x"):
        assert olga.post("/catalog/freshness/", {"hours": wrong, "prices": "168"}).status_code == 422, wrong
    with scope(cast.olga), pytest.raises(Refused):
        actions.set_freshness(cast.olga, hours=0, prices=168)
    # Another portal has its own, and a party only reads.
    with scope(cast.otto):
        assert queries.old_after(cast.otto) == (24, 168) and not FreshnessLimit.objects.exists()
    for who, status in (("sanne", (403, 404)), ("fatima", (403,))):
        assert client_of(who).post("/catalog/freshness/", {"hours": "1", "prices": "1"}).status_code in status
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.set_freshness(cast.sanne, hours=1, prices=1)


def test_where_nothing_was_ever_heard_nothing_is_old(cast, client_of):
    with scope(cast.system):
        CatalogSync.objects.filter(kind="stock").delete()
        assert Stock.objects.exists() and not queries.heard(cast.system).old
    assert "wordt gecontroleerd" not in text(client_of("sanne").get(f"/catalog/p/{SKU}/"))

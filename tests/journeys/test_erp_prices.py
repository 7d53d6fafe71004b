"""After a synchronisation the portal's own resolver gives every party, for every product and quantity, the price that Tryton computes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.db import connection

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.connectors import actions, engine
from portiek.edges.connectors.contract import NewOrder, NewOrderLine
from portiek.edges.connectors.models import Quarantine
from portiek.edges.connectors.tryton import TrytonConnector, TrytonOptions
from portiek.edges.connectors.tryton.lookups import Lookups
from portiek.edges.connectors.tryton.pricing import erp_prices
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import queries as pricing
from portiek.trade.pricing.models import PriceListLine
from tests.erp.tryton.server import TrytonServer, TrytonUnavailableHere

pytestmark = pytest.mark.erp
BUYERS = ("customer", "dealer", "person")


@pytest.fixture(scope="module")
def erp() -> Iterator[TrytonServer]:
    server = TrytonServer()
    try:
        server.__enter__()
    except TrytonUnavailableHere as problem:
        pytest.skip(f"no test ERP here: {problem}")
    yield server
    server.__exit__(None, None, None)


@pytest.fixture
def options(erp: TrytonServer) -> TrytonOptions:
    return TrytonOptions.model_validate({"url": erp.url, "database": erp.database, "user": erp.login, "password": erp.password, "order_warehouse": "ZWO"})


@pytest.fixture
def portal(options: TrytonOptions, cast: Any, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Take everything of the ERP into the second portal, which has none."""
    from django.conf import settings

    monkeypatch.setattr(settings, "EGRESS_ALLOW", options.url.removeprefix("http://"))
    actor: Actor = cast.system_of_brand
    with scope(actor):
        made = actions.add_connection(actor, vendor="tryton", label="Tryton", options=options)
    ran = engine.run_once(made)
    assert not ran.errors and ran.feeds["price_list"][1] == 2, ran
    with scope(actor):
        assert not [(row.entity, row.external_id, row.reason) for row in Quarantine.objects.all()]
    return actor


def around(numbers: set[Decimal]) -> list[Decimal]:
    """Return each step, what is just below and above it, a piece of one, one, and very many."""
    found = {number + more for number in numbers for more in (-1, 0, 1)} | {Decimal("0.5"), Decimal(1), Decimal(1_000_000)}
    return sorted(number for number in found if number > 0)


def test_every_party_pays_for_every_product_what_the_erp_says(portal: Actor, options: TrytonOptions) -> None:
    connector = TrytonConnector(options, httpx.Client(trust_env=False))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # the test's one transaction waits for the ERP
    with scope(portal):
        parties = list(Party.objects.filter(portal_id=portal.portal_id, kind__in=BUYERS, external_id__isnull=False))
        products = list(Product.objects.filter(portal_id=portal.portal_id, external_id__isnull=False, erp_version__gt="").order_by("pk"))
        assert len(parties) == 15 and len(products) == 43, (len(parties), len(products))
        compared, different = at_every_quantity_and_day(portal, connector, parties, products)
        assert not different, (len(different), compared, different[:10])
        print(f"{compared} prices of {len(parties)} parties and {len(products)} products are the ERP's")
        different = on_the_order_form(portal, connector, parties, products)
        assert not different, (len(different), different[:10])


def at_every_quantity_and_day(portal: Actor, connector: TrytonConnector, parties: list[Party], products: list[Product]) -> tuple[int, list[object]]:
    """Compare with the price that the ERP computes: at every quantity today, at one and at many on and beside the days on which a line begins or ends."""
    lookups, today = Lookups(connector.client), dt.date.today()
    lists = {str(row["id"]): row["sale_price_list"] or lookups.default_price_list for row in connector.client.rows("party.party", [], ["sale_price_list"])}
    lines = PriceListLine.objects.filter(portal_id=portal.portal_id)
    edges = {day for pair in lines.values_list("valid_from", "valid_until") for day in pair if day}
    asked = {today: around(set(lines.values_list("min_quantity", flat=True)))}
    asked |= {day + dt.timedelta(days=more): [Decimal(1), Decimal(1000)] for day in edges for more in (-1, 0, 1)}
    answers: dict[tuple[int | None, Decimal, dt.date], dict[int, Decimal | None]] = {}
    compared, different = 0, []
    for party in parties:
        for day, quantities in asked.items():
            found = pricing.prices(portal, [pricing.Wanted(item.pk, quantity) for item in products for quantity in quantities], day=day, party_id=party.pk)
            for quantity in quantities:
                key = (lists[str(party.external_id)], quantity, day)
                if key not in answers:
                    answers[key] = erp_prices(lookups, key[0], [int(str(item.external_id)) for item in products], quantity, day)
                theirs = answers[key]
                compared += len(products)
                different += [
                    (party.name, item.sku, quantity, day, found[item.pk, quantity].net, theirs[int(str(item.external_id))])
                    for item in products
                    if found[item.pk, quantity].net != theirs[int(str(item.external_id))]
                ]
    return compared, different


def on_the_order_form(portal: Actor, connector: TrytonConnector, parties: list[Party], products: list[Product]) -> list[object]:
    """Compare with what the ERP's own order form fills in for the party: its list, terms and taxes take part in that."""
    different = []
    for party in parties:
        for quantity in (Decimal(1), Decimal(500)):
            own = pricing.prices(portal, [pricing.Wanted(item.pk, quantity) for item in products], day=dt.date.today(), party_id=party.pk)
            order = NewOrder(str(party.external_id), tuple(NewOrderLine(str(item.external_id), quantity) for item in products))
            lines = connector._pusher._values(order, int(str(party.external_id)), "form")["lines"][0][1]
            different += [
                (party.name, item.sku, quantity, own[item.pk, quantity].net, line["unit_price"])
                for item, line in zip(products, lines, strict=True)
                if own[item.pk, quantity].net != line["unit_price"]
            ]
    return different

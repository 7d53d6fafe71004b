"""Price lists in another currency: at the rate of the day, which the explanation names; without one for nobody, and staff see it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.orders import wording
from portiek.trade.orders.actions.submit import _plain
from portiek.trade.pricing import actions, facts, queries
from portiek.trade.pricing.checks import _prices
from portiek.trade.pricing.models import ExchangeRate, PriceList

D = Decimal
# Of which nothing else is agreed.
SKU = "MS-M5"
TODAY = timezone.localdate


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


def ask(actor, quantity=1, day=None):
    with scope(actor):
        return queries.standing_price(actor, Product.objects.get(sku=SKU).pk, D(quantity), day=day or TODAY())


@pytest.fixture
def dollars(cast):
    with scope(cast.peter):
        ExchangeRate.objects.all().delete()
        made = actions.create_price_list(cast.peter, code="IMPORT", name="Import", currency="USD")
        for least, price in (("0", "2.5"), ("100", "2.25")):
            actions.set_list_price(cast.peter, price_list=made, product=Product.objects.get(sku=SKU), min_quantity=D(least), price=D(price), valid_from=None, valid_until=None)
        actions.assign_price_list(cast.peter, party=Party.objects.get(pk=cast.sanne.party_id), price_list=made, position=0)
        return made


def rate(cast, value, start=0, end=None):
    with scope(cast.peter):
        return actions.set_rate(cast.peter, currency="USD", rate=D(value), valid_from=TODAY() + timedelta(days=start), valid_until=None if end is None else TODAY() + timedelta(days=end), source="ECB")


def test_without_a_rate_a_list_counts_for_nobody_and_staff_see_it(cast, dollars, client_of):
    assert ask(cast.sanne).net == D("4.95")
    rate(cast, "0.9", start=1)
    rate(cast, "0.8", start=-9, end=-1)
    assert ask(cast.sanne).net == D("4.95")
    with scope(cast.peter):
        assert list(queries.lists_without_rate(cast.peter, currency="EUR", day=TODAY())) == [dollars]
        assert _prices(cast.peter, Party.objects.get(pk=cast.sanne.party_id)).state == "warn"
    peter = client_of("peter")
    assert "Geen wisselkoers" in _text(peter.get("/prices/lists/")) and "Import is in USD" in _text(peter.get("/prices/rates/"))
    rate(cast, "0.92")
    with scope(cast.peter):
        assert not queries.lists_without_rate(cast.peter, currency="EUR", day=TODAY()).exists() and _prices(cast.peter, Party.objects.get(pk=cast.sanne.party_id)).state == "ok"
    assert "Geen wisselkoers" not in _text(peter.get("/prices/lists/"))


def test_the_rate_of_the_day_counts_and_the_explanation_names_it(cast, dollars, client_of, machine_of):
    rate(cast, "0.92", start=-30)
    rate(cast, "0.88", start=10)
    found = ask(cast.sanne)
    assert (found.net, found.currency) == (D("2.3"), "EUR") and [tier.price for tier in found.table] == [D("2.3"), D("2.07")] and ask(cast.sanne, 100).net == D("2.07")
    step = found.explanation[-1]
    assert (step.after, step.currency, step.rate) == (found.net, "USD", D("0.92")) and ask(cast.sanne, day=TODAY() + timedelta(days=10)).net == D("2.2")
    rate(cast, "0.91234567")
    assert ask(cast.sanne).net == D("2.2809")
    page = _text(client_of("sanne").get(f"/catalog/p/{SKU}/"))
    assert "€ 2,2809" in page and "1 USD à € 0,91234567" in page
    line = machine_of(cast.sanne).post("/prices:lookup", {"lines": [{"sku": SKU, "quantity": "1"}]}).json()[0]
    assert D(line["net"]) == D("2.2809") and (line["explanation"][-1]["currency"], D(line["explanation"][-1]["rate"])) == ("USD", D("0.91234567"))
    # As an order keeps it.
    assert "1 USD à € 0,91234567" in wording.why([_plain(step) for step in ask(cast.sanne).explanation], "st")[-1][0].replace("\xa0", " ")


def test_nobody_else_pays_it_and_a_party_changes_no_rate(cast, dollars):
    made = rate(cast, "0.92")
    assert ask(cast.sanne).explanation[-1].currency == "USD"
    with scope(cast.peter):
        product, other = Product.objects.get(sku=SKU).pk, Party.objects.get(number="10077")
        assert queries.standing_price(cast.peter, product, D(1), day=TODAY(), party_id=other.pk).explanation[-1].currency == ""
    with scope(cast.sanne):
        assert not queries.rates(cast.sanne).exists() and not queries.lists_without_rate(cast.sanne, currency="EUR", day=TODAY()).exists()
        with pytest.raises(Forbidden):
            actions.set_rate(cast.sanne, currency="USD", rate=D(1), valid_from=TODAY(), source="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            ExchangeRate.objects.update(rate=1)
    with scope(cast.otto), pytest.raises(NotFound):
        queries.rate(cast.otto, made.pk)


def test_staff_keep_rates_on_a_page_and_nobody_else_does(cast, client_of):
    peter, base = client_of("peter"), "/prices/rates/"
    with scope(cast.peter):
        ExchangeRate.objects.all().delete()
    assert "Geen wisselkoersen" in _text(peter.get(base))
    given = {"currency": "USD", "rate": "0,92", "valid_from": "2026-11-01", "source": "ECB"}
    for wrong in ({"currency": "EUR"}, {"currency": "usd"}, {"rate": "0"}, {"rate": "x"}, {"valid_from": ""}, {"source": ""}, {"valid_until": "2026-10-01"}):
        assert peter.post(base, {**given, **wrong}).status_code == 422, wrong
    assert peter.post(base, given).status_code == 302 and peter.post(base, {**given, "rate": "0,93"}).status_code == 302
    with scope(cast.peter):
        row = ExchangeRate.objects.get()
        assert (row.currency, row.rate, row.source) == ("USD", D("0.93"), "ECB") and isinstance(recorded()[-1], facts.RateSet)
        with pytest.raises(Refused, match="rate_own"):
            actions.set_rate(cast.peter, currency="EUR", rate=D(1), valid_from=TODAY(), source="x")
    assert "€ 0,93" in _text(peter.get(base))
    assert peter.post("/prices/lists/new/", {"code": "USD-1", "name": "Dollars", "currency": "usd", "tiers": "all_units"}).status_code == 422
    assert peter.post("/prices/lists/new/", {"code": "USD-1", "name": "Dollars", "currency": "USD", "tiers": "all_units"}).status_code == 302
    with scope(cast.peter):
        assert PriceList.objects.get(code="USD-1").currency == "USD"
    for who, status in (("sanne", 404), ("fatima", 403)):
        assert client_of(who).get(base).status_code == status and client_of(who).post(f"{base}{row.pk}/remove/").status_code == status, who
    assert client_of("otto").post(f"{base}{row.pk}/remove/").status_code == 404
    assert peter.post(f"{base}{row.pk}/remove/").status_code == 302 and peter.post(f"{base}{row.pk}/remove/").status_code == 404

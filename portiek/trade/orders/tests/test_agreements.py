"""How much of an agreement was taken: what counts, who sees it, and who hears that it ends."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Party, Unit
from portiek.trade.catalog.models import Product
from portiek.trade.orders import queries
from portiek.trade.orders.jobs import agreements_end
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.pricing import actions
from portiek.trade.pricing.models import Agreement, AgreementLine
from portiek.trade.pricing.rules import meter

SKU = "MS-M5"


@pytest.fixture
def agreement(cast) -> Agreement:
    """An agreement of Bakker that began a hundred days ago and ends in thirty: 500 of an article."""
    today = timezone.localdate()
    with scope(cast.peter):
        made = actions.create_agreement(cast.peter, party=Party.objects.get(number="10042"), number="M-1", name="Afroep MS-M5", valid_from=today - timedelta(days=100), valid_until=today + timedelta(days=30))
        actions.add_agreement_line(cast.peter, agreement=made, product=Product.objects.get(sku=SKU), price=Decimal("4.10"), agreed=Decimal(500))
    return made


def _order(cast, number: str, quantity: int, *, days_ago: int, status: str = "completed", confirmed: int | None = None, party: str = "10042", unit: Unit | None = None) -> None:
    with scope(cast.system):
        whose, product = Party.objects.get(number=party), Product.objects.get(sku=SKU)
        made = Order.objects.create(portal_id=whose.portal_id, party=whose, number=number, unit=unit, status=status, placed_at=timezone.now() - timedelta(days=days_ago))
        OrderLine.objects.create(portal_id=whose.portal_id, party=whose, order=made, position=1, product=product, sku=SKU, name=product.name, quantity=quantity, confirmed_quantity=confirmed, price=1, tax_rate=21, amount=quantity)


def _called(cast, agreement: Agreement) -> Decimal:
    with scope(cast.system):
        product = Product.objects.get(sku=SKU)
        return queries.called_off(cast.system, agreement=agreement, product_ids=[product.pk]).get(product.pk, Decimal(0))


def test_what_was_ordered_in_its_days_counts(cast, agreement):
    before = _called(cast, agreement)
    for number, quantity, more in (("Q-1", 100, {"days_ago": 10}), ("Q-2", 80, {"days_ago": 20, "confirmed": 60}), ("Q-3", 1000, {"days_ago": 120}), ("Q-4", 1000, {"days_ago": 5, "status": "cancelled"}),
                                   ("Q-5", 1000, {"days_ago": 5, "status": "rejected"}), ("Q-6", 1000, {"days_ago": 5, "status": "pending_approval"}), ("Q-7", 1000, {"days_ago": 5, "party": "10077"})):  # fmt: skip
        _order(cast, number, quantity, **more)
    assert _called(cast, agreement) - before == 160


def test_of_an_agreement_of_a_project_what_was_ordered_for_it_counts(cast, agreement):
    """And for what stands in it; not what the rest of the company ordered, as it did."""
    with scope(cast.peter):
        town, site = (Unit.objects.get(party=agreement.party_id, name=name) for name in ("Kampen", "Nieuwbouw Havenkwartier"))
        inside = parties.add_unit(cast.peter, party=site.party, name="Blok A", kind="project", parent=site)
        made = actions.create_agreement(cast.peter, party=agreement.party, number="M-2", name="Havenkwartier", valid_from=agreement.valid_from, valid_until=agreement.valid_until, unit=site)
        actions.add_agreement_line(cast.peter, agreement=made, product=Product.objects.get(sku=SKU), price=Decimal("3.90"), agreed=Decimal(100))
    before = _called(cast, agreement)
    for number, quantity, unit in (("Q-1", 1000, None), ("Q-2", 500, town), ("Q-3", 60, site), ("Q-4", 30, inside)):
        _order(cast, number, quantity, days_ago=2, unit=unit)
    assert _called(cast, made) == 90 and _called(cast, agreement) - before == 1590
    for unit in (town, None):
        with scope(actor := replace(cast.sanne, unit_id=unit and unit.pk)):
            product = Product.objects.get(sku=SKU)
            notes = queries.agreed_notes(actor, {product.pk: Decimal(20)}, day=timezone.localdate())
            assert (notes[product.pk].kind, notes[product.pk].name, notes[product.pk].amount) == ("spent", "Afroep MS-M5", 500)
    with scope(cast.system):
        Agreement.objects.filter(pk=agreement.pk).update(is_active=False)
    with scope(actor := replace(cast.sanne, unit_id=site.pk)):
        note = queries.agreed_notes(actor, {product.pk: Decimal(20)}, day=timezone.localdate())[product.pk]
        assert (note.kind, note.name, note.amount) == ("over", "Havenkwartier", 10)


def test_both_sides_read_it_and_nobody_else(cast, client_of, agreement):
    _order(cast, "Q-1", 123, days_ago=10)
    called = _called(cast, agreement)
    said = f"{called:.0f} van 500"
    for who, path in (("sanne", "/prices/agreements/M-1/"), ("peter", "/prices/parties/10042/agreements/M-1/")):
        text = re.sub(r"\s+", " ", client_of(who).get(path).content.decode().replace("\xa0", " "))
        assert said in text and "Afgenomen" in text, who
    assert client_of("dirk").get("/prices/agreements/M-1/").status_code == 404
    with scope(cast.dirk), pytest.raises(NotFound):
        queries.called_off(cast.dirk, agreement=agreement, product_ids=[1])
    with scope(cast.sanne), pytest.raises(NotFound):
        queries.ending(cast.sanne, on=timezone.localdate())


def test_an_agreed_quantity_is_about_an_article(cast, agreement):
    with scope(cast.peter), pytest.raises(Refused, match="agreed_article"):
        actions.add_agreement_line(cast.peter, agreement=agreement, discount_group="PBM", percent=Decimal(10), agreed=Decimal(5))


def test_who_has_something_left_hears_it_a_month_before_once(cast, agreement):
    _order(cast, "Q-1", 100, days_ago=10)
    for _again in range(2):
        with scope(cast.system):
            agreements_end(cast.system)
        run_jobs()
    with scope(cast.system):
        told = list(Notification.objects.filter(kind="orders.agreement_ends").values_list("user__name", flat=True))
    assert told.count("Sanne Bakker") == 1 and "Dirk de Vries" not in told


def test_who_took_all_hears_nothing(cast, agreement):
    _order(cast, "Q-1", 500, days_ago=10)
    with scope(cast.system):
        assert not queries.ending(cast.system, on=agreement.valid_until)
        AgreementLine.objects.filter(agreement=agreement).update(agreed=100000)
        assert [item.agreement.pk for item in queries.ending(cast.system, on=agreement.valid_until)] == [agreement.pk]


@pytest.mark.parametrize(
    ("called", "today", "state", "left", "weeks"),
    [(0, date(2026, 1, 1), "running", 100, 52), (50, date(2026, 7, 2), "running", 50, 26), (44, date(2026, 7, 2), "behind", 56, 26), (100, date(2026, 7, 2), "done", 0, 26), (101, date(2026, 7, 2), "over", 0, 26),
     (99, date(2027, 1, 1), "ended", 1, 0), (99, date(2026, 12, 31), "running", 1, 0), (0, date(2025, 12, 1), "running", 100, 56)],
)  # fmt: skip
def test_how_an_agreed_quantity_stands(called, today, state, left, weeks):
    found = meter(Decimal(100), Decimal(called), start=date(2026, 1, 1), end=date(2026, 12, 31), today=today)
    assert (found.state, found.left, found.weeks) == (state, left, weeks)
    open_ended = meter(Decimal(100), Decimal(1), start=None, end=None, today=today)
    assert open_ended.state == "running" and open_ended.weeks is None


def _notes(cast, actor, quantity):
    with scope(cast.system):
        product = Product.objects.get(sku=SKU)
    with scope(actor):
        note = queries.agreed_notes(actor, {product.pk: Decimal(quantity)}, day=timezone.localdate()).get(product.pk)
        return note and (note.kind, note.amount)


def test_the_cart_says_what_is_left_of_an_agreement(cast, client_of, agreement):
    with scope(cast.system):
        left = 500 - _called(cast, agreement)
    assert _notes(cast, cast.sanne, left - 10) == ("ending", Decimal(10))
    assert _notes(cast, cast.sanne, left) is None
    assert _notes(cast, cast.sanne, left + 40) == ("over", Decimal(40))
    _order(cast, "Q-8", int(left), days_ago=2)
    assert _notes(cast, cast.sanne, 1) == ("spent", Decimal(500))
    client = client_of("sanne")
    client.post("/orders/cart/add/", {"product": SKU, "quantity": "1"})
    for path in ("/orders/cart/", "/orders/cart/review/"):
        assert "Alle 500" in client.get(path).content.decode()


def test_an_agreement_that_begins_later_is_worth_a_word(cast):
    today = timezone.localdate()
    with scope(cast.peter):
        for number, days in (("M-8", 20), ("M-9", 90)):
            made = actions.create_agreement(cast.peter, party=Party.objects.get(number="10042"), number=number, name=number, valid_from=today + timedelta(days=days))
            actions.add_agreement_line(cast.peter, agreement=made, product=Product.objects.get(sku=SKU), price=Decimal(3), min_quantity=Decimal(days))
    with scope(cast.sanne):
        product = Product.objects.get(sku=SKU)
        note = queries.agreed_notes(cast.sanne, {product.pk: Decimal(1)}, day=today)[product.pk]
    assert (note.kind, note.name, note.day) == ("coming", "M-8", today + timedelta(days=20))


def test_who_may_not_see_agreements_is_told_nothing_and_nobody_hears_of_anothers(cast, agreement):
    _order(cast, "Q-9", 600, days_ago=2)
    assert _notes(cast, cast.sanne, 1) == ("spent", Decimal(500))
    assert _notes(cast, cast.karin, 1) is None
    assert _notes(cast, cast.dirk, 1) is None


def test_what_was_agreed_for_a_branch_is_told_to_who_belongs_to_it(cast):
    today = timezone.localdate()
    with scope(cast.peter):
        party = Party.objects.get(number="10042")
        unit = Unit.objects.filter(party=party, is_active=True).order_by("pk")[0]
        made = actions.create_agreement(cast.peter, party=party, number="M-7", name="Van de vestiging", valid_from=today + timedelta(days=20), unit=unit)
        actions.add_agreement_line(cast.peter, agreement=made, product=Product.objects.get(sku=SKU), price=Decimal(3))
    assert _notes(cast, replace(cast.sanne, unit_id=unit.pk), 1) == ("coming", Decimal(0))
    assert _notes(cast, replace(cast.sanne, unit_id=None), 1) is None


def test_a_word_about_agreements_costs_one_statement(cast, agreement):
    sanne = cast.sanne
    with scope(sanne):
        wanted = {key: Decimal(1) for key in Product.objects.values_list("pk", flat=True)}
        with CaptureQueriesContext(connection) as seen:
            queries.agreed_notes(sanne, wanted, day=timezone.localdate())
    assert len(seen) == 1

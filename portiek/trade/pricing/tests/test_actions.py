"""Lists from the ERP, agreements, assignments."""

import functools
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused, wording
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.records import Problem
from portiek.trade.pricing import actions, facts
from portiek.trade.pricing.models import Agreement, AgreementLine, PartyDiscount, PriceList, PriceListLine
from portiek.trade.pricing.records import PriceLineRecord, PriceListRecord

D = Decimal
AT = datetime(2026, 11, 22, tzinfo=UTC)
LIST = PriceListRecord(
    "erp-9",
    "ERP-9",
    "Uit het ERP",
    lines=(PriceLineRecord("GP-125-2600", D(1), D("8")), PriceLineRecord("GP-125-2600", D(50), D("7")), PriceLineRecord("MS-M5", D(1), None)),
)


def _apply(cast, *records):
    return actions.apply_price_lists(cast.system, records=records, as_of=AT)


def test_a_list_replaces_all_it_had(cast):
    with scope(cast.system):
        done = _apply(cast, LIST)
        assert (done.created, done.changed, done.removed, done.unchanged) == (3, 0, 0, 0)
        before = len(recorded())
        done = _apply(cast, LIST)
        assert (done.created, done.changed, done.removed, done.unchanged) == (0, 0, 0, 3)
        assert len(recorded()) == before
        done = _apply(cast, replace(LIST, name="Anders", lines=(replace(LIST.lines[0], price=D("8.10")), PriceLineRecord("SS-3535", D(1), D("9")))))
        assert (done.created, done.changed, done.removed) == (1, 1, 2)
        found = PriceList.objects.get(external_id="erp-9")
        assert found.name == "Anders"
        assert sorted(PriceListLine.objects.filter(price_list=found).values_list("product__sku", "price")) == [("GP-125-2600", D("8.10")), ("SS-3535", D("9"))]
        assert recorded()[-1] == facts.PriceListApplied(price_list_id=found.pk, created=1, changed=1, removed=2)


def test_bad_lines_and_lists_are_named_and_the_rest_applied(cast):
    with scope(cast.system):
        done = _apply(
            cast,
            replace(LIST, lines=(*LIST.lines, PriceLineRecord("UNKNOWN", D(1), D(1)), PriceLineRecord("SS-3535", D(-1), D(1)))),
            replace(LIST, external_id=""),
            replace(LIST, external_id="other", code="DEALER-2026"),
        )
        assert done.created == 3
        assert set(done.problems) == {
            Problem("UNKNOWN", "unknown_product"),
            Problem("SS-3535", "bad_quantity"),
            Problem("", "bad_code"),
            Problem("other", "code_taken"),
        }


def test_fallbacks_may_come_in_one_batch(cast):
    with scope(cast.system):
        _apply(cast, replace(LIST, fallback="erp-10"), PriceListRecord("erp-10", "ERP-10", "Basis", fallback="erp-9"))
        assert PriceList.objects.get(external_id="erp-9").fallback.code == "ERP-10"
        assert PriceList.objects.get(external_id="erp-10").fallback.code == "ERP-9"


def test_staff_cannot_make_a_ring(cast):
    with scope(cast.peter):
        first = actions.create_price_list(cast.peter, code="EEN", name="Een")
        second = actions.create_price_list(cast.peter, code="TWEE", name="Twee", fallback=first)
        for fallback in (first, second):
            with pytest.raises(Refused, match="ring"):
                actions.change_price_list(cast.peter, price_list=first, values={"fallback": fallback})


def test_a_list_of_the_portal_itself_is_changed_and_one_of_the_erp_is_not(cast):
    with scope(cast.peter):
        mine, theirs = PriceList.objects.get(code="HOUT-2026"), PriceList.objects.get(code="DEALER-2026")
        assert actions.change_price_list(cast.peter, price_list=mine, values={"tiers": "all_units", "fallback": theirs})
        assert recorded()[-1] == facts.PriceListChanged(price_list_id=mine.pk, created=0, changed=0)
        assert not actions.change_price_list(cast.peter, price_list=mine, values={"tiers": "all_units"})
        with pytest.raises(Refused, match="of_the_erp"):
            actions.change_price_list(cast.peter, price_list=theirs, values={"tiers": "incremental"})


def test_the_erp_says_what_tiers_count_for(cast):
    with scope(cast.system):
        _apply(cast, replace(LIST, tiers="incremental"))
        assert PriceList.objects.get(external_id="erp-9").tiers == "incremental"
        assert _apply(cast, replace(LIST, tiers="each")).problems[0].code == "bad_tiers"


def test_agreements(cast):
    with scope(cast.peter):
        party = Party.objects.get(number="10042")
        made = actions.create_agreement(cast.peter, party=party, number="A-1", name="Nieuw", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
        assert recorded()[-1] == facts.AgreementMade(agreement_id=made.pk)
        with pytest.raises(Refused, match="number_taken"):
            actions.create_agreement(cast.peter, party=party, number="A-1", name="Nog een")
        with pytest.raises(Refused, match="window"):
            actions.create_agreement(cast.peter, party=party, number="A-2", name="Nog een", valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1))
        product = Product.objects.get(sku="MS-M5")
        actions.add_agreement_line(cast.peter, agreement=made, product=product, price=D(4))
        with pytest.raises(Refused, match="line_taken"):
            actions.add_agreement_line(cast.peter, agreement=made, product=product, percent=D(4))
        with pytest.raises(Refused, match="line_reward"):
            actions.add_agreement_line(cast.peter, agreement=made, product=product)
        with pytest.raises(Refused, match="line_target"):
            actions.add_agreement_line(cast.peter, agreement=made, product=product, discount_group="GIPS", percent=D(4))


def test_a_position_is_taken_once(cast):
    with scope(cast.peter):
        party, dealer = Party.objects.get(number="10042"), PriceList.objects.get(code="DEALER-2026")
        with pytest.raises(Refused, match="position_taken"):
            actions.assign_price_list(cast.peter, party=party, price_list=dealer, position=1)


@pytest.mark.parametrize("who", ["sanne", "fatima"])
def test_only_who_manages_prices_agrees(cast, who):
    actor = getattr(cast, who)
    with pytest.raises(Forbidden), scope(actor):
        actions.create_agreement(actor, party=Party.objects.get(number="10042"), number="X", name="X")


def agree(cast, number, *, product=None, group="", step=0, party="10042", **days):
    """Agree a price or a percentage on one thing, as the page does."""
    made = actions.create_agreement(cast.peter, party=Party.objects.get(number=party), number=number, name=number, **days)
    actions.add_agreement_line(cast.peter, agreement=made, product=Product.objects.get(sku=product) if product else None, discount_group=group, min_quantity=D(step), price=D(4) if product else None, percent=None if product else D(5))
    return made


@pytest.mark.parametrize(("more", "refused"), [
    ({"product": "MS-M5"}, True), ({"product": "MS-M5", "valid_from": date(2026, 12, 31)}, True), ({"product": "MS-M5", "valid_until": date(2026, 1, 1)}, True), ({"product": "MS-M5", "step": 1}, True),
    ({"product": "MS-M5", "valid_from": date(2027, 1, 1)}, False), ({"product": "MS-M5", "valid_until": date(2025, 12, 31)}, False), ({"product": "MS-M5", "step": 50}, False), ({"product": "SS-3535"}, False), ({"group": "GIPS"}, False),
    ({"product": "MS-M5", "party": "10077"}, False),
])  # fmt: skip
def test_a_second_agreement_for_the_same_days_is_refused(cast, more, refused):
    with scope(cast.peter):
        agree(cast, "A-1", product="MS-M5", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
        if refused:
            with pytest.raises(Refused, match="agreed_elsewhere") as no:
                agree(cast, "A-2", **more)
            assert (no.value.values["number"], no.value.field) == ("A-1", "number") and "A-1" in wording(no.value) and "31 december 2026" in wording(no.value).lower()
            assert not AgreementLine.objects.filter(agreement__number="A-2").exists()
        else:
            agree(cast, "A-2", **more)


def test_longer_days_are_refused_where_they_meet_another_agreement(cast):
    with scope(cast.peter):
        first = agree(cast, "A-1", product="MS-M5", valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30))
        actions.add_agreement_line(cast.peter, agreement=first, discount_group="CHEM", percent=D(4), min_quantity=D(1))
        agree(cast, "A-2", product="MS-M5", valid_from=date(2026, 9, 1))
        agree(cast, "A-3", group="CHEM", valid_from=date(2026, 7, 1), valid_until=date(2026, 7, 31))
        agree(cast, "A-4", group="TUIN", valid_from=date(2027, 1, 1))  # shares nothing with the first
        for until, other in ((date(2026, 7, 1), "A-3"), (date(2026, 9, 1), "A-2"), (None, "A-2")):
            with pytest.raises(Refused, match="agreed_elsewhere") as no:
                actions.change_agreement(cast.peter, agreement=first, values={"valid_until": until})
            assert no.value.values["number"] == other
            first.refresh_from_db()
            assert first.valid_until == date(2026, 6, 30)
        actions.change_agreement(cast.peter, agreement=first, values={"valid_from": None})
        # What overlaps already, from before, can be ended, also when it then still meets the other in the past.
        Agreement.objects.filter(number="A-2").update(valid_from=date(2026, 2, 1))
        first.refresh_from_db()
        assert actions.change_agreement(cast.peter, agreement=first, values={"valid_until": date(2026, 3, 31)})
        with pytest.raises(Refused, match="agreed_elsewhere"):
            actions.change_agreement(cast.peter, agreement=first, values={"valid_until": date(2026, 4, 1)})


def test_a_second_discount_for_the_same_days_is_refused(cast):
    with scope(cast.peter):
        party = Party.objects.get(number="10042")
        give = functools.partial(actions.set_discount, cast.peter, party=party, discount_group="GIPS")
        give(percent=D(5), valid_from=date(2026, 1, 1))
        for days in ({"valid_from": date(2026, 6, 1)}, {"valid_from": None}, {"valid_from": None, "valid_until": date(2026, 1, 1)}):
            with pytest.raises(Refused, match="discount_elsewhere"):
                give(percent=D(9), **days)
        give(percent=D(6), valid_from=date(2026, 1, 1), valid_until=date(2026, 5, 31))
        give(percent=D(9), valid_from=date(2026, 6, 1))
        with pytest.raises(Refused, match="discount_elsewhere"):
            give(percent=D(6), valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 1))
        assert PartyDiscount.objects.filter(party=party, discount_group="GIPS").count() == 2

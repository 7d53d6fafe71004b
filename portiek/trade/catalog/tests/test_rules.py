"""How a search is read, what stock means, what the ERP may send."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portiek.trade.catalog import rules
from portiek.trade.catalog.records import CategoryRecord, ProductRecord, StockRecord

pytestmark = pytest.mark.no_database
D = Decimal


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("schroeven", "schroef"),
        ("platen", "plaat"),
        ("deuren", "deur"),
        ("balken", "balk"),
        ("pluggen", "plug"),
        ("tegels", "tegel"),
        ("buizen", "buis"),
        ("latten", "lat"),
    ],
)
def test_the_plural_finds_the_singular(word, other):
    assert rules.stem(word) == rules.stem(other)


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("", []),
        ("  ", []),
        ("'&|!<->():*", []),
        ("gips", ["gips:* | gipszq"]),
        ("GP-125", ["gp125:* | (gp:* & 125:*)"]),
        ("Gips 12,5", ["gips:* | gipszq", "125:* | (12:* & 5:*)"]),
        ("geïmpregneerd", ["geimpregneerd:* | geimpregnerdzq"]),
        ("a' | b", ["a:* | azq", "b:* | bzq"]),
    ],
)
def test_a_query_holds_nothing_but_words(text, queries):
    assert rules.word_queries(text) == queries


def test_a_long_text_is_cut():
    assert len(rules.word_queries("woord " * 100)) == rules.MAX_WORDS


def test_a_compound_is_found_by_its_tail_and_a_code_without_its_signs():
    found = rules.lexemes("GP-125-2600 8712345678901", "Gipsplaat 12,5 mm")
    assert {"plaat", "gipsplaat", "gp1252600", "1252600", "8712345678901", "125", "platzq"} <= set(found)
    assert "aat" not in found


@pytest.mark.parametrize(
    ("quantity", "least", "step", "good", "near"),
    [
        ("12", "12", "12", True, "12"),
        ("13", "12", "12", False, "24"),
        ("1", "12", "12", False, "12"),
        ("0.5", "0.5", "0.5", True, "0.5"),
        ("1.2", "0.5", "0.5", False, "1.5"),
        ("10", "1", "1", True, "10"),
        ("3", "5", "2", False, "6"),
    ],
)
def test_quantities_in_whole_packages(quantity, least, step, good, near):
    assert rules.fits(D(quantity), D(least), D(step)) is good
    assert rules.nearest(D(quantity), D(least), D(step)) == D(near)
    assert rules.fits(D(near), D(least), D(step))


TODAY, SOON, LATER = date(2026, 11, 25), date(2026, 12, 2), date(2026, 12, 9)


@pytest.mark.parametrize(
    ("places", "state", "available", "expected"),
    [
        ([], "unknown", 0, None),
        ([(D(5), None, None)], "available", 5, None),
        ([(D(0), None, None)], "none", 0, None),
        ([(D(-3), None, None)], "none", 0, None),
        ([(D(0), SOON, D(10))], "expected", 0, SOON),
        ([(D(0), LATER, D(10)), (D(0), SOON, None)], "expected", 0, SOON),
        ([(D(2), None, None), (D(3), SOON, D(1))], "available", 5, SOON),
    ],
)
def test_what_stock_means(places, state, available, expected):
    found = rules.standing(places, D(1))
    assert (found.state, found.available, found.expected_at) == (state, available, expected)


def test_less_than_the_smallest_order_is_not_available():
    assert rules.standing([(D(5), None, None)], D(12)).state == "some"
    assert rules.standing([(D(5), SOON, D(60))], D(12)).state == "expected"


@pytest.mark.parametrize(
    ("places", "quantity", "comes", "first"),
    [
        ([(D(60), None, None)], D(60), None, TODAY),
        ([(D(5), SOON, D(60))], D(60), None, SOON),  # what is there and what comes, together
        ([(D(5), SOON, D(60))], D(66), None, None),
        ([(D(5), SOON, D(60))], D(66), LATER, LATER),  # more than is announced comes by the lead time
        ([(D(5), SOON, None)], D(60), None, None),  # nobody said how many come
        ([(D(5), TODAY - timedelta(days=3), D(60))], D(60), None, TODAY),  # announced for a day that is over
        ([], D(1), None, None),
        ([], D(1), LATER, LATER),
    ],
)
def test_when_all_of_it_is_there(places, quantity, comes, first):
    assert rules.enough_on(rules.standing(places, D(1)), quantity, today=TODAY, comes=comes) == first


GOOD = ProductRecord("e1", "SKU-1", "Name", list_price=D("1.25"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"list_price": None}, None),
        ({"external_id": ""}, "bad_code"),
        ({"sku": " x"}, "bad_code"),
        ({"sku": "x" * 65}, "bad_code"),
        ({"name": ""}, "bad_name"),
        ({"name": "a\0"}, "not_text"),
        ({"version": "1\x1f2"}, "not_text"),
        ({"ean": "1" * 15}, "too_long"),
        ({"min_quantity": D(0)}, "bad_quantity"),
        ({"step_quantity": D(-1)}, "bad_quantity"),
        ({"step_quantity": D("NaN")}, "bad_quantity"),
        ({"list_price": D(-1)}, "bad_price"),
        ({"list_price": D("Infinity")}, "bad_price"),
        ({"tax_rate": D(101)}, "bad_price"),
        ({"weight": D(-1)}, "bad_weight"),
        ({"lead_days": 366}, "bad_lead"),
        ({"lead_days": -1}, "bad_lead"),
        ({"lead_days": 365}, None),
    ],
)
def test_a_bad_product_is_named(change, code):
    assert rules.wrong_product(replace(GOOD, **change)) == code


def test_bad_categories_and_stock_are_named():
    assert rules.wrong_category(CategoryRecord("", "a", "A")) == "bad_code"
    assert rules.wrong_category(CategoryRecord("1", "a", "")) == "bad_name"
    assert rules.wrong_category(CategoryRecord("1", "a", "A")) is None
    assert rules.wrong_stock(StockRecord("1", "p", "w", on_hand=D(-4))) is None
    assert rules.wrong_stock(StockRecord("1", "", "w")) == "bad_code"
    assert rules.wrong_stock(StockRecord("1", "p", "w", available=D("NaN"))) == "bad_quantity"
    assert rules.wrong_stock(StockRecord("1", "p", "w", expected_quantity=D(-1))) == "bad_quantity"

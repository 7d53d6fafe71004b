"""Where figures differ and why, without a database."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portiek.core.money import Policy
from portiek.settlement.parity import rules
from portiek.settlement.parity.rules import Document, Line

D = Decimal
PORTAL = Policy()


def line(quantity="1", ours="10", price=None, amount=None, rate="21", position=1, averaged=False):
    price = D(price or ours)
    return Line(position, f"A-{position}", D(quantity), D(ours), price, PORTAL.line(D(quantity), price) if amount is None else D(amount), D(rate), averaged)


def document(*lines, tax=None, net=None, gross=None):
    totals = PORTAL.totals((item.amount, item.rate) for item in lines)
    net, tax = D(net) if net else totals.net, D(tax) if tax else totals.tax
    return Document(lines, net, tax, D(gross) if gross else net + tax)


def found(*lines, **totals):
    return [(item.what, item.code, item.fits, item.gap) for item in rules.differences(document(*lines, **totals), PORTAL)]


@pytest.mark.parametrize(
    ("its", "expected"),
    [
        # 100 for 1.20 and 20 for 1.15 each: 143.00, an average of 1.191667.
        (line("120", "1.191667", "1.19", averaged=True), [("price", "tiers", "", D("-0.20"))]),
        (line("120", "1.191667", "1.1917", averaged=True), []),
        (line("60000", "1.191667", amount="71500.00", averaged=True), [("amount", "tiers", "", D("-0.02"))]),
        # Another price is no rounding, nor is an amount that is euros off; without tiers it is said as before.
        (line("120", "1.191667", "1.20", averaged=True), [("price", "price", "", D("1.00"))]),
        (line("120", "1.191667", amount="140.00", averaged=True), [("amount", "amount", "", D("-3.00"))]),
        (line("120", "1.191667", "1.19"), [("price", "price_rounding", "price_digits=2", D("-0.20"))]),
    ],
)
def test_an_erp_that_rounds_the_average_of_tiers_itself(its, expected):
    assert found(its) == expected


def test_what_agrees_differs_in_nothing():
    assert found(line(), line("3", "1.2345", position=2)) == []


@pytest.mark.parametrize(
    ("its", "expected"),
    [
        (line("100", "1.2345", "1.23"), [("price", "price_rounding", "price_digits=2", D("-0.45"))]),
        (line("100", "1.2345", "1.235"), [("price", "price_rounding", "price_digits=3", D("0.05"))]),
        (line("100", "1.2345", "1.30"), [("price", "price", "", D("6.55"))]),
        (line("5", "0.301", amount="1.50"), [("amount", "line_rounding", "mode=half_even", D("-0.01"))]),
        (line("5", "0.301", amount="1.40"), [("amount", "amount", "", D("-0.11"))]),
        # A price that differs and makes no cent of difference is no alarm, nor is a line that was struck.
        (line("1", "1.2345", "1.23"), []),
        (line("0", "1.2345", "9", amount="0"), []),
    ],
)
def test_what_differs_in_a_line(its, expected):
    assert found(its) == expected


def test_vat_that_is_rounded_in_another_way_names_the_way():
    lines = [line("1", "1.03", position=position) for position in (1, 2, 3)]  # 0.2163 each: 0.22 by line, 0.65 over 3.09
    assert found(*lines, tax="0.66") == [("tax", "tax_rounding", "tax_per=line", D("0.01"))]
    assert found(*lines, tax="0.28") == [("tax", "tax", "", D("-0.37"))]
    assert found(line("1", "0.50", rate="21"), tax="0.10") == [("tax", "tax_rounding", "mode=half_even", D("-0.01"))]


def test_a_total_that_is_not_the_sum_is_told_once():
    assert found(line(), net="9.00", tax="1.89") == [("net", "sum", "", D("-1.00"))]
    assert found(line(), gross="12.00") == [("gross", "sum", "", D("-0.10"))]


def test_what_the_erp_added_is_no_price_of_ours():
    added = Line(2, "TRANSPORT", D(1), None, D(15), D(15), D(21))
    assert found(line(), added) == []


def test_of_each_way_to_calculate_it_is_counted_how_many_agree():
    by_line = document(*[line("1", "1.03", position=position) for position in (1, 2, 3)], tax="0.66")
    plain = document(line())
    tried = rules.agreeing([by_line, by_line, plain], PORTAL)
    assert tried == {"": 1, "tax_per=line": 3, "mode=half_even": 1, "tax_per=line,mode=half_even": 3}
    assert rules.best(tried) == "tax_per=line"
    assert rules.best({"": 3, "tax_per=line": 3}) == ""
    assert rules.best({}) == ""


@pytest.mark.parametrize(("known", "gap", "up_to", "expected"), [(False, "0.01", None, True), (True, "0.01", None, False), (False, "-0.02", "0.02", False), (False, "-0.03", "0.02", True)])
def test_what_asks_for_somebody(known, gap, up_to, expected):
    assert rules.still_open(known, D(gap), D(up_to) if up_to else None) is expected

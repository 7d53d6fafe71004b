"""What goes back, and to where. Pure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portiek.edges.punchout import rules
from portiek.edges.punchout.rules import Line

pytestmark = pytest.mark.no_database


@given(st.decimals(min_value=0, max_value=10**6, places=6))
def test_a_price_for_so_many_is_the_price_of_one(price):
    value, unit = rules.price_unit(price)
    assert value == round(value, 3) and (value / unit == price or unit == 10000)


@pytest.mark.parametrize(("price", "value", "unit"), [("6.15", "6.15", 1), ("0.0123", "0.123", 10), ("0.123456", "123.456", 1000), ("10", "10", 1)])
def test_prices_of_more_than_three_decimals_are_for_more_than_one(price, value, unit):
    assert rules.price_unit(Decimal(price)) == (Decimal(value), unit)


def test_fields_are_cut_to_their_lengths_and_written_plainly():
    line = Line("SKU", "é" * 60, "60.000", "C62", "6.1500", "EUR", description="lang")
    fields = dict(rules.oci_fields([line], visit="abc"))
    assert fields["NEW_ITEM-DESCRIPTION[1]"] == "é" * 40 and fields["NEW_ITEM-QUANTITY[1]"] == "60" and fields["NEW_ITEM-PRICE[1]"] == "6.15" and fields["NEW_ITEM-LONGTEXT_1:132[]"] == "lang" and fields["NEW_ITEM-EXT_QUOTE_ID[1]"] == "abc"
    assert "NEW_ITEM-MATNR[1]" not in fields and rules.oci_fields([]) == []


@pytest.mark.parametrize(("text", "hosts"), [("s1.ariba.com", ["s1.ariba.com"]), ("https://A.example/x\n b.example:8443 ,a.example", ["a.example", "b.example:8443"]), ("", None), ("localhost", None), ("*.ariba.com", None), ("a.example;script-src", None), ("a..example", None), ("-a.example", None), ("a.example:0", None)])
def test_hosts_are_read_without_what_surrounds_them(text, hosts):
    assert rules.read_hosts(text) == hosts


@given(st.text(max_size=80))
def test_no_text_after_another_host_leads_anywhere(text):
    assert rules.origin(f"https://evil.example{text}", ["good.example"]) == ""
    assert rules.origin(f"https://good.example{text}", ["good.example"]) in ("", "https://good.example")


def test_plain_http_only_where_the_operator_says_so():
    assert rules.origin("http://127.0.0.1:99/x", ["127.0.0.1:99"], ["127.0.0.1:99"]) == "http://127.0.0.1:99"
    assert rules.origin("http://127.0.0.1:99/x", ["127.0.0.1:99"]) == "" == rules.origin("http://127.0.0.1:99/x", [], ["127.0.0.1:99"])


def test_an_order_is_the_cart_only_with_the_same_products_and_quantities():
    lines = [{"sku": "A", "quantity": "2.000"}, {"sku": "B", "quantity": "1"}]
    assert rules.is_ordered(lines, {"A": Decimal(2), "B": Decimal(1)}) and not rules.is_ordered(lines, {"A": Decimal(2)}) and not rules.is_ordered(lines, {"A": Decimal(2), "B": Decimal(3)}) and not rules.is_ordered([], {})

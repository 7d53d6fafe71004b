"""UBL: the official rule tests and examples of Peppol, what is written is read as the same, and XML that means harm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portiek.edges.exchange.ubl import checks, records, structure
from portiek.edges.exchange.ubl.catalogue import read_catalogue, write_catalogue
from portiek.edges.exchange.ubl.order import read_order, write_order
from portiek.edges.exchange.ubl.response import read_response, write_response
from portiek.edges.exchange.ubl.tree import MOST_BYTES, Unreadable, parse

pytestmark = pytest.mark.no_database
OFFICIAL = Path(__file__).resolve().parents[4].parent / "shared" / "einvoice" / "peppol-ordering"
VEFA = "{http://difi.no/xsd/vefa/validator/1.0}"
CHECKS = {"t01": checks.check_order, "t114": checks.check_change, "t115": checks.check_cancellation, "t116": checks.check_advanced, "t76": checks.check_response, "t19": checks.check_catalogue}


def files(*folders):
    return [file for folder in folders for file in sorted((OFFICIAL / folder).glob("*.xml"))]


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official rule tests of OpenPeppol are not here")
def test_the_official_tests_of_every_rule_come_out():
    found = files("unit-order", "unit-order-response", "unit-order-change", "unit-order-cancellation", "unit-order-response-advanced", "unit-catalogue", "unit-common")
    assert len(found) > 45
    wrong = []
    for file in found:
        suite = parse(file.read_bytes())
        check = CHECKS[suite.get("configuration").split("-")[1]]
        for place, test in enumerate(suite.iterfind(f"{VEFA}test")):
            document = next(item for item in test if not item.tag.startswith(VEFA))
            fired = check(document)
            for expected in test.find(f"{VEFA}assert"):
                kind, rule = expected.tag.removeprefix(VEFA), expected.text
                hits = [item for item in fired if item.rule == rule]
                right = not hits if kind == "success" else hits and all(item.stops == (kind == "error") for item in hits) and len(hits) == int(expected.get("number", len(hits)))
                if not right:
                    wrong.append(f"{file.name} {place}: {kind} {rule}, found {hits}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official examples of OpenPeppol are not here")
def test_the_official_examples_are_read_and_break_no_rule():
    orders = [*files("examples/Order_use_cases"), OFFICIAL / "examples/Order_Example.xml"]
    answers = [*files("examples/Order-response_use_cases"), OFFICIAL / "examples/OrderResponse_Example.xml"]
    for file in orders:
        root = parse(file.read_bytes())
        assert not [item for item in checks.check_order(root) if item.stops] and not structure.check(root), file.name
        order = read_order(root)
        assert order.lines and order.buyer.codes and all(line.quantity for line in order.lines)
        assert read_order(parse(write_order(order))) == order.__class__(**{**order.__dict__, "charges": False})
    for file in answers:
        root = parse(file.read_bytes())
        assert not [item for item in checks.check_response(root) if item.stops], file.name
        answer = read_response(root)
        assert answer.order and read_response(parse(write_response(answer))) == answer
    for file in [*files("examples/Cataloge_wo_response_use_cases"), OFFICIAL / "examples/Catalogue_Example.xml"]:
        root = parse(file.read_bytes())
        assert not [item for item in checks.check_catalogue(root) if item.stops], file.name
        assert read_catalogue(root)[1]


WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
MAYBE = st.one_of(st.just(""), WORDS)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
AMOUNTS = st.decimals(min_value=0, max_value=10**7, places=3)
CODES = st.builds(records.Code, st.sampled_from(["0088", "0106", "9944"]), WORDS)
PARTIES = st.builds(records.Party, WORDS, st.none() | CODES, st.lists(CODES, max_size=2).map(tuple), MAYBE, st.none() | CODES, MAYBE)
ITEMS = st.builds(records.Item, MAYBE, MAYBE, MAYBE, st.none() | CODES)
PLACES = st.builds(records.Place, MAYBE, WORDS, MAYBE, MAYBE, MAYBE, MAYBE, st.none() | CODES)
LINES = st.builds(records.OrderLine, WORDS, ITEMS, AMOUNTS, MAYBE, AMOUNTS, st.none() | AMOUNTS, st.none() | AMOUNTS, MAYBE, MAYBE, st.none() | DAYS, st.none() | DAYS)
ORDERS = st.builds(records.Order, WORDS, DAYS, st.just("EUR"), PARTIES, PARTIES, st.lists(LINES, min_size=1, max_size=3).map(tuple), st.lists(WORDS, max_size=2).map(tuple), MAYBE, MAYBE, st.none() | DAYS, st.none() | PLACES,
                   st.none() | DAYS, st.none() | DAYS, st.just(False), st.none() | AMOUNTS, st.none() | AMOUNTS)
ANSWERED = st.builds(records.ResponseLine, WORDS, st.sampled_from(["1", "3", "5", "7", "42"]), MAYBE, ITEMS, st.none() | AMOUNTS, st.just(""), st.none() | AMOUNTS, st.none() | DAYS, MAYBE)
RESPONSES = st.builds(records.Response, WORDS, DAYS, st.sampled_from(["AB", "AP", "CA", "RE"]), WORDS, st.just("EUR"), PARTIES, PARTIES, st.lists(ANSWERED, max_size=3).map(tuple), MAYBE, MAYBE, MAYBE, st.none() | DAYS)

SELLERS = st.builds(records.Party, WORDS, st.none() | CODES, st.lists(CODES, max_size=1).map(tuple), st.just(""), st.none() | CODES)
STEPS = st.builds(records.Step, AMOUNTS.filter(bool), AMOUNTS, st.none() | AMOUNTS, st.none() | DAYS)
SAID = st.builds(records.Property, WORDS, WORDS, MAYBE, st.just(""), st.none() | AMOUNTS, st.just(""))
OFFERED = st.builds(records.CatalogueLine, WORDS, st.sampled_from(["Add", "Update", "Delete"]), ITEMS, MAYBE, MAYBE, st.none() | AMOUNTS, st.none() | AMOUNTS, st.none() | AMOUNTS, st.lists(STEPS, max_size=3).map(tuple), st.none() | AMOUNTS, st.booleans(), MAYBE,
                    st.none() | st.builds(records.Code, WORDS, WORDS), st.lists(SAID, max_size=2).map(tuple))
CATALOGUES = st.builds(records.Catalogue, WORDS, st.sampled_from(["Add", "Replace", "Update"]), DAYS, SELLERS, SELLERS, st.none() | DAYS, MAYBE, MAYBE)


@given(CATALOGUES, st.lists(OFFERED, max_size=3))
def test_a_catalogue_is_read_as_it_was_written(head, lines):
    assert read_catalogue(parse(b"".join(write_catalogue(head, lines, "EUR")))) == (head, tuple(lines))


def test_what_no_xml_can_hold_is_left_out_and_what_looks_like_a_declaration_stays():
    name = 'Plaat\x0b\ud800 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" </catalogue:Catalogue>'
    head = records.Catalogue("1", "Add", date(2026, 1, 1), records.Party("A"), records.Party("B"))
    _head, lines = read_catalogue(parse(b"".join(write_catalogue(head, [records.CatalogueLine("1", "Add", records.Item(name)), records.CatalogueLine("2", "Add", records.Item("Stuk"))], "EUR"))))
    assert [line.item.name for line in lines] == [name.replace("\x0b\ud800", ""), "Stuk"]


@given(ORDERS)
def test_an_order_is_read_as_it_was_written(order):
    assert read_order(parse(write_order(order))) == order
    # A line that says nothing of its product is well made but for that.
    assert not [item for item in structure.check(parse(write_order(order))) if item.what != "cac:Item"]


@given(RESPONSES)
def test_an_answer_is_read_as_it_was_written(response):
    assert read_response(parse(write_response(response))) == response


HARM = {
    "doctype": b'<!DOCTYPE Order SYSTEM "http://127.0.0.1:9/x.dtd"><Order/>',
    "xxe": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "laughs": b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>',
    "parameter": b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><a/>',
}


@pytest.mark.parametrize("name", HARM)
def test_a_doctype_is_refused_before_anything_of_it_is_read(name):
    with pytest.raises(Unreadable) as caught:
        parse(HARM[name])
    assert caught.value.code == "doctype"


@pytest.mark.parametrize(("content", "code"), [
    (b"", "xml"), (b"{}", "xml"), (b"<a>", "xml"), (b"<a>&x;</a>", "xml"), (b'<?xml version="1.0" encoding="nope"?><a/>', "xml"), (b"<a>" * 40 + b"</a>" * 40, "deep"), (b"<a/>" + b" " * MOST_BYTES, "size"),
    (HARM["xxe"].decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"), "doctype"),
])
def test_what_is_no_document_is_refused(content, code):
    with pytest.raises(Unreadable) as caught:
        parse(content)
    assert caught.value.code == code


def test_an_include_stays_an_element():
    root = parse(b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></a>')
    assert [item.tag for item in root] == ["{http://www.w3.org/2001/XInclude}include"] and "".join(root.itertext()) == ""


def test_another_document_and_a_half_one_are_no_order():
    order = records.Order("1", date(2026, 1, 1), "EUR", records.Party("A"), records.Party("B"), (records.OrderLine("1", records.Item("Plaat"), Decimal(1)),))
    written = write_order(order)
    for before, after, place in ((b"<cbc:Quantity>1</cbc:Quantity>", b"", "cac:LineItem/cbc:Quantity"), (b"<cbc:Quantity>1<", b"<cbc:Quantity>1e9<", "cac:LineItem/cbc:Quantity"), (b"2026-01-01", b"morgen", "cbc:IssueDate"), (b">EUR<", b"><", "cbc:DocumentCurrencyCode")):
        assert before in written
        with pytest.raises(Unreadable) as caught:
            read_order(parse(written.replace(before, after)))
        assert (caught.value.code, caught.value.place) == ("structure", place)
    with pytest.raises(Unreadable) as caught:
        read_order(parse(b"<Invoice/>"))
    assert (caught.value.code, caught.value.place) == ("root", "Invoice")


@pytest.mark.parametrize(("before", "after", "found"), [
    (b"<cbc:IssueDate>2026-01-01</cbc:IssueDate>", b"", ("missing", "cbc:IssueDate", "", "", True)), (b"2026-01-01", b"1-1-2026", ("no-day", "cbc:IssueDate", "1-1-2026", "", True)), (b">EUR<", b">euro<", ("no-currency", "cbc:DocumentCurrencyCode", "euro", "", True)),
    (b"<cbc:Quantity>1<", b"<cbc:Quantity>1,5<", ("no-number", "cbc:Quantity", "1,5", "7", True)), (b"<cbc:Quantity>1<", b"<cbc:Quantity> <", ("missing", "cbc:Quantity", "", "7", True)), (b"<cbc:Quantity>1</cbc:Quantity>", b"<cbc:Aantal>1</cbc:Aantal>", ("missing", "cbc:Quantity", "", "7", True)),
    (b"<cac:Item>", b"<cac:Ding/><cac:Item>", ("not-known", "Ding", "", "7", False)), (b"<cac:Item>", b"<cbc:Note>later</cbc:Note><cac:Item>", ("place", "Note", "", "7", False)), (b"<cbc:ID>1</cbc:ID>", b"", ("missing", "cbc:ID", "", "", True)),
])
def test_every_element_that_is_not_as_it_has_to_be_is_named_with_what_was_expected(before, after, found):
    order = records.Order("1", date(2026, 1, 1), "EUR", records.Party("A"), records.Party("B"), (records.OrderLine("7", records.Item("Plaat"), Decimal(1)),))
    written = write_order(order)
    assert before in written and not structure.check(parse(written))
    assert found in [(item.why, item.what, item.said, item.line, item.stops) for item in structure.check(parse(written.replace(before, after, 1)))]


def test_all_of_it_is_said_at_once_but_not_without_end():
    order = records.Order("1", date(2026, 1, 1), "EUR", records.Party("A"), records.Party("B"), tuple(records.OrderLine(str(place), records.Item("Plaat"), Decimal(1)) for place in range(200)))
    found = structure.check(parse(write_order(order).replace(b"<cbc:Quantity>1<", b"<cbc:Quantity>een<").replace(b"2026-01-01", b"morgen")))
    assert len(found) == structure.MOST and (found[0].what, found[1].line) == ("cbc:IssueDate", "0")

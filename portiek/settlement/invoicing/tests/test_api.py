"""Invoices, payments and the balance over the API: the pages' figures, nobody else's."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.settlement.invoicing import actions, queries
from portiek.settlement.invoicing.models import Invoice
from portiek.settlement.invoicing.tests.test_invoicing import make


def test_invoices_are_those_of_the_page(cast, machine_of):
    machine, today = machine_of(cast.sanne), timezone.localdate()
    with scope(cast.sanne):
        newest, overdue = queries.invoices(cast.sanne, today=today).rows[0], queries.invoices(cast.sanne, show="overdue", today=today).rows
    listed = machine.get("/invoices", limit=3).json()
    assert len(listed["items"]) == 3 and listed["items"][0]["number"] == newest.number and Decimal(listed["items"][0]["gross"]) == newest.gross
    assert listed["items"][0]["party"] is None and listed["items"][0]["currency"] == "EUR"
    after = machine.get("/invoices", limit=3, cursor=listed["next"]).json()
    assert {item["number"] for item in listed["items"]}.isdisjoint(item["number"] for item in after["items"])
    late = machine.get("/invoices", show="overdue").json()["items"]
    assert [item["number"] for item in late] == [item.number for item in overdue] and all(item["is_overdue"] and item["days_late"] > 0 for item in late)
    assert all(Decimal(item["open_amount"]) != 0 for item in machine.get("/invoices", show="open").json()["items"])
    assert machine.get("/invoices", search="1.904,22").json()["items"][0]["number"] == "F-88213"


def test_one_invoice_with_its_lines_and_what_was_paid(cast, machine_of):
    found = machine_of(cast.sanne).get("/invoices/F-88260").json()
    assert sum(Decimal(line["amount"]) for line in found["lines"]) == Decimal(found["net"])
    assert found["open_amount"] == "3000.00" and [(row["amount"], row["currency"]) for row in found["payments"]] == [("1200.00", "EUR")]
    assert {line["unit"] for line in found["lines"] if line["sku"]} == {"C62"}


def test_the_pdf_is_that_of_the_page(cast, machine_of, client_of):
    answer = machine_of(cast.sanne).get("/invoices/F-88213/pdf")
    page = client_of("sanne").get("/invoices/F-88213/pdf/")
    assert (answer.status_code, answer["Content-Type"], answer["Content-Disposition"]) == (200, "application/pdf", page["Content-Disposition"])
    assert answer.content[:5] == b"%PDF-"
    with scope(cast.system):
        actions.attach_pdf(cast.system, invoice=Invoice.objects.get(number="F-88213"), content=b"%PDF-1.7 of the books")
    assert b"".join(machine_of(cast.sanne).get("/invoices/F-88213/pdf")) == b"%PDF-1.7 of the books"


def test_the_balance_says_of_when_it_is(cast, machine_of):
    with scope(cast.sanne):
        page = queries.balance(cast.sanne, today=timezone.localdate())
    found = machine_of(cast.sanne).get("/balance").json()
    assert (found["total"], found["currency"], found["credit_limit"]) == ("11468.90", "EUR", "25000.00")
    assert [Decimal(found[name]) for name in ("overdue", "this_week", "later", "credits")] == [page.overdue, page.this_week, page.later, page.credits]
    assert sum(Decimal(value) for value in found["ageing"].values()) == page.overdue and found["as_of"].endswith("Z")


def test_payments_say_where_they_went(cast, machine_of):
    machine = machine_of(cast.sanne)
    first = machine.get("/payments", limit=1).json()
    assert first["items"][0]["amount"] == "1200.00" and first["items"][0]["invoices"] == [{"invoice": "F-88260", "amount": "1200.00"}] and first["items"][0]["left"] == "0.00"
    assert machine.get("/payments", limit=1, cursor=first["next"]).json()["items"][0] != first["items"][0]


@pytest.mark.parametrize("who", ["dirk", "els", "otto"])
def test_another_party_s_invoice_is_not_there(cast, machine_of, who):
    machine = machine_of(getattr(cast, who))
    for path in ("/invoices/F-88213", "/invoices/F-88213/pdf", "/invoices/bestaat-niet"):
        answer = machine.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert machine.get("/invoices", search="F-88213").json()["items"] == []
    assert machine.get("/balance", party="10042").json()["code"] == "not-found"


def test_staff_see_whose_it_is(cast, machine_of):
    machine = machine_of(cast.olga)
    assert machine.get("/invoices/F-88213").json()["party"]["number"] == "10042"
    assert {item["party"]["number"] for item in machine.get("/invoices", party="10042").json()["items"]} == {"10042"}
    assert machine.get("/balance", party="10042").json()["total"] == "11468.90"
    assert machine.get("/payments", party="10042").json()["items"][0]["party"]["number"] == "10042"
    assert machine.get("/balance", party="bestaat-niet").status_code == 404


def test_each_asks_for_its_own_right(cast, machine_of):
    machine = machine_of(cast.sanne, "invoice.view")
    assert machine.get("/invoices").status_code == machine.get("/payments").status_code == 200
    assert [machine.get(path).json()["code"] for path in ("/invoices/F-88213/pdf", "/balance", "/orders")] == ["forbidden"] * 3
    assert machine_of(cast.youssef).get("/invoices").status_code == 403


@pytest.mark.parametrize("path", ["/invoices", "/payments"])
def test_the_number_of_statements_does_not_grow(cast, machine_of, path):
    with scope(cast.system):
        assert not actions.apply_invoices(cast.system, [make(f"A-{number}") for number in range(30)])
    for machine in (machine_of(cast.sanne), machine_of(cast.olga)):
        counts = []
        for limit in (2, 50):
            with CaptureQueriesContext(connection) as captured:
                assert machine.get(path, limit=limit).status_code == 200
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_a_number_with_a_slash_has_an_address(cast, machine_of):
    with scope(cast.olga):
        Invoice.objects.filter(number="F-88213").update(number="INV/2026/0001")
    machine = machine_of(cast.sanne)
    assert machine.get("/invoices/INV~12026~10001").json()["number"] == "INV/2026/0001"
    assert machine.get("/invoices/INV~12026~10001/pdf").status_code == 200

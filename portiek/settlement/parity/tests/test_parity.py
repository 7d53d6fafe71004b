"""The check of each night: what it finds, what staff say of it, and that no customer hears of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.parties.models import Party, Portal
from portiek.foundation.tasks.models import Task
from portiek.settlement.invoicing import actions as invoicing
from portiek.settlement.invoicing.models import Invoice, InvoiceLine
from portiek.settlement.invoicing.records import InvoiceLineRecord
from portiek.settlement.invoicing.seeds import invoice_record
from portiek.settlement.parity import actions, jobs, queries
from portiek.settlement.parity.models import Cause, Check, Difference
from portiek.trade.orders.models import Order, OrderLine

D = Decimal


@pytest.fixture
def order(cast):
    """A confirmed order of Bakker with three lines, that agrees."""
    return _order(cast, "T-PAR-1")


def _order(cast, number, prices=("1.03", "1.03", "1.03"), party="10042"):
    with scope(cast.system):
        found = Party.objects.select_related("portal").get(number=party)
        policy = found.portal.policy
        amounts = [policy.line(D(1), D(price)) for price in prices]
        totals = policy.totals((amount, D(21)) for amount in amounts)
        made = Order.objects.create(portal_id=found.portal_id, party=found, number=number, status="confirmed", external_id=f"E-{number}", placed_at=timezone.now(), confirmed_at=timezone.now(), net=totals.net, tax=totals.tax, gross=totals.gross, line_count=len(prices))
        OrderLine.objects.bulk_create(
            OrderLine(portal_id=found.portal_id, party=found, order=made, position=place, sku=f"X-{place}", name="Iets", quantity=1, price=D(price), tax_rate=21, amount=amount, confirmed_quantity=1, confirmed_price=D(price), confirmed_amount=amount,
                      answer="5", external_id=f"E-{number}-{place}", explanation=[{"kind": "list_price", "after": "2.00"}, {"kind": "price_list", "rule": "Uw prijslijst", "before": "2.00", "after": price}])
            for place, (price, amount) in enumerate(zip(prices, amounts, strict=True), 1)
        )
        return made


def check(cast, now=None):
    # What the seeds left there does not count here.
    with scope(cast.system):
        Order.objects.exclude(number__startswith="T-").update(confirmed_at=None)
        Invoice.objects.exclude(number__startswith="T-").update(invoice_date=timezone.localdate() - timedelta(days=90))
    jobs.check_all(cast.system, now or timezone.now())


def rows(cast):
    with scope(cast.system):
        return [(row.cause.document, row.cause.code, row.cause.fits, row.what, row.position, row.gap, row.is_open) for row in Difference.objects.select_related("cause").order_by("pk")]


def by_line(cast, order):
    """Let the ERP have rounded VAT by line: a cent more."""
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(tax=D("0.66"), gross=D("3.75"))


def tasks(cast):
    with scope(cast.system):
        return list(Task.objects.open().filter(kind="parity.cause").values_list("values", flat=True))


def test_the_average_of_tiers_is_a_cause_of_its_own(cast, client_of):
    """An order with incremental tiers of which the ERP keeps the average with two decimals, and its invoice at the agreed one: named as that, and not as prices of too few decimals."""
    order = _order(cast, "T-PAR-T", prices=("1.191667",))
    with scope(cast.system):
        steps = [{"kind": "slice", "after": "1.20", "units": "100"}, {"kind": "slice", "after": "1.15", "units": "20", "quantity": "101"}, {"kind": "average", "after": "1.191667", "quantity": "120"}]
        totals = Portal.objects.get(pk=order.portal_id).policy.totals([(D("142.80"), D(21))])
        OrderLine.objects.filter(order=order).update(quantity=120, confirmed_quantity=120, confirmed_price=D("1.19"), confirmed_amount=D("142.80"), explanation=steps)
        Order.objects.filter(pk=order.pk).update(net=totals.net, tax=totals.tax, gross=totals.gross)
    check(cast)
    assert rows(cast) == [("order", "tiers", "", "price", 1, D("-0.20"), True)]
    with scope(cast.olga):
        key = Cause.objects.get(code="tiers").pk
    assert "gemiddelde" in client_of("olga").get(f"/parity/{key}/").content.decode()


def test_what_agrees_is_no_alarm(cast, order):
    check(cast)
    assert rows(cast) == []
    assert tasks(cast) == []
    with scope(cast.system):
        found = Check.objects.get(document="order")
        assert (found.documents, found.differing) == (1, 0)


def test_a_cent_of_vat_is_an_alarm_and_over_when_it_is_mended(cast, order):
    by_line(cast, order)
    check(cast)
    assert rows(cast) == [("order", "tax_rounding", "tax_per=line", "tax", 0, D("0.01"), True)]
    assert tasks(cast) == [{"count": 1, "largest": {"money": "0.01"}}]
    since = timezone.now()
    check(cast)
    with scope(cast.system):
        assert Difference.objects.get().since < since
        assert FactRow.objects.filter(name="parity.cause.found").count() == 1
        Order.objects.filter(pk=order.pk).update(tax=D("0.65"), gross=D("3.74"))
    check(cast)
    assert (rows(cast), tasks(cast)) == ([], [])
    with scope(cast.system):
        assert not Cause.objects.exists()


def test_the_same_cause_is_one_task_however_often(cast, order):
    by_line(cast, order)
    by_line(cast, _order(cast, "T-PAR-2"))
    check(cast)
    assert len(rows(cast)) == 2
    assert tasks(cast) == [{"count": 2, "largest": {"money": "0.01"}}]


def test_a_price_that_the_erp_has_otherwise_is_found_with_its_line(cast, order, client_of):
    with scope(cast.system):
        OrderLine.objects.filter(order=order, position=2).update(confirmed_price=D("1.13"), confirmed_amount=D("1.13"))
        Order.objects.filter(pk=order.pk).update(net=D("3.19"), tax=D("0.67"), gross=D("3.86"))
    check(cast)
    assert rows(cast) == [("order", "price", "", "price", 2, D("0.10"), True)]
    with scope(cast.system):
        cause = Cause.objects.get()
    page = client_of("olga").get(f"/parity/{cause.pk}/").content.decode()
    assert "T-PAR-1" in page
    assert "Uw prijslijst" in page
    assert "1,13" in page


def test_an_order_that_the_erp_made_or_that_was_cancelled_is_not_checked(cast, order):
    by_line(cast, order)
    for change in ({"origin": "erp"}, {"origin": "portal", "status": "cancelled"}):
        with scope(cast.system):
            Order.objects.filter(pk=order.pk).update(**change)
        check(cast)
        assert rows(cast) == []


def test_what_is_cancelled_afterwards_is_no_difference_any_more(cast, order):
    by_line(cast, order)
    check(cast)
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(status="cancelled")
    check(cast)
    assert (rows(cast), tasks(cast)) == ([], [])


def test_what_differs_is_checked_until_it_agrees_however_old(cast, order):
    by_line(cast, order)
    check(cast)
    check(cast, timezone.now() + timedelta(days=40))
    assert len(rows(cast)) == 1


def test_an_invoice_is_held_to_the_order(cast, order):
    lines = tuple(InvoiceLineRecord("Iets", D(1), D(price), D(price), sku="X", order="E-T-PAR-1", order_line=f"E-T-PAR-1-{place}") for place, price in enumerate(("1.03", "1.10", "1.03"), 1))
    record = invoice_record("10042", "T-F1", timezone.localdate(), timezone.localdate(), D("3.82"), D("3.82"))
    with scope(cast.system):
        Party.objects.filter(number="10042").update(external_id="P-10042")
        assert invoicing.apply_invoices(cast.system, [_with(record, lines)]) == []
        assert InvoiceLine.objects.filter(invoice__number="T-F1").count() == 3
    check(cast)
    assert rows(cast) == [("invoice", "price", "", "price", 2, D("0.07"), True)]


def _with(record, lines):
    from dataclasses import replace

    return replace(record, lines=lines, orders=("E-T-PAR-1",), net=D("3.16"), tax=D("0.66"), gross=D("3.82"), open_amount=D("3.82"), version="v-par")


def test_staff_say_what_is_known_and_larger_ones_stay_an_alarm(cast, order):
    by_line(cast, order)
    check(cast)
    with scope(cast.olga):
        cause = Cause.objects.get()
        actions.know_cause(cast.olga, cause=cause, reason="Het ERP rondt per regel af", up_to=D("0.02"), now=timezone.now())
    assert rows(cast)[0][-1] is False
    assert tasks(cast) == []
    by_line(cast, _order(cast, "T-PAR-2"))
    check(cast)
    assert [row[-1] for row in rows(cast)] == [False, False]
    larger = _order(cast, "T-PAR-3", ("1.03",) * 9)
    with scope(cast.system):  # 9 x 0.22 beside 1.95 over 9.27
        Order.objects.filter(pk=larger.pk).update(tax=D("1.98"), gross=D("11.25"))
    check(cast)
    assert [(row[-2], row[-1]) for row in rows(cast)] == [(D("0.01"), False), (D("0.01"), False), (D("0.03"), True)]
    assert len(tasks(cast)) == 1
    with scope(cast.olga):
        actions.reopen_cause(cast.olga, cause=cause)
    assert all(row[-1] for row in rows(cast))
    with scope(cast.olga):
        assert [row.changes for row in FactRow.objects.filter(name="parity.cause.known")] == [{"up_to": ["", "0.02"]}]


def test_one_difference_is_known_until_its_figures_change(cast, order):
    by_line(cast, order)
    check(cast)
    with scope(cast.olga):
        actions.know_difference(cast.olga, difference=Difference.objects.get(), reason="Eenmalig", now=timezone.now())
    assert tasks(cast) == []
    check(cast)
    assert rows(cast)[0][-1] is False
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(tax=D("0.90"), gross=D("3.99"))
    check(cast)
    assert [(row[1], row[-1]) for row in rows(cast)] == [("tax", True)]


def test_who_may_and_who_may_not(cast, order, client_of):
    by_line(cast, order)
    check(cast)
    with scope(cast.system):
        cause, difference = Cause.objects.get(), Difference.objects.get()
    paths = ["/parity/", f"/parity/{cause.pk}/", f"/parity/{cause.pk}/known/", f"/parity/difference/{difference.pk}/known/"]
    assert [client_of("olga").get(path).status_code for path in paths] == [200] * 4
    # Another portal's staff, and every customer: as if it were not there.
    assert [client_of("otto").get(path).status_code for path in paths[1:]] == [404] * 3
    assert [client_of("sanne").get(path).status_code for path in paths] == [404] * 4
    assert [client_of("sanne").post(path, {"reason": "x", "up_to": "1"}).status_code for path in [*paths[2:], "/parity/check/", f"/parity/{cause.pk}/reopen/"]] == [404] * 4
    assert client_of("peter").post(paths[2], {"reason": "x", "up_to": "1"}).status_code == 403
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.know_cause(cast.peter, cause=cause, reason="x", up_to=D(1), now=timezone.now())
    with scope(cast.olga), pytest.raises(NotFound):
        actions.check_documents(cast.olga, document="order", keys=[order.pk], now=timezone.now())
    with scope(cast.sanne), pytest.raises(ProgrammingError), transaction.atomic():
        Difference.objects.count()


def test_the_pages_take_what_is_known(cast, order, client_of):
    by_line(cast, order)
    check(cast)
    with scope(cast.system):
        cause, difference = Cause.objects.get(), Difference.objects.get()
    olga = client_of("olga")
    page = olga.get("/parity/").content.decode()
    assert "btw per regel afgerond" in page
    assert "1 bedrag hier is niet dat van het ERP." in olga.get("/connectors/").content.decode()
    assert olga.post(f"/parity/{cause.pk}/known/", {"reason": "", "up_to": "0,02"}).status_code == 422
    assert olga.post(f"/parity/{cause.pk}/known/", {"reason": "Bekend", "up_to": "0"}).status_code == 422
    assert olga.post(f"/parity/difference/{difference.pk}/known/", {"reason": "Eenmalig"}).status_code == 302
    assert "Eenmalig" in olga.get(f"/parity/{cause.pk}/?show=known").content.decode()
    assert olga.post(f"/parity/{cause.pk}/known/", {"reason": "Bekend", "up_to": "0,02"}).status_code == 302
    assert "Bekend" in olga.get(f"/parity/{cause.pk}/").content.decode()
    assert olga.post(f"/parity/{cause.pk}/reopen/").status_code == 302
    assert olga.post("/parity/check/").status_code == 302
    run_jobs()
    with scope(cast.system):
        # What was said of the one difference holds, also when its cause is an alarm again and everything was checked anew.
        assert not Difference.objects.get(pk=difference.pk).is_open


def test_less_than_a_cent_is_not_known(cast, order):
    by_line(cast, order)
    check(cast)
    with scope(cast.olga), pytest.raises(Refused):
        actions.know_cause(cast.olga, cause=Cause.objects.get(), reason="x", up_to=D(0), now=timezone.now())


def test_a_check_costs_the_same_however_many_orders(cast):
    counts, system = [], cast.system
    for number in range(12):
        by_line(cast, _order(cast, f"T-PAR-{number}"))
        if number in (1, 11):
            with scope(system):
                Difference.objects.all().delete()
                keys = queries.to_check(system, "order", since=timezone.now() - timedelta(days=1))
                with CaptureQueriesContext(connection) as found:
                    actions.check_documents(system, document="order", keys=keys, now=timezone.now())
                # The first one finds the cause as well.
                counts.append(len([query for query in found if "parity_cause" not in query["sql"] and "SAVEPOINT" not in query["sql"]]))
    assert counts[0] == counts[1]

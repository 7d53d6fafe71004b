"""Invoices: what the books say, what it means on a day, and who sees it."""

import dataclasses
import importlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.core.jobs import named
from portiek.core.models import FactRow
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.notifications.models import Mail, Notification
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import queries as tasks
from portiek.settlement.invoicing import actions, facts, queries, rules
from portiek.settlement.invoicing.models import Invoice, InvoiceLine, InvoiceOrder, Payment
from portiek.settlement.invoicing.records import AllocationRecord, InvoiceLineRecord, PaymentRecord
from portiek.settlement.invoicing.seeds import invoice_record
from portiek.trade.orders import actions as order_actions
from portiek.trade.orders import facts as order_facts
from portiek.trade.orders.models import Order
from portiek.trade.orders.records import OrderLineRecord, OrderRecord

D = Decimal
TODAY = date(2026, 11, 22)


def make(number="T-1", party="10042", gross="121.00", still=None, day=None, due=None, **more):
    day = day or timezone.localdate()
    return invoice_record(party, number, day, due or day + timedelta(days=30), D(gross), D(still if still is not None else gross), **more)


def last_fact():
    return FactRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@pytest.mark.parametrize(
    ("state", "still", "due", "expected"),
    [
        ("open", "10", date(2026, 11, 21), "overdue"),
        ("open", "10", date(2026, 11, 22), "due_soon"),
        ("open", "10", date(2026, 11, 29), "due_soon"),
        ("open", "10", date(2026, 11, 30), "open"),
        ("partially_paid", "10", date(2026, 11, 1), "overdue"),
        ("under_query", "10", date(2026, 11, 1), "under_query"),
        ("paid", "0", date(2026, 11, 1), "paid"),
        ("open", "-10", date(2026, 11, 1), "open"),
    ],
)
def test_standing_is_derived(state, still, due, expected):
    assert rules.standing(state, D(still), due, TODAY) == expected


@pytest.mark.parametrize(
    ("figures", "word"),
    [
        (("open", False, "100", "21", "121", "121"), None),
        (("nonsense", False, "100", "21", "121", "121"), "state"),
        (("open", False, "100", "21", "120", "120"), "bad_totals"),
        (("open", True, "100", "21", "121", "121"), "bad_sign"),
        (("open", True, "-100", "-21", "-121", "-121"), None),
        (("open", False, "100", "21", "121", "122"), "open"),
        (("paid", False, "100", "21", "121", "1"), "open"),
        (("open", False, "NaN", "21", "121", "1"), "bad_amount"),
        (("open", False, "100", "21", "121", "-1"), "open"),
    ],
)
def test_figures_that_cannot_be(figures, word):
    state, credit, *amounts = figures
    problem = rules.why_not_figures(state, credit, *map(D, amounts))
    assert (problem is None) if word is None else word in problem


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("1.904,22", ["1904.22"]),
        ("€ 1904,22", ["1904.22"]),
        ("1,904.22", ["1904.22"]),
        ("F-88213", ["f-88213"]),
        ("steiger noord", ["steiger", "noord"]),
        ("  ", []),
        ("%_';", ["_"]),
    ],
)
def test_what_is_looked_for(typed, terms):
    assert rules.wanted_terms(typed) == terms


def test_applied_once_by_version_and_recorded(cast):
    system = cast.system
    with scope(system):
        since = last_fact()
        assert actions.apply_invoices(system, [make()]) == []
        assert actions.apply_invoices(system, [make()]) == []
        found = Invoice.objects.get(number="T-1")
        assert recorded(since) == [facts.InvoiceIssued(invoice_id=found.pk)]
        paid = dataclasses.replace(make(still="0"), version="2")
        actions.apply_invoices(system, [paid])
        assert recorded(since)[1:] == [facts.InvoicePaid(invoice_id=found.pk)]
        found.refresh_from_db()
        assert (found.state, found.open_amount, InvoiceLine.objects.filter(invoice=found).count()) == ("paid", D("0.00"), 1)
        older = dataclasses.replace(make(), version="3", seen_at=timezone.now() - timedelta(days=1))
        actions.apply_invoices(system, [older])
        found.refresh_from_db()
        assert found.state == "paid"


def test_a_bad_record_never_stops_the_rest(cast):
    system = cast.system
    with scope(system):
        bad = [
            make("T-2", party="99999"),
            dataclasses.replace(make("T-3"), gross=D("1")),
            dataclasses.replace(make("F-88213"), external_id="other"),
            dataclasses.replace(make("F-88221"), external_id="seed:F-88221", version="9"),
        ]
        problems = dict(actions.apply_invoices(system, [*bad, make("T-4")]))
        assert set(problems) == {"seed:T-2", "seed:T-3", "other", "seed:F-88221"}
        assert "unknown_party" in problems["seed:T-2"] and "number_taken" in problems["other"] and "other_party" in problems["seed:F-88221"]
        assert Invoice.objects.filter(number="T-4").exists()


def test_only_the_books_write(cast):
    for actor in (cast.sanne, cast.olga):
        with scope(actor), pytest.raises(Refused):
            actions.apply_invoices(actor, [make()])
    with scope(cast.sanne), pytest.raises(Exception, match="permission denied"):
        Invoice.objects.filter(number="F-88213").update(open_amount=0)


def test_the_number_of_statements_does_not_grow(cast):
    system, counts = cast.system, []
    with scope(system):
        for batch in (range(100, 102), range(200, 240)):
            with CaptureQueriesContext(connection) as caught:
                actions.apply_invoices(system, [make(f"T-{n}", day=date(2025, 1, 1)) for n in batch])
            counts.append(len(caught))
    assert counts[0] == counts[1] <= 14


def test_balance_of_the_design_in_one_statement(cast):
    sanne, today = cast.sanne, timezone.localdate()
    with scope(sanne):
        with CaptureQueriesContext(connection) as caught:
            found = queries.balance(sanne, today=today)
        assert len(caught) == 1
        assert (found.total, found.overdue, found.overdue_count, found.this_week, found.later) == (D("11468.90"), D("1904.22"), 1, D("1262.50"), D("8302.18"))
        assert (found.credit_room, found.ageing, found.as_of is not None) == (D("13531.10"), (D("1904.22"), 0, 0, 0), True)


def test_ageing_and_credits_add_up(cast):
    system, today = cast.system, timezone.localdate()
    with scope(system):
        old = [
            make(f"T-{days}", party="30005", gross="10.00", day=today - timedelta(days=days + 30), due=today - timedelta(days=days))
            for days in (1, 30, 31, 60, 61, 90, 91)
        ]
        credit = dataclasses.replace(
            make("T-c", party="30005"), net=D("-5.00"), tax=D("-1.05"), gross=D("-6.05"), open_amount=D("-6.05"), is_credit=True, state="open"
        )
        assert actions.apply_invoices(system, [*old, credit]) == []
        els = Invoice.objects.get(number="T-c").party_id
        found = queries.balance(system, today=today, party_id=els)
        assert found.ageing == (D("20.00"), D("20.00"), D("20.00"), D("10.00"))
        assert found.total == found.overdue + found.this_week + found.later + found.credits and found.credits == D("-6.05") and found.credit_room is None


def test_payments_say_where_they_went(cast):
    system = cast.system
    with scope(system):
        record = PaymentRecord(
            "pay-1", "1", timezone.now(), timezone.localdate(), D("100.00"), party_number="10042", allocations=(AllocationRecord("F-88213", D("60.00")),)
        )
        assert actions.apply_payments(system, [record, record]) == [] and Payment.objects.filter(external_id="pay-1").count() == 1
        [problem] = actions.apply_payments(system, [dataclasses.replace(record, external_id="pay-2", party_number="10077")])
        assert problem == ("pay-2", "unknown_invoice: F-88213")
    with scope(cast.sanne):
        posted = queries.payments(cast.sanne).rows[0]
        assert (posted.payment.external_id, posted.left) == ("pay-1", D("40.00"))


def test_a_new_invoice_is_told_once_to_who_may_see_it(cast):
    system, karin = cast.system, cast.karin
    with scope(system):
        actions.apply_invoices(system, [make("T-news"), make("T-old", day=date(2020, 1, 1))])
    run_jobs()
    with scope(system):
        actions.tell_issued(system, invoice_id=Invoice.objects.get(number="T-news").pk)
        told = Notification.objects.filter(kind=actions.ISSUED)
        assert {row.values["number"] for row in told} == {"T-news"} and told.count() == 2
        assert told.filter(due_at__gt=timezone.now()).count() == 2 and not Mail.objects.filter(kind=actions.ISSUED).exists(), "a new invoice is in the daily mail"
        assert karin.user_id in set(told.values_list("user_id", flat=True)) and cast.youssef.user_id not in set(told.values_list("user_id", flat=True))


def test_overdue_waits_until_it_is_paid(cast):
    system, karin, today = cast.system, cast.karin, timezone.localdate()
    with scope(system):
        assert actions.ask_overdue(system, today=today) == 0  # the seeds asked already
    with scope(karin):
        [item] = [item for item in tasks.waiting(karin, 50) if item.kind == actions.OVERDUE]
        assert "F-88213" in item.title and "6" in item.title and item.tone == "stop" and item.url == "/invoices/F-88213/"
    with scope(system):
        paid = dataclasses.replace(make("F-88213", gross="1904.22", still="0"), version="2")
        assert actions.apply_invoices(system, [paid]) == []
    with scope(karin):
        assert [item for item in tasks.waiting(karin, 50) if item.kind == actions.OVERDUE] == []


@pytest.mark.parametrize(
    ("search", "number"),
    [
        ("88213", None),
        ("F-88213", "F-88213"),
        ("f-8821", "F-88213"),
        ("1.904,22", "F-88213"),
        ("1904.22", "F-88213"),
        ("steiger fase", "F-88213"),
        ("nothing", None),
    ],
)
def test_search(cast, search, number):
    sanne = cast.sanne
    with scope(sanne):
        found = [row.number for row in queries.invoices(sanne, search=search, today=timezone.localdate()).rows]
    assert (number in found) if number else found == []


def test_filters(cast):
    sanne, today = cast.sanne, timezone.localdate()
    with scope(sanne):
        shown = {show: [row.number for row in queries.invoices(sanne, show=show, today=today).rows] for show in queries.FILTERS}
    assert shown["open"] == ["F-88213", "F-88240", "F-88251", "F-88260"] and shown["overdue"] == ["F-88213"]
    assert "F-88102" in shown["paid"] and len(shown[""]) == len(shown["open"]) + len(shown["paid"])


def test_the_list_page(cast, client_of):
    client = client_of("karin")
    with CaptureQueriesContext(connection) as caught:
        page = client.get("/invoices/").content.decode()
    assert len([query for query in caught if "SAVEPOINT" not in query["sql"]]) <= 8
    assert "F-88213" in page and "11.468,90" in page and "13.531,10" in page and "F-88221" not in page
    assert "F-88240" not in client.get("/invoices/?show=overdue").content.decode()
    assert client.get("/invoices/?after=%22&before=x&show=zzz").status_code == 200
    assert client.get("/invoices/?q=%00").status_code == 400
    partial = client.get("/invoices/", headers={"hx-request": "true", "hx-request-type": "partial"}).content.decode()
    assert "<tr" in partial and "<html" not in partial


def test_the_list_pages_through_at_a_constant_number_of_statements(cast, client_of):
    system = cast.system
    with scope(system):
        actions.apply_invoices(system, [make(f"T-{n}", day=date(2025, 1, 1) + timedelta(days=n), order_numbers=(f"VD-{n}",)) for n in range(60)])
    client, seen, after, counts = client_of("sanne"), [], "", set()
    while True:
        with CaptureQueriesContext(connection) as caught:
            page = client.get(f"/invoices/?after={after}").content.decode()
        counts.add(len(caught))
        seen += [part.split("/")[0] for part in page.split('class="title" href="/invoices/')[1:]]
        if "?after=" not in page:
            break
        after = page.split("?after=")[1].split('"')[0].split("&")[0]
    assert len(seen) == len(set(seen)) >= 68 and len(counts) == 1


def test_staff_see_the_party_beside_each(client_of):
    page = client_of("peter").get("/invoices/").content.decode()
    assert "F-88213" in page and "F-88221" in page and "Kozijnhuis De Vries" in page
    one = client_of("peter").get("/invoices/?party=10077").content.decode()
    assert "F-88221" in one and "F-88213" not in one
    assert client_of("peter").get("/invoices/?party=nobody").status_code == 404


def test_the_detail_page_and_its_payments(client_of):
    page = client_of("sanne").get("/invoices/F-88260/").content.decode()
    assert "1.200,00" in page and "3.000,00" in page and "Transport" in page
    assert "F-88260" in client_of("sanne").get("/invoices/payments/").content.decode()


@pytest.mark.parametrize("path", ["/invoices/F-88213/", "/invoices/F-88213/pdf/"])
def test_another_party_or_portal_gets_404(client_of, path):
    unknown = client_of("dirk").get(path.replace("88213", "99999"))
    assert client_of("dirk").get(path).status_code == client_of("otto").get(path).status_code == unknown.status_code == 404


@pytest.mark.parametrize("path", ["/invoices/", "/invoices/payments/", "/invoices/F-88213/", "/invoices/F-88213/pdf/"])
def test_without_the_right_403(client_of, path):
    assert client_of("youssef").get(path).status_code == 403


def test_the_lists_of_another_party_hold_nothing_of_ours(client_of):
    for path in ("/invoices/", "/invoices/payments/", "/invoices/?q=F-88213", "/invoices/?party=10042"):
        assert "/invoices/F-88213/" not in client_of("dirk").get(path).content.decode()


def test_the_pdf_is_the_books_own_or_a_copy(cast, client_of, tmp_path):
    system = cast.system
    copy = client_of("karin").get("/invoices/F-88213/pdf/")
    assert copy.status_code == 200 and copy.content.startswith(b"%PDF-") and "kopie" in copy["Content-Disposition"].lower() + "kopie"
    with override_settings(DATA_DIR=tmp_path):
        with scope(system):
            invoice = Invoice.objects.get(number="F-88213")
            with pytest.raises(Refused):
                actions.attach_pdf(system, invoice=invoice, content=b"<html>")
            actions.attach_pdf(system, invoice=invoice, content=b"%PDF-1.7 the books")
        own = client_of("karin").get("/invoices/F-88213/pdf/")
        assert b"".join(own.streaming_content) == b"%PDF-1.7 the books" and own["Content-Disposition"] == 'attachment; filename="F-88213.pdf"'


def test_of_a_party_on_its_page_for_staff(client_of):
    page = client_of("peter").get("/parties/10042/outstanding/")
    assert page.status_code == 200 and "F-88213" in page.content.decode() and "11.468,90" in page.content.decode()


def test_unknown_and_foreign_are_the_same(cast):
    with scope(cast.dirk), pytest.raises(NotFound):
        queries.invoice(cast.dirk, "F-88213")


@pytest.mark.parametrize(
    ("orders", "lines", "expected"),
    [
        (("A",), [("", "60"), ("", "40")], {"A": D(100)}),
        (("A", "B"), [("A", "60"), ("B", "30"), ("", "10")], {"A": D(60), "B": D(30)}),
        (("A", "B"), [("A", "60"), ("A", "-10")], {"A": D(50), "B": None}),
        ((), [("", "100")], {}),
    ],
)
def test_how_much_is_of_which_order(orders, lines, expected):
    assert rules.shares(orders, D(100), [(order, D(amount)) for order, amount in lines]) == expected


def test_an_order_hears_how_far_it_is_invoiced(cast, client_of):
    with scope(cast.system):
        orders = list(Order.objects.filter(party__number="10042", origin="portal").order_by("-pk")[:2])
        Order.objects.filter(pk__in=[order.pk for order in orders]).update(net=D(1000), invoice="none", external_id=None)
        one, other = (order.number for order in orders)

        def states():
            return [order.invoice for order in Order.objects.filter(pk__in=[order.pk for order in orders]).order_by("-pk")]

        def lines(*parts):
            return tuple(InvoiceLineRecord("Goods", D(1), D(net), D(net), D(21), order=order) for order, net in parts)

        before = last_fact()
        assert not actions.apply_invoices(cast.system, [make("K-1", gross="484.00", order_numbers=(one,))])
        assert states() == ["partial", "none"]
        assert order_facts.InvoiceChanged(order_id=orders[0].pk, state="partial") in recorded(before)
        # One invoice for both; what is left of the first, and all of the second with its transport.
        both = make("K-2", gross="1996.50", order_numbers=(one, other), lines=lines((one, "600"), (other, "1000"), (other, "50")))
        assert not actions.apply_invoices(cast.system, [both])
        assert states() == ["invoiced", "invoiced"]
        before = last_fact()
        assert not actions.apply_invoices(cast.system, [dataclasses.replace(both, version="2", reference="Parkweg")])
        assert not [item for item in recorded(before) if isinstance(item, order_facts.InvoiceChanged)]
        assert not actions.apply_invoices(cast.system, [make("K-3", gross="-484.00", order_numbers=(one,), is_credit=True)])
        assert not actions.apply_invoices(cast.system, [make("K-4", gross="-726.00", order_numbers=(one,), is_credit=True)])
        assert states() == ["none", "invoiced"]
        assert not actions.apply_invoices(cast.system, [make("K-5", gross="10.00", order_numbers=(one, "elsewhere"))])
        assert states() == ["partial", "invoiced"]
    page = client_of("sanne").get(f"/orders/{other}/").content.decode()
    assert "K-2" in page and "Gefactureerd" in page
    with scope(cast.system):
        live = Invoice.objects.get(number="K-2").pk
    assert f"invoicing.invoice:{live}" in page


def test_what_the_books_put_no_figure_to_is_partial(cast):
    with scope(cast.system):
        one, other = Order.objects.filter(party__number="10042", origin="portal").order_by("-pk")[:2]
        Order.objects.filter(pk__in=[one.pk, other.pk]).update(net=D(1000), invoice="none")

        def states():
            return [Order.objects.get(pk=order.pk).invoice for order in (one, other)]

        # Of both, and no line says which is whose.
        assert not actions.apply_invoices(cast.system, [make("U-1", gross="12.10", order_numbers=(one.number, other.number))])
        assert states() == ["partial", "partial"]
        assert not actions.apply_invoices(cast.system, [make("U-2", gross="1210.00", order_numbers=(one.number,))])
        assert states() == ["invoiced", "partial"]
        assert not actions.apply_invoices(cast.system, [make("U-3", gross="-12.10", order_numbers=(one.number, other.number), is_credit=True)])
        assert states() == ["partial", "partial"]


def orders_of(number, how_many=2):
    """Return the last orders of a party, as if nothing of them was invoiced."""
    found = list(Order.objects.filter(party__number=number).exclude(number__in=InvoiceOrder.objects.values("number")).order_by("-pk")[:how_many])
    Order.objects.filter(pk__in=[order.pk for order in found]).update(net=D(1000), invoice="none", external_id=None)
    return found


def invoiced(*orders):
    return [Order.objects.get(pk=order.pk).invoice for order in orders]


def test_the_erps_id_of_an_order_is_no_number(cast, client_of):
    with scope(cast.system):
        [own], [foreign] = orders_of("10042", 1), orders_of("10077", 1)
        Order.objects.filter(pk=own.pk).update(number="20")
        Order.objects.filter(pk=foreign.pk).update(number="21")
        # Of records 20 and 21 of the ERP, which are not here: the orders that happen to be numbered so, of this party or of another, are others.
        assert not actions.apply_invoices(cast.system, [make("E-1", gross="1210.00", orders=("20",)), make("E-2", gross="1210.00", orders=("21",))])
        # Nor does a number mark the order of another party.
        assert not actions.apply_invoices(cast.system, [make("E-3", gross="1210.00", order_numbers=("21",))])
        assert invoiced(own, foreign) == ["none", "none"]
        assert sorted(InvoiceOrder.objects.filter(invoice__number__startswith="E-").values_list("number", "external_id")) == [("", "20"), ("", "21"), ("21", "")]
    assert client_of("sanne").get("/orders/20/").content.decode().count("E-1") == 0
    assert "/orders/20/" not in client_of("sanne").get("/invoices/E-1/").content.decode()
    assert "E-3" not in client_of("peter").get("/orders/21/").content.decode()


def erp_order(key, net="1000", **more):
    """Return an order as an ERP tells it."""
    line = OrderLineRecord(f"{key}-1", 1, "GP-1", "Gipsplaat", D(1), D(net), D(net), D(21), product=None)
    with scope(Actor.system(portal_ids()["vandijk"])):
        party = Party.objects.get(number="10042").external_id
    values = {"external_id": key, "version": net, "seen_at": timezone.now(), "number": f"VO-{key}", "reference": "", "party": party, "state": "confirmed", "delivery_state": "none",
              "lines": (line,), "untaxed_amount": D(net), "tax_amount": D(0), "total_amount": D(net)}  # fmt: skip
    return OrderRecord(**{**values, **more})


def test_an_invoice_that_came_before_its_order_finds_it(cast, client_of):
    system = cast.system
    with scope(system):
        assert not actions.apply_invoices(system, [make("B-1", gross="1210.00", orders=("X-1",)), make("B-2", gross="1210.00", orders=("X-9",))])
        run_jobs()
        assert not order_actions.apply_orders(system, [erp_order("X-1")])
        run_jobs()
        order = Order.objects.get(external_id="X-1")
        assert order.invoice == "invoiced"
        assert dict(InvoiceOrder.objects.filter(invoice__number__in=["B-1", "B-2"]).values_list("external_id", "number")) == {"X-1": order.number, "X-9": ""}
        assert order_facts.InvoiceChanged(order_id=order.pk, state="invoiced") in recorded()
    assert "B-1" in client_of("sanne").get(f"/orders/{order.number}/").content.decode()
    assert f"/orders/{order.number}/" in client_of("sanne").get("/invoices/B-1/").content.decode()
    with scope(cast.sanne):
        assert [row.number for row in queries.invoices(cast.sanne, search=order.number, today=TODAY).rows] == ["B-1"]


def test_an_order_that_comes_in_at_the_same_moment_is_found_after_it(cast):
    system = cast.system
    with scope(system):
        assert not order_actions.apply_orders(system, [erp_order("X-1")])
        run_jobs()
        # As the transaction of the invoice saw it: nothing of that order yet.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(actions, "_order_numbers", lambda *_arguments: {})
            assert not actions.apply_invoices(system, [make("B-1", gross="1210.00", orders=("X-1",))])
        assert Order.objects.get(external_id="X-1").invoice == "none"
        run_jobs()
        assert Order.objects.get(external_id="X-1").invoice == "invoiced"


def test_an_order_that_was_sent_gets_its_invoice_with_its_id(cast):
    system = cast.system
    with scope(system):
        [order] = orders_of("10042", 1)
        assert not actions.apply_invoices(system, [make("B-1", gross="605.00", orders=("X-1",))])
        order_actions.mark_sync(system, order, state="acknowledged", external_id="X-1", erp_number="VO-X-1")
        run_jobs()
        assert invoiced(order) == ["partial"]


def test_the_lines_of_an_invoice_say_how_much_is_of_an_order_that_came_later(cast):
    system = cast.system
    with scope(system):
        lines = tuple(InvoiceLineRecord("Gipsplaat", D(1), D(net), D(net), D(21), order_line=line) for line, net in (("X-1-1", "600"), ("X-1-1", "400"), ("X-2-1", "100")))
        assert not actions.apply_invoices(system, [make("B-1", gross="1331.00", orders=("X-1", "X-2"), lines=lines)])
        assert not order_actions.apply_orders(system, [erp_order("X-1"), erp_order("X-2")])
        run_jobs()
        assert list(InvoiceOrder.objects.filter(invoice__number="B-1").order_by("external_id").values_list("net", flat=True)) == [D(1000), D(100)]
        assert dict(Order.objects.filter(external_id__in=["X-1", "X-2"]).values_list("external_id", "invoice")) == {"X-1": "invoiced", "X-2": "partial"}


def test_what_an_order_comes_to_changes_how_far_it_is_invoiced(cast):
    system = cast.system
    with scope(system):
        order_actions.apply_orders(system, [erp_order("X-1")])
        actions.apply_invoices(system, [make("B-1", gross="605.00", orders=("X-1",))])
        order = Order.objects.get(external_id="X-1")
        assert invoiced(order) == ["partial"]
        # Half of it is struck after the first part was invoiced.
        assert not order_actions.apply_orders(system, [erp_order("X-1", "500", seen_at=timezone.now())])
        run_jobs()
        assert invoiced(order) == ["invoiced"]
        assert not order_actions.apply_orders(system, [erp_order("X-1", "700", seen_at=timezone.now())])
        run_jobs()
        assert invoiced(order) == ["partial"]


def test_an_invoice_that_moves_takes_its_mark_along(cast):
    system = cast.system
    with scope(system):
        one, other = orders_of("10042")
        first = make("B-1", gross="1210.00", order_numbers=(one.number,))
        assert not actions.apply_invoices(system, [first]) and invoiced(one, other) == ["invoiced", "none"]
        assert not actions.apply_invoices(system, [dataclasses.replace(first, version="2", order_numbers=(other.number,))])
        assert invoiced(one, other) == ["none", "invoiced"]
        assert not actions.apply_invoices(system, [dataclasses.replace(first, version="3", order_numbers=())])
        assert invoiced(one, other) == ["none", "none"]


def test_a_page_of_orders_asks_for_their_invoices_with_one_job(cast, monkeypatch):
    system, matched = cast.system, []
    monkeypatch.setattr(actions, "match_orders", lambda _actor, *, order_ids: matched.append(len(order_ids)))
    with scope(system):
        run_jobs()
        assert not order_actions.apply_orders(system, [erp_order(f"X-{n}") for n in range(30)])
        run_jobs()
        assert matched == [30]
        # The worker may run it again: once is enough.
        named("portiek.settlement.invoicing.reactions.match_orders")(system, facts=list(FactRow.objects.filter(name="orders.order.imported").values_list("pk", flat=True)))
    assert matched == [30]


def test_matching_orders_takes_a_constant_number_of_statements(cast):
    system = cast.system
    with scope(system):
        counts = []
        for some in (range(2), range(2, 12)):
            keys = [f"X-{n}" for n in some]
            actions.apply_invoices(system, [make(f"B-{key}", gross="1210.00", orders=(key, f"{key}-more"), lines=(InvoiceLineRecord("Gips", D(1), D(1000), D(1000), order_line=f"{key}-1"),)) for key in keys])
            order_actions.apply_orders(system, [erp_order(key) for key in keys])
            with CaptureQueriesContext(connection) as caught:
                actions.match_orders(system, external_ids=keys)
            counts.append(len(caught))
            assert set(Order.objects.filter(external_id__in=keys).values_list("invoice", flat=True)) == {"invoiced"}
        assert counts[0] == counts[1] < 20
        order_actions.apply_orders(system, [erp_order("Y-1")])
        with CaptureQueriesContext(connection) as caught:
            actions.match_orders(system, external_ids=["Y-1"])
        assert len([query for query in caught if "SAVEPOINT" not in query["sql"]]) == 3


def test_the_number_of_statements_that_tell_orders_does_not_grow(cast):
    with scope(cast.system):
        numbers = list(Order.objects.filter(party__number="10042").order_by("pk").values_list("number", flat=True)[:12])
        counts = []
        for some in (numbers[:2], numbers[2:]):
            with CaptureQueriesContext(connection) as caught:
                actions.apply_invoices(cast.system, [make(f"N-{number}", order_numbers=(number,)) for number in some])
            counts.append(len(caught))
    assert counts[0] == counts[1]


def migrated(name, *constants):
    """Run the statements of a migration on what the test has made."""
    module = importlib.import_module(f"portiek.settlement.invoicing.migrations.{name}")
    with connection.cursor() as cursor:
        for constant in constants:
            cursor.execute(getattr(module, constant))


def test_rows_of_before_take_the_net_of_an_invoice_for_one_order(cast):
    with scope(cast.system):
        actions.apply_invoices(cast.system, [make("M-1", order_numbers=("A",)), make("M-2", order_numbers=("A", "B"))])
        InvoiceOrder.objects.filter(invoice__number__startswith="M-").update(net=None)
        migrated("0004_fill_net", "FILL")
        assert list(InvoiceOrder.objects.filter(invoice__number__startswith="M-").order_by("pk").values_list("net", flat=True)) == [D(100), None, None]


def test_rows_of_before_are_no_numbers_of_others_and_orders_say_how_far_they_are(cast):
    with scope(cast.system):
        one, late = orders_of("10042")
        [foreign] = orders_of("10077", 1)
        actions.apply_invoices(cast.system, [make(f"M-{n}", gross="605.00", order_numbers=(number,)) for n, number in enumerate((one.number, "77", foreign.number))])
        Order.objects.filter(pk=late.pk).update(external_id="77")
        Order.objects.filter(pk__in=[one.pk, foreign.pk]).update(invoice="invoiced")
        migrated("0005_order_external", "APART", "FOUND", "TOLD")
        rows = InvoiceOrder.objects.filter(invoice__number__startswith="M-").order_by("pk")
        assert list(rows.values_list("number", "external_id")) == [(one.number, ""), (late.number, "77"), ("", foreign.number)]
        assert invoiced(one, late, foreign) == ["partial", "partial", "none"]

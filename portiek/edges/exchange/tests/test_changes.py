"""Order Change and Order Cancellation: carried out while a person could do so, once, whole or not at all, and never silent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.edges.exchange import actions, facts
from portiek.edges.exchange.models import Message, Setup
from portiek.edges.exchange.tests.test_receive import BAKKER, PLATE, SELLER, STUD, _confirmed, codes, line, order, send
from portiek.edges.exchange.tests.test_ubl import OFFICIAL, ORDERS, WORDS
from portiek.edges.exchange.ubl import change as changes
from portiek.edges.exchange.ubl import checks
from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.response import read_response
from portiek.edges.exchange.ubl.tree import Unreadable, parse
from portiek.foundation.notifications.models import Notification
from portiek.trade.orders import actions as orders
from portiek.trade.orders.models import Order, OrderLine


def cancel(number="C-1", of="PO-2026-17", note="Verkeerd besteld", buyer=BAKKER):
    return changes.write_cancellation(ubl.Cancellation(number, timezone.localdate(), of, buyer, SELLER, note))


def change(*lines, number="W-1", of="PO-2026-17", **more):
    """Make a change of (code, line) pairs."""
    return changes.write_change(ubl.Change(order(*(item for _code, item in lines), number=number, **more), of, {item.id: code for code, item in lines}))


def of(actor, message):
    with scope(actor):
        return Order.objects.get(pk=message.order_id)


@given(ORDERS, WORDS)
def test_a_change_is_read_as_it_was_written(found, number):
    made = ubl.Change(replace(found, reference="", cost="", valid_until=None, place=None, wanted_from=None, wanted_until=None, net=None, payable=None), number, {item.id: "3" for item in found.lines})
    assert changes.read_change(parse(changes.write_change(made))) == made


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official examples of OpenPeppol are not here")
def test_the_official_examples_are_read_and_break_no_rule():
    root = parse((OFFICIAL / "examples/OrderChange_Example.xml").read_bytes())
    assert not [item for item in checks.check_change(root) if item.stops]
    assert (changes.read_change(root).of, set(changes.read_change(root).codes.values())) == ("Order-1", {"3"})
    root = parse((OFFICIAL / "examples/OrderCancellation_Example.xml").read_bytes())
    assert not checks.check_cancellation(root) and changes.read_cancellation(root).order == "Order-1"
    root = parse((OFFICIAL / "examples/OrderResponseAdvanced_Example.xml").read_bytes())
    assert not [item for item in checks.check_advanced(root) if item.stops] and read_response(root).change == "c1-11233"


def test_lines_are_added_changed_and_deleted_by_their_ids():
    first = order(line(10, 60, sku=PLATE), line(20, 24, sku=STUD))
    after = changes.changed(first, ubl.Change(order(line(20, 0, sku=STUD), line(30, 5, sku="X"), line(10, 120, sku=PLATE)), "PO", {"20": "2", "30": "1", "10": "3"}))
    assert [(item.id, item.quantity) for item in after.lines] == [("10", 120), ("30", 5)] and after.number == first.number
    for code, place in (("1", 10), ("2", 99), ("3", 99)):
        with pytest.raises(Unreadable):
            changes.changed(first, ubl.Change(order(line(place, 1, sku=PLATE)), "PO", {str(place): code}))


def test_an_order_is_taken_back_while_it_is_ours(cast, client_of):
    first = send(cast.sanne, order())
    message = send(cast.sanne, cancel())
    assert (message.state, message.kind, message.order_id, message.answer, [item for item in codes(message) if item[1] == "stop"]) == ("done", "cancel", first.order_id, "AP", [])
    found = of(cast.sanne, first)
    assert (found.status, found.reason) == ("cancelled", "Verkeerd besteld")
    # The same document is the same message; another one of a cancelled order changes nothing and says so.
    assert send(cast.sanne, cancel()).pk == message.pk
    again = send(cast.sanne, cancel("C-2"))
    assert (again.state, codes(again)[-1]) == ("done", ("exchange.cancelled-before", "say", ""))
    used = send(cast.sanne, cancel("C-2", note="Iets anders"))
    assert (used.state, codes(used)[-1]) == ("refused", ("exchange.change-used", "stop", ""))
    answer = client_of("sanne").get(f"/electronic-orders/{message.key}/response.xml")
    assert not [item for item in checks.check_advanced(parse(answer.content)) if item.stops]
    read = read_response(parse(answer.content))
    assert (read.code, read.order, read.change) == ("AP", "PO-2026-17", "C-1")
    for who in ("dirk", "otto", "els"):
        assert client_of(who).get(f"/electronic-orders/{message.key}/response.xml").status_code == 404
    assert client_of("sanne").get(f"/electronic-orders/{first.key}/response.xml").status_code == 404
    run_jobs()
    with scope(cast.system):
        assert facts.MessageAnswered(message_id=first.pk, order_id=first.order_id, code="RE") in recorded()


@pytest.mark.parametrize("cancelled", [True, False])
def test_what_the_seller_works_on_is_asked_and_his_decision_is_answered(cast, client_of, cancelled):
    first = send(cast.sanne, order())
    found = _confirmed(cast, first)
    message = send(cast.sanne, cancel())
    assert (message.state, message.answer, codes(message)[-1]) == ("asked", "", ("exchange.cancel-asked", "say", ""))
    assert send(cast.sanne, cancel("C-2")).state == "asked"
    assert read_response(parse(client_of("sanne").get(f"/electronic-orders/{message.key}/response.xml").content)).code == "AB"
    with scope(cast.olga):
        row = Order.objects.get(pk=found.pk)
        assert row.cancel_asked_at is not None
        if cancelled:
            orders.cancel_order(cast.olga, order=row, reason="Het kan nog", now=timezone.now())
        else:
            orders.keep_order(cast.olga, order=row)
    run_jobs()
    with scope(cast.sanne):
        assert set(Message.objects.filter(kind="cancel").values_list("state", "answer")) == {("done", "AP") if cancelled else ("refused", "RE")}
    read = read_response(parse(client_of("sanne").get(f"/electronic-orders/{message.key}/response.xml").content))
    assert read.code == ("AP" if cancelled else "RE") and bool(read.note) is not cancelled
    assert client_of("sanne").get(f"/electronic-orders/{message.key}/").status_code == 200


def test_an_order_that_is_over_or_unknown_or_another_s_is_not_taken_back(cast, client_of):
    first = send(cast.sanne, order())
    for actor, document, code in ((cast.sanne, cancel(of="bestaat-niet"), "exchange.no-such-order"), (cast.dirk, cancel(buyer=ubl.Party("Kozijnhuis")), "exchange.no-such-order"), (cast.sanne, cancel(buyer=ubl.Party("Bakker", ids=(ubl.Code("0106", "99999999"),))), "exchange.other-buyer"),
                                  (replace(cast.sanne, rights=cast.sanne.rights - {"order.cancel"}), cancel(), "exchange.no-right")):
        message = send(actor, document)
        assert message.state == "refused" and code in [found for found, level, _place in codes(message) if level == "stop"]
    with scope(cast.system):
        Order.objects.filter(pk=first.order_id).update(status="completed")
    message = send(cast.sanne, cancel())
    assert (message.state, codes(message)[-1][0]) == ("refused", "orders.ended")
    assert of(cast.sanne, first).status == "completed"
    assert read_response(parse(client_of("sanne").get(f"/electronic-orders/{message.key}/response.xml").content)).code == "RE"


def test_a_change_puts_another_order_in_its_place_and_the_sender_s_number_leads_to_it(cast, client_of):
    first = send(cast.sanne, order())
    message = send(cast.sanne, change(("3", line(10, 120, sku=PLATE)), ("2", line(20, 24, sku=STUD))))
    assert (message.state, message.kind, message.answer) == ("done", "change", "AP"), message.findings
    old, new = of(cast.sanne, first), of(cast.sanne, message)
    assert old.status == "cancelled" and new.status == "submitted" and new.reference == "PO-2026-17"
    with scope(cast.sanne):
        assert [(item.sku, item.quantity) for item in OrderLine.objects.filter(order=new).order_by("position")] == [(PLATE, 120)]
        assert Message.objects.get(pk=first.pk).order_id == new.pk
    assert send(cast.sanne, change(("3", line(10, 120, sku=PLATE)), ("2", line(20, 24, sku=STUD)))).pk == message.pk
    run_jobs()
    # Nobody is told that his order was refused: it was changed.
    with scope(cast.system):
        assert not [item for item in recorded() if isinstance(item, facts.MessageAnswered)]
    read = read_response(parse(client_of("sanne").get(f"/electronic-orders/answers/{new.number}.xml").content))
    assert (read.code, read.order) == ("AB", "PO-2026-17")
    # A second change goes on from the first, and a cancellation takes the order back that stands.
    second = send(cast.sanne, change(("1", line(30, 24, sku=STUD)), number="W-2"))
    with scope(cast.sanne):
        assert [(item.sku, item.quantity) for item in OrderLine.objects.filter(order_id=second.order_id).order_by("position")] == [(PLATE, 120), (STUD, 24)]
    assert send(cast.sanne, cancel()).order_id == second.order_id and of(cast.sanne, second).status == "cancelled"
    assert client_of("sanne").get(f"/electronic-orders/{message.key}/").status_code == 200
    assert client_of("sanne").get("/electronic-orders/").status_code == 200


@pytest.mark.parametrize(("made", "code"), [
    (lambda: change(("3", line(20, 5, sku=STUD))), "orders.quantity_not_sold"), (lambda: change(("1", line(30, 1, sku="bestaat-niet"))), "orders.unknown_product"), (lambda: change(("3", line(99, 60, sku=PLATE))), "exchange.line"),
    (lambda: change(("2", line(10, 60, sku=PLATE)), ("2", line(20, 24, sku=STUD))), "exchange.no-lines"), (lambda: change(("3", line(10, 120, sku=PLATE, price="0.01"))), "exchange.price"), (lambda: change(("3", line(10, 120, sku=PLATE)), currency="USD"), "exchange.currency"),
    (lambda: change(("3", line(10, "9" * 30, sku=PLATE))), "exchange.figures"),
])
def test_a_change_that_cannot_be_made_whole_leaves_the_order_as_it_was_and_says_why(cast, client_of, made, code):
    first = send(cast.sanne, order())
    message = send(cast.sanne, made())
    assert message.state == "refused" and code in [found for found, level, _place in codes(message) if level == "stop"], message.findings
    with scope(cast.sanne):
        assert Order.objects.filter(reference="PO-2026-17").count() == 1 and Order.objects.get(pk=first.order_id).status == "submitted"
    read = read_response(parse(client_of("sanne").get(f"/electronic-orders/{message.key}/response.xml").content))
    assert read.code == "RE" and read.note
    assert "niet uitgevoerd" in client_of("sanne").get(f"/electronic-orders/{message.key}/").content.decode()


def test_what_is_with_the_seller_is_not_changed(cast):
    first = send(cast.sanne, order())
    _confirmed(cast, first)
    message = send(cast.sanne, change(("3", line(10, 120, sku=PLATE))))
    assert (message.state, codes(message)[-1][0]) == ("refused", "exchange.change-late")


def test_the_portal_that_takes_orders_at_its_own_price_takes_changes_so(cast):
    with scope(cast.olga):
        actions.change_setup(cast.olga, prices=Setup.Prices.OWN, scheme="", identifier="")
    first = send(cast.sanne, order())
    message = send(cast.sanne, change(("3", line(10, 120, sku=PLATE, price="0.01"))))
    assert message.state == "done" and ("exchange.price", "ask", "10") in codes(message)
    with scope(cast.sanne):
        assert OrderLine.objects.get(order_id=message.order_id, position=1).price > Decimal("0.01") and Order.objects.get(pk=first.order_id).status == "cancelled"


def test_a_program_hears_of_it(cast, machine_of):
    machine = machine_of(cast.sanne)
    first = machine.client.post("/api/v1/electronic-orders", changes.write_cancellation(ubl.Cancellation("C-9", timezone.localdate(), "nee", BAKKER, SELLER)), content_type="application/xml", headers=machine.headers).json()
    assert (first["kind"], first["state"], first["number"], first["answer"], first["findings"][-1]["code"]) == ("cancel", "refused", "C-9", "RE", "exchange.no-such-order")
    answer = machine.get(f"/electronic-orders/{first['id']}/response")
    assert answer["Content-Type"] == "application/xml" and read_response(parse(answer.content)).code == "RE"
    assert machine_of(cast.dirk).get(f"/electronic-orders/{first['id']}/response").status_code == 404
    run_jobs()
    with scope(cast.sanne):
        assert Notification.objects.filter(user_id=cast.sanne.user_id, kind="exchange.change_refused").count() == 1

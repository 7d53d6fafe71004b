"""Electronic orders: placed once, held, mended or refused with a reason, answered; and nobody else's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.edges.exchange import actions, facts, queries
from portiek.edges.exchange.models import Message, Setup
from portiek.edges.exchange.tests.test_ubl import HARM
from portiek.edges.exchange.ubl import checks
from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.change import write_cancellation
from portiek.edges.exchange.ubl.order import write_order
from portiek.edges.exchange.ubl.response import read_response
from portiek.edges.exchange.ubl.tree import parse
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties.models import Address, Party
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions as orders
from portiek.trade.orders.models import Draft, Order, OrderLine
from portiek.trade.orders.queries.cart import basket, orderable
from portiek.trade.orders.records import OrderLineRecord, OrderRecord
from portiek.trade.orders.tests.test_submit import fill, last_fact, submit
from portiek.trade.pricing import actions as pricing

PLATE, STUD = "GP-125-2600", "MS-C75-26"
BAKKER = ubl.Party("Bouwbedrijf Bakker B.V.", ubl.Code("0088", "8712345678906"), (ubl.Code("0088", "8712345678906"),), contact="Youssef El Amrani")
SELLER = ubl.Party("Van Dijk Bouwmaterialen", ubl.Code("0106", "87654321"))


def line(place, quantity, *, sku="", own="", gtin="", unit="", price=None, **more):
    return ubl.OrderLine(str(place), ubl.Item("Artikel", own, sku, ubl.Code("0160", gtin) if gtin else None), Decimal(quantity), unit, None if price is None else Decimal(price), **more)


def order(*lines, **more):
    return ubl.Order(**{"number": "PO-2026-17", "issued_on": timezone.localdate(), "currency": "EUR", "buyer": BAKKER, "seller": SELLER, "lines": lines or (line(10, 60, sku=PLATE), line(20, 24, sku=STUD)), **more})


def send(actor, document, **more):
    with scope(actor):
        return actions.receive_order(actor, content=document if isinstance(document, bytes) else write_order(document), now=timezone.now(), **more)


def codes(message):
    return [(item["code"], item["level"], item["place"]) for item in message.findings]


def test_an_order_is_placed_at_the_own_price_and_in_the_sender_s_words(cast):
    sanne = cast.sanne
    with scope(sanne):
        since = last_fact()
        address = Address.objects.filter(party_id=sanne.party_id, is_delivery=True).first()
    day = timezone.localdate() + timedelta(days=5)
    document = order(line(10, 60, sku=PLATE, note="Droog houden"), line(20, 24, sku=STUD, cost="4100"), notes=("Bellen bij aankomst",), reference="Werk Parkweg", cost="K12", wanted_from=day, wanted_until=day + timedelta(days=1),
                     place=ubl.Place("", address.street.upper(), "", address.postal_code.replace(" ", "").lower(), address.city, "NL"))
    message = send(sanne, document, name="po.xml")
    assert (message.state, codes(message)) == ("ordered", [("PEPPOL-T01-R002", "say", "")]), message.findings
    with scope(sanne):
        made = Order.objects.get(pk=message.order_id)
        assert (made.reference, made.wanted_date, made.address["street"], made.note) == ("PO-2026-17", day, address.street, "Bellen bij aankomst\nUw referentie: Werk Parkweg\nKostenplaats: K12")
        assert [(item.sku, item.quantity, item.note) for item in OrderLine.objects.filter(order=made).order_by("position")] == [(PLATE, 60, "Droog houden"), (STUD, 24, "kostenplaats 4100")]
        assert recorded(since)[-1] == facts.MessageOrdered(message_id=message.pk, order_id=made.pk)


def test_a_line_that_is_wanted_on_another_day_has_that_day_itself(cast):
    first = timezone.localdate() + timedelta(days=5)
    message = send(cast.sanne, order(line(10, 60, sku=PLATE, wanted_from=first), line(20, 24, sku=STUD, note="Later", wanted_from=first + timedelta(days=7))))
    assert (message.state, codes(message)[-1]) == ("ordered", ("exchange.line-days", "say", "")), message.findings
    with scope(cast.sanne):
        assert Order.objects.get(pk=message.order_id).wanted_date == first
        assert [(item.wanted_date, item.note) for item in OrderLine.objects.filter(order_id=message.order_id).order_by("position")] == [(None, ""), (first + timedelta(days=7), "Later")]
    past = send(cast.sanne, order(line(10, 60, sku=PLATE, wanted_from=first), line(20, 24, sku=STUD, wanted_from=date(2020, 1, 1)), number="PO-2026-18", wanted_from=first, wanted_until=first))
    assert (past.state, ("orders.wanted_date", "mend", "20") in codes(past)) == ("to_mend", True), past.findings


def test_a_product_is_found_by_own_number_and_by_ean_also_as_gtin_14(cast):
    with scope(cast.system):
        Product.objects.filter(sku=STUD).update(ean="8712345000019")
    message = send(cast.sanne, order(line(1, 60, own="BB-1001"), line(2, 24, gtin="08712345000019")))
    assert message.state == "ordered", message.findings
    with scope(cast.sanne):
        assert [item.sku for item in OrderLine.objects.filter(order_id=message.order_id).order_by("position")] == [Product.objects.get(pk=OrderLine.objects.get(order_id=message.order_id, position=1).product_id).sku, STUD]


def test_the_same_document_is_one_order_and_the_same_number_is_never_two(cast):
    first = send(cast.sanne, order())
    assert send(cast.sanne, order()).pk == first.pk
    other = send(cast.sanne, order(line(1, 120, sku=PLATE)))
    assert (other.state, codes(other)[-1]) == ("refused", ("exchange.number-used", "stop", ""))
    with scope(cast.sanne):
        assert Order.objects.filter(reference="PO-2026-17").count() == 1
    # A colleague who sends it too gets the same message, within his party.
    assert send(cast.youssef, order()).pk == first.pk


def test_another_party_may_use_the_number_and_gets_an_order_of_its_own(cast):
    with scope(cast.dirk):
        product = orderable(cast.dirk).order_by("sku").first()
    first, second = send(cast.sanne, order()), send(cast.dirk, order(line(1, product.min_quantity, sku=product.sku), buyer=ubl.Party("Kozijnhuis")))
    assert second.state == "ordered" and second.pk != first.pk and second.order_id != first.order_id
    assert ("exchange.unknown-buyer", "say", "") in codes(second)


@pytest.mark.parametrize("buyer", [ubl.Party("Bakker", ubl.Code("0088", "8700000000004")), ubl.Party("Bakker", ids=(ubl.Code("0106", "99999999"),)), ubl.Party("Bakker", vat="NL999999999B01")])
def test_an_order_that_names_another_buyer_is_not_taken(cast, buyer):
    message = send(cast.sanne, order(buyer=buyer))
    assert (message.state, message.order_id) == ("refused", None)
    assert "exchange.other-buyer" in [code for code, _level, _place in codes(message)] or "PEPPOL-COMMON-R040" in [code for code, _level, _place in codes(message)]


@pytest.mark.parametrize(("more", "code"), [({"currency": "USD"}, "exchange.currency"), ({"lines": (line(1, "9" * 30, sku=PLATE),)}, "exchange.figures"), ({"lines": (line(1, 1, sku=PLATE, price="9" * 30),)}, "exchange.figures"), ({"valid_until": timezone.localdate() - timedelta(days=1)}, "exchange.validity"), ({"lines": (line(1, 60, sku=PLATE), line(1, 24, sku=STUD))}, "PEPPOL-T01-R001")])
def test_what_cannot_be_taken_is_refused_with_why(cast, client_of, more, code):
    message = send(cast.sanne, order(**more))
    assert message.state == "refused" and code in [found for found, level, _place in codes(message) if level == "stop"]
    assert client_of("sanne").get(f"/electronic-orders/{message.key}/").status_code == 200


@pytest.mark.parametrize("content", [*HARM.values(), b"", b"{}", b"<Invoice/>"])
def test_what_is_no_order_is_kept_as_refused_and_nothing_of_it_is_read(cast, content, client_of):
    message = send(cast.sanne, content, name="raar.xml")
    assert (message.state, message.number, len(message.findings)) == ("refused", "", 1)
    assert client_of("sanne").get(f"/electronic-orders/{message.key}/").status_code == 200


def test_elements_that_are_wrong_are_all_named_in_words(cast, client_of):
    document = write_order(order()).replace(b"EUR", b"euro").replace(b">60<", b">zestig<").replace(b"<cbc:CustomizationID>", b"<cbc:Onbekend>1</cbc:Onbekend><cbc:CustomizationID>")
    message = send(cast.sanne, document)
    assert (message.state, codes(message)[:3]) == ("refused", [("exchange.no-currency", "stop", ""), ("exchange.no-number", "stop", "10"), ("exchange.not-known", "say", "")])
    page = client_of("sanne").get(f"/electronic-orders/{message.key}/").content.decode()
    assert "cbc:Quantity is “zestig”. Verwacht wordt een getal met een punt, zoals 12.50." in page and "cbc:DocumentCurrencyCode is “euro”" in page


@pytest.mark.parametrize(("lines", "found"), [
    ((line(1, 60, sku=PLATE), line(2, 1, sku="bestaat-niet")), [("orders.unknown_product", "mend", "2")]),
    ((line(1, 60, sku=PLATE), line("b", 12, sku=PLATE)), [("orders.line_twice", "mend", "b")]),
    ((line(1, 60, sku=PLATE), line(2, 5, sku=STUD)), [("orders.quantity_not_sold", "mend", "2")]),
    ((line(1, 60, sku=PLATE, unit="KGM"),), [("exchange.unit", "mend", "1")]),
    ((line(1, 60, sku=PLATE, own=STUD),), [("exchange.numbers-disagree", "mend", "1")]),
])
def test_lines_that_are_wrong_wait_to_be_mended_and_none_is_dropped(cast, client_of, lines, found):
    message = send(cast.sanne, order(*lines))
    assert (message.state, message.order_id, [item for item in codes(message) if item[1] != "say"]) == ("to_mend", None, found)
    sanne = client_of("sanne")
    answer = sanne.post(f"/electronic-orders/{message.key}/mend/")
    assert answer.status_code == 302 and answer["Location"].startswith("/orders/cart/paste/")
    with scope(cast.sanne):
        draft = Draft.objects.get(key=answer["Location"].split("/")[-2])
        assert (draft.columns, len(draft.rows), [row[1][3] for row in draft.rows]) == (["code", "quantity", "note", "reference", ""], len(lines), ["PO-2026-17"] * len(lines))
        assert Message.objects.get(pk=message.pk).state == "listed"
    assert sanne.get(answer["Location"]).status_code == 200
    assert sanne.post(f"/electronic-orders/{message.key}/mend/").status_code == 422


def test_other_prices_wait_for_a_person_who_agrees_to_ours(cast, client_of):
    message = send(cast.sanne, order(line(1, 60, sku=PLATE, price="0.01"), line(2, 24, sku=STUD)))
    assert (message.state, codes(message)[-1]) == ("held", ("exchange.price", "ask", "1"))
    with scope(cast.sanne):
        assert not Order.objects.filter(reference="PO-2026-17").exists()
    page = client_of("sanne").get(f"/electronic-orders/{message.key}/").content.decode()
    assert "Bestellen tegen onze prijzen" in page and "0,01" in page.replace("0.01", "0,01")
    assert client_of("sanne").post(f"/electronic-orders/{message.key}/agree/").status_code == 302
    with scope(cast.sanne):
        found = Message.objects.get(pk=message.pk)
        assert found.state == "ordered" and OrderLine.objects.get(order_id=found.order_id, position=1).price > Decimal("0.01")
    assert client_of("sanne").post(f"/electronic-orders/{message.key}/agree/").status_code == 422


def test_the_portal_may_take_orders_at_its_own_price_at_once_and_says_so(cast):
    with scope(cast.olga):
        actions.change_setup(cast.olga, prices=Setup.Prices.OWN, scheme="", identifier="")
    message = send(cast.sanne, order(line(1, 60, sku=PLATE, price="0.01")))
    assert (message.state, codes(message)[-1]) == ("ordered", ("exchange.price", "ask", "1"))


def test_a_price_for_a_hundred_is_compared_for_one(cast):
    first = send(cast.sanne, order(line(1, 60, sku=PLATE, price="1")))
    own = Decimal(first.findings[-1]["values"]["own"])
    assert send(cast.sanne, order(line(1, 60, sku=PLATE, price=str(own * 100), base=Decimal(100)), number="PO-2")).state == "ordered"


def test_what_was_ordered_on_the_page_with_that_reference_waits_for_a_person(cast):
    with scope(cast.olga):
        actions.change_setup(cast.olga, prices=Setup.Prices.OWN, scheme="", identifier="")
    with scope(cast.sanne):
        fill(cast.sanne, 2)
        orders.set_details(cast.sanne, reference="po-2026-17", note="", wanted_date=None, address_id=None)
        submit(cast.sanne, basket(cast.sanne, day=timezone.localdate()))
    message = send(cast.sanne, order())
    assert (message.state, codes(message)[-1]) == ("held", ("exchange.double", "ask", ""))
    with scope(cast.sanne):
        assert actions.agree(cast.sanne, key=message.key, now=timezone.now()).state == "ordered"


def test_above_the_limit_it_waits_for_a_colleague_as_any_order(cast):
    message = send(cast.youssef, order(line(1, 600, sku=PLATE)))
    with scope(cast.youssef):
        assert Order.objects.get(pk=message.order_id).status == "pending_approval"


def test_an_address_for_once_needs_its_right(cast):
    once = ubl.Place("Bouwplaats", "Nieuwe Weg 1", "", "8011 AA", "Zwolle", "NL")
    may = send(cast.sanne, order(place=once, number="PO-3"))
    assert may.state == "ordered", may.findings
    with scope(cast.sanne):
        assert Order.objects.get(pk=may.order_id).address["street"] == "Nieuwe Weg 1"
    without = replace(cast.youssef, rights=cast.youssef.rights - {"address.oneoff"})
    assert codes(send(without, order(place=once, number="PO-4")))[-1] == ("orders.no_oneoff", "mend", "")


def test_who_may_not_order_sends_none_and_staff_decide_nothing(cast):
    with pytest.raises(Forbidden):
        send(cast.karin, order())
    message = send(cast.sanne, order(line(1, 1, sku="bestaat-niet")))
    for actor in (cast.peter, cast.dirk, cast.otto):
        with scope(actor), pytest.raises((NotFound, Forbidden)):
            actions.mend(actor, key=message.key, now=timezone.now())


def test_a_day_holds_so_many_messages(cast, monkeypatch):
    monkeypatch.setattr("portiek.edges.exchange.rules.MOST_A_DAY", 1)
    send(cast.sanne, order())
    with pytest.raises(Refused) as caught:
        send(cast.sanne, order(number="PO-9"))
    assert caught.value.code == "exchange.too-many"


def test_more_lines_cost_no_more_statements(cast):
    counted = []
    for number, lines in (("A", (line(1, 60, sku=PLATE),)), ("B", (line(1, 60, sku=PLATE), line(2, 24, sku=STUD), *(line(place, 1, sku=f"nee-{place}") for place in range(3, 60))))):
        document = write_order(order(*lines, line(99, 1, sku="nee"), number=number))
        with scope(cast.sanne), CaptureQueriesContext(connection) as seen:
            actions.receive_order(cast.sanne, content=document, now=timezone.now())
        counted.append(len(seen))
    assert counted[0] == counted[1]


# What others see, and what machines say.


def test_others_get_404_and_reach_holds(cast, client_of):
    message = send(cast.sanne, order(line(1, 1, sku="bestaat-niet")))
    for path in ("", "order.xml"):
        assert client_of("sanne").get(f"/electronic-orders/{message.key}/{path}").status_code == 200
        assert client_of("peter").get(f"/electronic-orders/{message.key}/{path}").status_code == 200
        for who in ("dirk", "otto", "els"):
            assert client_of(who).get(f"/electronic-orders/{message.key}/{path}").status_code == 404
    for path in ("agree", "mend", "drop"):
        assert client_of("dirk").post(f"/electronic-orders/{message.key}/{path}/").status_code == 404
    assert client_of("dirk").get("/electronic-orders/").content.decode().count(message.key) == 0
    own = replace(cast.youssef, rights=cast.youssef.rights - {"order.view.company", "order.view.unit"} | {"order.view.own"})
    with scope(own):
        assert not queries.messages(own).exists()


def test_a_file_is_uploaded_and_put_away(cast, client_of):
    sanne = client_of("sanne")
    file = SimpleUploadedFile("bestelling.xml", write_order(order(line(1, 60, sku=PLATE, price="0.01"))), content_type="text/xml")
    answer = sanne.post("/electronic-orders/upload/", {"file": file})
    assert answer.status_code == 302
    page = sanne.get(answer["Location"])
    assert page.status_code == 200 and "PO-2026-17" in page.content.decode()
    assert sanne.post(answer["Location"] + "drop/").status_code == 302
    assert "Weggelegd" in sanne.get("/electronic-orders/?state=dropped").content.decode()
    assert sanne.post("/electronic-orders/upload/", {}).status_code == 422


def test_a_test_message_says_what_would_happen_and_nothing_happens(cast, client_of):
    sanne = client_of("sanne")
    example = sanne.get("/electronic-orders/example.xml")
    assert example.status_code == 200 and not [item for item in checks.check_order(parse(example.content)) if item.stops]
    page = sanne.post("/electronic-orders/try/", {"example": "1"})
    assert page.status_code == 200 and "zou meteen worden uitgevoerd" in page.content.decode()
    for document, said in ((write_order(order(line(1, 60, sku=PLATE, price="0.01"))), "iemand van uw bedrijf akkoord is"), (write_order(order(line(1, 1, sku="bestaat-niet"))), "iemand herstelt"), (b"<Invoice/>", "zou niet worden aangenomen"), (write_order(order(currency="USD")), "zou niet worden aangenomen"),
                           (write_cancellation(ubl.Cancellation("C", timezone.localdate(), "nee", BAKKER, SELLER)), "zou niet worden aangenomen"), (write_order(order(line(1, "9" * 30, sku=PLATE))), "zou niet worden aangenomen"), *((harm, "zou niet worden aangenomen") for harm in HARM.values())):
        page = sanne.post("/electronic-orders/try/", {"file": SimpleUploadedFile("order.xml", document)})
        assert page.status_code == 200 and said in page.content.decode(), page.content.decode()
    assert sanne.post("/electronic-orders/try/", {}).status_code == 422
    with scope(cast.sanne):
        assert not Message.objects.exists() and not Order.objects.filter(reference="PO-2026-17").exists()
    # What is tried is what happens.
    assert send(cast.sanne, example.content).state == "ordered"
    assert client_of("peter").post("/electronic-orders/try/", {"example": "1"}).status_code == 404
    assert client_of("karin").get("/electronic-orders/example.xml").status_code in (403, 404)


def test_a_program_sends_one_and_reads_what_became_of_it(cast, machine_of):
    machine = machine_of(cast.sanne)
    sent = machine.client.post("/api/v1/electronic-orders", write_order(order()), content_type="application/xml", headers=machine.headers)
    assert sent.status_code == 201, sent.content
    said = sent.json()
    assert (said["state"], said["number"], said["answer"]) == ("ordered", "PO-2026-17", "") and said["order"]
    assert machine.get(f"/electronic-orders/{said['id']}").json() == said
    assert [item["id"] for item in machine.get("/electronic-orders").json()["items"]] == [said["id"]]
    assert machine_of(cast.dirk).get(f"/electronic-orders/{said['id']}").status_code == 404
    assert machine_of(cast.dirk).get(f"/orders/{said['order']}/response").status_code == 404
    answer = machine.get(f"/orders/{said['order']}/response")
    assert answer["Content-Type"] == "application/xml"
    read = read_response(parse(answer.content))
    assert (read.code, read.order, read.lines, read.buyer.endpoint) == ("AB", "PO-2026-17", (), BAKKER.endpoint)


def test_who_made_the_key_hears_of_what_waits(cast, machine_of):
    machine = machine_of(cast.sanne)
    machine.client.post("/api/v1/electronic-orders", write_order(order(line(1, 1, sku="bestaat-niet"))), content_type="application/xml", headers=machine.headers)
    run_jobs()
    with scope(cast.sanne):
        assert Notification.objects.filter(user_id=cast.sanne.user_id, kind="exchange.waits").count() == 1


def _confirmed(cast, message, *changes):
    with scope(cast.system):
        found = Order.objects.get(pk=message.order_id)
        Party.objects.filter(pk=found.party_id).update(external_id="p-1")
        told = [OrderLineRecord(f"l{item.position}", item.position, item.sku, item.name, item.quantity, item.price, item.amount) for item in OrderLine.objects.filter(order=found).order_by("position")]
        for place, change in changes:
            told[place] = replace(told[place], **change)
        assert orders.apply_orders(cast.system, [OrderRecord("so-1", "v1", timezone.now(), "SO100", found.number, "p-1", "confirmed", "none", tuple(told), found.net, found.tax, found.gross)]) == []
    run_jobs()
    return found


def test_a_confirmed_order_is_answered_once_and_the_webhook_says_so(cast):
    message = send(cast.sanne, order())
    found = _confirmed(cast, message)
    with scope(cast.sanne):
        assert Message.objects.get(pk=message.pk).answer == "AP"
    with scope(cast.system):
        assert [item for item in recorded() if isinstance(item, facts.MessageAnswered)] == [facts.MessageAnswered(message_id=message.pk, order_id=found.pk, code="AP")]


def test_changes_are_answered_line_by_line_to_the_sender_s_numbers(cast, client_of):
    message = send(cast.sanne, order())
    found = _confirmed(cast, message, (1, {"quantity": Decimal(12)}))
    with scope(cast.olga):
        actions.change_setup(cast.olga, prices=Setup.Prices.HOLD, scheme="0088", identifier="8712345678906")
    content = client_of("sanne").get(f"/electronic-orders/answers/{found.number}.xml").content
    read = read_response(parse(content))
    assert not [item for item in checks.check_response(parse(content)) if item.stops]
    assert (read.code, read.order, read.sales_order, read.seller.endpoint) == ("CA", "PO-2026-17", "SO100", ubl.Code("0088", "8712345678906"))
    assert [(item.line, item.status, item.quantity, item.item.sellers) for item in read.lines] == [("10", "5", Decimal(60), PLATE), ("20", "3", Decimal(12), STUD)]
    assert client_of("dirk").get(f"/electronic-orders/answers/{found.number}.xml").status_code == 404
    page = client_of("sanne").get(f"/orders/{found.number}/").content.decode()
    assert message.key in page and re.search(r"geaccepteerd met wijzigingen", page, re.I)


def test_costs_besides_the_goods_are_said_and_answered_as_added_lines(cast, client_of):
    with scope(cast.peter):
        orders.add_costs(cast.peter, freight=Decimal("24.95"), freight_product=Product.objects.get(sku="VRACHT"))
    message = send(cast.sanne, order())
    assert message.state == "ordered" and ("exchange.cost", "say", "") in codes(message)
    found = _confirmed(cast, message)
    content = client_of("sanne").get(f"/electronic-orders/answers/{found.number}.xml").content
    read = read_response(parse(content))
    assert not [item for item in checks.check_response(parse(content)) if item.stops]
    assert read.code == "CA" and [(item.status, item.item.sellers) for item in read.lines] == [("5", PLATE), ("5", STUD), ("1", "VRACHT")]
    with scope(cast.sanne):
        assert Message.objects.get(pk=message.pk).answer == "CA" and Order.objects.get(pk=found.pk).status == "confirmed"


def test_what_comes_free_of_charge_is_said_and_answered_as_an_added_line(cast, client_of):
    with scope(cast.peter):
        pricing.add_free_goods(cast.peter, name="Platenactie", product=Product.objects.get(sku=PLATE), buy=Decimal(30), give=Decimal(10))
    message = send(cast.sanne, order())
    assert message.state == "ordered" and ("exchange.free", "say", "") in codes(message)
    found = _confirmed(cast, message)
    content = client_of("sanne").get(f"/electronic-orders/answers/{found.number}.xml").content
    read = read_response(parse(content))
    assert not [item for item in checks.check_response(parse(content)) if item.stops]
    assert read.code == "CA" and [(item.status, item.quantity, item.item.sellers) for item in read.lines] == [("5", Decimal(60), PLATE), ("5", Decimal(24), STUD), ("1", Decimal(20), PLATE)]


def test_setup_is_for_staff_and_checks_the_number(client_of):
    assert client_of("sanne").get("/electronic-orders/setup/").status_code == 404
    olga = client_of("olga")
    assert olga.post("/electronic-orders/setup/", {"prices": "own", "scheme": "0088", "identifier": "8712345678907"}).status_code == 422
    assert olga.post("/electronic-orders/setup/", {"prices": "own", "scheme": "0088", "identifier": "8712 3456 78906"}).status_code == 302
    assert 'value="8712345678906"' in olga.get("/electronic-orders/setup/").content.decode()

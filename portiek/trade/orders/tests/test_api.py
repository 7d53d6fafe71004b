"""Orders over the API: the pages' rules, exactly once, nobody else's."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import copy_database, recorded
from portiek.core.db import scope
from portiek.core.models import Idempotent
from portiek.edges.api.cast import Machine, secret_of
from portiek.foundation.accounts.models import Membership
from portiek.foundation.parties.models import Address, Party, Unit
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, facts, queries
from portiek.trade.orders.models import Cart, CartLine, Order
from portiek.trade.orders.tests.test_submit import fill, last_fact

PLATE, STUD = "GP-125-2600", "MS-C75-26"


def body(*lines, **more):
    return {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines or ((PLATE, "60"), (STUD, "24"))], **more}


def place(machine, sent=None, key="a-1"):
    return machine.post("/orders", sent or body(), idempotency_key=key)


def count(actor):
    with scope(actor):
        return Order.objects.count()


def test_an_order_is_placed_as_on_the_page(cast, machine_of):
    sanne = cast.sanne
    with scope(sanne):
        actions.add_to_cart(sanne, code=PLATE, quantity=Decimal(60))
        actions.add_to_cart(sanne, code=STUD, quantity=Decimal(24))
        basket = queries.basket(sanne, day=timezone.localdate())
        address = queries.delivery_addresses(sanne)[0]
        since = last_fact()
    day = timezone.localdate() + timedelta(days=3)
    answer = place(machine_of(sanne), body((PLATE, "60"), (STUD, "24"), reference="Parkweg 12", address=address.pk, wanted_date=day.isoformat()))
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert [Decimal(line["price"]) for line in made["lines"]] == [item.price.net for item in basket.lines]
    assert [Decimal(made[name]) for name in ("net", "tax", "gross")] == [basket.totals.net, basket.totals.tax, basket.totals.gross]
    assert (made["status"], made["sync"], made["origin"], made["reference"], made["wanted_date"]) == ("submitted", "queued", "api", "Parkweg 12", day.isoformat())
    assert made["address"]["street"] == address.street and not made["waits_for_approval"] and made["approval"] is None
    assert made["lines"][0] | {"position": 1, "sku": PLATE, "quantity": "60.000"} == made["lines"][0]
    told = [(step["kind"], step["rule"], step["after"] and Decimal(step["after"])) for step in made["lines"][0]["explanation"]]
    assert told == [(step.kind, step.rule, step.after) for step in basket.lines[0].price.explanation]
    with scope(sanne):
        order = Order.objects.get(number=made["number"])
        assert recorded(since)[-1] == facts.OrderSubmitted(order_id=order.pk)
        assert (order.user_id, order.user_name) == (sanne.user_id, "Webshop")
        assert made["lines"][0]["unit"] == Product.objects.get(sku=PLATE).unit_code != ""
        # What the key's maker has in his own cart is none of its business.
        assert CartLine.objects.filter(cart__user_id=sanne.user_id, cart__is_open=True).count() == 2
        assert Cart.objects.filter(is_open=False, key=order.submit_key).count() == 0


def test_the_company_s_own_number_orders_too(cast, machine_of):
    made = place(machine_of(cast.sanne), body(("BB-1001", "60"))).json()
    assert made["lines"][0]["own_number"] == "BB-1001" and made["lines"][0]["sku"] != "BB-1001"


def test_above_the_limit_it_waits_and_says_so(cast, machine_of):
    machine = machine_of(cast.youssef)
    tried = machine.post("/orders:validate", body((PLATE, "600"))).json()
    assert tried["can_be_placed"] and tried["needs_approval"] and tried["order_limit"] == "1500.00" and Decimal(tried["net"]) > 1500
    made = place(machine, body((PLATE, "600"))).json()
    assert made["status"] == "pending_approval" and made["waits_for_approval"] and made["sync"] == "none"
    assert made["approval"]["status"] == "pending" and made["approval"]["limit"] == "1500.00"
    # Neither the key that placed it nor one of its maker decides about it.
    with scope(cast.system):
        Membership.objects.filter(user_id=cast.youssef.user_id).update(role=Membership.objects.get(user_id=cast.sanne.user_id).role_id)
    own = machine_of(cast.youssef).post(f"/orders/{made['number']}:approve", {"seen": made["approval"]["seen"]})
    assert (own.status_code, own.json()["code"]) == (422, "orders.own_order")
    sanne = machine_of(cast.sanne)
    other = sanne.post(f"/orders/{made['number']}:approve", {"seen": "0" * 64})
    assert (other.status_code, other.json()["code"]) == (409, "orders.approval_changed")
    decided = sanne.post(f"/orders/{made['number']}:approve", {"seen": made["approval"]["seen"]})
    assert decided.status_code == 200, decided.content
    assert (decided.json()["status"], decided.json()["sync"], decided.json()["approval"]["status"]) == ("submitted", "queued", "approved")
    assert sanne.post(f"/orders/{made['number']}:reject", {"seen": made["approval"]["seen"], "reason": "Te duur"}).json()["code"] == "orders.decided"


def test_a_colleague_rejects_with_a_reason(cast, machine_of):
    made = place(machine_of(cast.youssef), body((PLATE, "600"))).json()
    sanne = machine_of(cast.sanne)
    assert sanne.post(f"/orders/{made['number']}:reject", {"seen": made["approval"]["seen"], "reason": ""}).status_code == 422
    done = sanne.post(f"/orders/{made['number']}:reject", {"seen": made["approval"]["seen"], "reason": "Te duur"}).json()
    assert (done["status"], done["reason"], done["approval"]["reason"]) == ("rejected", "Te duur", "Te duur")


@pytest.mark.parametrize(("lines", "more", "pointers"), [
    ([("bestaat-niet", "1")], {}, [("#/lines/0/sku", "orders.unknown_product")]),
    ([(PLATE, "60"), ("bestaat-niet", "1"), (PLATE, "12")], {}, [("#/lines/1/sku", "orders.unknown_product"), ("#/lines/2/sku", "orders.line_twice")]),
    ([(PLATE, "60"), ("BB-1001", "1")], {}, [("#/lines/1/sku", "orders.line_twice")]),
    ([(PLATE, "0.5")], {}, [("#/lines/0/quantity", "orders.quantity_not_sold")]),
    ([(PLATE, "60")], {"wanted_date": "2020-01-01"}, [("#/wanted_date", "orders.wanted_date")]),
    ([(PLATE, "60")], {"address": 999999999}, [("#/address", "orders.unknown_address")]),
])
def test_what_cannot_be_ordered_is_named_and_nothing_is_ordered(cast, machine_of, lines, more, pointers):
    machine, before = machine_of(cast.sanne), count(cast.sanne)
    tried = machine.post("/orders:validate", body(*lines, **more))
    assert tried.status_code == 200, tried.content
    assert not tried.json()["can_be_placed"] and [(item["pointer"], item["code"]) for item in tried.json()["problems"]] == pointers
    answer = place(machine, body(*lines, **more))
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    said = answer.json()
    assert said["code"] == "orders.not_orderable" and said["kept"] and [(item["pointer"], item["code"]) for item in said["errors"]] == pointers
    assert count(cast.sanne) == before
    # The key is free again: the mended order goes in with it.
    assert place(machine).status_code == 201


ONCE = {"name": "Fam. De Boer", "street": "Parkweg 3", "postal_code": "8011ab", "city": "Zwolle", "country": "nl"}


def test_an_address_for_one_order_alone(cast, machine_of):
    machine = machine_of(cast.sanne)
    with scope(cast.sanne):
        before = Address.objects.count()
    answer = place(machine, body((PLATE, "60"), address_once=ONCE))
    assert answer.status_code == 201
    assert answer.json()["address"] == {"label": "", "name": "Fam. De Boer", "street": "Parkweg 3", "postal_code": "8011 AB", "city": "Zwolle", "country": "NL"}
    with scope(cast.sanne):
        assert Address.objects.count() == before, "it goes into no address book"
        own = queries.delivery_addresses(cast.sanne)[0].pk
    for more, pointer, code in (({"address_once": ONCE, "address": own}, "#/address_once", "orders.two_addresses"), ({"address_once": {**ONCE, "postal_code": "0000"}}, "#/address_once/postal_code", "postal-code-wrong"),
                                ({"address_once": {**ONCE, "street": " "}}, "#/address_once/street", "orders.oneoff_incomplete")):
        refused = place(machine, body((PLATE, "60"), **more), key=f"b-{code}-{len(more)}")
        assert (refused.status_code, [(error["pointer"], error["code"]) for error in refused.json()["errors"]]) == (422, [(pointer, code)])
    for wrong in ({"street": "X"}, {**ONCE, "country": "NLD"}, {**ONCE, "id": 1}, {**ONCE, "city": "x" * 121}):
        assert place(machine, body((PLATE, "60"), address_once=wrong), key=f"c-{len(str(wrong))}").status_code in (400, 422)


def test_without_the_right_no_address_for_one_order(cast, machine_of):
    for actor in (cast.youssef, cast.dirk):
        machine = Machine(secret_of(actor, *sorted(actor.rights - {"address.use_oneoff"})))
        refused = place(machine, body((PLATE, "60"), address_once=ONCE))
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "orders.no_oneoff")


def test_the_usual_address_of_a_unit_holds_in_the_api_too(cast, machine_of):
    with scope(cast.system):
        party = Party.objects.get(number="10042")
        there = Address.objects.get(party=party, city="Kampen")
        unit = Unit.objects.get(party=party, name="Kampen")
        Unit.objects.filter(pk=unit.pk).update(delivery_address=there)
        Membership.objects.filter(user__name="Sanne Bakker", party=party).update(unit=unit)
    made = place(machine_of(cast.sanne), body((PLATE, "60"))).json()
    assert made["address"]["city"] == "Kampen"
    once = place(machine_of(cast.sanne), body((PLATE, "60"), address_once=ONCE), key="a-2").json()
    assert once["address"]["street"] == "Parkweg 3"


def test_a_foreign_address_is_unknown(cast, machine_of):
    with scope(cast.system):
        foreign = Address.objects.exclude(party_id=cast.sanne.party_id).filter(is_delivery=True).first()
    answer = place(machine_of(cast.sanne), body(address=foreign.pk))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "orders.unknown_address")


def test_a_product_of_another_s_assortment_is_unknown(cast, machine_of):
    with scope(cast.dirk):
        seen = set(Product.objects.values_list("sku", flat=True))
    assert PLATE not in seen
    answer = place(machine_of(cast.dirk))
    assert {item["code"] for item in answer.json()["errors"]} == {"orders.unknown_product"}


def test_a_key_holds_longer_than_its_answer_and_never_for_something_else(cast, machine_of):
    machine = machine_of(cast.sanne)
    first = place(machine, key="PO-7").json()
    with scope(cast.system):
        Idempotent.objects.all().delete()  # a week later
    before = count(cast.sanne)
    again = place(machine, key="PO-7")
    assert (again.status_code, again.json()["number"]) == (201, first["number"])
    other = place(machine, body((STUD, "24")), key="PO-7")
    with scope(cast.system):
        Idempotent.objects.all().delete()
    other = place(machine, body((STUD, "24")), key="PO-7")
    assert (other.status_code, other.json()["code"]) == (422, "orders.key_reused") and first["number"] in other.json()["detail"]
    assert count(cast.sanne) == before


def test_a_total_that_no_order_can_hold_is_refused(cast, machine_of, client_of):
    with scope(cast.system):
        dear = Product.objects.filter(portal_id=cast.sanne.portal_id, is_active=True, sku=PLATE).get()
        dear.list_price, dear.min_quantity, dear.step_quantity = Decimal("99999999"), Decimal(1), Decimal(1)
        dear.save()
    machine, asked = machine_of(cast.els), body((PLATE, "9999999"))
    answer = place(machine, asked)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "orders.too_large")
    tried = machine.post("/orders:validate", asked).json()
    assert not tried["can_be_placed"] and tried["problems"][0]["code"] == "orders.too_large"
    client = client_of("els")
    assert client.post("/orders/cart/add/", {"product": PLATE, "quantity": "9999999"}).status_code == 302
    assert client.get("/orders/cart/").status_code == 200


@pytest.mark.parametrize("sent", [
    {}, {"lines": []}, body() | {"party_id": 1}, body() | {"price": "0.01"}, body() | {"status": "confirmed"}, {"lines": [{"sku": PLATE, "quantity": "60", "price": "0.01"}]},
    *[body((PLATE, quantity)) for quantity in ("-1", "0", "NaN", "1e9", "0.0001", "12345678", "٣", "1\n")], {"lines": [{"sku": PLATE, "quantity": 60}]}, {"lines": [{"sku": "a\0b", "quantity": "1"}]},
    body(reference="x" * 81), body(wanted_date="morgen"), body(address=2**63), {"lines": [{"sku": PLATE, "quantity": "1"}] * 1001},
])
def test_a_forged_order_is_refused(cast, machine_of, sent):
    machine, before = machine_of(cast.sanne), count(cast.sanne)
    for path in ("/orders", "/orders:validate"):
        answer = machine.post(path, sent, idempotency_key="forged")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.content
        assert answer.json()["errors"]
    assert count(cast.sanne) == before


def test_an_order_needs_a_key_of_its_own(cast, machine_of):
    machine, before = machine_of(cast.sanne), count(cast.sanne)
    for headers in ({}, {"idempotency_key": ""}, {"idempotency_key": "a b"}, {"idempotency_key": "x" * 256}):
        answer = machine.post("/orders", body(), **headers)
        assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (400, "idempotency-key", "header:Idempotency-Key")
    assert count(cast.sanne) == before


def test_sent_twice_it_is_placed_once(cast, machine_of):
    machine, before = machine_of(cast.sanne), count(cast.sanne)
    first, again = place(machine), place(machine)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and again["Idempotent-Replay"] == "true" and "Idempotent-Replay" not in first
    other = place(machine, body((PLATE, "120")))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert count(cast.sanne) == before + 1
    with scope(cast.system):  # the answers are kept for a week; the order's own key stays
        Idempotent.objects.all().delete()
    assert place(machine).json()["number"] == first.json()["number"]
    assert count(cast.sanne) == before + 1


def test_a_key_has_the_rights_it_was_given(cast, machine_of):
    reader = machine_of(cast.sanne, "order.view.company")
    assert reader.get("/orders").status_code == 200
    for path, sent in (("/orders", body()), ("/orders:validate", body()), ("/orders/VD-10042-0001:cancel", {}), ("/orders/VD-10042-0001:approve", {"seen": "x"})):
        answer = reader.post(path, sent, idempotency_key="r")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
    writer = machine_of(cast.sanne, "order.place")
    made = place(writer, key="w")
    assert made.status_code == 201  # what it placed itself it may read once, in the answer
    assert writer.get("/orders").status_code == writer.get(f"/orders/{made.json()['number']}").status_code == 403
    own = machine_of(cast.youssef, "order.view.company")
    assert own.get(f"/orders/{made.json()['number']}").status_code == 200


def test_a_key_stands_in_the_branch_of_its_maker(cast, machine_of):
    with scope(cast.system):
        unit = Unit.objects.filter(party_id=cast.youssef.party_id).first()
        Membership.objects.filter(user_id=cast.youssef.user_id).update(unit=unit)
    made = place(machine_of(cast.youssef)).json()
    with scope(cast.sanne):
        assert Order.objects.get(number=made["number"]).unit_id == unit.pk


def test_staff_keys_see_all_and_place_nothing(cast, machine_of):
    made = place(machine_of(cast.sanne)).json()
    olga = machine_of(cast.olga)
    seen = olga.get(f"/orders/{made['number']}").json()
    assert seen["party"]["number"] == "10042" and seen["net"] == made["net"] and made["party"] is None
    assert {item["party"]["number"] for item in olga.get("/orders", party="10042").json()["items"]} == {"10042"}
    assert machine_of(cast.sanne).get("/orders", party="10042").json()["items"][0]["number"] == made["number"]
    for machine, number in ((olga, "99999"), (machine_of(cast.sanne), "10077"), (machine_of(cast.sanne), "99999")):
        for path in ("/orders", "/invoices", "/payments", "/balance"):
            assert machine.get(path, party=number).status_code == 404, (path, number)
    assert place(olga, key="s").status_code == 404


@pytest.mark.parametrize("who", ["dirk", "els", "otto", "nadia2"])
def test_another_party_s_order_is_not_there(cast, machine_of, who):
    made = place(machine_of(cast.sanne)).json()
    machine = machine_of(getattr(cast, who))
    for path in (f"/orders/{made['number']}", "/orders/bestaat-niet"):
        assert machine.get(path).json()["code"] == "not-found"
        for verb, sent in (("cancel", {}), ("approve", {"seen": "x"}), ("reject", {"seen": "x", "reason": "y"})):
            assert machine.post(f"{path}:{verb}", sent).status_code in (403, 404)  # 403: the right is lacking altogether
    assert made["number"] not in [item["number"] for item in machine.get("/orders", limit=200).json()["items"]]
    assert machine.get("/orders", search=made["number"]).json()["items"] == []


def test_the_list_is_cut_filtered_and_followed(cast, machine_of):
    machine = machine_of(cast.sanne)
    first, second = place(machine, key="1").json(), place(machine, body((STUD, "24"), reference="Kozijn"), key="2").json()
    newest = machine.get("/orders", limit=1).json()
    assert [item["number"] for item in newest["items"]] == [second["number"]]
    assert [item["number"] for item in machine.get("/orders", limit=1, cursor=newest["next"]).json()["items"]] == [first["number"]]
    assert machine.get("/orders", search="kozijn " + STUD).json()["items"][0]["number"] == second["number"]
    assert {item["status"] for item in machine.get("/orders", status="submitted", limit=200).json()["items"]} == {"submitted"}
    assert [item["number"] for item in machine.get("/orders", since=first["placed_at"]).json()["items"]] == [second["number"], first["number"]]
    with scope(cast.sanne):
        since = Order.objects.get(number=second["number"]).changed_at
    machine.post(f"/orders/{first['number']}:cancel", {"reason": "Dubbel"})
    followed = machine.get("/orders", changed_since=since.isoformat()).json()["items"]
    assert [item["number"] for item in followed] == [second["number"], first["number"]]
    assert followed[1]["status"] == "cancelled" and followed[1]["changed_at"].endswith("Z")


@pytest.mark.parametrize("parameters", [{"state": "x"}, {"stauts": "x"}, {"status": "x"}, {"limit": 0}, {"limit": 201}, {"limit": "4e20"}, {"since": "gisteren"}, {"since": "2026-01-01T00:00:00"},
                                        {"changed_since": "0001-01-01T00:00:00+14:00"}, {"search": "x" * 101}, {"cursor": "x" * 401}])
def test_a_wrong_parameter_is_named(cast, machine_of, parameters):
    answer = machine_of(cast.sanne).get("/orders", **parameters)
    assert (answer.status_code, answer.json()["pointer"]) == (422, f"query:{next(iter(parameters))}")


def test_cancelling_says_whether_it_is_cancelled_or_asked(cast, machine_of):
    machine = machine_of(cast.sanne)
    new, sent = place(machine, key="1").json(), place(machine, key="2").json()
    with scope(cast.system):
        actions.mark_sync(cast.system, Order.objects.get(number=sent["number"]), state="acknowledged")
    cancelled = machine.post(f"/orders/{new['number']}:cancel", {"reason": "Dubbel"}).json()
    assert (cancelled["status"], cancelled["reason"], cancelled["cancel_asked_at"]) == ("cancelled", "Dubbel", None)
    asked = machine.post(f"/orders/{sent['number']}:cancel", {}).json()
    assert asked["status"] == "transmitted" and asked["cancel_asked_at"]
    again = machine.post(f"/orders/{sent['number']}:cancel", {})
    assert (again.status_code, again.json()["code"]) == (422, "orders.asked_already")
    over = machine.post(f"/orders/{new['number']}:cancel", {})
    assert (over.status_code, over.json()["code"], bool(over.json()["kept"])) == (422, "orders.ended", True)


def test_the_number_of_statements_does_not_grow(cast, machine_of):
    machine = machine_of(cast.sanne)
    with scope(cast.sanne):
        asked = [(item.product.sku, str(item.quantity)) for item in fill(cast.sanne, 12).lines]

    def statements(call):
        with CaptureQueriesContext(connection) as captured:
            assert call().status_code < 300
        return len(captured)

    few, many = asked[:2], asked
    for path in ("/orders:validate", "/orders"):
        assert statements(lambda: machine.post(path, body(*few), idempotency_key=f"few{path}")) == statements(lambda: machine.post(path, body(*many), idempotency_key=f"many{path}")), path  # noqa: B023
    small, large = [place(machine, body(*lines), key=key).json()["number"] for lines, key in ((few, "s"), (many, "l"))]
    assert statements(lambda: machine.get(f"/orders/{small}")) == statements(lambda: machine.get(f"/orders/{large}"))
    assert statements(lambda: machine.get("/orders", limit=2)) == statements(lambda: machine.get("/orders", limit=50))
    olga = machine_of(cast.olga)
    assert statements(lambda: olga.get("/orders", limit=2)) == statements(lambda: olga.get("/orders", limit=50))


def test_every_write_moves_the_moment_of_change(cast):
    with scope(cast.system):
        order = Order.objects.filter(party_id=cast.sanne.party_id).order_by("pk").first()
        before = order.changed_at
        Order.objects.filter(pk=order.pk).update(reference="x")
        order.refresh_from_db()
        assert order.changed_at > before


PROGRAM = """
from concurrent.futures import ThreadPoolExecutor
from portiek.config.cli import setup
setup()
from django.db import connection
from portiek.core.db import scope
from portiek.core.models import Idempotent
from portiek.edges.api.cast import Machine, secret_of
from portiek.foundation.accounts.cast import Cast
from portiek.trade.orders.models import Order, OrderLine
sanne = Cast().sanne
key = secret_of(sanne)
def send(number):
    try:
        answer = Machine(key).post("/orders", {"lines": [{"sku": "GP-125-2600", "quantity": "60"}], "reference": "Tegelijk"}, idempotency_key="same")
        return answer.status_code, answer.json()["number"]
    finally:
        connection.close()
with ThreadPoolExecutor(20) as pool:
    answers = set(pool.map(send, range(20)))
with scope(sanne):
    found = Order.objects.filter(reference="Tegelijk")
    print(len(answers), next(iter(answers))[0], found.count(), OrderLine.objects.filter(order__in=found).count(), flush=True)
"""


@pytest.mark.no_database
def test_twenty_requests_with_one_key_make_one_order():
    url = copy_database("portiek_api_once")
    done = subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["1", "201", "1", "1"], done.stderr[-3000:]

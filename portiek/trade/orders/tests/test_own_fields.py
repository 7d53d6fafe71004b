"""What the portal asks with every order: at the cart, over the API, on the order's page, in what goes to the ERP."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.fields import actions as fields
from portiek.foundation.fields import queries as filled
from portiek.trade.orders import actions, queries
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.models import Cart, Order, OrderValue
from portiek.trade.orders.tests.test_submit import fill, submit

PLATE = "GP-125-2600"


@pytest.fixture
def asked(cast):
    """The portal asks a number for the gate, which is required, and whether to call; it plans a route for itself."""
    with scope(cast.olga):
        for label, kind, visibility, required in (("Meldnummer", "text", "fill", True), ("Bellen", "yes_no", "fill", False), ("Rit", "choice", "staff", False)):
            fields.make_field(cast.olga, subject=ORDER, label=label, kind=kind, visibility=visibility, required=required, choices=["Ochtend", "Middag"])


def answers(actor, order):
    with scope(actor):
        return filled.values(actor, ORDER, order)


def test_it_is_asked_at_the_cart_seen_once_more_and_stands_on_the_order(client_of, cast, asked):
    with scope(cast.sanne):
        fill(cast.sanne)
    sanne = client_of("sanne")
    page = sanne.get("/orders/cart/").content.decode()
    assert 'name="own-meldnummer"' in page and 'name="own-bellen"' in page and "own-rit" not in page
    # It may be kept half done; going on to order asks what is required.
    assert sanne.post("/orders/cart/details/", {"own-meldnummer": "", "own-bellen": "yes"}).status_code == 302
    refused = sanne.post("/orders/cart/details/", {"own-meldnummer": "", "own-bellen": "yes", "next": "review"})
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.content.decode()
    assert sanne.post("/orders/cart/details/", {"own-meldnummer": "P2611", "own-bellen": "yes", "own-rit": "Ochtend", "next": "review"}).headers["Location"] == "/orders/cart/review/"
    review = sanne.get("/orders/cart/review/").content.decode()
    assert "P2611" in review and "Bellen" in review
    given = {name: re.search(f'name="{name}" value="([^"]+)"', review).group(1) for name in ("key", "seen", "content")}
    address = sanne.post("/orders/cart/submit/", given).headers["Location"]
    assert "P2611" in sanne.get(address).content.decode() and "P2611" in client_of("olga").get(address).content.decode()
    with scope(cast.sanne):
        order = Order.objects.get(number=address.split("/")[2])
    assert answers(cast.olga, order) == {"meldnummer": "P2611", "bellen": "yes"}
    # Another company has no such order; the buyer changes nothing of it after.
    assert client_of("dirk").get(address).status_code == 404
    assert sanne.get(f"/fields/of/order/{order.number}/").status_code == sanne.post(f"/fields/of/order/{order.number}/", {"own-meldnummer": "X"}).status_code == 404


def test_an_order_is_bound_to_the_answers_that_were_seen(client_of, cast, asked):
    with scope(cast.sanne):
        fill(cast.sanne)
        actions.set_details(cast.sanne, reference="", note="", wanted_date=None, address_id=None, answers={"meldnummer": "P1"})
    sanne = client_of("sanne")
    review = sanne.get("/orders/cart/review/").content.decode()
    given = {name: re.search(f'name="{name}" value="([^"]+)"', review).group(1) for name in ("key", "seen", "content")}
    sanne.post("/orders/cart/details/", {"own-meldnummer": "P2"})
    answer = sanne.post("/orders/cart/submit/", given)
    page = answer.content.decode()
    assert answer.status_code == 409 and "P1" in page and "P2" in page


def test_without_what_is_required_nothing_is_ordered(client_of, cast, asked):
    with scope(cast.sanne):
        basket = fill(cast.sanne)
        with pytest.raises(Refused, match="field-required"):
            submit(cast.sanne, basket)
        assert Cart.objects.filter(is_open=True, user_id=cast.sanne.user_id).exists() and not OrderValue.objects.exists()
    # The review was opened by its address: it says so and goes back.
    sanne = client_of("sanne")
    review = sanne.get("/orders/cart/review/").content.decode()
    given = {name: re.search(f'name="{name}" value="([^"]+)"', review).group(1) for name in ("key", "seen", "content")}
    refused = sanne.post("/orders/cart/submit/", given)
    assert refused.status_code == 422 and "Meldnummer: vul dit in." in refused.content.decode()


def test_a_question_that_ended_meanwhile_is_left_out(cast, asked):
    with scope(cast.sanne):
        fill(cast.sanne)
        actions.set_details(cast.sanne, reference="", note="", wanted_date=None, address_id=None, answers={"meldnummer": "P1", "bellen": "no"})
    with scope(cast.olga):
        fields.end_field(cast.olga, field=next(item for item in filled.every(cast.olga) if item.key == "bellen"))
    with scope(cast.sanne):
        order = submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
    assert answers(cast.olga, order) == {"meldnummer": "P1"}


def test_the_api_says_what_is_asked_and_takes_the_answers(cast, machine_of, asked):
    machine = machine_of(cast.sanne)
    listed = machine.get("/order-fields").json()
    assert [(item["key"], item["kind"], item["required"]) for item in listed] == [("meldnummer", "text", True), ("bellen", "yes_no", False)]
    body = {"lines": [{"sku": PLATE, "quantity": "60"}]}
    tried = machine.post("/orders:validate", body).json()
    assert not tried["can_be_placed"] and [(item["pointer"], item["code"]) for item in tried["problems"]] == [("#/fields/meldnummer", "field-required")]
    for wrong, code in (({"meldnummer": "P1", "rit": "Ochtend"}, "field-unknown"), ({"meldnummer": "P1", "bellen": "soms"}, "field-wrong")):
        answer = machine.post("/orders", {**body, "fields": wrong}, idempotency_key=code)
        assert answer.status_code == 422 and code in answer.content.decode()
    made = machine.post("/orders", {**body, "fields": {"meldnummer": "P1", "bellen": "Ja"}}, idempotency_key="k-1")
    assert made.status_code == 201
    assert [(item["key"], item["value"]) for item in made.json()["fields"]] == [("meldnummer", "P1"), ("bellen", "yes")]
    # T05: what staff add for themselves is in their answer alone.
    with scope(cast.olga):
        order = Order.objects.get(number=made.json()["number"])
        fields.fill(cast.olga, subject=ORDER, row=order, values={"rit": "Ochtend"})
    assert "Ochtend" not in machine.get(f"/orders/{order.number}").content.decode()
    assert [item["value"] for item in machine_of(cast.olga).get(f"/orders/{order.number}").json()["fields"]] == ["P1", "yes", "Ochtend"]


def test_placing_costs_the_same_however_many_answers(cast, asked):
    counted = []
    for given in ({"meldnummer": "P1"}, {"meldnummer": "P1", "bellen": "no"}):
        with scope(cast.sanne):
            fill(cast.sanne)
            actions.set_details(cast.sanne, reference="", note="", wanted_date=None, address_id=None, answers=given)
            basket = queries.basket(cast.sanne, day=timezone.localdate())
            with CaptureQueriesContext(connection) as captured:
                submit(cast.sanne, basket)
        counted.append(len(captured))
    assert counted[0] == counted[1]

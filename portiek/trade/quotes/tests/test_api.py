"""Quotes for machines: the same rules, exactly once, nothing of another party."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from portiek.core.db import scope
from portiek.trade.orders.models import Order
from portiek.trade.quotes import actions
from portiek.trade.quotes.models import Quote
from portiek.trade.quotes.tests.test_quotes import _asked, _offered


def test_asked_read_accepted(cast, machine_of):
    """Asked exactly once; the version names what an acceptance is bound to; the order is at its prices."""
    machine = machine_of(cast.sanne)
    asked = {"lines": [{"what": "GP-125-2600", "quantity": "600", "target": "5.50"}, {"what": "Plint op maat", "quantity": "4"}], "reference": "Kade 8"}
    answer = machine.post("/quotes", asked, idempotency_key="een")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["status"], made["version"], [line["sku"] for line in made["versions"][0]["lines"]]) == ("requested", 1, ["GP-125-2600", ""])
    assert machine.post("/quotes", asked, idempotency_key="een").json()["number"] == made["number"]
    with scope(cast.sanne):
        quote = Quote.objects.get(number=made["number"])
    _offered(cast, quote)
    there = machine.get(f"/quotes/{made['number']}").json()
    assert (there["status"], there["versions"][1]["lines"][0]["price"], there["versions"][1]["lines"][1]["price"]) == ("offered", "5.7500", None)
    assert machine.post(f"/quotes/{made['number']}:accept", {"seen": there["versions"][0]["seen"]}, idempotency_key="twee").status_code == 409
    seen = there["versions"][1]["seen"]
    answer = machine.post(f"/quotes/{made['number']}:accept", {"seen": seen, "lines": [3]}, idempotency_key="drie")
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "ordered"
    with scope(cast.sanne):
        order = Order.objects.get(number=answer.json()["order"])
        assert (order.net, order.line_count, order.origin) == (Decimal("3824.40"), 2, "api")
    assert machine.post(f"/quotes/{made['number']}:accept", {"seen": seen}, idempotency_key="vier").status_code in (409, 422)
    assert [item["number"] for item in machine.get("/quotes?status=ordered").json()["items"]] == [made["number"]]


def test_declined_with_a_reason(cast, machine_of):
    """As on the page: the version that was seen, and why."""
    quote = _offered(cast, _asked(cast.sanne))
    machine = machine_of(cast.sanne)
    assert machine.post(f"/quotes/{quote.number}:decline", {"version": 1, "reason": "Te duur"}).status_code == 409
    assert machine.post(f"/quotes/{quote.number}:decline", {"version": 2, "reason": "Te duur"}).json()["status"] == "declined"


def test_of_another_party_nothing_is_there(cast, machine_of):
    """Not in the list, not by number, not to accept."""
    quote = _offered(cast, _asked(cast.sanne))
    machine = machine_of(cast.dirk)
    assert machine.get("/quotes").json()["items"] == []
    assert machine.get(f"/quotes/{quote.number}").status_code == 404
    assert machine.post(f"/quotes/{quote.number}:accept", {"seen": ""}, idempotency_key="x").status_code == 404
    assert machine.post(f"/quotes/{quote.number}:decline", {"version": 2, "reason": "x"}).status_code == 404


def test_negotiated_by_a_program(cast, machine_of):
    """Answered, asked, countered, withdrawn, and the paper of what was offered: each as on the page, what is sent twice done once."""
    machine, quote = machine_of(cast.sanne), _asked(cast.sanne)
    path = f"/quotes/{quote.number}"
    with scope(cast.peter):
        actions.ask_back(cast.peter, quote=quote, text="Welke kleur?", now=timezone.now())
    assert machine.get(f"{path}/pdf").status_code == 404
    assert machine.post(f"{path}:question", {"text": "Kan het?"}, idempotency_key="nul").status_code == 422, "nothing is offered"
    assert machine.post(f"{path}:answer", {"text": "Wit"}).json()["status"] == "in_review"
    _offered(cast, quote)
    for _time in range(2):
        there = machine.post(f"{path}:question", {"text": "Kan het in twee keer?"}, idempotency_key="een").json()
        assert (there["status"], there["version"], [(item["side"], item["text"]) for item in there["messages"]][2:]) == ("questioned", 2, [("party", "Kan het in twee keer?")])
    assert machine.get(f"{path}/pdf").content.startswith(b"%PDF") and machine.get(f"{path}/pdf?version=2").status_code == 200
    assert machine.get(f"{path}/pdf?version=1").status_code == 404, "what was asked is no offer"
    lines = [{"key": 1, "what": "GP-125-2600", "quantity": "800", "target": "5.60"}]
    assert machine.post(f"{path}:counter", {"version": 1, "lines": lines}, idempotency_key="twee").status_code == 409
    for _time in range(2):
        there = machine.post(f"{path}:counter", {"version": 2, "lines": lines, "note": "Zo kan het"}, idempotency_key="drie").json()
        assert (there["status"], there["version"], [(line["key"], line["quantity"]) for line in there["versions"][2]["lines"]]) == ("in_review", 3, [(1, "800.000")])
    assert machine.post(f"{path}:withdraw", None).json()["status"] == "withdrawn"
    assert machine.post(f"{path}:withdraw", None).status_code == 422


def test_a_program_of_another_party_negotiates_nothing(cast, machine_of):
    """Each verb and the paper: 404, as of a quote that never was; a key without the right: 403."""
    quote, machine = _offered(cast, _asked(cast.sanne)), machine_of(cast.dirk)
    for number in (quote.number, "OF-10042-9999"):
        for verb, body in (("counter", {"version": 2, "lines": [{"what": "x", "quantity": "1"}]}), ("question", {"text": "x"}), ("answer", {"text": "x"}), ("withdraw", None)):
            assert machine.post(f"/quotes/{number}:{verb}", body, idempotency_key=f"{number}{verb}").status_code == 404, verb
        assert machine.get(f"/quotes/{number}/pdf").status_code == 404
    assert machine_of(cast.acting("karin", "bakker")).post(f"/quotes/{quote.number}:question", {"text": "x"}, idempotency_key="x").status_code == 403
    with scope(cast.sanne):
        assert Quote.objects.get(pk=quote.pk).status == "offered"

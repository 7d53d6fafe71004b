"""What needs no server: formulas, cursors, units, payloads, the wire's types."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx
import pytest

from portiek.edges.connectors.contract import Command as ContractCommand
from portiek.edges.connectors.contract import Connector, FamilyRecord, NewOrder, NewOrderLine, Rejected, Retry
from portiek.edges.connectors.tryton import TrytonConnector, TrytonOptions
from portiek.edges.connectors.tryton.client import encode
from portiek.edges.connectors.tryton.cursors import Cursor
from portiek.edges.connectors.tryton.formulas import Formula, UnknownFormula
from portiek.edges.connectors.tryton.lookups import number
from portiek.edges.connectors.tryton.orders import order_state
from portiek.edges.connectors.tryton.products import _family

NAMES = {"unit_price": Decimal("10"), "list_price": Decimal("10"), "cost_price": Decimal("4")}
OPTIONS = TrytonOptions.model_validate({"url": "http://erp.test/", "database": "erp", "user": "p", "password": "x"})


def answering(*answers: httpx.Response | Exception) -> TrytonConnector:
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    return TrytonConnector(OPTIONS, httpx.Client(transport=httpx.MockTransport(answer)))


ORDER = ContractCommand(
    "create_order", "P-1", "order:1", payload=NewOrder("1", (NewOrderLine("2", Decimal(3)),)).as_payload()
)
LOGIN = httpx.Response(200, json={"id": 0, "result": [2, "secret", None]})
CONTEXT = httpx.Response(200, json={"id": 0, "result": {"company": 1}})


@pytest.mark.parametrize(
    ("source", "price"),
    [
        ("5.65", "5.65"),
        ("unit_price * 0.96", "9.6"),
        ("cost_price*1.18", "4.72"),
        ("unit_price / 3", str(Decimal(10) / 3)),
        ("-(-unit_price) + 1", "11"),
        ("list_price if cost_price > 5 else cost_price", "4"),
        ("Decimal('0.1') + 0.2", "0.3"),
        ("0.1000000000000000000001", "0.1000000000000000000001"),
    ],
)
def test_formulas_are_exact(source: str, price: str) -> None:
    assert Formula(source)(NAMES) == Decimal(price)


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os')",
        "unit_price.quantize(1)",
        "unit_price >",
        "price",
        "'a'",
        "1 / 0",
        "unit_price ** 9",
        "True",
        "(" * 99,
    ],
)
def test_other_formulas_are_left_to_the_erp(source: str) -> None:
    with pytest.raises(UnknownFormula):
        Formula(source)(NAMES)


def test_an_unknown_price_stays_unknown() -> None:
    assert Formula("unit_price * 0.9 + 1")({**NAMES, "unit_price": None}) is None


def test_cursors_survive_a_round_and_go_back_behind_the_last_run() -> None:
    cursor = Cursor(
        {"sale": ("2026-03-01T12:00:00", 7), "old": ("2026-01-01T00:00:00", 3)}, False, True, "2026-03-01T12:05:00"
    )
    assert Cursor.parse(cursor.dump()) == cursor
    cursor.begin_run(dt.datetime(2026, 3, 1, 13), dt.timedelta(minutes=10), ZoneInfo("UTC"))
    # nothing can be committed behind a row that was long there at the last run
    assert cursor.positions == {"sale": ("2026-03-01T11:55:00", 0), "old": ("2026-01-01T00:00:00", 3)}
    assert cursor.read_at == "2026-03-01T13:00:00"


def test_cursors_repeat_the_hour_that_the_servers_clock_repeats() -> None:
    cursor = Cursor({"sale": ("2026-10-25T02:50:00", 7)}, False, True, "2026-10-25T02:55:00")
    cursor.begin_run(dt.datetime(2026, 10, 25, 2, 5), dt.timedelta(minutes=10), ZoneInfo("Europe/Amsterdam"))
    assert cursor.positions["sale"] == ("2026-10-25T01:45:00", 0)


@pytest.mark.parametrize("text", ["{}", "[]", "x", '{"at": {"a": 1}}'])
def test_strange_cursors_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cursor.parse(text)


def test_payloads_survive_json() -> None:
    order = NewOrder(
        "12",
        (NewOrderLine("3", Decimal("1.50"), Decimal("6.0500"), "n"),),
        dt.date(2026, 5, 1),
        "7",
        "INK-1",
        "let op",
        "4",
        "8",
    )
    assert NewOrder.from_payload(json.loads(json.dumps(order.as_payload()))) == order
    for bad in (
        {},
        {"party": "1", "lines": []},
        {"party": "1", "lines": [{"product": "2", "quantity": "many"}]},
        {"party": "1", "lines": [3]},
    ):
        with pytest.raises(ValueError, match="create_order"):
            NewOrder.from_payload(bad)


def test_values_have_tryton_types() -> None:
    assert encode({"a": [Decimal("1.10"), dt.date(2026, 1, 2), (None, True)]}) == {
        "a": [
            {"__class__": "Decimal", "decimal": "1.10"},
            {"__class__": "date", "year": 2026, "month": 1, "day": 2},
            [None, True],
        ]
    }
    assert str(number(1200.0)) == "1200"
    assert str(number(0.1)) == "0.1"
    assert str(number(Decimal("5.6700"))) == "5.67"


def test_the_states_of_an_order() -> None:
    assert order_state("quotation", "none") == "transmitted"
    assert order_state("processing", "none") == "confirmed"
    assert order_state("processing", "partial") == "in_progress"
    with pytest.raises(ValueError, match="odd"):
        order_state("odd", "none")


def test_it_is_a_connector_and_hides_its_password() -> None:
    assert isinstance(answering(), Connector)
    assert "x" not in repr(OPTIONS.password)
    assert OPTIONS.url == "http://erp.test"
    with pytest.raises(ValueError, match="time zone"):
        TrytonOptions.model_validate({**OPTIONS.model_dump(), "time_zone": "Mars/Olympus"})


@pytest.mark.parametrize(
    ("answer", "maybe_done"),
    [
        (httpx.Response(503), False),
        (httpx.Response(504), False),
        (httpx.Response(429), False),
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("slow"), False),
        # nothing was asked to be written yet: the first call only looks
        (httpx.ReadTimeout("lost"), False),
        (httpx.Response(200, content=b'{"id": 0, "resu'), False),
    ],
)
def test_no_answer_to_a_look_is_tried_again(answer: httpx.Response | Exception, maybe_done: bool) -> None:
    result = answering(LOGIN, CONTEXT, answer).push(ORDER)
    assert isinstance(result, Retry)
    assert result.maybe_done is maybe_done
    assert result.after > 0


def test_an_expired_session_is_renewed_once() -> None:
    result = answering(LOGIN, CONTEXT, httpx.Response(401), LOGIN, CONTEXT, httpx.Response(401)).push(ORDER)
    assert isinstance(result, Rejected)
    assert (result.code, result.fault) == ("denied", True)


@pytest.mark.parametrize(
    "answer", [httpx.Response(403), httpx.Response(422), httpx.Response(500), httpx.Response(200, json=[1])]
)
def test_what_makes_no_sense_is_a_fault(answer: httpx.Response) -> None:
    result = answering(LOGIN, CONTEXT, answer).push(ORDER)
    assert isinstance(result, Rejected)
    assert result.fault


def test_an_address_that_may_not_be_called_is_a_fault() -> None:
    connector = answering(ValueError("on a private network"), ValueError("on a private network"))
    result = connector.push(ORDER)
    assert isinstance(result, Rejected)
    assert result.fault
    assert "private network" in connector.check().notes[0]


def test_commands_it_does_not_have() -> None:
    assert answering().push(ContractCommand("dance", "k", "a")) == Rejected(
        "unsupported", "this connector has no dance", fault=True
    )
    bad = answering().push(
        ContractCommand("create_order", "k", "a", payload={"party": "x", "lines": [{"product": "1", "quantity": "1"}]})
    )
    assert isinstance(bad, Rejected)
    assert bad.code == "payload"


def test_a_template_with_several_variants_is_a_family() -> None:
    names = {"nl": {7: {"name": "Schroef"}}, "en": {7: {"name": "Screw"}}}
    assert _family(7, {"products": [1, 2], "code": None}, names) == FamilyRecord("7", "T7", {"nl": "Schroef", "en": "Screw"})
    assert _family(7, {"products": [1], "code": "S"}, names) is None

"""The demo's ERP: its life by the clock, its calls, its faults."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from portiek.edges.connectors import codec, contract, records
from portiek.edges.connectors.contract import ConnectorError, Done, InvoiceRecord, NeedsDecision, OrderRecord, PaymentRecord, Rejected, Retry, ShipmentRecord
from portiek.edges.connectors.demo import DemoConnector, DemoOptions
from portiek.edges.connectors.demo.connector import NOT_GIVEN
from portiek.edges.connectors.demo.tests.conftest import Clock, order_command, party, product

pytestmark = pytest.mark.no_database


def test_it_keeps_to_the_contract(erp):
    assert isinstance(erp, contract.Connector)
    assert set(erp.capabilities().feeds) == set(contract.type_of_record) - set(NOT_GIVEN)
    assert erp.check().ok


def everything(erp: DemoConnector, entity: str, limit: int = 2) -> dict[str, contract.Record | None]:
    found, cursor = {}, None
    while True:
        page = records.check_page(erp.pull(entity, cursor, limit), limit)
        for change in page.changes:
            assert records.problem_of(change) is None
            found[change.external_id] = change.data
        cursor = page.cursor
        if not page.more:
            return found


@pytest.mark.parametrize("entity", ["party", "product", "stock"])
def test_a_feed_in_small_pages_has_all_there_is(erp, entity):
    keys = []
    while batch := erp.keys(entity, keys[-1] if keys else None, 2):
        keys += batch
    assert set(everything(erp, entity)) == set(keys)
    assert len(keys) == erp.store.count(entity)


def test_records_survive_the_books():
    for record in (party("7", credit_limit=Decimal("1500.00")), product("9", list_price=None)):
        assert codec.load(type(record), codec.dump(record)) == record


def live(erp: DemoConnector, clock: Clock, until: str, hours: int = 12) -> OrderRecord:
    """Turn the clock until the first order is in a state."""
    for _ in range(hours * 60):
        clock.turn(minutes=1)
        order = next(iter(everything(erp, "order", 100).values()))
        assert isinstance(order, OrderRecord)
        if order.state == until:
            return order
    raise AssertionError(f"never {until}")


def test_an_order_is_confirmed_shipped_invoiced_and_paid(erp, clock):
    done = erp.push(order_command(lines={"1": "4", "2": "10"}))
    assert isinstance(done, Done) and done.data is not None and done.data.state == "transmitted"
    clock.turn(seconds=61)
    order = erp.fetch("order", done.external_id).data
    assert order.state == "confirmed" and order.reference == "VD-1" and all(line.confirmed_date for line in order.lines)
    assert (order.untaxed_amount, order.tax_amount, order.total_amount) == (Decimal("140.00"), Decimal("29.40"), Decimal("169.40"))
    live(erp, clock, "completed")
    clock.turn(hours=6)
    shipments = [item for item in everything(erp, "shipment").values() if isinstance(item, ShipmentRecord)]
    assert shipments and all(item.tracking and item.state == "delivered" for item in shipments)
    assert sum(line.quantity for item in shipments for line in item.lines) == 14
    invoices = [item for item in everything(erp, "invoice").values() if isinstance(item, InvoiceRecord)]
    assert sum(item.total_amount for item in invoices) == Decimal("169.40")
    assert all(item.state == "paid" for item in invoices)
    paid = [item for item in everything(erp, "payment").values() if isinstance(item, PaymentRecord)]
    assert sum(item.amount for item in paid) == Decimal("169.40")
    assert erp.document("invoice", invoices[0].external_id, "pdf").content.startswith(b"%PDF")
    assert everything(erp, "stock")["s1"].on_hand != 100


def test_the_same_seed_lives_the_same_day_whenever_one_looks(tmp_path):
    from portiek.edges.connectors.demo.store import Store
    from portiek.edges.connectors.demo.tests.conftest import fill

    def day(name: str, looks: int) -> list[str]:
        clock, path = Clock(), tmp_path / name
        store = Store(path)
        fill(store)
        store.close()
        erp = DemoConnector(DemoOptions(seed=3), None, place=path, now=clock)
        erp.push(order_command())
        for _ in range(looks):
            clock.turn(minutes=90 / looks)
            erp.check()
        return [codec.dump(item) for entity in ("order", "shipment", "invoice", "stock") for item in everything(erp, entity, 50).values()]

    assert day("a", 1) == day("b", 90)


def test_nothing_is_caught_up_with_after_a_long_silence(erp, clock):
    erp.check()
    clock.turn(days=400)
    erp.check()
    assert len(everything(erp, "order")) == 0


def test_some_orders_are_confirmed_with_changes(place, clock):
    erp = DemoConnector(DemoOptions(changes=1, phone_orders=False), None, place=place, now=clock)
    for number in range(6):
        erp.push(order_command(f"VD-{number}", lines={"1": "10"}))
    clock.turn(seconds=61)
    orders = [item for item in everything(erp, "order").values() if isinstance(item, OrderRecord)]
    assert {line.quantity for order in orders for line in order.lines} == {Decimal(10), Decimal(8)}
    assert len({line.confirmed_date for order in orders for line in order.lines}) == 2
    assert all(order.total_amount == order.untaxed_amount + order.tax_amount for order in orders)


def test_above_the_credit_limit_an_order_waits(erp, clock):
    erp.store.put("party", "1", party("1", credit_limit=Decimal("30")))
    done = erp.push(order_command())
    clock.turn(seconds=61)
    held = erp.fetch("order", done.external_id).data
    assert held.state == "on_hold" and "Krediet" in held.source_state
    clock.turn(minutes=11)
    assert erp.fetch("order", done.external_id).data.state != "on_hold"


@pytest.mark.parametrize(("change", "code"), [("blocked", "blocked"), ("gone", "product"), ("nobody", "party"), ("price", "price")])
def test_what_the_erp_refuses_in_words(erp, change, code):
    command = order_command(price=None)
    match change:
        case "blocked":
            erp.store.put("party", "1", party("1", active=False))
        case "gone":
            erp.store.put("product", "1", product("1", active=False))
        case "price":
            erp.store.put("product", "1", product("1", list_price=None))
        case _:
            command = order_command(party="99")
    answer = erp.push(command)
    assert isinstance(answer, Rejected) and answer.code == code and answer.text and not answer.fault
    assert erp.store.count("order") == 0


def test_a_strange_payload_is_a_fault(erp):
    answer = erp.push(contract.Command("create_order", "X", "x", payload={"party": "1", "lines": [{"product": "1", "quantity": "many"}]}))
    assert isinstance(answer, Rejected) and answer.fault


def test_it_books_double_when_nobody_looks_as_most_erps_do(erp):
    assert erp.find(order_command()) is None
    first = erp.push(order_command())
    assert erp.find(order_command()).external_id == first.external_id
    erp.push(order_command())
    assert erp.store.count("order") == 2


@pytest.mark.parametrize(
    ("switch", "booked", "answer"),
    [
        ({"after": 1}, 1, Retry),
        ({"before": 1}, 0, Retry),
        ({"reject": "nee"}, 0, Rejected),
        ({"warns": "zeker?"}, 0, NeedsDecision),
        ({"down": True}, 0, Retry),
    ],
)
def test_faults(erp, clock, switch, booked, answer):
    erp.check()
    erp.store.set_faults(**switch)
    result = erp.push(order_command())
    assert isinstance(result, answer)
    if isinstance(result, Retry):
        assert result.maybe_done is ("down" not in switch)
    erp.store.set_faults()
    assert erp.store.count("order") == booked


def test_a_late_booking_comes_after_the_time_out(erp, clock):
    erp.store.set_faults(late=30)
    assert isinstance(erp.push(order_command()), Retry)
    assert erp.find(order_command()) is None
    clock.turn(seconds=31)
    assert erp.find(order_command()) is not None


def test_down_and_denied_are_said_in_words(erp, place, clock):
    erp.check()
    erp.store.set_faults(down=True)
    assert not erp.check().ok
    with pytest.raises(ConnectorError):
        erp.pull("party", None, 10)
    erp.store.set_faults()
    wrong = DemoConnector(DemoOptions(key="nope"), None, place=place, now=clock)
    assert "sleutel" in wrong.check().notes[0]
    with pytest.raises(ConnectorError) as refused:
        wrong.pull("party", None, 10)
    assert refused.value.code == "denied"


def test_cancelling_works_until_it_is_picked(erp, clock):
    erp.push(order_command())
    cancel = contract.Command("cancel_order", "VD-1", "orders.order:1", payload={"party": "1", "reference": "VD-1"})
    assert erp.push(cancel).data.state == "cancelled"
    assert erp.push(cancel).data.state == "cancelled"
    erp.push(order_command("VD-2"))
    clock.turn(minutes=7)
    late = erp.push(contract.Command("cancel_order", "VD-2", "orders.order:2", payload={"party": "1", "reference": "VD-2"}))
    assert isinstance(late, Rejected) and late.code == "too_late"


def test_phone_orders_come_in_working_hours(place, clock):
    erp = DemoConnector(DemoOptions(changes=0), None, place=place, now=clock)
    for _ in range(30):
        clock.turn(minutes=30)
        erp.check()
    orders = [item for item in everything(erp, "order", 50).values() if isinstance(item, OrderRecord)]
    assert 3 < len(orders) < 25 and all(not order.reference for order in orders)


def test_two_processes_keep_one_set_of_books(place: Path, clock: Clock):
    first, second = (DemoConnector(DemoOptions(phone_orders=False), None, place=place, now=clock) for _ in range(2))
    for number in range(10):
        (first if number % 2 else second).push(order_command(f"VD-{number}"))
    assert len(everything(first, "order")) == 10 == len(everything(second, "order"))

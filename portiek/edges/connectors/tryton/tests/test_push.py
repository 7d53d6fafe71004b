"""Orders get into a real Tryton server exactly once, whatever happens on the way."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal

import pytest

from portiek.edges.connectors.contract import (
    Command,
    Conflict,
    Done,
    NeedsDecision,
    NewAddress,
    NewOrder,
    NewOrderLine,
    OrderRecord,
    PartyRecord,
    ProductRecord,
    Rejected,
    Retry,
)
from portiek.edges.connectors.tryton import TrytonConnector
from portiek.edges.connectors.tryton.tests.accidents import Http, KillingHttp, LosingHttp
from portiek.edges.connectors.tryton.tests.conftest import Connect
from portiek.edges.connectors.tryton.tests.reading import run
from tests.erp.tryton.erp_staff import ErpStaff
from tests.erp.tryton.server import TrytonServer

pytestmark = pytest.mark.erp
Make = Callable[..., Command]
BAKKER = "Bouwbedrijf Bakker B.V."
_serial = itertools.count(1)


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    return f"P-2026-{next(_serial):05d}"


def count(staff: ErpStaff, key: str) -> int:
    return len(staff.client.rows("sale.sale", [("reference", "=", key)], []))


def done(result: object) -> Done:
    assert isinstance(result, Done), result
    return result


def record(result: Done) -> OrderRecord:
    assert isinstance(result.data, OrderRecord)
    return result.data


def test_an_order_comes_back_as_the_erp_made_it(
    connector: TrytonConnector, parties: dict[str, PartyRecord], products: dict[str, ProductRecord], key: str
) -> None:
    bakker = parties[BAKKER]
    branch = next(address for address in bakker.addresses if address.name == "Vestiging Kampen")
    day = dt.date.today() + dt.timedelta(days=6)
    cement, sealant = products["CEM-001"], products["KIT-001"]
    lines = (
        NewOrderLine(cement.external_id, Decimal(120), Decimal("6.0500"), "Op de stoep zetten"),
        # the customer was told another price than the ERP's
        NewOrderLine(sealant.external_id, Decimal(24), Decimal("7.0000")),
    )
    order = NewOrder(bakker.external_id, lines, day, branch.external_id, "INK-77", "Bellen voor levering", invoice_address=branch.external_id)
    result = done(connector.push(Command("create_order", key, "order:1", payload=order.as_payload())))
    made = record(result)
    assert (made.reference, made.party, made.state, made.delivery_address) == (
        key,
        bakker.external_id,
        "confirmed",
        branch.external_id,
    )
    (sale,) = connector.client.rows("sale.sale", [("reference", "=", key)], ["invoice_address", "shipment_address"])
    assert str(sale["invoice_address"]) == str(sale["shipment_address"]) == branch.external_id
    assert made.number == result.number != ""
    assert [line.unit_price for line in made.lines] == [Decimal("6.0500"), Decimal("7.2960")]
    assert [line.confirmed_date for line in made.lines] == [day, day]
    assert made.requested_date == day
    assert made.untaxed_amount == Decimal("901.10")
    assert made.note == "Bellen voor levering"
    fetched = connector.fetch("order", result.external_id)
    # the feed tells our own write with the version the push answered: no news
    assert (fetched.version, fetched.data) == (result.version, made)


def test_an_order_goes_to_a_place_that_the_erp_did_not_know(connector: TrytonConnector, parties: dict[str, PartyRecord], products: dict[str, ProductRecord], key: str) -> None:
    bakker = parties[BAKKER]
    place = NewAddress("Werf Noord", "Kade 9", "8013 PX", "Zwolle", "NL")
    made = []
    for number in ("A", "B"):
        order = NewOrder(bakker.external_id, (NewOrderLine(products["CEM-001"].external_id, Decimal(12)),), deliver_to=place)
        made.append(record(done(connector.push(Command("create_order", f"{key}-{number}", "order:1", payload=order.as_payload())))).delivery_address)
    # One address, however often it is used, and archived: it is no address to choose.
    assert made[0] == made[1] and made[0] not in {address.external_id for address in bakker.addresses}
    (kept,) = connector.client.rows("party.address", [("id", "=", int(made[0] or 0)), ("active", "=", False)], ["party", "party_name", "city", "full_address"])
    assert (str(kept["party"]), kept["party_name"], kept["city"]) == (bakker.external_id, "Werf Noord", "Zwolle") and "Kade 9" in kept["full_address"]


def test_the_price_told_can_be_the_rule(
    connect: Connect, parties: dict[str, PartyRecord], products: dict[str, ProductRecord], key: str
) -> None:
    line = NewOrderLine(products["KIT-001"].external_id, Decimal(24), Decimal("7.0000"))
    payload = NewOrder(parties[BAKKER].external_id, (line,)).as_payload()
    made = record(done(connect(prices="told").push(Command("create_order", key, "o", payload=payload))))
    assert made.lines[0].unit_price == Decimal("7.0000")


def test_pushed_twice_it_is_one_order(
    connector: TrytonConnector, staff: ErpStaff, create_order: Make, key: str
) -> None:
    command = create_order(key)
    assert connector.find(command) is None
    first, second = done(connector.push(command)), done(connector.push(command))
    assert first == second
    assert count(staff, key) == 1
    found = connector.find(command)
    assert found and found.complete and (found.external_id, found.version) == (first.external_id, first.version)


def test_the_same_basket_under_another_key_is_another_order(
    connector: TrytonConnector, create_order: Make, key: str
) -> None:
    one, other = done(connector.push(create_order(key))), done(connector.push(create_order(key + "-B")))
    assert one.external_id != other.external_id


@pytest.mark.parametrize("method", ["create", "quote", "confirm"])
def test_an_answer_that_gets_lost_makes_no_second_order(
    connect: Connect, staff: ErpStaff, create_order: Make, key: str, method: str
) -> None:
    command = create_order(key)
    http = LosingHttp(f"model.sale.sale.{method}")
    result = connect(http).push(command)
    assert isinstance(result, Retry)
    assert result.maybe_done
    http = LosingHttp("nothing")
    again = done(connect(http).push(command))
    assert count(staff, key) == 1
    assert record(again).state == "confirmed"
    # it goes on from the state it found
    repeated = {"create": 0, "quote": 0, "confirm": 0} | {"quote": method == "create", "confirm": method != "confirm"}
    assert {name: http.methods.count(f"model.sale.sale.{name}") for name in repeated} == repeated


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "delay"),
    [("create", 0.0), ("create", 0.03), ("create", 0.5), ("quote", 0.04), ("confirm", 0.1), ("confirm", 0.25)],
)
def test_a_server_that_dies_makes_no_second_order(
    connect: Connect, erp: TrytonServer, staff: ErpStaff, create_order: Make, key: str, method: str, delay: float
) -> None:
    command = create_order(key)
    result = connect(KillingHttp(erp, f"model.sale.sale.{method}", delay)).push(command)
    assert isinstance(result, Retry)
    assert result.maybe_done
    down = connect().push(command)
    assert isinstance(down, Retry)
    assert not down.maybe_done
    erp.restart()
    again = done(connect().push(command))
    assert count(staff, key) == 1
    made = record(again)
    assert made.state == "confirmed"
    # and nothing of it is there twice; what follows a confirmation the ERP makes in a task of its own, which may have died too
    assert len(made.lines) == 2
    row = staff.sale(key, "state", "shipments", "invoices")
    assert (len(row["shipments"]), len(row["invoices"])) == ((1, 1) if row["state"] == "processing" else (0, 0)), row


def test_over_the_credit_limit_it_is_refused_until_there_is_room(
    connector: TrytonConnector, staff: ErpStaff, create_order: Make, key: str
) -> None:
    command = create_order(key, "Klussenbedrijf Van der Meer", HOU_004="90")
    result = connector.push(command)
    assert isinstance(result, Rejected)
    assert (result.code, result.fault) == ("credit_limit", False)
    assert "Klussenbedrijf Van der Meer" in result.text
    assert result.external_id
    assert staff.sale(key)["state"] == "quotation"
    found = connector.find(command)
    assert found and not found.complete
    staff.set_credit_limit("Klussenbedrijf Van der Meer", Decimal(50000))
    assert done(connector.push(command)).external_id == result.external_id
    staff.set_credit_limit("Klussenbedrijf Van der Meer", Decimal(2500))


def test_a_warning_waits_for_a_person(
    connector: TrytonConnector, staff: ErpStaff, create_order: Make, key: str
) -> None:
    """A user who may decide on credit is warned, not refused: the connector still does not decide."""
    client = staff.client
    group = client.rows("res.group", [("name", "=", "Account Credit Limit")], [])[0]["id"]
    user = client.rows("res.user", [("login", "=", "portiek")], [])[0]["id"]
    client.model("res.user.write", [user], {"groups": [("add", [group])]})
    try:
        result = connector.push(create_order(key, "Stukadoorsbedrijf Yilmaz", HOU_004="300"))
    finally:
        client.model("res.user.write", [user], {"groups": [("remove", [group])]})
    assert isinstance(result, NeedsDecision), result
    assert "credit_limit" in result.code
    assert "Stukadoorsbedrijf Yilmaz" in result.text
    assert staff.sale(key)["state"] == "quotation"


def test_wrong_products_addresses_and_quantities(
    connector: TrytonConnector, staff: ErpStaff, create_order: Make, parties: dict[str, PartyRecord], key: str
) -> None:
    staff.archive_product("GER-003")
    try:
        gone = connector.push(create_order(key, BEV_001="1", GER_003="1"))
    finally:
        staff.archive_product("GER-003", active=True)
    assert isinstance(gone, Rejected)
    assert (gone.code, gone.field) == ("product", "lines.1.product")
    command = create_order(key)
    foreign = {**command.payload, "delivery_address": parties[BAKKER].addresses[0].external_id}
    elsewhere = connector.push(dataclasses.replace(command, payload=foreign))
    assert isinstance(elsewhere, Rejected)
    assert elsewhere.code == "delivery_address"
    half = connector.push(create_order(key, BEV_001="1.5"))
    assert isinstance(half, Rejected)
    assert half.code == "refused"
    assert count(staff, key) == 0


def test_left_to_the_staff_it_waits_as_a_quotation(
    connect: Connect, staff: ErpStaff, create_order: Make, key: str
) -> None:
    connector = connect(order_until="quotation")
    command = create_order(key)
    offered = done(connector.push(command))
    assert record(offered).state == "transmitted"
    assert offered.number
    found = connector.find(command)
    assert found and found.complete
    _, cursor = run(connector, "order")
    staff.change_line_quantity(key, "KIT-001", 5)
    staff.confirm_sale(key)
    changed = {change.external_id: change for change in run(connector, "order", cursor)[0]}[offered.external_id]
    assert isinstance(changed.data, OrderRecord)
    assert changed.data.state == "confirmed"
    assert {line.sku: line.quantity for line in changed.data.lines}["KIT-001"] == 5
    assert changed.version != offered.version


def test_cancelled_in_time_and_too_late(connect: Connect, create_order: Make, key: str) -> None:
    connector = connect(order_until="quotation")
    offered = done(connector.push(create_order(key)))
    cancel = Command("cancel_order", key + "-X", f"order:{key}", offered.external_id, offered.version)
    assert connector.find(cancel) is None
    cancelled = done(connector.push(cancel))
    assert record(cancelled).state == "cancelled"
    assert done(connector.push(cancel)).version == cancelled.version
    assert connector.find(cancel)
    gone = connector.push(create_order(key))
    assert isinstance(gone, Rejected)
    assert gone.code == "cancelled"
    late = done(connect().push(create_order(key + "-L")))
    refused = connect().push(Command("cancel_order", key + "-Y", "o", late.external_id, late.version))
    assert isinstance(refused, Rejected)
    assert refused.code == "too_late"


def test_cancelling_what_staff_changed_meanwhile_is_a_conflict(
    connect: Connect, staff: ErpStaff, create_order: Make, key: str
) -> None:
    connector = connect(order_until="quotation")
    offered = done(connector.push(create_order(key)))
    staff.client.model("sale.sale.write", [int(offered.external_id)], {"comment": "Klant belde: toch 20 dozen"})
    result = connector.push(Command("cancel_order", key + "-X", "o", offered.external_id, offered.version))
    assert isinstance(result, Conflict)
    current = result.current.data
    assert isinstance(current, OrderRecord)
    assert current.note == "Klant belde: toch 20 dozen"
    assert current.state == "transmitted"
    anew = connector.push(Command("cancel_order", key + "-Z", "o", offered.external_id, result.current.version))
    assert record(done(anew)).state == "cancelled"


def test_an_expired_session_is_no_trouble(connect: Connect, create_order: Make, key: str) -> None:
    connector = connect()
    connector.check()
    connector.client.call("common.db.logout", with_context=False)
    assert done(connector.push(create_order(key))).number


def test_a_key_of_another_party_is_not_this_order(connector: TrytonConnector, create_order: Make, key: str) -> None:
    one = done(connector.push(create_order(key)))
    other = done(connector.push(create_order(key, BAKKER)))
    assert one.external_id != other.external_id


def test_an_order_costs_few_calls(connect: Connect, create_order: Make, key: str) -> None:
    http = Http()
    connector = connect(http)
    done(connector.push(create_order(key)))
    assert len(http.methods) <= 18, http.methods

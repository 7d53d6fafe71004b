"""Feeds of a real Tryton server."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from decimal import Decimal

import pytest

from portiek.edges.connectors.contract import (
    ConnectorError,
    InvoiceRecord,
    OrderRecord,
    PartyRecord,
    PaymentRecord,
    ProductRecord,
    Record,
    ShipmentRecord,
    StockRecord,
)
from portiek.edges.connectors.tryton import TrytonConnector, orders, pulling
from portiek.edges.connectors.tryton.feeds import FEEDS
from portiek.edges.connectors.tryton.tests.conftest import Connect
from portiek.edges.connectors.tryton.tests.reading import all_keys, everything, run
from tests.erp.tryton.erp_staff import ErpStaff
from tests.erp.tryton.server import TrytonServer

pytestmark = pytest.mark.erp
BAKKER = "Bouwbedrijf Bakker B.V."


def quiet(connector: TrytonConnector, entity: str) -> str:
    """Return a cursor after all there is, that goes back no further than the last row of each stream."""
    state = json.loads(run(connector, entity)[1])
    return json.dumps({**state, "over": False})


def touched(connector: TrytonConnector, entity: str, cursor: str) -> dict[str, Record | None]:
    return {change.external_id: change.data for change in run(connector, entity, cursor)[0]}


@pytest.mark.parametrize("entity", list(FEEDS))
def test_first_load_in_small_pages_has_all_there_is(connector: TrytonConnector, entity: str) -> None:
    changes = everything(connector, entity, 7)
    ids = [change.external_id for change in changes]
    assert set(all_keys(connector, entity, 5)) == {change.external_id for change in changes if change.data is not None}
    assert not [change.problem for change in changes if change.problem]
    assert len(ids) == len(set(ids)) or {change.version for change in changes if ids.count(change.external_id) > 1}


@pytest.mark.parametrize("entity", list(FEEDS))
def test_the_same_data_has_the_same_version(connector: TrytonConnector, connect: Connect, entity: str) -> None:
    first, cursor = run(connector, entity)
    versions = {change.external_id: change.version for change in first}
    again, _ = run(connect(), entity, cursor)
    # what was never shown may be taken back: that does no harm
    assert all(versions[change.external_id] == change.version for change in again if change.data is not None)
    change = first[-1]
    assert connector.fetch(entity, change.external_id).version == change.version
    assert connector.fetch(entity, change.external_id).data == change.data


def test_an_interrupted_first_load_goes_on(connector: TrytonConnector, connect: Connect) -> None:
    page = connector.pull("product", None, 10)
    assert page.more
    rest, _ = run(connect(), "product", page.cursor, 10)
    assert {c.external_id for c in page.changes} | {c.external_id for c in rest} == set(all_keys(connector, "product"))
    assert not {c.external_id for c in page.changes} & {c.external_id for c in rest}


def test_the_cast_is_there(parties: dict[str, PartyRecord]) -> None:
    bakker = parties[BAKKER]
    assert (bakker.kind, bakker.credit_limit, bakker.payment_days) == ("customer", Decimal("25000"), 30)
    assert {address.name for address in bakker.addresses if address.is_delivery} == {
        "Vestiging Zwolle",
        "Vestiging Deventer",
        "Vestiging Kampen",
    }
    assert "Sanne Bakker" in {contact.name for contact in bakker.contacts}
    kinds = {name: parties[name].kind for name in ("Kozijnhuis De Vries", "Els Jansen", "Gips Industrie Noord B.V.")}
    assert list(kinds.values()) == ["dealer", "person", "supplier"]
    assert parties["Els Jansen"].price_list is None
    assert parties["Kozijnhuis De Vries"].price_list not in (None, bakker.price_list)


def test_figures_are_decimals_and_add_up(connector: TrytonConnector) -> None:
    for change in everything(connector, "order"):
        assert isinstance(change.data, OrderRecord)
        assert sum(line.amount for line in change.data.lines) == change.data.untaxed_amount
        assert change.data.untaxed_amount + change.data.tax_amount == change.data.total_amount
        assert all(isinstance(line.quantity, Decimal) for line in change.data.lines)
    for change in everything(connector, "invoice"):
        assert isinstance(change.data, InvoiceRecord)
        assert sum(line.amount for line in change.data.lines) == change.data.untaxed_amount
        assert change.data.state != "paid" or not change.data.amount_open


def test_payments_explain_what_is_not_open(connector: TrytonConnector) -> None:
    paid: dict[str, Decimal] = {}
    for change in everything(connector, "payment"):
        assert isinstance(change.data, PaymentRecord)
        for number in change.data.invoices:
            paid[number] = paid.get(number, Decimal(0)) + change.data.amount
    for change in everything(connector, "invoice"):
        assert isinstance(change.data, InvoiceRecord)
        if change.data.number in paid and not change.data.is_credit:
            assert change.data.total_amount - change.data.amount_open == paid[change.data.number]


def test_a_changed_line_moves_its_order(connector: TrytonConnector, staff: ErpStaff) -> None:
    cursor = quiet(connector, "order")
    row = staff.client.rows("sale.line", [("sale.state", "=", "draft"), ("type", "=", "line")], ["sale"], limit=1)[0]
    before = staff.client.read("sale.sale", [row["sale"]], ["last_modified_at", "number"])[row["sale"]]
    staff.client.model("sale.line.write", [row["id"]], {"note": "let op"})
    assert (
        staff.client.read("sale.sale", [row["sale"]], ["last_modified_at"])[row["sale"]]["last_modified_at"]
        == (before["last_modified_at"])
    )
    assert str(row["sale"]) in touched(connector, "order", cursor)


def test_another_shipping_day_moves_its_order(connector: TrytonConnector, staff: ErpStaff) -> None:
    cursor = quiet(connector, "order")
    day = dt.date.today() + dt.timedelta(days=12)
    staff.change_line_date("BAKKER-303", "HOU-001", day)
    found = touched(connector, "order", cursor)[str(staff.sale("BAKKER-303")["id"])]
    assert isinstance(found, OrderRecord)
    assert {line.sku: line.confirmed_date for line in found.lines}["HOU-001"] == day


def test_an_address_and_a_contact_move_their_party(
    connector: TrytonConnector, staff: ErpStaff, parties: dict[str, PartyRecord]
) -> None:
    bakker = parties[BAKKER]
    cursor = quiet(connector, "party")
    staff.client.model("party.address.write", [int(bakker.addresses[1].external_id)], {"city": "Zwolle-Zuid"})
    found = touched(connector, "party", cursor)[bakker.external_id]
    assert isinstance(found, PartyRecord)
    assert found.addresses[1].city == "Zwolle-Zuid"
    cursor = quiet(connector, "party")
    mail = staff.client.rows("party.contact_mechanism", [("party.name", "=", "Sanne Bakker")], [], limit=1)[0]["id"]
    staff.client.model("party.contact_mechanism.write", [mail], {"value": "sanne@bakker.example"})
    found = touched(connector, "party", cursor)[bakker.external_id]
    assert isinstance(found, PartyRecord)
    assert "sanne@bakker.example" in {contact.email for contact in found.contacts}


def test_a_new_contact_moves_its_party(
    connector: TrytonConnector, staff: ErpStaff, parties: dict[str, PartyRecord]
) -> None:
    dealer = int(parties["Kozijnhuis De Vries"].external_id)
    cursor = quiet(connector, "party")
    relation = staff.client.rows("party.relation.all", [("to", "=", dealer)], ["type"], limit=1)[0]
    person = staff.client.model("party.party.create", [{"name": "Nieuwe Collega", "addresses": []}])[0]
    values = {"from_": person, "to": dealer, "type": relation["type"]}
    staff.client.model("party.relation.all.create", [values])
    found = touched(connector, "party", cursor)
    changed = found[str(dealer)]
    assert isinstance(changed, PartyRecord)
    assert "Nieuwe Collega" in {contact.name for contact in changed.contacts}
    # a person who is no party of the portal is nothing to it
    assert found[str(person)] is None


def test_an_archived_product_is_told_and_stays_in_the_sweep(
    connector: TrytonConnector, staff: ErpStaff, products: dict[str, ProductRecord]
) -> None:
    id_ = products["GER-004"].external_id
    cursor = quiet(connector, "product")
    lists = quiet(connector, "price_list")
    staff.archive_product("GER-004")
    try:
        found = touched(connector, "product", cursor)[id_]
        assert isinstance(found, ProductRecord)
        assert not found.active
        assert id_ in all_keys(connector, "product")
        assert id_ in {change.external_id for change in everything(connector, "product", 7)}
        assert touched(connector, "price_list", lists)
    finally:
        staff.archive_product("GER-004", active=True)


def test_a_new_price_moves_the_lists_and_the_product(
    connector: TrytonConnector, staff: ErpStaff, products: dict[str, ProductRecord]
) -> None:
    cursor, lists = quiet(connector, "product"), quiet(connector, "price_list")
    template = staff.client.rows("product.template", [("code", "=", "GER-001")], ["list_price"])[0]
    staff.client.model("product.template.write", [template["id"]], {"list_price": Decimal("17.25")})
    found = touched(connector, "product", cursor)[products["GER-001"].external_id]
    assert isinstance(found, ProductRecord)
    assert found.list_price == Decimal("17.25")
    assert set(touched(connector, "price_list", lists)) == set(all_keys(connector, "price_list"))


def test_counting_moves_the_stock(
    connector: TrytonConnector, staff: ErpStaff, products: dict[str, ProductRecord]
) -> None:
    cursor = quiet(connector, "stock")
    staff.change_stock("GER-002", 77, "BRE")
    found = [record for record in touched(connector, "stock", cursor).values() if isinstance(record, StockRecord)]
    held = {r.warehouse_name: r.on_hand for r in found if r.product == products["GER-002"].external_id}
    assert held["Magazijn Breda"] == 77


def test_an_order_through_the_house(connector: TrytonConnector, staff: ErpStaff) -> None:
    """Ship in two parts, invoice, pay in two parts: every feed tells its share."""
    order_id = str(staff.sale("BAKKER-304")["id"])
    shipments, invoices, payments = (quiet(connector, entity) for entity in ("shipment", "invoice", "payment"))
    number = staff.ship("BAKKER-304", {"KIT-001": 10})
    partial = connector.fetch("order", order_id).data
    assert isinstance(partial, OrderRecord)
    assert (partial.state, partial.delivery_state) == ("in_progress", "partial")
    assert {line.sku: line.shipped_quantity for line in partial.lines} == {"KIT-001": 10, "KIT-003": 0}
    sent = {r.number: r for r in touched(connector, "shipment", shipments).values() if isinstance(r, ShipmentRecord)}
    assert sent[number].state == "shipped"
    assert sent[number].orders == (order_id,)
    staff.ship("BAKKER-304")
    (invoice, *_rest) = staff.post_invoice("BAKKER-304")
    staff.register_payment(invoice, Decimal("20.00"))
    posted = {r.number: r for r in touched(connector, "invoice", invoices).values() if isinstance(r, InvoiceRecord)}
    assert posted[invoice].state == "partially_paid"
    assert posted[invoice].amount_open == posted[invoice].total_amount - 20
    money = [r for r in touched(connector, "payment", payments).values() if isinstance(r, PaymentRecord)]
    assert [(r.amount, r.invoices) for r in money if invoice in r.invoices] == [(Decimal("20.00"), (invoice,))]
    blob = connector.document("invoice", next(i for i in all_keys(connector, "invoice")), "pdf")
    assert blob.content.startswith(b"%PDF")


def test_a_row_committed_late_is_found(
    connector: TrytonConnector, erp: TrytonServer, parties: dict[str, PartyRecord]
) -> None:
    """A transaction that began before the last run and ended after it has stamps behind the cursor."""
    id_ = parties["Els Jansen"].external_id
    _, cursor = run(connector, "party")
    state = json.loads(cursor)
    late = dt.datetime.fromisoformat(state["read_at"]) - dt.timedelta(minutes=8)
    with sqlite3.connect(erp.database_file, timeout=30) as database:
        database.execute(
            "UPDATE party_party SET write_date = ?, name = ? WHERE id = ?",
            (late.isoformat(" "), "Els Jansen-Vos", int(id_)),
        )
    found = touched(connector, "party", cursor)
    with sqlite3.connect(erp.database_file, timeout=30) as database:
        database.execute("UPDATE party_party SET name = ? WHERE id = ?", ("Els Jansen", int(id_)))
    record = found[id_]
    assert isinstance(record, PartyRecord)
    assert record.name == "Els Jansen-Vos"


def test_a_bad_record_does_not_block_the_rest(connector: TrytonConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = everything(connector, "order")
    bad = whole[3].external_id
    real = orders.order

    def order(lookups: object, row: dict[str, object]) -> OrderRecord:
        if str(row["id"]) == bad:
            raise ValueError("unknown state of a sale: odd")
        return real(lookups, row)  # type: ignore[arg-type]

    monkeypatch.setattr(pulling, "order", order)
    changes = everything(connector, "order")
    problems = [change for change in changes if change.problem]
    assert [change.external_id for change in problems] == [bad]
    assert problems[0].problem and "odd" in problems[0].problem.text
    assert len([change for change in changes if change.data]) == len(whole) - 1


def test_unknown_feeds_and_cursors_are_refused(connector: TrytonConnector) -> None:
    with pytest.raises(ConnectorError):
        connector.pull("nothing", None, 10)
    with pytest.raises(ValueError, match="cursor"):
        connector.pull("party", "[]", 10)
    assert connector.fetch("order", "999999").data is None


def test_check_tells_what_is_wrong(connector: TrytonConnector, connect: Connect, erp: TrytonServer) -> None:
    health = connector.check()
    assert health.ok, health
    assert health.version == "8.2"
    assert health.clock_skew is not None
    assert abs(health.clock_skew) < 5
    limited = connect(
        **{"user": erp.credentials["limited"]["login"], "password": erp.credentials["limited"]["password"]}
    )
    assert limited.check().missing
    assert not connect(user="niemand", password="mis").check().ok
    assert not connect(url="http://127.0.0.1:9").check().ok

"""A real ERP for the whole session, and connectors to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import httpx
import pytest

from portiek.edges.connectors.contract import Command, HttpClient, NewOrder, NewOrderLine, PartyRecord, ProductRecord
from portiek.edges.connectors.tryton import TrytonConnector, TrytonOptions
from portiek.edges.connectors.tryton.tests.reading import everything
from tests.erp.tryton.erp_staff import ErpStaff
from tests.erp.tryton.server import TrytonServer, TrytonUnavailableHere

Connect = Callable[..., TrytonConnector]


@pytest.fixture(scope="session")
def erp() -> Iterator[TrytonServer]:
    server = TrytonServer()
    try:
        server.prepare()
        server.start()
    except TrytonUnavailableHere as error:
        pytest.skip(f"no test ERP here: {error}")
    try:
        yield server
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def staff(erp: TrytonServer) -> ErpStaff:
    return ErpStaff(erp)


@pytest.fixture(scope="session")
def connect(erp: TrytonServer) -> Iterator[Connect]:
    plain = httpx.Client(trust_env=False)

    def make(http: HttpClient | None = None, **options: object) -> TrytonConnector:
        values = {"url": erp.url, "database": erp.database, "user": erp.login, "password": erp.password, **options}
        return TrytonConnector(TrytonOptions.model_validate(values), http or plain)

    yield make
    plain.close()


@pytest.fixture(scope="session")
def connector(connect: Connect) -> TrytonConnector:
    return connect()


@pytest.fixture(scope="session")
def parties(connector: TrytonConnector) -> dict[str, PartyRecord]:
    found = everything(connector, "party")
    return {change.data.name: change.data for change in found if isinstance(change.data, PartyRecord)}


@pytest.fixture(scope="session")
def products(connector: TrytonConnector) -> dict[str, ProductRecord]:
    found = everything(connector, "product")
    return {change.data.sku: change.data for change in found if isinstance(change.data, ProductRecord)}


@pytest.fixture(scope="session")
def create_order(parties: dict[str, PartyRecord], products: dict[str, ProductRecord]) -> Callable[..., Command]:
    """Make the command for an order: key, then quantities by product code."""

    def command(key: str, party: str = "Kozijnhuis De Vries", **quantities: str) -> Command:
        wanted = quantities or {"BEV_001": "3", "KIT_001": "6"}
        lines = tuple(
            NewOrderLine(products[code.replace("_", "-")].external_id, Decimal(q)) for code, q in wanted.items()
        )
        payload = NewOrder(parties[party].external_id, lines).as_payload()
        return Command("create_order", key, f"order:{key}", payload=payload)

    return command

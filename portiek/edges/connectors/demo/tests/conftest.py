"""A small company for the demo's ERP, and a clock that is turned by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from portiek.edges.connectors import contract
from portiek.edges.connectors.demo import DemoConnector, DemoOptions
from portiek.edges.connectors.demo.store import Store

STUK = contract.UnitRecord("u", "C62", "stuk")


class Clock:
    """A clock turned by hand; it starts on a Monday morning."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **step: float) -> None:
        self.now += timedelta(**step)


def party(key: str = "1", **more: object) -> contract.PartyRecord:
    values: dict[str, object] = {
        "external_id": key,
        "number": f"100{key}",
        "name": f"Klant {key}",
        "kind": "customer",
        "language": "nl",
        "vat_number": "",
        "coc_number": "",
        "email": "",
        "phone": "",
        "credit_limit": None,
        "payment_days": 14,
        "price_list": None,
        "contacts": (),
        "active": True,
        "addresses": (contract.AddressRecord(f"{key}-a", "", "Industrieweg 12", "8013 PX", "Zwolle", "NL", True, True, True),),
    }
    return contract.PartyRecord(**{**values, **more})  # type: ignore[arg-type]


def product(key: str = "1", **more: object) -> contract.ProductRecord:
    values: dict[str, object] = {
        "external_id": key,
        "sku": f"GP-{key}",
        "names": {"nl": f"Gipsplaat {key}", "en": f"Board {key}"},
        "descriptions": {},
        "category": None,
        "categories": (),
        "unit": STUK,
        "quantity_step": Decimal(2),
        "min_quantity": Decimal(2),
        "ean": "",
        "list_price": Decimal("12.50"),
        "tax_rate": Decimal("0.21"),
        "weight": None,
        "is_service": False,
        "image": None,
        "active": True,
    }
    return contract.ProductRecord(**{**values, **more})  # type: ignore[arg-type]


def stock(key: str, on_hand: str = "100") -> contract.StockRecord:
    return contract.StockRecord(f"s{key}", key, "Z", "Zwolle", Decimal(on_hand), Decimal(on_hand), None, None)


def fill(store: Store, products: int = 5) -> None:
    store.put_all("party", [(key, party(key), "") for key in ("1", "2")])
    store.put_all("product", [(str(n), product(str(n)), "") for n in range(1, products + 1)])
    store.put_all("stock", [(f"s{n}", stock(str(n)), str(n)) for n in range(1, products + 1)])


def order_command(key: str = "VD-1", *, party: str = "1", lines: dict[str, str] | None = None, price: str | None = "10.00") -> contract.Command:
    wanted = contract.NewOrder(
        party,
        tuple(contract.NewOrderLine(product, Decimal(quantity), Decimal(price) if price else None) for product, quantity in (lines or {"1": "4"}).items()),
    )
    return contract.Command("create_order", key, f"orders.order:{key}", payload=wanted.as_payload())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "erp.sqlite"
    store = Store(path)
    fill(store)
    store.close()
    return path


@pytest.fixture
def erp(place: Path, clock: Clock) -> DemoConnector:
    return DemoConnector(DemoOptions(changes=0, phone_orders=False), None, place=place, now=clock)

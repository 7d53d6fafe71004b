"""The expanded price lists give exactly the ERP's own prices."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pytest

from portiek.edges.connectors.contract import PartyRecord, PriceLine, PriceLineRecord, PriceListRecord, ProductRecord
from portiek.edges.connectors.tryton import TrytonConnector
from portiek.edges.connectors.tryton.lookups import Lookups
from portiek.edges.connectors.tryton.pricing import erp_prices
from portiek.edges.connectors.tryton.tests.reading import everything
from tests.erp.tryton.erp_staff import ErpStaff

pytestmark = pytest.mark.erp


class Resolver:
    """The rule of the contract: the largest `min_quantity` not above the quantity, valid on the day."""

    def __init__(self, connector: TrytonConnector) -> None:
        self.products = {
            c.external_id: c.data for c in everything(connector, "product") if isinstance(c.data, ProductRecord)
        }
        self.lists: dict[str, dict[str, list[PriceLineRecord]]] = {}
        for change in everything(connector, "price_list"):
            assert isinstance(change.data, PriceListRecord)
            lines = defaultdict(list)
            for line in change.data.lines:
                lines[line.product].append(line)
            self.lists[change.external_id] = lines

    def price(self, price_list: str | None, product: str, quantity: Decimal, day: dt.date) -> Decimal | None:
        if price_list is None:
            return self.products[product].list_price
        fits = [
            line
            for line in self.lists[price_list][product]
            if line.min_quantity <= quantity
            and (line.valid_from is None or line.valid_from <= day)
            and (line.valid_until is None or line.valid_until >= day)
        ]
        steps = [line.min_quantity for line in fits]
        assert len(steps) == len(set(steps)), "lines must not tie"
        return max(fits, key=lambda line: line.min_quantity).price if fits else None

    def _lines(self, price_list: str | None) -> list[PriceLineRecord]:
        return [line for lines in self.lists[price_list].values() for line in lines] if price_list else []

    def quantities(self, price_list: str | None) -> list[Decimal]:
        """Every step of the list, what is just below and above it, one, a piece of one, and very many."""
        around = {q + d for q in {line.min_quantity for line in self._lines(price_list)} for d in (-1, 0, 1)}
        return sorted(q for q in around | {Decimal(1), Decimal("0.5"), Decimal(1_000_000)} if q > 0)

    def days(self, price_list: str | None) -> list[dt.date]:
        """Today, and the day each line of the list starts and the one before."""
        starts = {line.valid_from for line in self._lines(price_list) if line.valid_from}
        return sorted({dt.date.today(), *starts, *(day - dt.timedelta(days=1) for day in starts)})


@pytest.fixture(scope="module")
def odd_list(staff: ErpStaff) -> Iterator[str]:
    """A price list with what the others lack: other units, holes, conditions, and a formula only the ERP can run."""
    client = staff.client

    def one(model: str, *domain: tuple[str, str, object]) -> int:
        id_: int = client.rows(model, list(domain), [], [("id", "ASC")], 1)[0]["id"]
        return id_

    pallet, piece = one("product.uom", ("symbol", "=", "plt40")), one("product.uom", ("unece_code", "=", "C62"))
    template = client.rows("product.template", [("code", "=", "CEM-001")], ["account_category"])[0]
    values = {
        "name": "Gipsblok",
        "code": "GIP-001",
        "type": "goods",
        "default_uom": piece,
        "sale_uom": pallet,
        "salable": True,
    }
    values |= {"list_price": Decimal("3.3333"), "account_category": template["account_category"]}
    block = client.model(
        "product.template.create", [{**values, "products": [("create", [{"cost_price": Decimal("1.1")}])]}]
    )[0]
    today = dt.date.today()
    soon, later = today + dt.timedelta(days=7), today + dt.timedelta(days=21)
    lines: list[dict[str, object]] = [
        {
            "product": one("product.product", ("code", "=", "GIP-001")),
            "quantity": 100.0,
            "formula": "unit_price * 0.777",
        },
        {"product": one("product.product", ("code", "=", "GIP-001")), "quantity": 130.0, "formula": "unit_price * 0.5"},
        {"product": one("product.product", ("code", "=", "GIP-001")), "formula": "unit_price / 3 + 0.005"},
        {"product": one("product.product", ("code", "=", "CEM-002")), "formula": "(unit_price * 0.9).quantize(0.05)"},
        {
            "product": one("product.product", ("code", "=", "CEM-003")),
            "formula": "cost_price * 1.3 if cost_price * 1.3 > list_price * 0.8 else list_price * 0.8",
        },
        {
            "category": one("product.category", ("code", "=", "HOU")),
            "quantity": 12.5,
            "formula": "-1 * -unit_price * 0.91",
        },
        {
            "category": one("product.category", ("code", "=", "KIT")),
            "formula": "9.99",
            "start_date": soon,
            "end_date": later,
        },
        {
            "category": one("product.category", ("code", "=", "KIT")),
            "quantity": 10.0,
            "formula": "cost_price*1.005",
            "end_date": soon,
        },
    ]
    ordered = [{**line, "sequence": index} for index, line in enumerate(lines)]
    company = client.company
    made = [
        client.model(
            "product.price_list.create",
            [{"name": name, "company": company, "unit": unit, "price": "list_price", "lines": [("create", ordered)]}],
        )[0]
        for name, unit in (("Vreemd", "product_default"), ("Vreemd per verkoopeenheid", "product_sale"))
    ]
    yield str(made[0])
    client.model("product.price_list.delete", made)
    staff.client.model("product.template.write", [block], {"salable": False})


@pytest.mark.slow
def test_every_price_of_every_list_is_the_erps(connector: TrytonConnector, odd_list: str) -> None:
    resolver = Resolver(connector)
    lookups = Lookups(connector.client)
    sold = [int(id_) for id_, product in resolver.products.items() if product.active]
    assert odd_list in resolver.lists
    differences, compared = [], 0
    for price_list in (None, *resolver.lists):
        for day in resolver.days(price_list):
            for quantity in resolver.quantities(price_list):
                answers = erp_prices(lookups, int(price_list) if price_list else None, sold, quantity, day)
                for product, answer in answers.items():
                    compared += 1
                    own = resolver.price(price_list, str(product), quantity, day)
                    if own != answer:
                        differences.append(
                            (price_list, resolver.products[str(product)].sku, quantity, day, own, answer)
                        )
    assert not differences, (len(differences), differences[:5])
    assert compared > 5_000


def test_every_party_gets_its_own_price(connector: TrytonConnector, parties: dict[str, PartyRecord]) -> None:
    resolver = Resolver(connector)
    today = dt.date.today()
    sold = [id_ for id_, product in resolver.products.items() if product.active]
    for party in parties.values():
        if party.kind == "supplier":
            continue
        for quantity in map(Decimal, (1, 49, 50, 240, 1_000_000)):
            for price in connector.price(party.external_id, [PriceLine(id_, quantity) for id_ in sold], today):
                assert resolver.price(party.price_list, price.product, quantity, today) == price.unit_price


def test_holes_are_on_request_not_the_list_price(connector: TrytonConnector, odd_list: str) -> None:
    resolver = Resolver(connector)
    product = next(p for p in resolver.products.values() if p.sku == "DAK-001")
    assert resolver.price(odd_list, product.external_id, Decimal(5), dt.date.today()) is None
    assert product.list_price == Decimal("13.95")

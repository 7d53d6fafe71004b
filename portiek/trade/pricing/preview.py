"""What a change of prices would mean for customers, before it is one: it is done, looked at and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portiek.core.actions import rehearsal
from portiek.core.actor import Actor
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import queries, words
from portiek.trade.pricing.models import Agreement, AgreementLine, CustomerGroup, GroupAgreementLine, PriceFloor, PriceList, Surcharge
from portiek.trade.pricing.rules import Price

MOST_PARTIES, MOST_PRODUCTS = 5, 10


@dataclass(frozen=True)
class Compared:
    """What one unit costs a customer now and would cost then. `difference`: None where a price is on request."""

    party: Party
    product: Product
    quantity: Decimal
    now: Price
    then: Price

    @property
    def difference(self) -> Decimal | None:
        """How much more it would be."""
        return None if self.now.net is None or self.then.net is None else self.then.net - self.now.net

    @property
    def why(self) -> tuple[list[tuple[str, str]], tuple[str, str]]:
        """How the price would come about, in words."""
        return words.explained(self.then, own=False)


def compared(actor: Actor, *, change: Callable[[], Any], parties: Sequence[Party], products: Sequence[Product], day: date, quantity: Decimal = Decimal(0), unit_id: int | None = None) -> list[Compared]:
    """Return what customers pay for products on a day without a change and with it, at least from its quantity on; for one of their branches, departments or projects when `unit_id` says so. Nothing of the change is left. Raises what the change raises (Refused)."""
    some = [(product, max(quantity, product.min_quantity)) for product in products[:MOST_PRODUCTS]]
    wanted = [queries.Wanted(product.pk, number) for product, number in some]

    def ask() -> dict[int, dict[tuple[int, Decimal], Price]]:
        return {party.pk: queries.prices(actor, wanted, day=day, party_id=party.pk, unit_id=unit_id) for party in parties[:MOST_PARTIES]}

    now = ask()
    with rehearsal():
        change()
        then = ask()
    return [Compared(party, product, number, now[party.pk][product.pk, number], then[party.pk][product.pk, number]) for party in parties[:MOST_PARTIES] for product, number in some if (product.pk, number) in now[party.pk]]


def products_of(actor: Actor, codes: Iterable[str]) -> tuple[list[Product], list[str]]:
    """Return the products of article numbers, and which of them are none."""
    named = list(dict.fromkeys(code.strip() for code in codes if code.strip()))[:MOST_PRODUCTS]
    found = catalog.products_by_code(actor, named)
    return [found[code][0] for code in named if code in found], [code for code in named if code not in found]


def of_group(actor: Actor, discount_group: str) -> list[Product]:
    """Return the first products of a discount group."""
    return list(catalog.products(actor).filter(discount_group=discount_group).order_by("sku")[:MOST_PRODUCTS])


def of_line(actor: Actor, line: AgreementLine | GroupAgreementLine | Surcharge | PriceFloor) -> list[Product]:
    """Return the products that a line of an agreement, a surcharge or a minimum price touches."""
    return list(catalog.products_by_id(actor, [line.product_id]).values()) if line.product_id else of_group(actor, line.discount_group)


def of_agreement(actor: Actor, agreement: Agreement) -> list[Product]:
    """Return the products that an agreement touches: those it names, then those of its groups."""
    return _of_lines(actor, list(queries.agreement_lines(actor, agreement)[:200]))


def of_customer_group(actor: Actor, group: CustomerGroup) -> list[Product]:
    """Return the products that the prices of a group touch: those of its agreements, then of its price lists, then of its percentages."""
    lines = [line for agreement in queries.group_agreements(actor, group_ids=[group.pk])[:5] for line in queries.group_agreement_lines(actor, agreement)[:200]]
    found = {product.pk: product for product in _of_lines(actor, lines)}
    for row in queries.group_lists(actor, group_ids=[group.pk])[:5]:
        found |= {product.pk: product for product in of_list(actor, row.price_list)} if len(found) < MOST_PRODUCTS else {}
    for off in queries.group_discounts(actor, group_ids=[group.pk])[:5]:
        found |= {product.pk: product for product in of_group(actor, off.discount_group)} if len(found) < MOST_PRODUCTS else {}
    return list(found.values())[:MOST_PRODUCTS]


def _of_lines(actor: Actor, lines: Sequence[AgreementLine | GroupAgreementLine]) -> list[Product]:
    found = list(catalog.products_by_id(actor, [line.product_id for line in lines if line.product_id][:MOST_PRODUCTS]).values())
    for group in dict.fromkeys(line.discount_group for line in lines if line.discount_group):
        found += of_group(actor, group) if len(found) < MOST_PRODUCTS else []
    return found[:MOST_PRODUCTS]


def of_list(actor: Actor, price_list: PriceList) -> list[Product]:
    """Return the first products of a price list."""
    keys = queries.price_list_lines(actor, price_list).order_by("product_id").values_list("product_id", flat=True).distinct()[:MOST_PRODUCTS]
    return list(catalog.products_by_id(actor, keys).values())

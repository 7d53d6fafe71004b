"""What products cost a party: lists, agreements and discounts of its own and of its groups, fetched for a page at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import EllipsisType
from typing import Any, TypeVar

from django.db import connection

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.queries import prices_heard
from portiek.trade.pricing import candidates, permissions
from portiek.trade.pricing.candidates import Considered
from portiek.trade.pricing.models import PriceFloor, Tiers
from portiek.trade.pricing.rules import Candidate, Price, price_of
from portiek.trade.pricing.rules.price import FLOOR


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product and how many of it."""

    product_id: int
    quantity: Decimal = Decimal(1)


CALCULATED_BY = (
    "list_price", "discount_group", "min_quantity", "step_quantity", "as_of", "portal__currency", "portal__rounding_mode", "portal__tax_per", "portal__price_digits",
)  # fmt: skip
INCREMENTAL = Tiers.INCREMENTAL.value
K = TypeVar("K")
# One plan a connection: what they ask stands in pricing/sql/candidates.sql.
LISTED = "SELECT * FROM ctx.pricing_listed(%(party)s, %(products)s, %(day)s)"
AGREED = "SELECT * FROM ctx.pricing_agreed(%(portal)s, %(party)s, %(unit)s, %(products)s, %(groups)s, %(day)s)"


def prices(actor: Actor, wanted: Sequence[Wanted], *, day: date, party_id: int | None = None, known: Mapping[int, Product] | None = None, unit_id: int | EllipsisType | None = ...) -> dict[tuple[int, Decimal], Price]:
    """Return the price of each (product, quantity) for a party: three statements, whatever the number; two when the products are `known`.

    A party asks for itself; staff name the party, or get list prices. `unit_id`: for which branch, department or project, None for the company as a whole;
    left out, that of the actor. Products that the actor cannot see are left out; `known` holds what
    was just fetched for this same actor, with its portal, by id. Raises NotFound when a party asks for another.
    """
    if not actor.is_staff and party_id not in (None, actor.party_id):
        raise NotFound
    party = party_id if actor.is_staff else actor.party_id
    unit = (None if actor.is_staff else actor.unit_id) if isinstance(unit_id, EllipsisType) else unit_id
    ids = sorted({item.product_id for item in wanted})
    if not ids:
        return {}
    products = known if known is not None else {item.pk: item for item in Product.objects.filter(pk__in=ids).select_related("portal").only(*CALCULATED_BY)}
    found = _candidates(party, unit, products.values(), day) if party and products else {}
    answers = {}
    for item in wanted:
        product = products.get(item.product_id)
        if product is not None and (item.product_id, item.quantity) not in answers:
            answers[item.product_id, item.quantity] = price_of(
                found.get(product.pk, ()),
                list_price=product.list_price,
                quantity=item.quantity,
                day=day,
                policy=product.portal.policy,
                least=product.min_quantity,
                step=product.step_quantity,
                as_of=product.as_of,
            )
    return answers


def _candidates(party: int, unit: int | None, products: Iterable[Product], day: date) -> dict[int, list[Candidate]]:
    """Fetch every line that may decide, future ones too."""
    known = {item.pk: item for item in products}
    portal = next(iter(known.values())).portal
    groups: dict[str, list[int]] = {}
    for item in known.values():
        if item.discount_group:
            groups.setdefault(item.discount_group, []).append(item.pk)
    about: dict[str, Any] = {"portal": portal.pk, "party": party, "unit": unit, "products": list(known), "groups": list(groups), "day": day}
    found: dict[int, list[Candidate]] = {key: [] for key in known}
    with connection.cursor() as cursor:
        cursor.execute(LISTED, about)
        for product, source, line, name, least, price, start, end, depth, place, as_of, tiers, money, rate, of_erp in cursor.fetchall():
            if money == portal.currency:
                found[product].append(Candidate("price_list", source, line, name, least, price, None, start, end, (depth, place), as_of, tiers == INCREMENTAL, of_erp=of_erp))
            elif rate is not None:
                found[product].append(Candidate("price_list", source, line, name, least, None if price is None else price * rate, None, start, end, (depth, place), as_of, tiers == INCREMENTAL, "", money, rate, of_erp=of_erp))
        cursor.execute(AGREED, about)
        for kind, product, group, source, line, name, least, price, percent, start, end, as_of, tiers, place, near, of_group, number, of_erp in cursor.fetchall():
            made = Candidate(kind, source, line, name, Decimal(least), price, percent, start, end, (place, near), as_of, tiers == INCREMENTAL, of_group, number=number, of_erp=of_erp)
            for key in [product] if product else groups[group]:
                found[key].append(made)
    return found


def unheard(actor: Actor, found: Mapping[K, Price]) -> dict[K, datetime]:
    """Return since when nothing was heard of what these prices rest on, for those of which that is longer than the portal takes for certain. One statement; none where all is kept here."""
    kinds = {kind for price in found.values() if price.net is not None for kind in price.rests_on}
    late = {kind: heard.as_of for kind, heard in prices_heard(actor, kinds).items() if heard.old and heard.as_of} if kinds else {}
    since = {key: min((late[kind] for kind in price.rests_on if kind in late), default=None) for key, price in found.items() if late and price.net is not None}
    return {key: at for key, at in since.items() if at is not None}


def standing_price(actor: Actor, product_id: int, quantity: Decimal, *, day: date, party_id: int | None = None, unit_id: int | EllipsisType | None = ...) -> Price:
    """Return one price. Raises NotFound for a product the actor cannot see."""
    found = prices(actor, [Wanted(product_id, quantity)], day=day, party_id=party_id, unit_id=unit_id)
    if not found:
        raise NotFound
    return found[product_id, quantity]


def considered(actor: Actor, product_id: int, quantity: Decimal, *, day: date, party_id: int, unit_id: int | None = None) -> list[Considered]:
    """Return every line that might decide a price for a party, of its groups too, with why it does or does not. For staff: raises NotFound."""
    product = Product.objects.select_related("portal").only(*CALCULATED_BY).filter(pk=product_id).first() if actor.is_staff else None
    if product is None:
        raise NotFound
    found = _candidates(party_id, unit_id, [product], day)[product.pk]
    # What a minimum price comes from is for who keeps it.
    over = dict(PriceFloor.objects.filter(pk__in=[item.line_id for item in found if item.kind == FLOOR]).values_list("pk", "percent")) if actor.may(permissions.MANAGE) else {}
    found = [replace(item, percent=over.get(item.line_id)) if item.kind == FLOOR else item for item in found]
    return candidates.considered(found, list_price=product.list_price, quantity=quantity, day=day, policy=product.portal.policy, step=product.step_quantity)

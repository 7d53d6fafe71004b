"""Every read of prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing.models import Agreement, AgreementLine, PartyDiscount, PartyPriceList, PriceList, PriceListLine
from portiek.trade.pricing.rules import Candidate, Price, Step, price_of, same_step

__all__ = [
    "Price",
    "Step",
    "Wanted",
    "agreement",
    "agreement_line",
    "agreement_lines",
    "agreements",
    "agreements_beside",
    "assigned_lists",
    "discounts",
    "price_list",
    "price_list_lines",
    "price_lists",
    "prices",
    "sees",
    "standing_price",
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product and how many of it."""

    product_id: int
    quantity: Decimal = Decimal(1)


CALCULATED_BY = (
    "list_price", "discount_group", "min_quantity", "as_of", "portal__currency", "portal__rounding_mode", "portal__tax_per", "portal__price_digits",
)  # fmt: skip
# The party's lists with those they fall back on: nearest first, by position; the path stops a ring. Row security holds for every table.
LISTS = """
WITH RECURSIVE chain(id, depth, place, path) AS (
 SELECT p.price_list_id, 0, p.position::int, ARRAY[p.price_list_id] FROM pricing_partypricelist p WHERE p.party_id = %(party)s
 UNION ALL
 SELECT l.fallback_id, c.depth + 1, c.place, c.path || l.fallback_id FROM chain c JOIN pricing_pricelist l ON l.id = c.id
 WHERE l.fallback_id IS NOT NULL AND l.fallback_id <> ALL (c.path)),
ranked AS MATERIALIZED (SELECT DISTINCT ON (id) id, depth, place FROM chain ORDER BY id, depth, place)
"""
LINES = (
    LISTS
    + """
SELECT n.product_id, n.price_list_id, n.id, l.name, n.min_quantity, n.price, n.valid_from, n.valid_until, r.depth, r.place, l.as_of, l.currency
FROM pricing_pricelistline n JOIN ranked r ON r.id = n.price_list_id JOIN pricing_pricelist l ON l.id = r.id
WHERE n.price_list_id = ANY (ARRAY(SELECT id FROM ranked)) AND n.product_id = ANY (%(products)s::bigint[])
AND l.is_active AND (n.valid_until IS NULL OR n.valid_until >= %(day)s)
"""
)
AGREED = """
SELECT 'product_agreement', n.product_id, '', a.id, n.id, a.name, n.min_quantity, n.price, n.percent, a.valid_from, a.valid_until, a.as_of
FROM pricing_agreementline n JOIN pricing_agreement a ON a.id = n.agreement_id
WHERE n.party_id = %(party)s AND n.product_id = ANY (%(products)s::bigint[]) AND a.is_active AND (a.valid_until IS NULL OR a.valid_until >= %(day)s)
UNION ALL
SELECT 'group_agreement', NULL, n.discount_group, a.id, n.id, a.name, n.min_quantity, n.price, n.percent, a.valid_from, a.valid_until, a.as_of
FROM pricing_agreementline n JOIN pricing_agreement a ON a.id = n.agreement_id
WHERE n.party_id = %(party)s AND n.discount_group <> '' AND n.discount_group = ANY (%(groups)s::text[]) AND a.is_active AND (a.valid_until IS NULL OR
 a.valid_until >= %(day)s)
UNION ALL
SELECT 'discount_group', NULL, d.discount_group, d.id, d.id, d.discount_group, 0, NULL, d.percent, d.valid_from, d.valid_until, d.as_of
FROM pricing_partydiscount d WHERE d.party_id = %(party)s AND d.discount_group = ANY (%(groups)s::text[]) AND (d.valid_until IS NULL OR d.valid_until
 >= %(day)s)
"""


def prices(actor: Actor, wanted: Sequence[Wanted], *, day: date, party_id: int | None = None, known: Mapping[int, Product] | None = None) -> dict[tuple[int, Decimal], Price]:
    """Return the price of each (product, quantity) for a party: three statements, whatever the number; two when the products are `known`.

    A party asks for itself; staff name the party, or get list prices. Products that the actor cannot see are left out; `known` holds what
    was just fetched for this same actor, with its portal, by id. Raises NotFound when a party asks for another.
    """
    if not actor.is_staff and party_id not in (None, actor.party_id):
        raise NotFound
    party = party_id if actor.is_staff else actor.party_id
    ids = sorted({item.product_id for item in wanted})
    if not ids:
        return {}
    products = known if known is not None else {item.pk: item for item in Product.objects.filter(pk__in=ids).select_related("portal").only(*CALCULATED_BY)}
    found = _candidates(party, products.values(), day) if party and products else {}
    answers = {}
    for item in wanted:
        product = products.get(item.product_id)
        if product is not None and (item.product_id, item.quantity) not in answers:
            answers[item.product_id, item.quantity] = price_of(
                found.get(product.pk, ()),
                list_price=product.list_price,
                quantity=item.quantity,
                day=day,
                rounded=product.portal.policy.price,
                least=product.min_quantity,
                as_of=product.as_of,
                currency=product.portal.currency,
            )
    return answers


def _candidates(party: int, products: Iterable[Product], day: date) -> dict[int, list[Candidate]]:
    """Fetch every line that may decide, future ones too."""
    known = {item.pk: item for item in products}
    currency = next(iter(known.values())).portal.currency
    groups: dict[str, list[int]] = {}
    for item in known.values():
        if item.discount_group:
            groups.setdefault(item.discount_group, []).append(item.pk)
    about: dict[str, Any] = {"party": party, "products": list(known), "groups": list(groups), "day": day}
    found: dict[int, list[Candidate]] = {key: [] for key in known}
    with connection.cursor() as cursor:
        cursor.execute(LINES, about)
        for product, source, line, name, least, price, start, end, depth, place, as_of, money in cursor.fetchall():
            if money == currency:
                found[product].append(Candidate("price_list", source, line, name, least, price, None, start, end, (depth, place), as_of))
        cursor.execute(AGREED, about)
        for kind, product, group, source, line, name, least, price, percent, start, end, as_of in cursor.fetchall():
            made = Candidate(kind, source, line, name, Decimal(least), price, percent, start, end, (0, 0), as_of)
            for key in [product] if product else groups[group]:
                found[key].append(made)
    return found


def standing_price(actor: Actor, product_id: int, quantity: Decimal, *, day: date, party_id: int | None = None) -> Price:
    """Return one price. Raises NotFound for a product the actor cannot see."""
    found = prices(actor, [Wanted(product_id, quantity)], day=day, party_id=party_id)
    if not found:
        raise NotFound
    return found[product_id, quantity]


def price_lists(actor: Actor) -> QuerySet[PriceList]:
    """Return the lists the actor may see: staff all, a party its own and their fallbacks."""
    return PriceList.objects.filter(portal_id=actor.portal_id).select_related("fallback")


def price_list(actor: Actor, code: str) -> PriceList:
    """Return one list by code. Raises NotFound."""
    found = price_lists(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def price_list_lines(actor: Actor, price_list: PriceList, *, search: str = "") -> QuerySet[PriceListLine]:
    """Return the lines of a list with their products; those of the products that a search finds when it is given."""
    found = PriceListLine.objects.filter(price_list=price_list).select_related("product")
    return found.filter(product_id__in=catalog.products(actor, search=search, inactive=actor.is_staff).values("pk")) if search else found


def assigned_lists(actor: Actor, *, party_id: int) -> QuerySet[PartyPriceList]:
    """Return a party's price lists in the order in which they are asked."""
    return PartyPriceList.objects.filter(party_id=party_id).select_related("price_list", "price_list__fallback").order_by("position")


def agreements(actor: Actor, *, party_id: int | None = None) -> QuerySet[Agreement]:
    """Return agreements with their number of lines; of one party when it is named."""
    found = Agreement.objects.filter(portal_id=actor.portal_id) if actor.is_staff else Agreement.objects.filter(party_id=actor.party_id)  # type: ignore[misc]
    if party_id is not None:
        found = found.filter(party_id=party_id)
    return found.select_related("party")


def agreement(actor: Actor, party_id: int, number: str) -> Agreement:
    """Return one agreement of a party by number. Raises NotFound."""
    found = agreements(actor, party_id=party_id).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def agreements_beside(actor: Actor, agreement: Agreement, *, product: Product | None = None, discount_group: str = "", min_quantity: Decimal | None = None) -> list[Agreement]:
    """Return the other agreements of its party in use that have a line for the same, from the same quantity on: the same as this line, or (without `min_quantity`) as any line of the agreement."""
    lines = AgreementLine.objects.filter(party_id=agreement.party_id, agreement__is_active=True).exclude(agreement=agreement)
    if min_quantity is not None:
        lines = lines.filter(product=product, discount_group=discount_group, min_quantity__in=same_step(min_quantity))
    else:
        step = Case(When(min_quantity=1, then=Value(Decimal(0))), default=F("min_quantity"))
        own = AgreementLine.objects.filter(party_id=agreement.party_id, agreement=agreement, discount_group=OuterRef("discount_group")).annotate(step=step).filter(Q(product=None) | Q(product=OuterRef("product")), step=OuterRef("step"))
        lines = lines.annotate(step=step).filter(Exists(own))
    return list(Agreement.objects.filter(pk__in=lines.values("agreement")).order_by("pk"))


def agreement_lines(actor: Actor, agreement: Agreement) -> QuerySet[AgreementLine]:
    """Return the lines of an agreement."""
    return AgreementLine.objects.filter(party_id=agreement.party_id, agreement=agreement).order_by("pk")


def agreement_line(actor: Actor, agreement: Agreement, key: int) -> AgreementLine:
    """Return one line of an agreement. Raises NotFound."""
    found = agreement_lines(actor, agreement).filter(pk=key).select_related("agreement").first()
    if found is None:
        raise NotFound
    return found


def sees(actor: Actor, party: Party, product: Product) -> bool:
    """Whether one of a party's assortments, or the portal's default, holds the product."""
    return catalog.holds(actor, catalog.assortments_of(actor, party.pk), product)


def discounts(actor: Actor, *, party_id: int) -> QuerySet[PartyDiscount]:
    """Return a party's percentages per discount group."""
    return PartyDiscount.objects.filter(party_id=party_id).order_by("discount_group", "pk")

"""Every read of price letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.letters import rules
from portiek.trade.letters.models import Letter, LetterCopy, LetterLine
from portiek.trade.orders import queries as orders
from portiek.trade.pricing import queries as pricing

NEWEST = ("-id",)
LATEST = ("-sent_at", "-id")
DEAREST = ("-effect", "-id")
WEIGHTIEST = ("-weight", "-id")
# A party that bought more different products is told of the ones that it bought most.
MOST_PRODUCTS = 5000
YEAR = timedelta(days=365)


def letters(actor: Actor) -> QuerySet[Letter]:
    """Return the letters, for staff."""
    return Letter.objects.filter(portal_id=actor.portal_id)


def letter(actor: Actor, key: int) -> Letter:
    """Return one letter. Raises NotFound."""
    found = letters(actor).filter(pk=key).first() if actor.is_staff else None
    if found is None:
        raise NotFound
    return found


def copies(actor: Actor, *, letter: Letter | None = None) -> QuerySet[LetterCopy]:
    """Return the letters that a party got; for staff the copies of one letter, sent or not."""
    if actor.is_staff:
        return LetterCopy.objects.filter(portal_id=actor.portal_id, letter=letter).select_related("party")
    return LetterCopy.objects.filter(party_id=actor.party_id, sent_at__isnull=False).select_related("party")  # type: ignore[misc]


def copy(actor: Actor, key: int) -> LetterCopy:
    """Return one letter of one's own; for staff any copy. Raises NotFound."""
    found = (LetterCopy.objects.filter(portal_id=actor.portal_id).select_related("party", "letter") if actor.is_staff else copies(actor)).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def lines(actor: Actor, copy: LetterCopy) -> QuerySet[LetterLine]:
    """Return what a copy tells."""
    return LetterLine.objects.filter(party_id=copy.party_id, copy=copy)


def readers(actor: Actor) -> QuerySet[Party]:
    """Return the parties that can get a letter: all who buy, by number of their row."""
    return Party.objects.filter(portal_id=actor.portal_id, is_active=True).exclude(kind=Party.Kind.SUPPLIER).order_by("pk")


@dataclass(frozen=True, slots=True)
class Told:
    """What one party is told of one product."""

    product: Product
    usual: Decimal
    quantity: Decimal
    times: int
    change: rules.Change
    # Which rule decides on the day before and on the day itself, by name; empty: the list price.
    before_by: str
    after_by: str


def changes(actor: Actor, *, party: Party, effective_on: date, today: date, unbought: bool = False) -> list[Told]:
    """Return which of the products that a party bought in the last twelve months (with `unbought` also of the others) and still may order change in price on a day: a constant number of statements."""
    bought, assortments = orders.bought(actor, party_id=party.pk, since=today - YEAR)[:MOST_PRODUCTS], catalog.assortments_of(actor, party.pk)
    if unbought:
        there = {item.product_id for item in bought}
        bought += [orders.Bought(key, Decimal(0), 0) for key in catalog.held_ids(actor, assortments, MOST_PRODUCTS) if key not in there][: MOST_PRODUCTS - len(bought)]
    products = catalog.held_products(actor, assortments, [item.product_id for item in bought])
    asked = {item.product_id: rules.usual(item.quantity, item.times, products[item.product_id].min_quantity, products[item.product_id].step_quantity) for item in bought if item.product_id in products}
    wanted = [pricing.Wanted(product, quantity) for product, quantity in asked.items()]
    before = pricing.prices(actor, wanted, day=effective_on - timedelta(days=1), party_id=party.pk, known=products)
    after = pricing.prices(actor, wanted, day=effective_on, party_id=party.pk, known=products)
    found = []
    for item in bought:
        if item.product_id in products:
            product, place = products[item.product_id], (item.product_id, asked[item.product_id])
            changed = rules.change(item.quantity, before[place].net, after[place].net, product.portal.policy.line)
            if changed:
                found.append(Told(product, place[1], item.quantity, item.times, changed, *(price[place].rule for price in (before, after))))
    return found


def numbers(actor: Actor, found: Sequence[LetterLine]) -> dict[int, str]:
    """Return the party's own numbers of the products on these lines."""
    return catalog.own_numbers(actor, [line.product_id for line in found if line.product_id]) if actor.party_id else {}

"""Every read of order lists: which there are, what stands on one at this moment, and what can be put on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.money import Policy
from portiek.foundation.parties.models import Unit
from portiek.trade.approvals.queries import units_of
from portiek.trade.catalog.models import Kept, Product
from portiek.trade.catalog.packs import units_of as packs_of_products
from portiek.trade.catalog.queries import successors
from portiek.trade.lists import permissions
from portiek.trade.lists.models import ListLine, OrderList
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import Cart, CartLine
from portiek.trade.orders.queries.cart import Basket, BasketLine, orderable, priced
from portiek.trade.orders.queries.party import party_of

BY_NAME = ("name", "id")


def in_reach(actor: Actor, right: str) -> Q:
    """Return which of what is shared the actor reads: what is of the whole company, what is of a unit for who works there, above it or below it, and all of it for who has the right to manage it."""
    if actor.unit_id is None or actor.may(right):
        return Q()
    return Q(unit=None) | Q(unit_id__in=units_of(actor)) | Q(unit__path__contains=[actor.unit_id])


def lists(actor: Actor) -> QuerySet[OrderList]:
    """Return one's own lists, those of the company, and those of a branch for who works there, above it or below it; with how many `lines`. Order: BY_NAME."""
    found = OrderList.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor))
    shared = Q(user_id=0) & in_reach(actor, permissions.MANAGE)
    counted = ListLine.objects.filter(party_id=OuterRef("party_id"), list=OuterRef("pk")).order_by().values("list").annotate(n=Count("pk")).values("n")
    found = found.annotate(lines=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
    return found.filter(shared | Q(user_id=actor.user_id)).select_related("unit")


def order_list(actor: Actor, key: int) -> OrderList:
    """Return one list. Raises NotFound, also for a colleague's own."""
    found = lists(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def may_change(actor: Actor, found: OrderList) -> bool:
    """Whether the actor may change a list: his own, or any that is shared for who manages lists."""
    return actor.may(permissions.MANAGE) if found.is_shared else found.user_id == actor.user_id


def own_lists(actor: Actor) -> list[OrderList]:
    """Return the lists on which the actor may put something, by name."""
    return [item for item in lists(actor).order_by(*BY_NAME) if may_change(actor, item)]


def units(actor: Actor) -> list[Unit]:
    """Return the branches, departments and projects with which a list can be shared, as their tree is read."""
    return list(Unit.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), is_active=True).order_by("place", "pk")[:500])


def lines(actor: Actor, found: OrderList) -> QuerySet[ListLine]:
    """Return the lines of a list, as they stand."""
    return ListLine.objects.filter(party_id=party_of(actor), list=found).order_by("position", "pk")


@dataclass(frozen=True)
class Standing:
    """A list at this moment: its lines, beside each what the cart would say of it, and what came in the place of those that are no longer sold, by their number."""

    rows: list[tuple[ListLine, BasketLine]]
    basket: Basket
    instead: Mapping[str, Product]


def standing(actor: Actor, found: OrderList, *, day: date) -> Standing:
    """Return what stands on a list with today's prices and stock: a constant number of statements."""
    there = list(lines(actor, found))
    cart = Cart(portal_id=actor.portal_id, party_id=found.party_id)
    units = packs_of_products(actor, [line.product_id for line in there if line.kept])
    basket = priced(actor, cart, [CartLine(portal_id=actor.portal_id, party_id=found.party_id, product_id=line.product_id, quantity=line.quantity, pack=line.pack_among(units.get(line.product_id, []))) for line in there], day=day, stock=True)
    gone = [line.sku for line, item in zip(there, basket.lines, strict=True) if item.product is None]
    return Standing(list(zip(there, basket.lines, strict=True)), basket, successors(actor, gone) if gone else {})


@dataclass(frozen=True)
class Wish:
    """What is put on a list: a quantity of the sales unit, and the other unit in which it is meant."""

    product_id: int
    quantity: Decimal
    note: str = ""
    par: Decimal | None = None
    unit: Kept | None = None


def wishes(actor: Actor, what: str, *, policy: Policy, day: date) -> tuple[str, Sequence[Wish]]:
    """Return what is meant by `cart`, `product:<number>`, `order:<number>`, `draft:<key>` or `list:<key>`: its name and its lines. Raises NotFound, also for what is somebody else's."""
    kind, _sign, key = what.partition(":")
    if kind == "cart":
        return "", [Wish(item.line.product_id, item.line.quantity, item.line.note, unit=item.pack.kept if item.pack else None) for item in orders.basket(actor, day=day).lines]
    if kind == "product" and (product := orderable(actor).filter(sku=key).first()):
        return product.label, [Wish(product.pk, max(product.min_quantity, product.step_quantity, Decimal(1)))]
    if kind == "order" and (found := orders.detail(actor, key)).order.party_id == actor.party_id:
        return found.order.number, [Wish(line.product_id, line.quantity, line.note, unit=Kept(line.pack_code, line.pack_label, line.pack_factor) if line.pack_factor else None) for line in found.goods if line.product_id and line.quantity > 0 and line.free_of is None]
    if kind == "draft":
        look = orders.look(actor, orders.draft(actor, key), policy=policy, day=day)
        return look.draft.name, [Wish(row.product.pk, row.quantity, row.note, unit=row.pack.kept if row.pack else None) for row in look.good if row.product and row.quantity]
    if kind == "list" and key.isascii() and key.isdigit() and len(key) < 19:
        copied = order_list(actor, int(key))
        return copied.name, [Wish(line.product_id, line.quantity, line.note, line.par, line.kept) for line in lines(actor, copied)]
    raise NotFound

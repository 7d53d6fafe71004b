"""Every write of order lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Unit
from portiek.trade.catalog.models import ProductUnit
from portiek.trade.catalog.queries import successors
from portiek.trade.lists import errors, facts, permissions, queries, rules
from portiek.trade.lists.models import ListLine, OrderList
from portiek.trade.lists.queries import Wish
from portiek.trade.orders import actions as orders
from portiek.trade.orders.models import Draft
from portiek.trade.orders.permissions import CART
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.orders.queries.packs import packs_of
from portiek.trade.orders.queries.party import party_of
from portiek.trade.orders.rules import QuantityRule


@dataclass(frozen=True)
class Line:
    """What a line becomes."""

    quantity: Decimal
    par: Decimal | None
    note: str
    place: int


def _tell(actor: Actor, found: OrderList, happened: Fact, **changes: tuple[object, object]) -> None:
    record(actor, happened, party_id=found.party_id, subject=ref("lists.list", found.pk), text=found.name, changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]})


def _locked(actor: Actor, key: int) -> OrderList:
    """Return a list that the actor may change, held. Raises NotFound."""
    found = queries.order_list(actor, key)
    if not queries.may_change(actor, found):
        raise NotFound
    OrderList.objects.select_for_update().get(pk=found.pk)
    return found


def _touched(actor: Actor, found: OrderList) -> None:
    found.changed_by = actor.name[:120]
    found.save(update_fields=["changed_by", "changed_at"])


def _checked(actor: Actor, found: OrderList, *, name: str, scope: str, unit_id: int | None) -> None:
    """Put name and people on a list. Raises Refused."""
    name = " ".join(name.split())[:80]
    if not name:
        raise Refused(errors.NAME, field="name")
    if scope != rules.PERSONAL and not actor.may(permissions.MANAGE):
        raise Refused(errors.NOT_SHARED, field="scope")
    if scope == rules.UNIT and unit_id != found.unit_id and not Unit.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), pk=unit_id or 0, is_active=True).exists():
        raise Refused(errors.NO_UNIT, field="unit")
    found.name, found.user_id, found.unit_id, found.changed_by = name, actor.user_id if scope == rules.PERSONAL else 0, unit_id if scope == rules.UNIT else None, actor.name[:120]
    if OrderList.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), user_id=found.user_id, name=found.name).exclude(pk=found.pk).exists():
        raise Refused(errors.TAKEN, field="name")


@action(CART)
def make_list(actor: Actor, *, name: str, scope: str = rules.PERSONAL, unit_id: int | None = None, wishes: Sequence[Wish] = ()) -> OrderList:
    """Make a list, of oneself or shared, with lines where there are any. Raises Refused."""
    if OrderList.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor)).count() >= rules.MOST_LISTS:
        raise Refused(errors.MOST_LISTS, most=rules.MOST_LISTS)
    made = OrderList(portal_id=actor.portal_id, party_id=party_of(actor))
    _checked(actor, made, name=name, scope=scope, unit_id=unit_id)
    made.save(force_insert=True)
    if made.is_shared:
        _tell(actor, made, facts.ListMade(list_id=made.pk))
    if wishes:
        _put(actor, made, wishes)
    return made


@action(CART)
def change_list(actor: Actor, *, key: int, name: str, scope: str, unit_id: int | None) -> OrderList:
    """Give a list another name, or share it otherwise. Raises Refused."""
    found = _locked(actor, key)
    name_before, was_shared = found.name, found.is_shared
    _checked(actor, found, name=name, scope=scope, unit_id=unit_id)
    found.save(update_fields=["name", "unit", "user_id", "changed_by", "changed_at"])
    if was_shared or found.is_shared:
        happened = facts.ListChanged if was_shared and found.is_shared else facts.ListMade if found.is_shared else facts.ListRemoved
        _tell(actor, found, happened(list_id=found.pk), name=(name_before, found.name))
    return found


@action(CART)
def remove_list(actor: Actor, *, key: int) -> None:
    """Remove a list."""
    found = _locked(actor, key)
    if found.is_shared:
        _tell(actor, found, facts.ListRemoved(list_id=found.pk))
    ListLine.objects.filter(party_id=found.party_id, list=found).delete()
    found.delete()


@action(CART)
def put_on(actor: Actor, *, key: int, wishes: Sequence[Wish]) -> int:
    """Put products on a list and return how many were new: what stands there already stays as it is. Raises Refused."""
    found = _locked(actor, key)
    added = _put(actor, found, wishes)
    _touched(actor, found)
    if found.is_shared and added:
        _tell(actor, found, facts.ListChanged(list_id=found.pk), lines=("", f"+ {added}"))
    return added


def _put(actor: Actor, found: OrderList, wishes: Sequence[Wish]) -> int:
    products = orderable(actor).in_bulk([wish.product_id for wish in wishes])
    there = dict(ListLine.objects.filter(party_id=found.party_id, list=found).values_list("product_id", "position"))
    made: dict[int, ListLine] = {}
    last = max(there.values(), default=0)
    for wish in wishes:
        product = products.get(wish.product_id)
        if product is not None and product.pk not in there and product.pk not in made and QuantityRule().fit(wish.quantity).quantity is not None:
            line = ListLine(portal_id=actor.portal_id, party_id=found.party_id, list=found, product=product, sku=product.sku, name=product.label[:200], quantity=wish.quantity, par=wish.par, note=wish.note.strip()[:200], position=last + len(made) + 1)
            line.keep(wish.unit)
            made[product.pk] = line
    if not made and not there.keys() & products.keys():
        raise Refused(errors.NOTHING)
    if len(there) + len(made) > rules.MOST_LINES:
        raise Refused(errors.MOST_LINES, most=rules.MOST_LINES)
    ListLine.objects.bulk_create(made.values())
    return len(made)


@action(CART)
def save_lines(actor: Actor, *, key: int, lines: Mapping[int, Line], out: Collection[int], packs: Mapping[int, ProductUnit | None] = MappingProxyType({})) -> None:
    """Change the lines of a list: quantity (of the sales unit), minimum stock, note and place of those that are named, the unit of those in `packs`, and take `out` those. What a colleague added meanwhile stays."""
    found = _locked(actor, key)
    there = list(queries.lines(actor, found))
    gone = {line.pk for line in there} & set(out)
    left = {line.pk: line for line in there if line.pk not in gone}
    # A place is one of the list as it was looked at; who goes out leaves no hole.
    order = [pk for pk in rules.reordered([line.pk for line in there], {pk: line.place for pk, line in lines.items()}) if pk in left]
    for position, pk in enumerate(order, 1):
        left[pk].position = position
        if pk in lines:
            left[pk].quantity, left[pk].par, left[pk].note = lines[pk].quantity, lines[pk].par, lines[pk].note.strip()[:200]
        if pk in packs:
            left[pk].keep(pack.kept if (pack := packs[pk]) else None)
    ListLine.objects.filter(party_id=found.party_id, pk__in=gone).delete()
    ListLine.objects.bulk_update(left.values(), ["quantity", "par", "note", "position", "pack_code", "pack_label", "pack_factor"], batch_size=500)
    _touched(actor, found)
    if found.is_shared:
        _tell(actor, found, facts.ListChanged(list_id=found.pk))


@action(CART)
def take_successor(actor: Actor, *, key: int, line: int) -> None:
    """Let what came in the place of a product that is no longer sold take its place on a list. Raises Refused where nothing did."""
    found = _locked(actor, key)
    old = queries.lines(actor, found).filter(pk=line).first()
    gone = old is not None and not orderable(actor).filter(pk=old.product_id).exists()
    instead = successors(actor, [old.sku]).get(old.sku) if old is not None and gone else None
    if old is None or instead is None:
        raise Refused(errors.NO_SUCCESSOR)
    was = old.sku
    if ListLine.objects.filter(party_id=found.party_id, list=found, product=instead).exists():
        old.delete()
    else:
        old.product, old.sku, old.name = instead, instead.sku, instead.label[:200]
        old.save(update_fields=["product", "sku", "name"])
    _touched(actor, found)
    if found.is_shared:
        _tell(actor, found, facts.ListChanged(list_id=found.pk), lines=(was, instead.sku))


@action(CART)
def order_from(actor: Actor, *, key: int, typed: Mapping[int, Decimal | None], shelf: Mapping[int, Decimal | None], only: Collection[int] | None = None, packs: Mapping[int, ProductUnit | None] = MappingProxyType({})) -> Draft:
    """Take what is asked of a list to the look that goes before the cart: of all its lines, or of those that were ticked, in their own units or those of `packs`; quantities are of the sales unit. What is `typed` counts before what the `shelf` lacks. Raises Refused when that is nothing."""
    found = queries.order_list(actor, key)
    asked, there = [], list(queries.lines(actor, found))
    kept = packs_of(actor, there)
    for line in there:
        if only is None or line.pk in only:
            quantity = rules.wanted(par=line.par, typed=typed.get(line.pk), shelf=shelf.get(line.pk))
            if quantity is not None:
                asked.append(orders.Listed(line.product_id, line.sku, line.name, quantity, line.note, packs.get(line.pk, kept[line.pk].pack) if line.pk in kept else None))
    if not asked:
        raise Refused(errors.NOTHING_ASKED)
    return orders.bring_list(actor, name=found.name, lines=asked)

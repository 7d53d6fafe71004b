"""Writes of the several carts of a person: another one beside the first, named, shared with colleagues, and lines that go from one to the other."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.trade.orders import facts, permissions, rules
from portiek.trade.orders.actions.cart import _tally
from portiek.trade.orders.models import Cart, CartLine, CartUse
from portiek.trade.orders.queries.cart import _quantity_rule, orderable
from portiek.trade.orders.queries.carts import cart, filling, is_own
from portiek.trade.orders.queries.party import party_of


def _own(actor: Actor, key: str) -> Cart:
    """Return a cart of the actor's own, held. Raises NotFound, also for one that a colleague shares."""
    found = cart(actor, key)
    if not is_own(actor, found):
        raise NotFound
    return Cart.objects.select_for_update().get(pk=found.pk)


def _named(actor: Actor, name: str, *, beside: int = 0) -> str:
    """Return a name as it is kept. Raises Refused for none, and for one that another of his carts has."""
    name = " ".join(name.split())[:80]
    if not name:
        raise Refused("orders.cart_name", field="name")
    if Cart.objects.filter(party_id=party_of(actor), user_id=actor.user_id, by_user_id=actor.hand, is_open=True, name=name).exclude(pk=beside).exists():
        raise Refused("orders.cart_name_taken", field="name")
    return name


def _use(actor: Actor, found: Cart) -> None:
    whose: dict[str, Any] = {"portal_id": actor.portal_id, "party_id": party_of(actor), "user_id": actor.user_id, "by_user_id": actor.hand}
    if found.name == "":
        CartUse.objects.filter(**whose).delete()
    else:
        CartUse.objects.update_or_create(**whose, defaults={"cart": found})


def _share(actor: Actor, found: Cart, is_shared: bool) -> None:
    if found.is_shared == is_shared:
        return
    found.is_shared = is_shared
    if not is_shared:
        CartUse.objects.filter(party_id=found.party_id, cart=found).exclude(user_id=actor.user_id, by_user_id=actor.hand).delete()
    happened = facts.CartShared(cart_id=found.pk) if is_shared else facts.CartKept(cart_id=found.pk)
    record(actor, happened, party_id=found.party_id, subject=ref("orders.cart", found.pk), text=found.name)


@action(permissions.CART)
def open_cart(actor: Actor, *, name: str, is_shared: bool = False) -> Cart:
    """Make another cart and go on in it; the others stay as they are. Raises Refused."""
    if Cart.objects.filter(party_id=party_of(actor), user_id=actor.user_id, by_user_id=actor.hand, is_open=True).count() >= rules.MOST_CARTS:
        raise Refused("orders.most_carts", most=rules.MOST_CARTS)
    made = Cart.objects.create(portal_id=actor.portal_id, party_id=party_of(actor), user_id=actor.user_id, by_user_id=actor.hand, key=secrets.token_hex(16), name=_named(actor, name))
    if is_shared:
        change_cart(actor, key=made.key, name=made.name, is_shared=True)
    _use(actor, made)
    return made


@action(permissions.CART)
def use_cart(actor: Actor, *, key: str) -> None:
    """Go on in another cart; without a key in one's own first one, which has no name. Raises NotFound."""
    if not key:
        return _use(actor, Cart())
    # Held, so that it is not being ordered at this moment.
    found = Cart.objects.select_for_update().filter(pk=cart(actor, key).pk, is_open=True).first()
    if found is None:
        raise NotFound
    return _use(actor, found)


@action(permissions.CART)
def change_cart(actor: Actor, *, key: str, name: str, is_shared: bool) -> Cart:
    """Name a cart of one's own, and share it with colleagues or with nobody any more. Raises Refused for who works on another's behalf and shares."""
    found = _own(actor, key)
    if is_shared and actor.hand:
        raise Refused("orders.cart_behalf", field="is_shared")
    active = getattr(filling(actor), "pk", None) == found.pk
    was_first, found.name = found.name == "", _named(actor, name, beside=found.pk)
    _share(actor, found, is_shared)
    found.save(update_fields=["name", "is_shared", "changed_at"])
    if was_first and active:
        _use(actor, found)
    return found


@action(permissions.CART)
def move_lines(actor: Actor, *, lines: Collection[int], key: str) -> int:
    """Put lines of the cart that one is filling in another one, and return how many went; the same product is added up, and what can no longer be ordered stays. Raises Refused when nothing went."""
    target, source = cart(actor, key), filling(actor)
    if source is None or source.pk == target.pk:
        raise Refused("orders.nothing_to_move")
    # In one order for everybody, so that two who move towards each other do not wait for each other.
    held = {row.pk: row for row in Cart.objects.select_for_update().filter(pk__in=[source.pk, target.pk], is_open=True).order_by("pk")}
    if len(held) < 2:
        raise NotFound
    wanted = list(CartLine.objects.filter(party_id=source.party_id, cart=held[source.pk], pk__in=lines))
    products = orderable(actor).in_bulk([line.product_id for line in wanted])
    there = {product: (quantity, note) for product, quantity, note in CartLine.objects.filter(party_id=target.party_id, cart=held[target.pk]).values_list("product_id", "quantity", "note")}
    gone, made = [], []
    for line in wanted:
        before, note = there.get(line.product_id, (Decimal(0), ""))
        fitted = _quantity_rule(products.get(line.product_id)).fit(line.quantity + before)
        if line.product_id in products and fitted.quantity is not None:
            gone.append(line.pk)
            made.append(CartLine(portal_id=line.portal_id, party_id=line.party_id, cart=held[target.pk], product_id=line.product_id, quantity=fitted.quantity, note=note or line.note, wanted_date=line.wanted_date, by_name=actor.name[:120]))
    if not made:
        raise Refused("orders.nothing_to_move")
    CartLine.objects.bulk_create(made, update_conflicts=True, unique_fields=["portal", "party", "cart", "product"], update_fields=["quantity", "note", "wanted_date", "by_name", "shown_at"])
    CartLine.objects.filter(party_id=source.party_id, pk__in=gone).delete()
    for row in held.values():
        _tally(actor, row)
    return len(gone)


@action(permissions.CART)
def drop_cart(actor: Actor, *, key: str) -> None:
    """Throw away a named cart of one's own with what is in it."""
    found = _own(actor, key)
    CartUse.objects.filter(party_id=found.party_id, cart=found).delete()
    CartLine.objects.filter(party_id=found.party_id, cart=found).delete()
    found.delete()

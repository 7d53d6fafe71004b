"""Writes of lists on their way into a cart. Nothing of them is in a cart before `add_draft`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.retention import over
from portiek.foundation.imports.rules import LONGEST, MOST_COLUMNS, MOST_ROWS
from portiek.foundation.parties.models import Address
from portiek.foundation.parties.permissions import ADDRESS_ONEOFF
from portiek.trade.approvals.queries import centres
from portiek.trade.catalog.models import ProductUnit
from portiek.trade.catalog.queries import guessed, page, products_by_code
from portiek.trade.orders import permissions, repairing, rules
from portiek.trade.orders.actions.cart import Added, _locked_cart, add_many
from portiek.trade.orders.models import Cart, Draft, Layout, Order, OrderLine
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.orders.queries.draft import Look, drafts, layout_of, look, not_approved
from portiek.trade.orders.queries.party import party_of

# Of one person; the oldest makes place.
MOST_DRAFTS = 10
MOST_LAYOUTS = 50
MOST_SIGNS = 2_000_000
# How many lines are searched for at once, and how much one search offers.
MOST_SEARCHES, OFFERED = 20, 6


def _made(actor: Actor, **values: Any) -> Draft:
    """Keep a list; the oldest of too many go."""
    old = list(drafts(actor).values_list("pk", flat=True)[MOST_DRAFTS - 1 :])
    Draft.objects.filter(party_id=party_of(actor), pk__in=old).delete()
    return Draft.objects.create(portal_id=actor.portal_id, party_id=party_of(actor), user_id=actor.user_id, by_user_id=actor.hand, key=secrets.token_hex(16), made_at=timezone.now(), **values)


@action(permissions.CART)
def bring_in(actor: Actor, *, kind: str, name: str, rows: Sequence[repairing.Row], written: Mapping[str, str]) -> Draft:
    """Keep a list that was pasted or read from a file, to be looked at. Raises Refused for one that is empty or too large."""
    if not rows:
        raise Refused("orders.list_empty")
    if len(rows) > MOST_ROWS:
        raise Refused("file-rows", most=MOST_ROWS)
    if max(len(cells) for _number, cells in rows) > MOST_COLUMNS:
        raise Refused("file-columns", columns=MOST_COLUMNS)
    if sum(len(cell) for _number, cells in rows for cell in cells) > MOST_SIGNS:
        raise Refused("file-large")
    kept = [(number, [cell[:LONGEST].replace("\0", "\ufffd") for cell in cells]) for number, cells in rows]
    columns, has_heads = layout_of(actor, kept)
    lines = kept[1:] if has_heads else kept
    if not lines:
        raise Refused("orders.list_empty")
    return _made(actor, kind=kind, name=name[:255], written=dict(written), heads=kept[0][1] if has_heads else [], rows=lines, columns=columns)


@dataclass(frozen=True)
class Listed:
    """What is asked of a product that stands on a list, with number and name of when it was put there."""

    product_id: int
    sku: str
    name: str
    quantity: Decimal
    note: str = ""
    # The unit in which it is ordered, None: the sales unit; the quantity is of the sales unit all the same.
    pack: ProductUnit | None = None


@action(permissions.CART)
def bring_list(actor: Actor, *, name: str, lines: Sequence[Listed]) -> Draft:
    """Make a list of what is asked of an order list, to see what becomes of each line; it takes the place of an earlier one of that name."""
    drafts(actor).filter(kind=Draft.Kind.LIST, name=name).delete()
    rows = list(enumerate(lines, 1))
    return _made(actor, kind=Draft.Kind.LIST, name=name, columns=["code", "quantity", "note", "name", "unit"], heads=[], rows=[[number, [line.sku, rules.plain(rules.in_packs(line.quantity, line.pack.factor if line.pack else None)), line.note, line.name, line.pack.code if line.pack else ""]] for number, line in rows],
                 chosen={str(number): {"product": line.product_id} for number, line in rows})


@action(permissions.CART)
def order_again(actor: Actor, *, order: Order) -> Draft:
    """Make a list of the lines of an order, to see what changed since then; it takes the place of an earlier one of that order. Raises NotFound for another company's."""
    if order.party_id != actor.party_id:
        raise NotFound
    lines = list(OrderLine.objects.filter(party_id=party_of(actor), order=order, quantity__gt=0, charge="", free_of=None).order_by("position"))
    drafts(actor).filter(kind=Draft.Kind.ORDER, name=order.number).delete()
    return _made(actor, kind=Draft.Kind.ORDER, name=order.number, columns=["code", "quantity", "note", "name", "unit", "date"], heads=[],
                 rows=[[line.position, [line.sku, rules.plain(line.quantity / line.pack_factor if line.pack_factor else line.quantity), line.note, line.name, line.pack_code, line.wanted_date.isoformat() if line.wanted_date else ""]] for line in lines],
                 chosen={str(line.position): {"product": line.product_id} for line in lines if line.product_id},
                 was={str(line.position): {"price": rules.plain(line.price), "quantity": rules.plain(line.quantity)} for line in lines})


def _locked(actor: Actor, key: str) -> Draft:
    found = drafts(actor).filter(key=key).select_for_update().first()
    if found is None:
        raise NotFound
    return found


@action(permissions.CART)
def choose_columns(actor: Actor, *, key: str, columns: Sequence[str], has_heads: bool) -> Draft:
    """Say what each column of a list is, and remember it for who of the party brings in such a file again. Raises Refused."""
    found = _locked(actor, key)
    if found.kind in Draft.KNOWN:
        raise Refused("orders.no_such_columns")
    rows = [[found.rows[0][0] - 1, found.heads], *found.rows] if found.heads else found.rows
    width = max(len(cells) for _number, cells in rows)
    columns = repairing.columns_for(columns, width)
    if not repairing.is_usable(columns):
        raise Refused("orders.no_such_columns")
    if has_heads and len(rows) < 2:
        raise Refused("orders.list_empty")
    found.columns, found.heads, found.rows = columns, rows[0][1] if has_heads else [], rows[1:] if has_heads else rows
    found.save(update_fields=["columns", "heads", "rows", "changed_at"])
    shape = repairing.shape(rows[0][1], width)
    Layout.objects.update_or_create(portal_id=actor.portal_id, party_id=party_of(actor), shape=shape, defaults={"columns": columns, "has_heads": has_heads})
    old = list(Layout.objects.filter(party_id=party_of(actor)).order_by("-changed_at").values_list("pk", flat=True)[MOST_LAYOUTS:])
    Layout.objects.filter(party_id=party_of(actor), pk__in=old).delete()
    return found


@action(permissions.CART)
def decide(actor: Actor, *, key: str, picks: Mapping[int, str], quantities: Mapping[int, str], finds: Mapping[int, str], out: Sequence[int], undone: Sequence[int]) -> int:
    """Keep what was decided about the lines of a list, and search for those that somebody searched; return how many searches have to wait for the next look.

    What is not named stays as it was; `out` and `undone` are the whole of what is left out and not repaired.
    """
    found = _locked(actor, key)
    before = deepcopy((found.chosen, found.out, found.undone))
    there = {number for number, _cells in found.rows}
    wanted = {row: int(text) for row, text in picks.items() if text.isascii() and text.isdigit() and len(text) < 19}
    products: dict[int, Any] = orderable(actor).in_bulk(list(set(wanted.values()))) if wanted else {}
    for row, product in wanted.items():
        if product in products:
            _chosen(found, row)["product"] = product
    for row, text in quantities.items():
        _chosen(found, row)["quantity"] = text[:20]
    searched = {row: text for row, text in finds.items() if text and text != _chosen(found, row).get("find") and row not in wanted}
    left = _search(actor, found, searched)
    found.chosen = {row: item for row, item in found.chosen.items() if any(item.values())}
    found.out, found.undone = sorted(there & set(out)), sorted(there & set(undone))
    if (found.chosen, found.out, found.undone) != before:
        found.save(update_fields=["chosen", "out", "undone", "changed_at"])
    return left


def _chosen(found: Draft, row: int) -> dict[str, Any]:
    chosen: dict[str, Any] = found.chosen.setdefault(str(row), {})
    return chosen


def _search(actor: Actor, found: Draft, searched: Mapping[int, str]) -> int:
    """Look the numbers up that were typed, and search for the words of the first few; what is one product is it."""
    exact = products_by_code(actor, list(searched.values())) if searched else {}
    words = [row for row, text in searched.items() if text not in exact]
    for row, text in searched.items():
        if text in exact:
            items = exact[text]
        elif row in words[:MOST_SEARCHES]:
            items = page(actor, search=text, size=OFFERED).rows
        else:
            continue
        chosen = _chosen(found, row)
        chosen.pop("product", None)
        chosen |= {"find": text, "found": [item.pk for item in items], **({"product": items[0].pk} if len(items) == 1 else {})}
        if not items:
            # What may have been meant is offered, and never taken for it.
            chosen["found"] = [item.pk for item in guessed(actor, text, size=OFFERED)]
    return max(len(words) - MOST_SEARCHES, 0)


@action(permissions.CART)
def add_draft(actor: Actor, *, key: str, day: date) -> tuple[list[Added], Look]:
    """Put the good lines of a list in the cart, with their notes, their wanted days and the list's reference where the cart has none; what is left stays to be mended. Return what was added and the list as it was."""
    found = _locked(actor, key)
    cart = _locked_cart(actor)
    seen = look(actor, found, policy=cart.portal.policy, day=day)
    good = [row for row in seen.good if row.product and row.quantity]
    if not good:
        raise Refused("orders.nothing_to_add")
    added = add_many(actor, wanted=[(row.product.pk, row.quantity) for row in good if row.product and row.quantity], notes={row.product.pk: row.note for row in good if row.product and row.note}, packs={row.product.pk: row.pack for row in good if row.product and row.pack}, days={row.product.pk: row.wanted for row in good if row.product and row.wanted})
    if seen.reference and not cart.reference:
        Cart.objects.filter(pk=cart.pk).update(reference=seen.reference)
    if order := not_approved(actor, found):
        _take_along(actor, cart, order)
    in_cart = {row.number for row in good}
    done = in_cart | {row.number for row in seen.rows if row.state in ("empty", "out") or row.into in in_cart}
    found.rows = [row for row in found.rows if row[0] not in done]
    if found.rows:
        found.chosen = {row: item for row, item in found.chosen.items() if int(row) not in done}
        found.out, found.undone = [], [row for row in found.undone if row not in done]
        found.save(update_fields=["rows", "chosen", "out", "undone", "changed_at"])
    else:
        found.delete()
    return added, seen


def _take_along(actor: Actor, cart: Cart, order: Order) -> None:
    """Let reference, note, cost centre and address of an order that was not approved hold for the cart, where it says nothing itself."""
    cart.reference, cart.note = cart.reference or order.reference, cart.note or order.note
    if order.address.get("street") and cart.address_id is None and not cart.oneoff:
        same = {name: order.address.get(name, "") for name in ("street", "postal_code", "city")}
        cart.address = Address.objects.filter(party_id=party_of(actor), is_delivery=True, is_active=True, **same).order_by("pk").first()
        if cart.address is None and actor.may(ADDRESS_ONEOFF):
            cart.oneoff = {name: order.address.get(name, "") for name in rules.ADDRESS_FIELDS}
    if not cart.cost_centre and centres(actor).why_not(order.cost_centre) is None:
        cart.cost_centre = order.cost_centre
    cart.save(update_fields=["reference", "note", "cost_centre", "address", "oneoff", "changed_at"])


@action(permissions.CART)
def drop_draft(actor: Actor, *, key: str) -> None:
    """Put a list away."""
    _locked(actor, key).delete()


@action(None)
def drop_old_drafts(actor: Actor, *, now: datetime) -> int:
    """Remove lists that nobody worked on any more. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = over(actor, "orders.drafts", now=now).delete()
    return count

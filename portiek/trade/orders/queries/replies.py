"""Reads of what a party says of lines that were confirmed otherwise, and asks about orders or wants otherwise of them."""

from __future__ import annotations

from collections.abc import Collection

from portiek.core.actor import Actor
from portiek.trade.orders import rules
from portiek.trade.orders.models import Order, OrderLine, Reply
from portiek.trade.orders.queries.orders import visible
from portiek.trade.orders.replying import otherwise
from portiek.trade.orders.replying import unanswered as still_unanswered


def replies(actor: Actor, order: Order) -> list[Reply]:
    """Return what was said and asked about an order that the actor has in hand, in its order: one statement."""
    return list(Reply.objects.filter(portal_id=actor.portal_id, party_id=order.party_id, order=order).order_by("pk"))


def line_names(actor: Actor, order: Order) -> dict[int, str]:
    """Return what the lines of an order that the actor has in hand are called, by their position: one statement."""
    return dict(OrderLine.objects.filter(portal_id=actor.portal_id, party_id=order.party_id, order=order).values_list("position", "name"))


def waiting(actor: Actor, *, order_ids: Collection[int]) -> dict[int, int]:
    """Return how many lines of each of these orders wait for the party's word; orders of which none does are left out. Three statements."""
    open_ones = dict(visible(actor).filter(pk__in=list(order_ids)).exclude(status__in=rules.ENDED).values_list("pk", "party_id"))
    lines: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(portal_id=actor.portal_id, order_id__in=list(open_ones), answer__in=rules.OTHERWISE):
        lines.setdefault(line.order_id, []).append(line)
    said: dict[int, list[Reply]] = {}
    for row in Reply.objects.filter(portal_id=actor.portal_id, party_id__in={open_ones[key] for key in lines}, order_id__in=list(lines)).order_by("pk"):
        said.setdefault(row.order_id, []).append(row)
    counted = {key: sum(item.waits for item in otherwise(rows, said.get(key, []))) for key, rows in lines.items()}
    return {key: count for key, count in counted.items() if count}


def unanswered(actor: Actor, *, order_ids: Collection[int]) -> dict[int, Reply]:
    """Return of each of these orders what was said, asked or wanted last and waits for staff; orders of which nothing does are left out. One statement."""
    rows = Reply.objects.filter(portal_id=actor.portal_id, order_id__in=list(order_ids), answered_at=None).exclude(kind=Reply.Kind.ACCEPTED).select_related("order__party").order_by("pk")
    return {row.order_id: row for row in rows if still_unanswered(row.order, [row])}

"""Accepting a quote, whole or in part, which orders it; and what becomes of the quote with its orders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Conflict, NotFound, Refused
from portiek.trade.orders import actions as ordering
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import Order
from portiek.trade.orders.rules import content_hash, plain
from portiek.trade.quotes import facts, permissions, queries, rules
from portiek.trade.quotes.actions.rounds import _locked, _told
from portiek.trade.quotes.models import Acceptance, Called, Line, Quote, Terms, Version

Status = Quote.Status


@dataclass(frozen=True)
class Signature:
    """Who accepts and in which capacity; `terms`: the version of the general conditions that he agrees with. Without a name it is that of the actor."""

    name: str = ""
    capacity: str = ""
    terms: str = ""


@action(permissions.ACCEPT)
def accept_quote(actor: Actor, *, quote: Quote, seen: str, keys: Collection[int] | None, details: orders.Details, key: str, now: datetime, today: date, parts: Mapping[int, Decimal] | None = None,
                 signature: Signature = Signature()) -> Order:
    """Accept the newest version as it was seen, and order what was chosen of what is left of it; or return the order that the same key placed before.

    `keys`: the optional lines and the alternatives that were chosen (None: neither). `parts`: how much of each line, by key, where not all is ordered now; then `keys` says nothing.
    `signature`: who accepts it and with which conditions he agrees, which is recorded with the moment.
    The order waits for a colleague when the limits of the actor or the rules of the party ask for it. Raises Conflict for another version, Refused when it is not offered (any more) or something of the order cannot be.
    """
    found = _locked(actor, quote)
    key = content_hash({"quote": found.number, "key": key})
    there = queries.detail(actor, found)
    placed = Order.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, submit_key=key).first()
    if placed is not None and placed.pk in (found.order_id, *(order.pk for order in there.orders)):
        return placed
    offer = there.offer
    if offer is None:
        raise Refused("quotes.turn")
    problem = rules.why_not_accept(status=found.status, seen=seen, holds=offer.version.content_hash, valid_until=found.valid_until, today=today, late=(terms := queries.terms(actor)).late)
    if problem == "quotes.changed":
        raise Conflict(problem)
    if problem:
        raise Refused(problem, day=found.valid_until)
    if problem := rules.why_not_agreed(asked=terms.version, agreed=signature.terms.strip()):
        raise (Conflict if problem == "quotes.terms_changed" else Refused)(problem, field="agree", terms=terms.called)
    chosen = _chosen(actor, there, keys, parts)
    proposed = queries.agreed(actor, there, lines=chosen, details=details, day=today)
    order = ordering.place_agreed(actor, found=proposed, key=key, by=f"{found.number} v{offer.version.number}", now=now)
    Called.objects.bulk_create([Called(portal_id=found.portal_id, party_id=found.party_id, quote=found, order=order, key=line.key, position=position, quantity=line.quantity) for position, line in enumerate(chosen, start=1)])
    _sign(actor, found, offer.version, signature, terms, order, now)
    total = dict(there.called)
    for line in chosen:
        total[line.key] = total.get(line.key, Decimal(0)) + line.quantity
    if not rules.is_done(offer.lines, total):
        _told(actor, found, facts.QuoteCalledOff(quote_id=found.pk, version=offer.version.number, order_id=order.pk), order=(None, order.number), conditions=(None, terms.called or None))
        return order
    found.order, found.changed_at = order, now
    found.status = Status.ACCEPTED if any(item.status == Order.Status.PENDING_APPROVAL for item in (*there.orders, order)) else Status.ORDERED
    found.save(update_fields=["status", "order", "changed_at"])
    _told(actor, found, facts.QuoteAccepted(quote_id=found.pk, version=offer.version.number, order_id=order.pk), order=(None, order.number), conditions=(None, terms.called or None))
    if found.status == Status.ORDERED:
        _told(actor, found, facts.QuoteOrdered(quote_id=found.pk, order_id=order.pk))
    return order


def _sign(actor: Actor, found: Quote, version: Version, signature: Signature, terms: Terms, order: Order, now: datetime) -> None:
    Acceptance.objects.create(portal_id=found.portal_id, party_id=found.party_id, quote=found, order=order, version=version.number, content_hash=version.content_hash, user_id=actor.user_id,
                              name=(signature.name.strip() or actor.name)[:120], by_name=actor.by_name[:120], capacity=signature.capacity.strip()[:120], terms_name=terms.name, terms_version=terms.version, terms_link=terms.link, at=now)


def _chosen(actor: Actor, there: queries.Detail, keys: Collection[int] | None, parts: Mapping[int, Decimal] | None) -> list[Line]:
    """Return the lines that are ordered, with how much. Raises Refused with a part for each line that cannot be."""
    left = queries.left(actor, there)
    if parts is None:
        chosen, name = rules.taken(left, keys)
        if name:
            raise Refused("quotes.one_of", name=name)
    else:
        steps, lines = queries.steps(actor, left), {line.key: line for line in left}
        chosen, wrong = rules.parts(left, parts, steps)
        if wrong:
            raise Refused("orders.not_orderable", parts=[Refused(code, field=f"part-{key}", name=lines[key].name if key in lines else str(key), most=plain(lines[key].quantity) if key in lines else "0", step=plain(steps.get(key, Decimal(1)))) for key, code in wrong.items()])
    if not chosen:
        raise Refused("orders.cart_empty" if parts is None else "quotes.nothing_chosen")
    return chosen


@action(None)
def follow_order(actor: Actor, *, order_id: int, now: datetime, today: date) -> None:
    """Let a quote of which something was ordered follow that order: ordered when the last one was approved, open again when one was not. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    called = Called.objects.filter(portal_id=actor.portal_id, order_id=order_id).values("quote_id")
    found = Quote.objects.select_for_update(of=("self",)).filter(Q(order_id=order_id) | Q(pk__in=called), portal_id=actor.portal_id, status__in=[Status.ACCEPTED, *rules.HELD, Status.EXPIRED]).first()
    order = Order.objects.filter(portal_id=actor.portal_id, pk=order_id).exclude(status=Order.Status.PENDING_APPROVAL).first()
    if found is None or order is None:
        return
    found.changed_at = now
    if found.status != Status.ACCEPTED:
        # A part of it: what is left follows from the order itself.
        found.save(update_fields=["changed_at"])
    elif order.status in (Order.Status.REJECTED, Order.Status.CANCELLED):
        found.status, found.order = Status.EXPIRED if rules.is_over(found.valid_until, today) else Status.OFFERED, None
        found.save(update_fields=["status", "order", "changed_at"])
        _told(actor, found, facts.QuoteReopened(quote_id=found.pk))
    elif not any(item.status == Order.Status.PENDING_APPROVAL for item in queries.called(actor, found)[1]):
        found.status = Status.ORDERED
        found.save(update_fields=["status", "changed_at"])
        _told(actor, found, facts.QuoteOrdered(quote_id=found.pk, order_id=order_id))

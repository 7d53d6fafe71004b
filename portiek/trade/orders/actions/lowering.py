"""What an approver takes off an order before he decides: lines struck or lowered, each with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Portal
from portiek.trade.approvals import actions as approvals
from portiek.trade.catalog.models import Product
from portiek.trade.orders import facts, permissions, rules
from portiek.trade.orders.actions.approval import _decidable
from portiek.trade.orders.actions.submit import _plain
from portiek.trade.orders.models import LineChange, Order, OrderLine
from portiek.trade.orders.queries.party import party_of
from portiek.trade.pricing.queries import Price, Wanted, prices


@dataclass(frozen=True)
class Lower:
    """How much of a line stays (0: it is struck), and why."""

    quantity: Decimal
    reason: str


@action(permissions.APPROVE)
def lower_order(actor: Actor, *, order: Order, seen: str, step: int | None, lines: Mapping[int, Lower], now: datetime) -> Order:
    """Strike or lower lines of a colleague's order, by their position, and bind the approval to what is left.

    Prices are those of the order's day for what is left, so a tier that is no longer reached is lost. Nothing rises, so steps that were given before stand. Raises Refused with a part for each line that
    cannot be, when nothing would be left, and for who cannot decide now; Conflict for another content.
    """
    found, request = _decidable(actor, order, seen)
    approvals.check_turn(actor, request=request, step=step)
    rows = list(OrderLine.objects.select_for_update().filter(order=found, party_id=party_of(actor)).order_by("position"))
    lower = {row.position: lines[row.position] for row in rows if row.position in lines}
    if not lower:
        raise Refused("orders.nothing_lowered")
    known = Product.objects.filter(portal_id=actor.portal_id).in_bulk([row.product_id for row in rows if row.position in lower and row.product_id])
    wrong = [refused for row in rows if row.position in lower for refused in _problem(row, lower[row.position], known.get(row.product_id or 0))]
    if wrong:
        raise Refused("orders.cannot_lower", parts=wrong)
    if all(row.position in lower and not lower[row.position].quantity for row in rows):
        raise Refused("orders.all_struck")
    policy = Portal.objects.get(pk=actor.portal_id).policy
    wanted = [Wanted(row.product_id, lower[row.position].quantity) for row in rows if row.position in lower and lower[row.position].quantity and row.product_id]
    priced = prices(actor, wanted, day=timezone.localdate(found.placed_at), party_id=party_of(actor)) if wanted else {}
    changes, left = [], []
    for row in rows:
        if row.position in lower:
            changes.append(_lowered(actor, found, row, lower[row.position], priced.get((row.product_id or 0, lower[row.position].quantity)), now))
            if row.quantity == 0:
                continue
            row.amount = policy.line(row.quantity, row.price)
            changes[-1].amount_after = row.amount
            if row.amount > changes[-1].amount:
                raise Refused("orders.rises", field=f"quantity-{row.position}", name=row.name)
            row.save(update_fields=["quantity", "price", "amount", "explanation"])
        left.append(row)
    struck = OrderLine.objects.filter(order=found, party_id=found.party_id, position__in=[row.position for row in changes if not row.quantity_after])
    # Of what waits nothing was shipped; a party could not touch that.
    struck._raw_delete(struck.db)
    LineChange.objects.bulk_create(changes)
    totals = policy.totals((row.amount, row.tax_rate) for row in left)
    found.net, found.tax, found.gross, found.line_count = totals.net, totals.tax, totals.gross, len(left)
    found.content_hash = rules.content_hash({"was": found.content_hash, "lines": [[row.position, rules.plain(row.quantity), rules.plain(row.price)] for row in left], "gross": rules.plain(totals.gross)})
    found.save(update_fields=["net", "tax", "gross", "line_count", "content_hash"])
    approvals.bind_anew(actor, request=request, net=found.net, content_hash=found.content_hash)
    record(actor, facts.OrderLowered(order_id=found.pk, by=actor.user_id), party_id=found.party_id, subject=ref("orders.order", found.pk), text=found.number,
           changes={row.sku: (rules.plain(row.quantity), rules.plain(row.quantity_after)) for row in changes})
    return found


def _problem(row: OrderLine, wanted: Lower, product: Product | None) -> list[Refused]:
    where = f"quantity-{row.position}"
    if not wanted.quantity.is_finite() or not 0 <= wanted.quantity < row.quantity:
        return [Refused("orders.not_lower", field=where, name=row.name, most=rules.plain(row.quantity))]
    if wanted.quantity:
        rule = rules.QuantityRule(product.min_quantity, product.step_quantity) if product else rules.QuantityRule()
        if rule.fit(wanted.quantity).quantity != wanted.quantity:
            return [Refused("orders.quantity_not_sold", field=where, what=row.sku, fitting=rules.plain(rule.fit(wanted.quantity).quantity or rule.least), least=rules.plain(rule.least), step=rules.plain(rule.step))]
    return [] if wanted.reason.strip() else [Refused("orders.reason_needed", field=f"reason-{row.position}")]


def _lowered(actor: Actor, order: Order, row: OrderLine, wanted: Lower, price: Price | None, now: datetime) -> LineChange:
    """Lower a line that is in hand and return what that changed; its amount is still to be worked out."""
    before = {"quantity": row.quantity, "price": row.price, "amount": row.amount}
    row.quantity = wanted.quantity
    if wanted.quantity and price is not None and price.net is not None:
        row.price, row.explanation = price.net, [_plain(item) for item in price.explanation]
    return LineChange(portal_id=order.portal_id, party_id=order.party_id, order=order, position=row.position, sku=row.sku, name=row.name, unit=row.unit, **before, quantity_after=row.quantity, price_after=row.price, amount_after=Decimal(0),
                      reason=wanted.reason.strip()[:200], user_id=actor.user_id, by_name=actor.name[:120], at=now)

"""What an approver takes off an order before he decides: lines struck or lowered, each with a reason. What comes free of charge with one follows it, and costs follow the VAT of the goods that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from portiek.trade.orders import costs, facts, permissions, rules
from portiek.trade.orders.actions.approval import _decidable
from portiek.trade.orders.actions.submit import _plain
from portiek.trade.orders.models import LineChange, Order, OrderLine
from portiek.trade.orders.queries.cart import _quantity_rule
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
    lower = {row.position: lines[row.position] for row in rows if row.position in lines and not row.charge and row.free_of is None}
    if not lower:
        raise Refused("orders.nothing_lowered")
    known = Product.objects.filter(portal_id=actor.portal_id).in_bulk([row.product_id for row in rows if row.position in lower and row.product_id])
    wrong = [refused for row in rows if row.position in lower for refused in _problem(row, lower[row.position], known.get(row.product_id or 0))]
    if wrong:
        raise Refused("orders.cannot_lower", parts=wrong)
    if all(row.position in lower and not lower[row.position].quantity for row in rows if not row.charge and row.free_of is None):
        raise Refused("orders.all_struck")
    policy = Portal.objects.get(pk=actor.portal_id).policy
    wanted = [Wanted(row.product_id, lower[row.position].quantity) for row in rows if row.position in lower and lower[row.position].quantity and row.product_id]
    # What was agreed in a quote holds for less of it too.
    priced = prices(actor, wanted, day=timezone.localdate(found.placed_at), party_id=party_of(actor), unit_id=found.unit_id) if wanted and not found.agreed else {}
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
        elif row.free_of in lower and (change := _follows(row, lower[row.free_of], priced.get((row.product_id or 0, lower[row.free_of].quantity)))):
            changes.append(_lowered(actor, found, row, change, None, now))
            if row.quantity == 0:
                continue
            row.save(update_fields=["quantity"])
        left.append(row)
    struck = OrderLine.objects.filter(order=found, party_id=found.party_id, position__in=[row.position for row in changes if not row.quantity_after])
    # Of what waits nothing was shipped; a party could not touch that.
    struck._raw_delete(struck.db)
    LineChange.objects.bulk_create(changes)
    left, parted = _part_anew(left)
    totals = policy.totals((row.amount, row.tax_rate) for row in left)
    found.net, found.tax, found.gross, found.line_count = totals.net, totals.tax, totals.gross, sum(not row.charge and row.free_of is None for row in left)
    found.content_hash = rules.content_hash({"was": found.content_hash, "lines": [[row.position, rules.plain(row.quantity), rules.plain(row.price)] for row in left], "gross": rules.plain(totals.gross)})
    found.save(update_fields=["net", "tax", "gross", "line_count", "content_hash"])
    approvals.bind_anew(actor, request=request, net=found.net, content_hash=found.content_hash)
    record(actor, facts.OrderLowered(order_id=found.pk, by=actor.user_id), party_id=found.party_id, subject=ref("orders.order", found.pk), text=found.number,
           changes={**{row.sku: (rules.plain(row.quantity), rules.plain(row.quantity_after)) for row in changes}, **parted})
    return found


def _problem(row: OrderLine, wanted: Lower, product: Product | None) -> list[Refused]:
    where = f"quantity-{row.position}"
    if not wanted.quantity.is_finite() or not 0 <= wanted.quantity < row.quantity:
        return [Refused("orders.not_lower", field=where, name=row.name, most=rules.plain(row.quantity))]
    if wanted.quantity:
        rule = _quantity_rule(product, row.pack_factor)
        if rule.fit(wanted.quantity).quantity != wanted.quantity:
            return [Refused("orders.quantity_not_sold", field=where, what=row.sku, fitting=rules.plain(rule.fit(wanted.quantity).quantity or rule.least), least=rules.plain(rule.least), step=rules.plain(rule.step))]
    return [] if wanted.reason.strip() else [Refused("orders.reason_needed", field=f"reason-{row.position}")]


def _follows(row: OrderLine, wanted: Lower, price: Price | None) -> Lower | None:
    """Return what becomes of goods that come free of charge with a line that is lowered: what comes with what is left, or nothing; None where that is as many."""
    units = price.free.units if price is not None and price.free and wanted.quantity else Decimal(0)
    return Lower(units, wanted.reason) if units < row.quantity else None


def _part_anew(rows: Sequence[OrderLine]) -> tuple[list[OrderLine], dict[str, tuple[str, str]]]:
    """Part the costs of an order over the rates of VAT of the goods that stay: what they come to stays. Return all its lines, and by article which parts became which."""
    left, changed = [row for row in rows if not row.charge], {}
    for kind in dict.fromkeys(row.charge for row in rows if row.charge):
        was = {row.tax_rate: row for row in rows if row.charge == kind}
        of = next(iter(was.values()))
        before = [(row.amount, rate) for rate, row in was.items()]
        after = costs.by_rate(sum((amount for amount, _rate in before), Decimal(0)), ((row.amount, row.tax_rate) for row in left if not row.charge)) or before
        for amount, rate in after:
            row = was.pop(rate, None)
            if row is None:  # a part that came to less than a cent before
                same = ("portal_id", "party_id", "order", "product_id", "sku", "name", "unit", "unit_code", "quantity", "charge")
                row = OrderLine(**{name: getattr(of, name) for name in same}, position=max(line.position for line in (*rows, *left)) + 1, price=amount, amount=amount, tax_rate=rate)
                row.save(force_insert=True)
            elif row.amount != amount:
                row.price = row.amount = amount
                row.save(update_fields=["price", "amount"])
            left.append(row)
        gone = OrderLine.objects.filter(order=of.order, party_id=of.party_id, pk__in=[row.pk for row in was.values()])
        gone._raw_delete(gone.db)
        if sorted(before) != sorted(after):
            changed[of.sku] = (_parts(before), _parts(after))
    return left, changed


def _parts(parts: Sequence[tuple[Decimal, Decimal]]) -> str:
    return ", ".join(f"{rules.plain(amount)} ({rules.plain(rate)}%)" for amount, rate in parts)


def _lowered(actor: Actor, order: Order, row: OrderLine, wanted: Lower, price: Price | None, now: datetime) -> LineChange:
    """Lower a line that is in hand and return what that changed; its amount is still to be worked out."""
    before = {"quantity": row.quantity, "price": row.price, "amount": row.amount}
    row.quantity = wanted.quantity
    if wanted.quantity and price is not None and price.net is not None:
        row.price, row.explanation = price.net, [_plain(item) for item in price.explanation]
    return LineChange(portal_id=order.portal_id, party_id=order.party_id, order=order, position=row.position, sku=row.sku, name=row.name, unit=row.unit, **before, quantity_after=row.quantity, price_after=row.price, amount_after=Decimal(0),
                      reason=wanted.reason.strip()[:200], user_id=actor.user_id, by_name=actor.name[:120], at=now)

"""Every read of parity, for staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Abs
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Portal
from portiek.settlement.invoicing.models import Invoice, InvoiceLine, InvoiceOrder
from portiek.settlement.parity.models import Cause, Check, Difference
from portiek.settlement.parity.rules import Document, Line
from portiek.trade.orders.models import STOPPED, Order, OrderLine

Documents = dict[int, Document]
ZERO = Decimal(0)
# A line whose price was explained as the average of incremental tiers.
AVERAGED = ExpressionWrapper(Q(explanation__contains=[{"kind": "average"}]), output_field=BooleanField())


def portal(actor: Actor) -> Portal:
    """Return the portal, which says how it calculates."""
    return Portal.objects.get(pk=actor.portal_id)


def to_check(actor: Actor, document: str, *, since: datetime) -> list[int]:
    """Return the confirmed orders that changed, or the invoices that were made, since a moment, and all that differ by what is known of them: their keys, oldest first."""
    if document == Cause.Document.ORDER:
        found = Order.objects.filter(portal_id=actor.portal_id, changed_at__gte=since, confirmed_at__isnull=False)
        keys = set(found.exclude(origin=Order.Origin.ERP).exclude(status__in=STOPPED).values_list("pk", flat=True))
        keys |= set(Difference.objects.filter(portal_id=actor.portal_id, order__isnull=False).values_list("order_id", flat=True))
    else:
        keys = set(Invoice.objects.filter(portal_id=actor.portal_id, invoice_date__gte=timezone.localdate(since)).exclude(state=Invoice.State.CANCELLED).values_list("pk", flat=True))
        keys |= set(Difference.objects.filter(portal_id=actor.portal_id, invoice__isnull=False).values_list("invoice_id", flat=True))
    return sorted(key for key in keys if key is not None)


def orders_as_confirmed(actor: Actor, keys: Collection[int]) -> Documents:
    """Return orders as the ERP confirmed them beside the prices that the buyer saw; what was stopped meanwhile is left out. Two statements."""
    totals = {pk: figures for pk, *figures in Order.objects.filter(portal_id=actor.portal_id, pk__in=keys, confirmed_at__isnull=False).exclude(status__in=STOPPED).values_list("pk", "net", "tax", "gross")}
    lines: dict[int, list[Line]] = {pk: [] for pk in totals}
    columns = ("order_id", "position", "sku", "confirmed_quantity", "price", "confirmed_price", "confirmed_amount", "tax_rate", "answer", "averaged")
    found = OrderLine.objects.filter(portal_id=actor.portal_id, order_id__in=list(totals)).annotate(averaged=AVERAGED)
    for order, position, sku, quantity, ours, price, amount, rate, answer, averaged in found.order_by("order_id", "position").values_list(*columns):
        added = answer == OrderLine.Answer.ADDED
        lines[order].append(Line(position, sku, quantity or ZERO, None if added else ours, ours if price is None else price, amount or ZERO, rate, averaged))
    return {pk: Document(tuple(lines[pk]), *figures) for pk, figures in totals.items() if lines[pk]}


def invoices_as_posted(actor: Actor, keys: Collection[int]) -> Documents:
    """Return invoices beside the prices that their orders were confirmed at, where the books say which line is which. Five statements."""
    totals = {pk: figures for pk, *figures in Invoice.objects.filter(portal_id=actor.portal_id, pk__in=keys).exclude(state=Invoice.State.CANCELLED).values_list("pk", "net", "tax", "gross")}
    lines: dict[int, list[Line]] = {pk: [] for pk in totals}
    agreed = _agreed(actor, list(totals))
    columns = ("invoice_id", "position", "sku", "quantity", "unit_price", "amount", "tax_rate", "order_line")
    for invoice, position, sku, quantity, price, amount, rate, order_line in InvoiceLine.objects.filter(portal_id=actor.portal_id, invoice_id__in=list(totals)).order_by("invoice_id", "position").values_list(*columns):
        # A line that no order has is only held to its own quantity and price.
        ours, averaged = agreed.get((invoice, order_line), (price, False))
        lines[invoice].append(Line(position, sku, quantity, ours, price, amount, rate, averaged))
    return {pk: Document(tuple(lines[pk]), *figures) for pk, figures in totals.items() if lines[pk]}


def _agreed(actor: Actor, invoices: Sequence[int]) -> dict[tuple[int, str], tuple[Decimal, bool]]:
    """Return the price of each line of the orders of invoices, and whether that is an average of tiers, by invoice and what the ERP calls the line."""
    numbers = list(InvoiceOrder.objects.filter(portal_id=actor.portal_id, invoice_id__in=invoices).exclude(number="").values_list("invoice_id", "number", "party_id"))
    keys = {(party, number): pk for pk, number, party in Order.objects.filter(portal_id=actor.portal_id, number__in={number for _invoice, number, _party in numbers}).values_list("pk", "number", "party_id")}
    of_order: dict[int, list[tuple[str, Decimal, bool]]] = {}
    found = OrderLine.objects.filter(portal_id=actor.portal_id, order_id__in=list(keys.values())).exclude(external_id="").annotate(averaged=AVERAGED)
    for order, external, price, confirmed, averaged in found.values_list("order_id", "external_id", "price", "confirmed_price", "averaged"):
        of_order.setdefault(order, []).append((external, price if confirmed is None else confirmed, averaged))
    return {(invoice, external): (price, averaged) for invoice, number, party in numbers for external, price, averaged in of_order.get(keys.get((party, number), 0), [])}


@dataclass(frozen=True)
class Group:
    """A cause with what of it asks for somebody: how many differences, the largest, together, since when."""

    cause: Cause
    count: int
    largest: Decimal
    total: Decimal
    since: datetime | None
    known: int


def groups(actor: Actor) -> list[Group]:
    """Return every cause of which there is a difference, those that ask for somebody first. Two statements."""
    wanted = Q(is_open=True)
    rows = Difference.objects.filter(portal_id=actor.portal_id).values("cause_id").order_by("cause_id").annotate(
        count=Count("pk", filter=wanted), largest=Max(Abs("gap"), filter=wanted), total=Sum("gap", filter=wanted), low=Min("since", filter=wanted), known=Count("pk", filter=~wanted))  # fmt: skip
    found = {row["cause_id"]: row for row in rows}
    made = [Group(cause, row["count"], row["largest"] or ZERO, row["total"] or ZERO, row["low"], row["known"]) for cause in causes(actor) if (row := found.get(cause.pk))]
    return sorted(made, key=lambda group: (group.count == 0, -group.largest, group.cause.pk))


def causes(actor: Actor) -> QuerySet[Cause]:
    """Return the causes that were ever found."""
    return Cause.objects.filter(portal_id=actor.portal_id)


def cause(actor: Actor, key: int) -> Cause:
    """Return one cause. Raises NotFound."""
    found = causes(actor).filter(pk=key).first() if actor.is_staff else None
    if found is None:
        raise NotFound
    return found


def differences(actor: Actor, *, cause: Cause, only_open: bool = True) -> QuerySet[Difference]:
    """Return the differences of a cause: those that ask for somebody, or those that are known."""
    return Difference.objects.filter(portal_id=actor.portal_id, cause=cause, is_open=only_open).select_related("cause", "order__party", "invoice__party")


def difference(actor: Actor, key: int) -> Difference:
    """Return one difference. Raises NotFound."""
    found = Difference.objects.filter(portal_id=actor.portal_id, pk=key).select_related("cause", "order__party", "invoice__party").first() if actor.is_staff else None
    if found is None:
        raise NotFound
    return found


def order_lines(actor: Actor, found: Iterable[Difference]) -> dict[tuple[int | None, int], OrderLine]:
    """Return the lines of orders that differences are about, by order and position, for what they say of their price. One statement."""
    places = {(item.order_id, item.position) for item in found if item.order_id and item.position}
    rows = OrderLine.objects.filter(portal_id=actor.portal_id, order_id__in={order for order, _position in places}, position__in={position for _order, position in places}) if places else ()
    return {(row.order_id, row.position): row for row in rows if (row.order_id, row.position) in places}


def checks(actor: Actor) -> dict[str, Check]:
    """Return how the last checks went, by kind of document. One statement."""
    return {row.document: row for row in Check.objects.filter(portal_id=actor.portal_id)}


def trouble(actor: Actor) -> Counting:
    """Say how to count the causes that ask for somebody, among the counts of every page."""
    return Counting("SELECT count(DISTINCT cause_id) FROM (SELECT cause_id FROM parity_difference WHERE portal_id = %s AND is_open LIMIT 1000) d", (actor.portal_id,))


def open_count(actor: Actor) -> int:
    """Count the differences that ask for somebody, up to a thousand: one statement."""
    return Difference.objects.filter(portal_id=actor.portal_id, is_open=True).values("pk")[:1000].count()

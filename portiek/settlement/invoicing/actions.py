"""Every write about invoices and payments: what the books say, applied in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.jobs import defer_many, named
from portiek.core.refs import ref
from portiek.foundation.files import actions as files
from portiek.foundation.notifications import actions as notifications
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import actions as tasks
from portiek.settlement.invoicing import errors as errors
from portiek.settlement.invoicing import facts, permissions, rules
from portiek.settlement.invoicing.models import Invoice, InvoiceLine, InvoiceOrder, InvoiceTerm, Ledger, Payment, PaymentAllocation
from portiek.settlement.invoicing.records import InvoiceRecord, PaymentRecord
from portiek.trade.orders import actions as order_actions
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.records import Invoiced

REF = "invoicing.invoice"
OVERDUE = "invoicing.invoice.overdue"
ISSUED = "invoicing.invoice.issued"
FIELDS = ("number", "state", "is_credit", "invoice_date", "due_date", "currency", "reference", "net", "tax", "gross", "open_amount")
Problem = tuple[str, str]


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise Refused("invoicing-system")


@action(None)
def apply_invoices(actor: Actor, records: Sequence[InvoiceRecord]) -> list[Problem]:
    """Bring invoices up to date with the books; return (external id, reason) of each record that could not be applied.

    The same version, or a record seen earlier than the last, changes nothing and records nothing. A constant number of statements.
    """
    _only_system(actor)
    latest = {item.external_id: item for item in records}
    held = {row.external_id: row for row in Invoice.objects.filter(portal_id=actor.portal_id, external_id__in=list(latest)).order_by("pk").select_for_update()}
    taken = dict(Invoice.objects.filter(portal_id=actor.portal_id, number__in=[item.number for item in latest.values()]).values_list("number", "external_id"))
    parties, problems = _Parties(actor, latest.values()), []
    made: list[tuple[Invoice, InvoiceRecord]] = []
    changed: list[tuple[Invoice, InvoiceRecord]] = []
    paid: list[Invoice] = []
    for item in latest.values():
        invoice = held.get(item.external_id)
        if invoice and (invoice.erp_version == item.version or (invoice.as_of and item.seen_at < invoice.as_of)):
            continue
        party_id = parties.of(item)
        problem = rules.why_not_figures(item.state, item.is_credit, item.net, item.tax, item.gross, item.open_amount)
        if party_id is None:
            problem = f"unknown_party: {item.party or item.party_number}"
        elif invoice and invoice.party_id != party_id:
            problem = f"other_party: {invoice.number}"
        elif taken.setdefault(item.number, item.external_id) != item.external_id:
            problem = f"number_taken: {item.number}"
        if problem or party_id is None:
            problems.append((item.external_id, problem or "unknown_party"))
            continue
        fresh = invoice or Invoice(portal_id=actor.portal_id, party_id=party_id, external_id=item.external_id)
        was_open = invoice is not None and invoice.open_amount != 0
        for name in FIELDS:
            setattr(fresh, name, getattr(item, name))
        fresh.due_date = item.due_date or item.invoice_date
        fresh.number, fresh.reference, fresh.erp_version, fresh.as_of = item.number[:40], item.reference[:120], item.version, item.seen_at
        (changed if invoice else made).append((fresh, item))
        if was_open and fresh.open_amount == 0:
            paid.append(fresh)
    Invoice.objects.bulk_create([invoice for invoice, _item in made], batch_size=1000)
    Invoice.objects.bulk_update([invoice for invoice, _item in changed], [*FIELDS, "erp_version", "as_of"], batch_size=200)
    _write_parts(actor, made, changed)
    _tell(actor, made, changed, paid)
    _seen(actor, [item.seen_at for item in latest.values()])
    return problems


class _Parties:
    """The parties of a batch, found by external id or number with one statement; one that became part of another is that other."""

    def __init__(self, actor: Actor, records: Iterable[InvoiceRecord | PaymentRecord]) -> None:
        items = list(records)
        found = Party.objects.filter(portal_id=actor.portal_id).filter(
            Q(external_id__in={item.party for item in items if item.party}) | Q(number__in={item.party_number for item in items if item.party_number})
        )
        self._by_external: dict[str, int] = {}
        self._by_number: dict[str, int] = {}
        for own, into, external_id, number in found.values_list("pk", "merged_into_id", "external_id", "number"):
            pk = into or own
            self._by_number[number] = pk
            if external_id:
                self._by_external[external_id] = pk

    def of(self, item: InvoiceRecord | PaymentRecord) -> int | None:
        return self._by_external.get(item.party) if item.party else self._by_number.get(item.party_number)


def _write_parts(actor: Actor, made: list[tuple[Invoice, InvoiceRecord]], changed: list[tuple[Invoice, InvoiceRecord]]) -> None:
    """Write lines, orders and terms; those of changed invoices are made anew. The orders of before and of now hear how far they are invoiced."""
    keys = [invoice.pk for invoice, _item in changed]
    told: set[tuple[int, str]] = set()
    if keys:
        told = set(InvoiceOrder.objects.filter(invoice_id__in=keys).exclude(number="").values_list("party_id", "number"))
        for model in (InvoiceLine, InvoiceOrder, InvoiceTerm):
            model.objects.filter(invoice_id__in=keys).delete()
    both = [*made, *changed]
    numbers = _order_numbers(actor, {key for _invoice, item in both for key in item.orders})
    lines, orders, terms = [], [], []
    for invoice, item in both:
        own: dict[str, Any] = {"portal_id": invoice.portal_id, "party_id": invoice.party_id, "invoice": invoice}
        own_orders = _orders_of(invoice, item, numbers)
        lines += [
            InvoiceLine(
                **own,
                position=position,
                sku=line.sku[:64],
                description=line.description[:300],
                quantity=line.quantity,
                unit=line.unit[:40],
                unit_code=line.unit_code[:3],
                unit_price=line.unit_price,
                amount=line.amount,
                tax_rate=line.tax_rate,
                order_line=line.order_line[:64],
            )
            for position, line in enumerate(item.lines, 1)
        ]
        orders += own_orders
        terms += [InvoiceTerm(**own, term=term) for term in sorted(rules.terms(item.number, tuple(row.number for row in own_orders), item.reference, item.gross))]
    InvoiceLine.objects.bulk_create(lines, batch_size=2000)
    InvoiceOrder.objects.bulk_create(orders, batch_size=2000)
    InvoiceTerm.objects.bulk_create(terms, batch_size=2000)
    _mark_orders(actor, told | {(row.party_id, row.number) for row in orders if row.number})
    if awaited := sorted({row.external_id for row in orders if not row.number}):
        # One that comes in at this moment saw no invoice, as this saw no order: looked for again once both are there.
        defer_many([(named("invoicing.match_orders"), {"external_ids": awaited})])


def _orders_of(invoice: Invoice, item: InvoiceRecord, numbers: dict[tuple[int, str], str]) -> list[InvoiceOrder]:
    """Return which orders an invoice is for, each once; one that is not here yet by the ERP's id alone."""
    named: dict[tuple[str, str], InvoiceOrder] = {}
    for key, net in rules.shares((*item.orders, *item.order_numbers), item.net, [(line.order, line.amount) for line in item.lines]).items():
        external_id, number = (key, numbers.get((invoice.party_id, key), "")) if key in item.orders else ("", key)
        row = named.setdefault(
            (number, "" if number else external_id),
            InvoiceOrder(portal_id=invoice.portal_id, party_id=invoice.party_id, invoice=invoice, number=number[:40], external_id=external_id[:64], net=Decimal(0)),
        )
        row.net = row.net + net if row.net is not None and net is not None else None
    return list(named.values())


def _mark_orders(actor: Actor, named: set[tuple[int, str]]) -> None:
    """Tell orders, by party and number, how much of them is invoiced by now. No statement when there are none."""
    # Locked before their invoices are added up: of two that write at the same time the second then sees what the first wrote.
    held = Order.objects.filter(portal_id=actor.portal_id, number__in={number for _party, number in named}).order_by("pk").select_for_update()
    keys = {(party_id, number): pk for pk, party_id, number in held.values_list("pk", "party_id", "number") if (party_id, number) in named}
    found = (
        InvoiceOrder.objects.filter(portal_id=actor.portal_id, number__in={number for _party, number in keys})
        .exclude(invoice__state=Invoice.State.CANCELLED)
        .values("party_id", "number")
        .annotate(sum=Sum("net", default=Decimal(0)), more=Count("pk", filter=Q(net=None, invoice__is_credit=False)), less=Count("pk", filter=Q(net=None, invoice__is_credit=True)))
        .order_by("number")
    )
    sums = {(row["party_id"], row["number"]): Invoiced(row["sum"], more=row["more"] > 0, less=row["less"] > 0) for row in found}
    order_actions.mark_invoiced(actor, invoiced={pk: sums.get(key) for key, pk in keys.items()})


@action(None)
def match_orders(actor: Actor, *, order_ids: Sequence[int] = (), external_ids: Sequence[str] = ()) -> None:
    """Bring the invoices of orders that came in or changed after them up to date, and the orders with them. A constant number of statements, three where nothing is invoiced."""
    _only_system(actor)
    found = list(Order.objects.filter(Q(pk__in=order_ids) | Q(external_id__in=external_ids), portal_id=actor.portal_id).only("pk", "party_id", "number", "external_id"))
    here = {(order.party_id, order.external_id): order for order in found if order.external_id}
    # Before the orders: whoever applies invoices locks in this order too.
    held = InvoiceOrder.objects.filter(portal_id=actor.portal_id, number="", external_id__in={key for _party, key in here}).order_by("pk").select_for_update()
    awaited = [(row, here[row.party_id, row.external_id]) for row in held if (row.party_id, row.external_id) in here]
    nets = _nets_of_lines(actor, [(row.invoice_id, order.pk) for row, order in awaited if row.net is None])
    for row, order in awaited:
        row.number, row.net = order.number, nets.get((row.invoice_id, order.pk)) if row.net is None else row.net
    InvoiceOrder.objects.bulk_update([row for row, _order in awaited], ["number", "net"], batch_size=500)
    InvoiceTerm.objects.bulk_create(
        [InvoiceTerm(portal_id=row.portal_id, party_id=row.party_id, invoice_id=row.invoice_id, term=row.number.lower()) for row, _order in awaited],
        ignore_conflicts=True,
        batch_size=2000,
    )
    told = InvoiceOrder.objects.filter(portal_id=actor.portal_id, number__in=[order.number for order in found]).values_list("party_id", "number")
    _mark_orders(actor, set(told) & {(order.party_id, order.number) for order in found})


def _nets_of_lines(actor: Actor, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Decimal]:
    """Return what the lines of invoices hold of orders, by (invoice, order) key, where they say so."""
    if not pairs:
        return {}
    order_of = dict(OrderLine.objects.filter(portal_id=actor.portal_id, order_id__in=[order for _invoice, order in pairs]).values_list("external_id", "order_id"))
    nets: dict[tuple[int, int], Decimal] = {}
    lines = InvoiceLine.objects.filter(portal_id=actor.portal_id, invoice_id__in=[invoice for invoice, _order in pairs]).exclude(order_line="")
    for invoice, line, amount in lines.values_list("invoice_id", "order_line", "amount"):
        if line in order_of:
            nets[invoice, order_of[line]] = nets.get((invoice, order_of[line]), Decimal(0)) + amount
    return nets


def _order_numbers(actor: Actor, wanted: set[str]) -> dict[tuple[int, str], str]:
    """Return the portal's numbers of orders by party and external id."""
    if not wanted:
        return {}
    found = Order.objects.filter(portal_id=actor.portal_id, external_id__in=wanted)
    return {(party_id, str(external_id)): number for party_id, external_id, number in found.values_list("party_id", "external_id", "number")}


def _tell(actor: Actor, made: list[tuple[Invoice, InvoiceRecord]], changed: list[tuple[Invoice, InvoiceRecord]], paid: list[Invoice]) -> None:
    tell_issued = named("invoicing.tell_issued")

    for invoice, _item in made:
        _record(actor, invoice, facts.InvoiceIssued(invoice_id=invoice.pk))
    done = {invoice.pk for invoice in paid}
    for invoice, _item in changed:
        _record(actor, invoice, facts.InvoicePaid(invoice_id=invoice.pk) if invoice.pk in done else facts.InvoiceChanged(invoice_id=invoice.pk))
    today = timezone.localdate()
    defer_many(
        [(tell_issued, {"invoice": invoice.pk}) for invoice, _item in made if rules.is_news(invoice.state, invoice.invoice_date, invoice.open_amount, today)]
    )
    if changed:
        # Also what is disputed or got a later due date no longer presses.
        calm = [ref(REF, invoice.pk) for invoice, _item in changed if rules.standing(invoice.state, invoice.open_amount, invoice.due_date, today) != "overdue"]
        tasks.settle_many(actor, kind=OVERDUE, subjects=calm)


def _record(actor: Actor, invoice: Invoice, happened: Any) -> None:
    record(actor, happened, party_id=invoice.party_id, subject=ref(REF, invoice.pk), text=invoice.number)


@action(None)
def apply_payments(actor: Actor, records: Sequence[PaymentRecord]) -> list[Problem]:
    """Bring payments up to date with the books; return (external id, reason) of each that could not be applied. Invoices come first.

    What is open of an invoice is the books' own figure and comes with the invoice; a payment only says where it went.
    """
    _only_system(actor)
    latest = {item.external_id: item for item in records}
    held = {row.external_id: row for row in Payment.objects.filter(portal_id=actor.portal_id, external_id__in=list(latest)).order_by("pk").select_for_update()}
    named = {part.invoice for item in latest.values() for part in item.allocations}
    invoices = {
        number: (pk, party_id)
        for number, pk, party_id in Invoice.objects.filter(portal_id=actor.portal_id, number__in=named).values_list("number", "pk", "party_id")
    }
    parties, problems = _Parties(actor, latest.values()), []
    made: list[tuple[Payment, PaymentRecord]] = []
    changed: list[tuple[Payment, PaymentRecord]] = []
    for item in latest.values():
        payment, party_id = held.get(item.external_id), parties.of(item)
        if payment and (payment.erp_version == item.version or (payment.as_of and item.seen_at < payment.as_of)):
            continue
        problem = None
        if party_id is None:
            problem = f"unknown_party: {item.party or item.party_number}"
        elif payment and payment.party_id != party_id:
            problem = "other_party"
        elif not item.amount.is_finite() or abs(item.amount) > rules.MAX_AMOUNT:
            problem = "bad_amount"
        else:
            missing = [part.invoice for part in item.allocations if invoices.get(part.invoice, (0, 0))[1] != party_id]
            problem = f"unknown_invoice: {missing[0]}" if missing else None
        if problem or party_id is None:
            problems.append((item.external_id, problem or "unknown_party"))
            continue
        fresh = payment or Payment(portal_id=actor.portal_id, party_id=party_id, external_id=item.external_id)
        fresh.paid_on, fresh.amount, fresh.currency, fresh.reference = item.paid_on, item.amount, item.currency, item.reference[:140]
        fresh.erp_version, fresh.as_of = item.version, item.seen_at
        (changed if payment else made).append((fresh, item))
    Payment.objects.bulk_create([payment for payment, _item in made], batch_size=1000)
    Payment.objects.bulk_update([payment for payment, _item in changed], ["paid_on", "amount", "currency", "reference", "erp_version", "as_of"], batch_size=200)
    if changed:
        PaymentAllocation.objects.filter(payment_id__in=[payment.pk for payment, _item in changed]).delete()
    PaymentAllocation.objects.bulk_create(
        [
            PaymentAllocation(portal_id=payment.portal_id, party_id=payment.party_id, payment=payment, invoice_id=invoices[part.invoice][0], amount=part.amount)
            for payment, item in (*made, *changed)
            for part in {part.invoice: part for part in item.allocations}.values()
        ],
        batch_size=2000,
    )
    for payment, _item in made:
        record(
            actor, facts.PaymentPosted(payment_id=payment.pk), party_id=payment.party_id, subject=ref("invoicing.payment", payment.pk), text=payment.reference
        )
    _seen(actor, [item.seen_at for item in latest.values()])
    return problems


@action(None)
def mark_as_of(actor: Actor, *, at: datetime) -> None:
    """Note that the books were read at a moment and nothing is newer: what every figure says about its freshness."""
    _only_system(actor)
    _seen(actor, [at])


def _seen(actor: Actor, moments: list[datetime]) -> None:
    if not moments:
        return
    newest = max(moments)
    if not Ledger.objects.filter(portal_id=actor.portal_id).update(as_of=Greatest(F("as_of"), newest)):
        Ledger.objects.bulk_create([Ledger(portal_id=actor.portal_id, as_of=newest)], ignore_conflicts=True)


@action(None)
def attach_pdf(actor: Actor, *, invoice: Invoice, content: bytes) -> None:
    """Keep the ERP's own document of an invoice. The same bytes again change nothing. Raises Refused for what is not a PDF."""
    _only_system(actor)
    if not content.startswith(b"%PDF-"):
        raise Refused("invoicing-not-pdf")
    stored = files.store(
        actor, name=f"{invoice.number}.pdf", media_type="application/pdf", content=content, party_id=invoice.party_id, right=permissions.DOWNLOAD
    )
    if invoice.pdf_id and invoice.pdf is not None and invoice.pdf.sha256 == stored.sha256:
        return
    invoice.pdf = stored
    invoice.save(update_fields=["pdf"])
    _record(actor, invoice, facts.PdfAttached(invoice_id=invoice.pk))


@action(permissions.DOWNLOAD)
def note_download(actor: Actor, *, invoice: Invoice) -> None:
    """Record that somebody fetched the document of an invoice."""
    _record(actor, invoice, facts.InvoiceDownloaded(invoice_id=invoice.pk))


@action(None)
def tell_issued(actor: Actor, *, invoice_id: int) -> None:
    """Tell who may see invoices that there is a new one, once."""
    invoice = Invoice.objects.filter(pk=invoice_id).first()
    if invoice is not None:
        notifications.notify(
            actor,
            kind=ISSUED,
            subject=ref(REF, invoice.pk),
            party_id=invoice.party_id,
            right=permissions.VIEW,
            event=f"invoice:{invoice.pk}",
            values={"number": invoice.number, "amount": abs(invoice.gross), "due": invoice.due_date, "reference": invoice.reference},
        )


@action(None)
def ask_overdue(actor: Actor, *, today: date, batch: int = 500) -> int:
    """Put each overdue invoice on the list of who may see invoices; return how many were new. One that is there already stays as it is."""
    late = Invoice.objects.filter(portal_id=actor.portal_id, open_amount__gt=Decimal(0), due_date__lt=today, state__in=["open", "partially_paid"]).order_by(
        "due_date", "pk"
    )
    found, asked = list(late.only("pk", "party_id", "number", "open_amount", "due_date")), 0
    for start in range(0, len(found), batch):
        with transaction.atomic():
            asked += tasks.ask_many(
                actor,
                kind=OVERDUE,
                asked=[
                    tasks.Asked(
                        ref(REF, item.pk),
                        item.party_id,
                        permissions.VIEW,
                        values={"number": item.number, "amount": item.open_amount},
                        due_at=timezone.make_aware(datetime.combine(item.due_date, time(23, 59))),
                    )
                    for item in found[start : start + batch]
                ],
            )
    return asked

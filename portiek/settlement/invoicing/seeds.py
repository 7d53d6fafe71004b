"""Invoices and payments of the cast, as the books would say them; with size "demo" those of everybody else too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.money import Policy
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.models import Party
from portiek.settlement.invoicing import actions
from portiek.settlement.invoicing.models import Invoice
from portiek.settlement.invoicing.records import AllocationRecord, InvoiceLineRecord, InvoiceRecord, PaymentRecord

RATE = Decimal("21")
GOODS = [
    ("GP-125-2600", "Gipsplaat AK 12,5 mm, 1200 x 2600", "6.48", "plaat"),
    ("MS-C75-26", "Metal stud C75, 2600 mm", "4.12", "stuk"),
    ("GW-75-81", "Glaswol 75 mm, rol 8,1 m²", "31.90", "rol"),
    ("SCH-35-25", "Snelbouwschroef 3,5 x 25, doos 1.000", "12.75", "doos"),
    ("LAT-22-50", "Vuren lat 22 x 50 mm, 3000 mm", "2.38", "stuk"),
    ("OSB-18", "OSB-3 plaat 18 mm, 1220 x 2440", "24.60", "plaat"),
]
WORKS = ["Parkweg 12", "Steiger Noord, fase 2", "Voorraad werkplaats", "Kozijnen Parkweg 12", "Nieuwbouw Assendorp", "Renovatie stadhuis"]
# (number, days since the invoice, days until due, total, still open, reference) of Bakker: together € 11.468,90 outstanding.
BAKKER = [
    ("F-88213", 36, -6, "1904.22", "1904.22", "Steiger Noord, fase 2"),
    ("F-88240", 27, 3, "1262.50", "1262.50", "Voorraad werkplaats"),
    ("F-88251", 16, 14, "5302.18", "5302.18", "Kozijnen Parkweg 12"),
    ("F-88260", 9, 21, "4200.00", "3000.00", "Parkweg 12"),
]
BAKKER_PAID = [
    ("F-88102", 92, "642.15", "Voorraad werkplaats"),
    ("F-88134", 71, "2871.33", "Parkweg 12"),
    ("F-88167", 55, "918.40", "Voorraad werkplaats"),
    ("F-88190", 48, "3120.77", "Steiger Noord, fase 2"),
]
OTHERS = [
    ("10077", "F-88221", 33, -3, "7410.00", "7410.00", "Showroom"),
    ("10077", "F-88255", 12, 18, "2208.25", "2208.25", "Project Vos"),
    ("30005", "F-88246", 20, 10, "84.70", "84.70", ""),
]


def seed(size: str) -> None:
    """Apply the records of the books, then put what is overdue on the lists."""
    ids, today, now = portal_ids(), timezone.localdate(), timezone.now()
    for slug, portal_id in ids.items():
        actor = Actor.system(portal_id)
        with scope(actor):
            invoices, payments = _vandijk(today) if slug == "vandijk" else _brand(today)
            if slug == "vandijk":
                invoices += list(_of_orders(actor, today))
                if size == "demo":
                    more = _crowd(actor, today)
                    invoices, payments = invoices + more[0], payments + more[1]
            problems = actions.apply_invoices(actor, invoices) + actions.apply_payments(actor, payments)
            assert not problems, problems[:5]
            actions.mark_as_of(actor, at=now)
            actions.ask_overdue(actor, today=today)


def invoice_record(
    party_number: str,
    number: str,
    day: date,
    due: date,
    gross: Decimal,
    open_amount: Decimal,
    reference: str = "",
    lines: tuple[InvoiceLineRecord, ...] = (),
    tax: Decimal | None = None,
    **more: Any,
) -> InvoiceRecord:
    """Return a record whose figures agree; without lines it gets one."""
    net = gross - tax if tax is not None else Policy().amount(gross / (1 + RATE / 100))
    state = "paid" if not open_amount else "open" if open_amount == gross else "partially_paid"
    lines = lines or (InvoiceLineRecord(f"Leveringen {reference}".strip(), Decimal(1), net, net, RATE),)
    return InvoiceRecord(
        external_id=f"seed:{number}",
        version="1",
        seen_at=timezone.now(),
        number=number,
        state=state,
        invoice_date=day,
        due_date=due,
        net=net,
        tax=gross - net,
        gross=gross,
        open_amount=open_amount,
        party_number=party_number,
        reference=reference,
        lines=lines,
        **more,
    )


def _lines(net: Decimal, salt: int) -> tuple[InvoiceLineRecord, ...]:
    """Split an amount over goods; the last line is transport and takes what is left."""
    made, left, policy = [], net, Policy()
    for step in range(3):
        sku, name, price, unit = GOODS[(salt + step * 2) % len(GOODS)]
        quantity = Decimal(int(net * Decimal("0.3") / Decimal(price)))
        if quantity:
            amount = policy.line(quantity, Decimal(price))
            made.append(InvoiceLineRecord(name, quantity, Decimal(price), amount, RATE, sku, unit, "C62"))
            left -= amount
    return (*made, InvoiceLineRecord("Transport en toeslagen", Decimal(1), left, left, RATE)) if left else tuple(made)


def _made(party: str, number: str, day: date, due: date, gross: str, still_open: str, reference: str, salt: int) -> InvoiceRecord:
    total = Decimal(gross)
    net = Policy().amount(total / (1 + RATE / 100))
    return invoice_record(party, number, day, due, total, Decimal(still_open), reference, _lines(net, salt))


def _paid(party: str, number: str, on: date, amount: Decimal, *invoices: tuple[str, Decimal]) -> PaymentRecord:
    return PaymentRecord(
        f"seed:{number}",
        "1",
        timezone.now(),
        on,
        amount,
        party_number=party,
        reference=f"Overboeking {invoices[0][0]}" if invoices else "Vooruitbetaling",
        allocations=tuple(AllocationRecord(invoice, part) for invoice, part in invoices),
    )


def _vandijk(today: date) -> tuple[list[InvoiceRecord], list[PaymentRecord]]:
    invoices = [
        _made("10042", number, today - timedelta(days=ago), today + timedelta(days=due), gross, still, reference, salt)
        for salt, (number, ago, due, gross, still, reference) in enumerate(BAKKER)
    ]
    invoices += [
        _made("10042", number, today - timedelta(days=ago), today - timedelta(days=ago - 30), gross, "0", reference, salt)
        for salt, (number, ago, gross, reference) in enumerate(BAKKER_PAID)
    ]
    invoices += [
        _made(party, number, today - timedelta(days=ago), today + timedelta(days=due), gross, still, reference, 2)
        for party, number, ago, due, gross, still, reference in OTHERS
    ]
    payments = [
        _paid("10042", "P-4401", today - timedelta(days=44), Decimal("3513.48"), ("F-88102", Decimal("642.15")), ("F-88134", Decimal("2871.33"))),
        _paid("10042", "P-4433", today - timedelta(days=21), Decimal("4039.17"), ("F-88167", Decimal("918.40")), ("F-88190", Decimal("3120.77"))),
        _paid("10042", "P-4460", today - timedelta(days=2), Decimal("1200.00"), ("F-88260", Decimal("1200.00"))),
    ]
    return invoices, payments


def _brand(today: date) -> tuple[list[InvoiceRecord], list[PaymentRecord]]:
    return [_made("50001", "B-1007", today - timedelta(days=12), today + timedelta(days=18), "980.10", "980.10", "Gemaal", 1)], []


def _of_orders(actor: Actor, today: date) -> Iterator[InvoiceRecord]:
    """Invoice what was delivered, from the orders' own lines; paid when older than its term."""
    if not apps.is_installed("portiek.trade.orders"):
        return
    orders, order_lines = apps.get_model("orders", "Order"), apps.get_model("orders", "OrderLine")
    delivered = orders.objects.filter(portal_id=actor.portal_id, delivery="delivered").select_related("party").order_by("-placed_at")
    found = [*delivered.filter(party__number="10042"), *delivered.exclude(party__number="10042")[:400]]
    found.sort(key=lambda order: order.placed_at)
    lines: dict[int, list[Any]] = {}
    for line in order_lines.objects.filter(order_id__in=[order.pk for order in found]).order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(line)
    for index, order in enumerate(found):
        day = min(timezone.localdate(order.delivered_at or order.shipped_at or order.placed_at) + timedelta(days=1), today)
        due = day + timedelta(days=order.party.payment_days)
        own = tuple(
            InvoiceLineRecord(line.name, line.quantity, line.price, line.amount, line.tax_rate, line.sku, line.unit, line.unit_code) for line in lines.get(order.pk, ())
        )
        # The books of Bakker are as told above; of the others some pay late.
        still = Decimal(0) if order.party.number == "10042" or due < today or index % 3 == 0 else order.gross
        if order.gross > 0:
            yield invoice_record(
                order.party.number, f"F-{87000 + index}", day, due, order.gross, still, order.reference, own, tax=order.tax, order_numbers=(order.number,)
            )


def _crowd(actor: Actor, today: date) -> tuple[list[InvoiceRecord], list[PaymentRecord]]:
    """Make a year of invoices for every other customer: most paid, some open, a few late."""
    chance, invoices, payments = random.Random(88), [], []
    known = set(Invoice.objects.filter(portal_id=actor.portal_id).values_list("party_id", flat=True))
    for row, party in enumerate(Party.objects.filter(portal_id=actor.portal_id, number__gte="10100", number__lt="20000").order_by("pk")):
        for turn in range(chance.randint(2, 9) if party.pk not in known else 0):
            day = today - timedelta(days=turn * 40 + chance.randint(0, 30))
            number, due = f"F-{50000 + row * 10 + turn}", day + timedelta(days=30)
            # Of a net amount, so that its VAT is that of a rate: the check of cents finds what differs.
            gross = Policy().totals([(Decimal(chance.randint(3300, 744000)) / 100, RATE)]).gross
            late = chance.random() < 0.08
            still = gross if due >= today or late else Decimal(0)
            invoices.append(_made(party.number, number, day, due, str(gross), str(still), chance.choice(WORKS), row))
            if not still:
                payments.append(_paid(party.number, f"P-{number}", due - timedelta(days=chance.randint(0, 12)), gross, (number, gross)))
    return invoices, payments

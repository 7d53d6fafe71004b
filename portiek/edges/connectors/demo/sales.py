"""What the demo's ERP does for the portal: an order looked at, booked, found again, cancelled; a party changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from portiek.edges.connectors.contract import AddressRecord, ChangeParty, NewAddress, NewOrder, OrderLineRecord, OrderRecord, PartyRecord, PriceLineRecord, PriceListRecord, ProductRecord
from portiek.edges.connectors.demo.store import Store

CENT, AVERAGE = Decimal("0.01"), Decimal("0.000001")
ZONE = ZoneInfo("Europe/Amsterdam")
OPEN_STATES = ("transmitted", "confirmed", "on_hold", "in_progress")


class Refusal(Exception):
    """The ERP says no, in words for people."""

    def __init__(self, code: str, text: str, field: str = "") -> None:
        super().__init__(text)
        self.code, self.text, self.field = code, text, field


def cents(value: Decimal) -> Decimal:
    """Round to cents, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def totals(lines: Iterable[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal, Decimal]:
    """Return net, VAT and gross of (amount, rate as a fraction); VAT is rounded once per rate, as on the invoice."""
    per_rate: dict[Decimal, Decimal] = {}
    for amount, rate in lines:
        per_rate[rate] = per_rate.get(rate, Decimal("0.00")) + amount
    net = sum(per_rate.values(), Decimal("0.00"))
    tax = sum((cents(base * rate) for rate, base in per_rate.items()), Decimal("0.00"))
    return net, tax, net + tax


def with_totals(order: OrderRecord, lines: tuple[OrderLineRecord, ...]) -> OrderRecord:
    """Return an order with other lines and the amounts that follow."""
    net, tax, gross = totals((line.amount, line.tax_rate) for line in lines)
    return dataclasses.replace(order, lines=lines, untaxed_amount=net, tax_amount=tax, total_amount=gross)


def today(now: datetime) -> date:
    """Return the company's calendar day."""
    return now.astimezone(ZONE).date()


def working_day(day: date, after: int) -> date:
    """Return the day so many working days later."""
    while after or day.weekday() >= 5:
        day += timedelta(days=1)
        if day.weekday() < 5 and after:
            after -= 1
    return day


def price_of(store: Store, party: PartyRecord, product: ProductRecord, quantity: Decimal, day: date) -> Decimal | None:
    """Return the ERP's own price: the party's list, else the list price; None: on request."""
    if party.price_list and (found := store.get(PriceListRecord, "price_list", party.price_list)):
        steps = [
            line
            for line in found.lines
            if line.product == product.external_id
            and line.min_quantity <= quantity
            and (line.valid_from is None or line.valid_from <= day)
            and (line.valid_until is None or day <= line.valid_until)
        ]
        if steps:
            return _price(steps, product, quantity) if found.tiers == "incremental" else max(steps, key=lambda line: line.min_quantity).price
    return product.list_price


def _price(steps: list[PriceLineRecord], product: ProductRecord, quantity: Decimal) -> Decimal | None:
    """Return the average of incremental tiers: what is below a step keeps its own price."""
    total, end = Decimal(0), quantity
    for line in sorted(steps, key=lambda line: -line.min_quantity):
        if line.price is None:
            return None
        start = Decimal(0) if line.min_quantity == min(step.min_quantity for step in steps) else ((line.min_quantity / product.quantity_step).to_integral_value(ROUND_CEILING) - 1) * product.quantity_step
        total, end = total + (end - start) * line.price, start
    return (total / quantity).quantize(AVERAGE, ROUND_HALF_UP)


def book(store: Store, wanted: NewOrder, reference: str, now: datetime) -> OrderRecord:
    """Book an order, without asking whether the reference was used before. Raises Refusal."""
    party = store.get(PartyRecord, "party", wanted.party)
    if party is None:
        raise Refusal("party", f"Debiteur {wanted.party} bestaat niet.", "party")
    if not party.active:
        raise Refusal("blocked", f"Debiteur {party.number} {party.name} is geblokkeerd voor verkoop.", "party")
    day = today(now)
    lines = []
    for position, line in enumerate(wanted.lines, 1):
        product = store.get(ProductRecord, "product", line.product)
        if product is None or not product.active:
            raise Refusal("product", f"Artikel {product.sku if product else line.product} wordt niet meer verkocht.", f"lines.{position - 1}.product")
        price = line.unit_price if line.unit_price is not None else price_of(store, party, product, line.quantity, day)
        if price is None:
            raise Refusal("price", f"Artikel {product.sku} heeft geen prijs.", f"lines.{position - 1}.unit_price")
        if line.quantity <= 0:
            raise Refusal("quantity", f"Artikel {product.sku}: het aantal moet meer dan nul zijn.", f"lines.{position - 1}.quantity")
        lines.append(
            OrderLineRecord(
                external_id="",
                position=position,
                product=product.external_id,
                sku=product.sku,
                description=product.names.get("nl", product.sku),
                quantity=line.quantity,
                unit=product.unit,
                unit_price=price,
                amount=cents(line.quantity * price),
                tax_rate=product.tax_rate,
                requested_date=line.requested_date or wanted.requested_date,
                confirmed_date=None,
                shipped_quantity=Decimal(0),
            )
        )
    with store.writing():
        number = store.number("sale", 10001)
        key = f"S{number:07d}"
        made = OrderRecord(
            external_id=key,
            number=f"VO{day:%y}-{number}",
            reference=reference,
            party=party.external_id,
            state="transmitted",
            source_state="Ingevoerd",
            delivery_state="none",
            order_date=day,
            requested_date=wanted.requested_date,
            currency="EUR",
            delivery_address=wanted.delivery_address or (_address(store, party, wanted.deliver_to) if wanted.deliver_to else None),
            lines=tuple(dataclasses.replace(line, external_id=f"{key}-{line.position}") for line in lines),
            untaxed_amount=Decimal(0),
            tax_amount=Decimal(0),
            total_amount=Decimal(0),
            note=wanted.remarks,
        )
        made = with_totals(made, made.lines)
        save(store, made)
    return made


def _address(store: Store, party: PartyRecord, place: NewAddress) -> str:
    """Return the id of the party's address at a place; made where there is none, for this order and not to choose again."""
    found = next((known for known in party.addresses if place.is_at(known)), None)
    if found is None:
        key = f"A{store.number('address', 90001)}"
        found = AddressRecord(key, place.name, place.street, place.postal_code, place.city, place.country, is_invoice=False, is_delivery=True, active=False)
        store.put("party", party.external_id, dataclasses.replace(party, addresses=(*party.addresses, found)))
    return found.external_id


def save(store: Store, order: OrderRecord) -> None:
    """Write an order."""
    store.put("order", order.external_id, order, _ref(order.party, order.reference))


def of_reference(store: Store, party: str, reference: str) -> OrderRecord | None:
    """Return the order of a party with the portal's number, or None."""
    found = store.by_ref("order", _ref(party, reference))
    return store.get(OrderRecord, "order", found[0]) if found else None


def cancel(store: Store, order: OrderRecord) -> OrderRecord:
    """Cancel an order that is not picked yet. Raises Refusal."""
    if order.state == "cancelled":
        return order
    if order.state not in ("transmitted", "confirmed", "on_hold"):
        raise Refusal("too_late", f"Order {order.number} wordt al verzameld of is al verzonden.")
    made = dataclasses.replace(order, state="cancelled", source_state="Geannuleerd")
    save(store, made)
    return made


def changed(party: PartyRecord, wanted: ChangeParty) -> PartyRecord:
    """Return a party with the new values of a field."""
    values: dict[str, Any] = dict(wanted.new)
    if wanted.subject == "party":
        return dataclasses.replace(party, **values)
    if wanted.subject == "address":
        return dataclasses.replace(party, addresses=tuple(dataclasses.replace(item, **values) if item.external_id == wanted.external_id else item for item in party.addresses))
    return dataclasses.replace(party, contacts=tuple(dataclasses.replace(item, **values) if item.external_id == wanted.external_id else item for item in party.contacts))


def _ref(party: str, reference: str) -> str:
    return f"{party}|{reference}" if reference else ""

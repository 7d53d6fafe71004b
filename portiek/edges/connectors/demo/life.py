"""The ERP's own day: whoever looks at it finds everything done that was due by then."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from portiek.edges.connectors.contract import (
    InvoiceLineRecord,
    InvoiceRecord,
    NewOrder,
    NewOrderLine,
    OrderLineRecord,
    OrderRecord,
    PartyRecord,
    PaymentRecord,
    PriceListRecord,
    ProductRecord,
    ShipmentLineRecord,
    ShipmentRecord,
    StockRecord,
)
from portiek.edges.connectors.demo import sales
from portiek.edges.connectors.demo.options import DemoOptions
from portiek.edges.connectors.demo.store import Store

# Seconds from one step to the next, shortest and longest, at speed 1: an order of the morning is paid in the afternoon.
WAITS = {
    "accept": (20, 60),
    "release": (240, 600),
    "pick": (120, 300),
    "ship": (180, 600),
    "rest": (900, 1800),
    "deliver": (900, 1800),
    "invoice": (60, 180),
    "pay": (1800, 7200),
    "stock": (240, 480),
    "price": (2400, 5400),
    "phone": (1500, 3600),
}
# What goes on by itself; after a long silence it is not caught up with.
BACKGROUND = ("stock", "price", "phone")
MOST_AT_ONCE = 2000
CARRIERS = (("PostNL", "3S"), ("DHL", "JVGL"), ("Van Dijk Transport", "VDT"))


class Life:
    """Does what is due. `seed` of the options decides every choice, so that a test can live the same day twice."""

    def __init__(self, store: Store, options: DemoOptions) -> None:
        self.store, self.options = store, options
        self.steps: dict[str, Callable[[str, datetime], None]] = {
            "accept": self._accept,
            "release": self._release,
            "pick": self._pick,
            "ship": self._ship,
            "rest": self._rest,
            "deliver": self._deliver,
            "invoice": self._invoice,
            "pay": self._pay,
            "stock": self._stock,
            "price": self._price,
            "phone": self._phone,
            "late": self._late,
        }

    def live(self, now: datetime) -> int:
        """Do everything that is due, in order, and return how much that was."""
        done = 0
        with self.store.writing():
            for kind in BACKGROUND:
                if not self.store.planned(kind) and self.store.count("product") and (kind != "phone" or self.options.phone_orders):
                    self._plan(kind, "", now)
            while done < MOST_AT_ONCE and (found := self.store.due(now)):
                due, kind, subject = found
                if kind in BACKGROUND and now - due > timedelta(hours=2):
                    self._plan(kind, "", now)
                    continue
                self.steps[kind](subject, due)
                done += 1
        return done

    def on_the_road(self, shipment: ShipmentRecord, now: datetime) -> None:
        """Put what follows a shipment that has left on the agenda."""
        self._plan("deliver", shipment.external_id, now)
        self._plan("invoice", shipment.external_id, now)

    def expect(self, order: OrderRecord, now: datetime) -> None:
        """Put the first look at a new order on the agenda."""
        self._plan("accept", order.external_id, now)

    def go_on(self, order: OrderRecord, now: datetime) -> None:
        """Put the next step of an order that is under way on the agenda."""
        if order.state == "transmitted":
            self.expect(order, now)
        elif order.delivery_state == "none":
            self._plan("pick", order.external_id, now)
        elif rest := tuple(line for line in order.lines if line.shipped_quantity < line.quantity):
            self._shipment(order, rest, now)

    def _chance(self, kind: str, subject: str) -> random.Random:
        return random.Random(f"{self.options.seed}:{kind}:{subject}")

    def _plan(self, kind: str, subject: str, after: datetime) -> None:
        shortest, longest = WAITS[kind]
        seconds = self._chance(kind, subject or after.isoformat()).uniform(shortest, longest) / self.options.speed
        self.store.plan(after + timedelta(seconds=seconds), kind, subject)

    def _order(self, key: str) -> OrderRecord | None:
        return self.store.get(OrderRecord, "order", key)

    # -- an order's way

    def _accept(self, key: str, now: datetime) -> None:
        order = self._order(key)
        if order is None or order.state != "transmitted":
            return
        party = self.store.get(PartyRecord, "party", order.party)
        if party and party.credit_limit is not None and self._open_amount(party.external_id) > party.credit_limit:
            sales.save(self.store, dataclasses.replace(order, state="on_hold", source_state="Kredietlimiet: wacht op akkoord"))
            self._plan("release", key, now)
            return
        self._confirm(order, now)

    def _release(self, key: str, now: datetime) -> None:
        order = self._order(key)
        if order is not None and order.state == "on_hold":
            self._confirm(order, now)

    def _confirm(self, order: OrderRecord, now: datetime) -> None:
        chance = self._chance("confirm", order.external_id)
        usual, today = sales.working_day(sales.today(now), 1), sales.today(now)
        lines = tuple(dataclasses.replace(line, confirmed_date=max(line.requested_date or order.requested_date or usual, today)) for line in order.lines)
        if order.reference and chance.random() < self.options.changes:
            lines = self._changed(lines, chance)
        made = sales.with_totals(dataclasses.replace(order, state="confirmed", source_state="Bevestigd"), lines)
        sales.save(self.store, made)
        self._plan("pick", order.external_id, now)

    def _changed(self, lines: tuple[OrderLineRecord, ...], chance: random.Random) -> tuple[OrderLineRecord, ...]:
        """Return the lines with one that comes later, or comes in a smaller quantity."""
        place = chance.randrange(len(lines))
        line = lines[place]
        product = self.store.get(ProductRecord, "product", line.product) if line.product else None
        step = product.quantity_step if product else Decimal(1)
        if chance.random() < 0.5 and line.quantity > step and (product is None or line.quantity - step >= product.min_quantity):
            quantity = line.quantity - step
            made = dataclasses.replace(line, quantity=quantity, amount=sales.cents(quantity * line.unit_price))
        else:
            assert line.confirmed_date is not None
            made = dataclasses.replace(line, confirmed_date=sales.working_day(line.confirmed_date, 2))
        return (*lines[:place], made, *lines[place + 1 :])

    def _pick(self, key: str, now: datetime) -> None:
        order = self._order(key)
        if order is None or order.state != "confirmed":
            return
        sales.save(self.store, dataclasses.replace(order, state="in_progress", source_state="Wordt verzameld"))
        split = len(order.lines) > 1 and self._chance("split", key).random() < 0.3
        self._shipment(order, order.lines[: (len(order.lines) + 1) // 2] if split else order.lines, now)
        if split:
            self._plan("rest", key, now)

    def _rest(self, key: str, now: datetime) -> None:
        order = self._order(key)
        if order is not None and order.state == "in_progress":
            self._shipment(order, order.lines[(len(order.lines) + 1) // 2 :], now)

    def _shipment(self, order: OrderRecord, lines: tuple[OrderLineRecord, ...], now: datetime) -> None:
        number = self.store.number("shipment", 40001)
        key = f"P{number:07d}"
        made = ShipmentRecord(
            external_id=key,
            number=f"PB-{number}",
            party=order.party,
            state="picking",
            orders=(order.external_id,),
            lines=tuple(
                ShipmentLineRecord(f"{key}-{line.position}", line.product or "", line.sku, line.quantity, line.unit, order.external_id, line.external_id)
                for line in lines
                if line.product
            ),
            delivery_address=order.delivery_address,
            planned_at=sales.today(now),
            shipped_at=None,
            carrier="",
            tracking=(),
        )
        self.store.put("shipment", key, made)
        self._plan("ship", key, now)

    def _ship(self, key: str, now: datetime) -> None:
        shipment = self.store.get(ShipmentRecord, "shipment", key)
        if shipment is None or shipment.state != "picking":
            return
        chance = self._chance("ship", key)
        carrier, prefix = chance.choice(CARRIERS)
        code = f"{prefix}{chance.randrange(10**9):09d}"
        self.store.put("shipment", key, dataclasses.replace(shipment, state="shipped", shipped_at=sales.today(now), carrier=carrier, tracking=(code,)))
        order = self._order(shipment.orders[0])
        assert order is not None
        sent = {line.order_line: line.quantity for line in shipment.lines}
        lines = tuple(dataclasses.replace(line, shipped_quantity=line.shipped_quantity + sent.get(line.external_id, Decimal(0))) for line in order.lines)
        whole = all(line.shipped_quantity >= line.quantity or line.product is None for line in lines)
        sales.save(
            self.store,
            dataclasses.replace(order, lines=lines, delivery_state="shipped" if whole else "partial", source_state="Verzonden" if whole else "Deels verzonden"),
        )
        for line in shipment.lines:
            self._move(line.product, -line.quantity)
        self._plan("deliver", key, now)
        self._plan("invoice", key, now)

    def _deliver(self, key: str, now: datetime) -> None:
        shipment = self.store.get(ShipmentRecord, "shipment", key)
        if shipment is not None and shipment.state == "shipped":
            self.store.put("shipment", key, dataclasses.replace(shipment, state="delivered"))

    def _invoice(self, key: str, now: datetime) -> None:
        shipment = self.store.get(ShipmentRecord, "shipment", key)
        order = self._order(shipment.orders[0]) if shipment else None
        if shipment is None or order is None:
            return
        party = self.store.get(PartyRecord, "party", order.party)
        number = self.store.number("invoice", 70001)
        invoice, day = f"F{number:07d}", sales.today(now)
        by_line = {line.external_id: line for line in order.lines}
        lines = []
        for position, sent in enumerate(shipment.lines, 1):
            sold = by_line[sent.order_line or ""]
            lines.append(
                InvoiceLineRecord(
                    f"{invoice}-{position}",
                    sold.product,
                    f"{sold.sku} {sold.description}",
                    sent.quantity,
                    sold.unit,
                    sold.unit_price,
                    sales.cents(sent.quantity * sold.unit_price),
                    sold.tax_rate,
                    sold.external_id,
                )
            )
        net, tax, gross = sales.totals((line.amount, line.tax_rate) for line in lines)
        days = party.payment_days if party and party.payment_days is not None else 30
        made = InvoiceRecord(
            invoice,
            f"VF{day:%y}-{number}",
            order.party,
            "open",
            False,
            day,
            day + timedelta(days=days),
            "EUR",
            order.reference,
            (order.external_id,),
            tuple(lines),
            net,
            tax,
            gross,
            gross,
        )
        self.store.put("invoice", invoice, made)
        if order.delivery_state == "shipped":
            sales.save(self.store, dataclasses.replace(order, state="completed", source_state="Afgehandeld"))
        self._plan("pay", invoice, now)

    def _pay(self, key: str, now: datetime) -> None:
        invoice = self.store.get(InvoiceRecord, "invoice", key)
        if invoice is None or invoice.amount_open <= 0:
            return
        # Now and then somebody pays in two goes.
        half = invoice.state == "open" and self._chance("pay", key).random() < 0.1
        amount = sales.cents(invoice.amount_open / 2) if half else invoice.amount_open
        number = self.store.number("payment", 90001)
        payment = f"B{number:07d}"
        self.store.put("payment", payment, PaymentRecord(payment, invoice.party, sales.today(now), amount, (invoice.number,), f"Betaling {invoice.number}"))
        left = invoice.amount_open - amount
        self.store.put("invoice", key, dataclasses.replace(invoice, amount_open=left, state="partially_paid" if left else "paid"))
        if left:
            self._plan("pay", key, now)

    # -- what goes on beside

    def _stock(self, _subject: str, now: datetime) -> None:
        """A receipt here, a sale over the counter there."""
        chance = self._chance("stock", now.isoformat())
        for _again in range(3):
            found = self.store.pick(StockRecord, "stock", chance.random())
            if found is not None:
                self._move(found.product, Decimal(chance.choice([-8, -4, -2, 24, 48])))
        self._plan("stock", "", now)

    def _move(self, product: str, quantity: Decimal) -> None:
        for key in self.store.by_ref("stock", product)[:1]:
            stock = self.store.get(StockRecord, "stock", key)
            assert stock is not None
            on_hand = max(stock.on_hand + quantity, Decimal(0))
            available = min(max(stock.available + quantity, Decimal(0)), on_hand)
            self.store.put("stock", key, dataclasses.replace(stock, on_hand=on_hand, available=available), product)

    def _price(self, _subject: str, now: datetime) -> None:
        """One product goes up or down by a few percent, in every list that has it."""
        chance = self._chance("price", now.isoformat())
        product = self.store.pick(ProductRecord, "product", chance.random())
        if product is not None and product.list_price:
            factor = Decimal(chance.choice(["0.97", "0.98", "1.02", "1.03", "1.05"]))
            self.store.put("product", product.external_id, dataclasses.replace(product, list_price=sales.cents(product.list_price * factor)))
            for found in self.store.all(PriceListRecord, "price_list"):
                lines = tuple(
                    dataclasses.replace(line, price=(line.price * factor).quantize(Decimal("0.0001"), ROUND_HALF_UP))
                    if line.product == product.external_id and line.price
                    else line
                    for line in found.lines
                )
                if lines != found.lines:
                    self.store.put("price_list", found.external_id, dataclasses.replace(found, lines=lines))
        self._plan("price", "", now)

    def _phone(self, _subject: str, now: datetime) -> None:
        """Somebody rings up, in working hours."""
        chance = self._chance("phone", now.isoformat())
        local = now.astimezone(sales.ZONE)
        party = self.store.pick(PartyRecord, "party", chance.random())
        if party is not None and party.active and party.kind in ("customer", "dealer") and local.weekday() < 5 and 7 <= local.hour < 18:
            products = [self.store.pick(ProductRecord, "product", chance.random()) for _ in range(chance.randint(1, 4))]
            lines = {
                product.external_id: NewOrderLine(product.external_id, max(product.min_quantity, product.quantity_step) * chance.randint(1, 6))
                for product in products
                if product is not None and product.active and product.list_price
            }
            address = next((item.external_id for item in party.addresses if item.is_delivery and item.active), None)
            if lines:
                self.expect(sales.book(self.store, NewOrder(party.external_id, tuple(lines.values()), None, address, note="Telefonisch besteld"), "", now), now)
        self._plan("phone", "", now)

    def _late(self, subject: str, now: datetime) -> None:
        """A transaction whose caller gave up waiting ends after all; see `faults.py`."""
        asked = json.loads(subject)
        try:
            self.expect(sales.book(self.store, NewOrder.from_payload(asked["payload"]), asked["key"], now), now)
        except sales.Refusal:
            return

    def _open_amount(self, party: str) -> Decimal:
        invoices = sum((item.amount_open for item in self.store.all(InvoiceRecord, "invoice") if item.party == party), Decimal(0))
        orders = sum(
            (item.total_amount for item in self.store.all(OrderRecord, "order") if item.party == party and item.state in sales.OPEN_STATES), Decimal(0)
        )
        return invoices + orders

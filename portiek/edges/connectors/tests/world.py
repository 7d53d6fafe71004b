"""What the tests of the engine do to a portal and its ERP."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portiek.core.db import scope
from portiek.edges.connectors import engine
from portiek.edges.connectors.demo.store import Store
from portiek.edges.connectors.models import Command, Connection, Feed
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.orders.models import Order, OrderLine


class World:
    """The portal's connection, the ERP's books, and time."""

    def __init__(self, actor: Any, connection: Connection, store: Store) -> None:
        self.actor, self.connection, self.store, self.ahead = actor, connection, store, timedelta()

    def now(self) -> Any:
        return timezone.now() + self.ahead

    def run(self) -> engine.Ran:
        """Let the engine go round once; the ERP's clock is the turned one."""
        return engine.run_once(self.connection)

    def later(self, **step: float) -> None:
        self.ahead += timedelta(**step)

    def order(self, number: str = "VD-T-1", *, party: str = "10042", lines: int = 1, quantity: str | None = None) -> Order:
        """Put an order in the portal as a submission leaves it, with what it records."""
        from portiek.core import facts
        from portiek.core.actions import action
        from portiek.core.refs import ref
        from portiek.trade.orders.facts import OrderSubmitted

        @action(None)
        def submit(actor: Any, *, order: Order) -> None:
            facts.record(actor, OrderSubmitted(order_id=order.pk), party_id=order.party_id, subject=ref("orders.order", order.pk), text=order.number)

        with scope(self.actor):
            owner = Party.objects.get(number=party)
            order = Order.objects.create(portal_id=self.actor.portal_id, party=owner, number=number, placed_at=timezone.now(), line_count=lines)
            for position, product in enumerate(Product.objects.filter(list_price__gt=0).order_by("pk")[:lines], 1):
                amount = Decimal(quantity) if quantity else product.min_quantity * 4
                OrderLine.objects.create(
                    portal_id=self.actor.portal_id,
                    party=owner,
                    order=order,
                    position=position,
                    product=product,
                    sku=product.sku,
                    name=product.name,
                    quantity=amount,
                    price=product.list_price,
                    tax_rate=product.tax_rate,
                    amount=amount * product.list_price,
                )
            submit(self.actor, order=order)
        return order

    def command(self, order: Order) -> Command:
        with scope(self.actor):
            return Command.objects.get(key=order.number, kind="create_order")

    def fresh(self, row: Any) -> Any:
        with scope(self.actor):
            return type(row).objects.get(pk=row.pk)

    def feed(self, entity: str) -> Feed:
        with scope(self.actor):
            return Feed.objects.get(connection=self.connection, entity=entity)

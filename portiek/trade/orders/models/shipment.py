"""Tables of what was sent."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import ErpOwned, PartyModel, TenantKey
from portiek.trade.orders.models.order import Order, OrderLine

WRITES = frozenset({"insert", "update", "delete"})
ZERO = Decimal("0")


class Shipment(ErpOwned, PartyModel):
    """One delivery to a party; it may hold lines of several orders."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        PICKING = "picking", _("Is being picked")
        SHIPPED = "shipped", _("On its way")
        DELIVERED = "delivered", _("Delivered")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    carrier = models.CharField(max_length=80, default="")
    tracking = models.CharField(max_length=120, default="")
    tracking_url = models.CharField(max_length=500, default="")
    planned_on = models.DateField(null=True)
    shipped_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)

    class Meta:
        db_table = "orders_shipment"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "external_id"], name="shipment_external")]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "-id"], name="shipment_party")]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(PartyModel):
    """What of an order came with a shipment."""

    shipment = TenantKey(Shipment, on_delete=models.CASCADE)
    order = TenantKey(Order, on_delete=models.CASCADE)
    line = TenantKey(OrderLine, null=True, on_delete=models.CASCADE)
    sku = models.CharField(max_length=64, default="")
    quantity = models.DecimalField(max_digits=13, decimal_places=3)

    class Meta:
        db_table = "orders_shipment_line"
        indexes: ClassVar = [
            models.Index(fields=["portal", "party", "order"], name="shipment_line_order"),
            models.Index(fields=["portal", "party", "shipment"], name="shipment_line_shipment"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

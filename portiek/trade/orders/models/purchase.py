"""The table of what was bought before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PartyModel, TenantKey


class Purchase(PartyModel):
    """The line by which somebody of a party ordered a product last, in the portal or outside it; `user_id` 0: outside it. Kept by the actions, so that no page reads years of lines."""

    fn_reads = True

    product = TenantKey("catalog.Product", db_index=False)
    # Of its order: what a right reaches is decided by them.
    user_id = models.BigIntegerField(default=0, db_default=0)
    unit = TenantKey("parties.Unit", null=True, blank=True)
    line = TenantKey("orders.OrderLine", on_delete=models.CASCADE)
    placed_at = models.DateTimeField()

    class Meta:
        db_table = "orders_purchase"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "product", "user_id", "unit"], name="purchase_once", nulls_distinct=False)]
        indexes: ClassVar = [models.Index(fields=["party", "-placed_at", "-id"], name="purchase_party_new"), models.Index(fields=["party", "user_id", "-placed_at", "-id"], name="purchase_party_user")]

    def __str__(self) -> str:
        return f"{self.product_id} at {self.placed_at}"

"""Which of several carts somebody is filling."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PartyModel, TenantKey
from portiek.trade.orders.models.order import Cart

WRITES = frozenset({"insert", "update", "delete"})


class CartUse(PartyModel):
    """The named or shared cart that a person is filling; without a row it is his own one without a name. It goes when the cart is ordered or no longer shared with him."""

    party_writes = WRITES

    user_id = models.BigIntegerField()
    by_user_id = models.BigIntegerField(default=0, db_default=0)
    cart = TenantKey(Cart, on_delete=models.CASCADE)

    class Meta:
        db_table = "orders_cart_use"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "user_id", "by_user_id"], name="cart_use_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.cart_id}"

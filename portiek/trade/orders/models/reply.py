"""The table of what a party says of lines of an order, asks about it, and wants otherwise of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, TenantKey
from portiek.trade.orders.models.order import Order


class Reply(PartyModel):
    """What somebody of a party said of a line that was confirmed otherwise than it was ordered, asked about an order or a line of it, or wants otherwise of it; and what staff answered.

    `seen` says which confirmation it is about: a line that is confirmed anew waits anew. `position` is that of the line; none: the order as a whole. `is_done`: whether what is wanted otherwise was made so.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("Agrees")
        REFUSED = "refused", _("Does not agree")
        ASKED = "asked", _("Asked")
        WISHED = "wished", _("Asked for a change")

    party_writes = frozenset({"insert"})
    party_check = "answered_at IS NULL AND answer = '' AND answered_by = ''"

    order = TenantKey(Order, on_delete=models.CASCADE, db_index=False)
    position = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    seen = models.CharField(max_length=16, default="", blank=True)
    text = models.CharField(max_length=1000, default="", blank=True)
    user_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    is_done = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=1000, default="", blank=True)
    answered_by_id = models.BigIntegerField(default=0)
    answered_by = models.CharField(max_length=120, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "orders_reply"
        constraints: ClassVar = [
            # Of two who decide at once about the same confirmation of a line, one is first.
            models.UniqueConstraint(fields=["portal", "party", "order", "position", "seen"], condition=Q(kind__in=["accepted", "refused"]), name="reply_decided_once"),
            models.UniqueConstraint(fields=["portal", "party", "order"], condition=Q(kind="wished", answered_at__isnull=True), name="reply_wished_once"),
            models.CheckConstraint(condition=Q(kind__in=["asked", "wished"]) | Q(position__isnull=False), name="reply_decides_a_line"),
            models.CheckConstraint(condition=Q(kind="accepted") | ~Q(text=""), name="reply_says_why"),
            models.CheckConstraint(condition=Q(kind="wished", answered_at__isnull=False, is_done__isnull=False) | (Q(is_done__isnull=True) & (~Q(kind="wished") | Q(answered_at__isnull=True))), name="reply_done"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "order", "id"], name="reply_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.position or ''}".strip()

    @property
    def waits(self) -> bool:
        """Whether staff still have to answer it."""
        return self.kind != self.Kind.ACCEPTED and self.answered_at is None

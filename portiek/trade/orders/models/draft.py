"""Tables of lists that are on their way into a cart, and of how far back is looked whether something is ordered twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PartyModel, PortalModel
from portiek.trade.orders import rules

WRITES = frozenset({"insert", "update", "delete"})


class Draft(PartyModel):
    """A list on its way into a cart, kept while one person works on it: pasted, from a file, an order that is ordered again or what is asked of an order list. Nobody else looks at it.

    What its lines come to is never kept: it is found anew at each look, of the rows as they came and what was decided about them.
    """

    class Kind(models.TextChoices):
        PASTED = "pasted"
        FILE = "file"
        ORDER = "order"
        LIST = "list"

    # Of products that are known: nothing in them was typed, and their columns are no question.
    KNOWN = (Kind.ORDER, Kind.LIST)

    party_writes = WRITES

    user_id = models.BigIntegerField()
    # As with a cart: one of the staff who fills it on his behalf has lists of his own.
    by_user_id = models.BigIntegerField(default=0, db_default=0)
    key = models.CharField(max_length=32)
    kind = models.CharField(max_length=7, choices=Kind)
    # The file's or the list's, or the number of the order.
    name = models.CharField(max_length=255, default="", blank=True)
    # How it was written, so that what could not be taken goes back in the same layout: separator, encoding, mark of the encoding; nothing for a spreadsheet.
    written = models.JSONField(default=dict)
    # The headings, where there are any, and the rows: pairs of a number and cells.
    heads = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    # What each column is, by repairing.MEANINGS; "" for what is not taken over.
    columns = models.JSONField(default=list)
    # By row: a product or quantity that was chosen, what was searched for it and what that found. And the rows that are left out, or not repaired.
    chosen = models.JSONField(default=dict)
    out = models.JSONField(default=list)
    undone = models.JSONField(default=list)
    # By row: the price and quantity of then.
    was = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "orders_draft"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "key"], name="draft_key")]
        indexes: ClassVar = [models.Index(fields=["party", "user_id", "by_user_id", "-id"], name="draft_of_person"), models.Index(fields=["portal", "changed_at"], name="draft_changed")]

    def __str__(self) -> str:
        return self.key


class Layout(PartyModel):
    """What the columns of a file are, as somebody of the party said it: known again by its headings, or by how many columns it has."""

    party_writes = WRITES

    shape = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    has_heads = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "orders_layout"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "shape"], name="layout_shape")]

    def __str__(self) -> str:
        return self.shape


class Lookback(PortalModel):
    """For how many days in this portal an order with the same reference asks whether it is ordered twice, 0 never; without a row a month."""

    party_reads = True

    days = models.PositiveSmallIntegerField(default=rules.LOOKBACK)

    class Meta:
        db_table = "orders_lookback"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="lookback_once")]

    def __str__(self) -> str:
        return str(self.days)

"""Tables of order lists."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import PartyModel, TenantKey
from portiek.core.money import MAX_QUANTITY
from portiek.trade.catalog.models import InUnit
from portiek.trade.lists import rules

WRITES = frozenset({"insert", "update", "delete"})
# A list of one's own is nobody else's, whoever of the party asks.
OWN = "user_id IN (0, (SELECT ctx.claim(4, 'party')))"


class OrderList(PartyModel):
    """What is ordered again and again, of `user_id` alone; 0: shared, with a `unit` with that branch, department or project, else with the whole company."""

    party_using = f"party_id = (SELECT ctx.claim(2, 'party')) AND {OWN}"
    party_check = OWN
    party_writes = WRITES

    user_id = models.BigIntegerField(default=0)
    name = models.CharField(max_length=80)
    unit = TenantKey("parties.Unit", null=True, blank=True, db_index=False)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    # Who changed it last: of a shared list its readers want to know.
    changed_by = models.CharField(max_length=120, default="")

    class Meta:
        db_table = "lists_list"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "user_id", "name"], name="list_name"),
            models.CheckConstraint(condition=Q(user_id=0) | Q(unit=None), name="list_unit_shared"),
        ]
        indexes: ClassVar = [models.Index(fields=["party", "name", "id"], name="list_party_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def choice(self) -> tuple[str, str]:
        """The list as one of several to choose from."""
        return str(self.pk), self.name

    @property
    def is_shared(self) -> bool:
        """Whether colleagues see it."""
        return self.user_id == 0

    @property
    def scope(self) -> str:
        """Whose it is: the person's, the unit's or the company's."""
        return (rules.UNIT if self.unit_id else rules.COMPANY) if self.is_shared else rules.PERSONAL


class ListLine(InUnit, PartyModel):
    """A product of a list and how much of it is usual. `par`: the minimum stock, of the sales unit; what the shelf lacks of it is proposed. Number and name are those of when it was put on, so that what is gone can be named."""

    party_using = "party_id = (SELECT ctx.claim(2, 'party')) AND list_id IN (SELECT l.id FROM lists_list l WHERE l.party_id = (SELECT ctx.claim(2, 'party')))"
    party_check = "list_id IN (SELECT l.id FROM lists_list l WHERE l.party_id = (SELECT ctx.claim(2, 'party')))"
    party_writes = WRITES

    list = TenantKey(OrderList, on_delete=models.CASCADE, db_index=False)
    product = TenantKey("catalog.Product")
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    quantity = models.DecimalField(max_digits=10, decimal_places=3)
    par = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)
    note = models.CharField(max_length=200, default="", blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        db_table = "lists_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "list", "product"], name="list_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, quantity__lte=MAX_QUANTITY), name="list_line_quantity"),
            models.CheckConstraint(condition=Q(par=None) | Q(par__gt=0, par__lte=MAX_QUANTITY), name="list_line_par"),
        ]
        indexes: ClassVar = [models.Index(fields=["list", "position", "id"], name="list_line_place")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

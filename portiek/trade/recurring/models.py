"""Tables of recurring orders."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, TenantKey
from portiek.core.money import MAX_QUANTITY
from portiek.trade.catalog.models import InUnit
from portiek.trade.recurring import rules

WRITES = frozenset({"insert", "update", "delete"})
# One that is not shared is nobody else's, whoever of the party asks.
OWN = "private_to IN (0, (SELECT ctx.claim(4, 'party')))"
OF_OWN = "recurring_id IN (SELECT r.id FROM recurring_order r WHERE r.party_id = (SELECT ctx.claim(2, 'party')))"


class Recurring(PartyModel):
    """What is ordered again as `user_id`, on `next_on` and then each so many weeks or months. `private_to`: him alone; 0: shared, with a `unit` with that branch, department or project, else with the whole company."""

    class State(models.TextChoices):
        ACTIVE = rules.ACTIVE, _("Active")
        PAUSED = rules.PAUSED, _("Paused")
        STOPPED = rules.STOPPED, _("Stopped")
        ENDED = rules.ENDED, _("Has ended")

    class Rhythm(models.TextChoices):
        WEEK = rules.WEEK, _("Weeks")
        MONTH = rules.MONTH, _("Months")

    party_using = f"party_id = (SELECT ctx.claim(2, 'party')) AND {OWN}"
    party_check = OWN
    party_writes = WRITES

    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=120, default="")
    private_to = models.BigIntegerField(default=0)
    unit = TenantKey("parties.Unit", null=True, blank=True, db_index=False)
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    rhythm = models.CharField(max_length=5, choices=Rhythm, default=Rhythm.WEEK)
    every = models.PositiveSmallIntegerField(default=1)
    # Of the first turn, since a short month says another one.
    month_day = models.PositiveSmallIntegerField(default=1)
    # None: there is no turn any more.
    next_on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    left = models.PositiveSmallIntegerField(null=True, blank=True)
    # How many days before a turn its owner hears of it; 0: not.
    remind_days = models.PositiveSmallIntegerField(default=3)
    # Above so many per cent dearer than last time it waits for a yes; None: never.
    limit_percent = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    reference = models.CharField(max_length=80, default="", blank=True)
    note = models.CharField(max_length=1000, default="", blank=True)
    address = TenantKey("parties.Address", null=True, blank=True, on_delete=models.SET_NULL)
    # How many days after the turn the goods are wanted; None: as soon as they can come.
    wanted_days = models.PositiveSmallIntegerField(null=True, blank=True)
    slot = models.CharField(max_length=10, default="", blank=True)
    shipping = models.CharField(max_length=6, default="", blank=True)
    cost_centre = models.CharField(max_length=20, default="", db_default="", blank=True)
    # For which branch, department or project it is ordered; None: as its owner stands.
    for_unit = TenantKey("parties.Unit", null=True, blank=True, db_index=False)
    answers = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.CharField(max_length=120, default="")

    class Meta:
        db_table = "recurring_order"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(private_to=0) | Q(unit=None), name="recurring_unit_shared"),
            models.CheckConstraint(condition=Q(every__gte=1, every__lte=rules.MOST_EVERY, month_day__gte=1, month_day__lte=31), name="recurring_rhythm"),
            models.CheckConstraint(condition=~Q(state="active") | Q(next_on__isnull=False), name="recurring_next"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["party", "name", "id"], name="recurring_party_name"),
            models.Index(fields=["portal", "next_on", "id"], condition=Q(state="active"), name="recurring_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """Whether colleagues see it."""
        return self.private_to == 0

    @property
    def scope(self) -> str:
        """Who sees it: the person, the unit or the company."""
        return (rules.UNIT if self.unit_id else rules.COMPANY) if self.is_shared else rules.PERSONAL


class RecurringLine(InUnit, PartyModel):
    """A product and how much of it each time. `price`: what one cost last time, or when it was made. Number and name are those of when it was put on, so that what is gone can be named."""

    party_using = f"party_id = (SELECT ctx.claim(2, 'party')) AND {OF_OWN}"
    party_check = OF_OWN
    party_writes = WRITES

    recurring = TenantKey(Recurring, on_delete=models.CASCADE, db_index=False)
    product = TenantKey("catalog.Product")
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    quantity = models.DecimalField(max_digits=10, decimal_places=3)
    price = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    note = models.CharField(max_length=200, default="", blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        db_table = "recurring_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "recurring", "product"], name="recurring_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, quantity__lte=MAX_QUANTITY), name="recurring_line_quantity"),
        ]
        indexes: ClassVar = [models.Index(fields=["recurring", "position", "id"], name="recurring_line_place")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class Turn(PartyModel):
    """One time of a recurring order: what was decided about it before, and what became of it. There is one for a day at most, so that a day is ordered once."""

    class State(models.TextChoices):
        COMING = rules.COMING, _("To come")
        WAITS = rules.WAITS, _("Waits for your yes")
        PLACED = rules.PLACED, _("Ordered")
        SKIPPED = rules.SKIPPED, _("Skipped")
        FAILED = rules.FAILED, _("Not ordered")
        LAPSED = rules.LAPSED, _("Not answered in time")

    party_using = f"party_id = (SELECT ctx.claim(2, 'party')) AND {OF_OWN}"
    party_check = OF_OWN
    party_writes = WRITES

    recurring = TenantKey(Recurring, on_delete=models.CASCADE, db_index=False)
    due_on = models.DateField()
    state = models.CharField(max_length=7, choices=State, default=State.COMING)
    # Other quantities (of the sales unit) for this time alone, by the key of the line; "0": not this time.
    changed = models.JSONField(default=dict, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    order = TenantKey("orders.Order", null=True, blank=True)
    # What was left out, or why nothing was ordered, in the language of the owner.
    said = models.CharField(max_length=500, default="", blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "recurring_turn"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "recurring", "due_on"], name="recurring_turn_once"),
            models.CheckConstraint(condition=Q(state="placed") | Q(order=None), name="recurring_turn_order"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.state}"

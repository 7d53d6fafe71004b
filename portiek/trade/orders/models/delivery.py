"""Tables of when a portal delivers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portiek.core.db.models import PortalModel


class DeliveryDays(PortalModel):
    """On which weekdays (0: Monday) a portal delivers, until when an order of a day counts for that day, and what a buyer may choose; without a row any day can be asked."""

    party_reads = True

    days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    # By weekday the hour, HH:MM; one that is not named handles nothing.
    cutoffs = models.JSONField(default=dict)
    lead = models.PositiveSmallIntegerField(default=1)
    # Parts of a day that a buyer may ask.
    slots = ArrayField(models.CharField(max_length=10), default=list)
    # Whether he may say that all comes at once, or what is there first.
    asks_parts = models.BooleanField(default=False)
    # Whether he may say that he picks it up.
    pickup = models.BooleanField(default=False, db_default=False)
    # For how many minutes who ordered may still change it; 0: it goes to the ERP at once.
    change_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "orders_delivery_days"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="delivery_days_once")]

    def __str__(self) -> str:
        return str(self.days)


class ClosedDay(PortalModel):
    """A day on which nothing is handled and nothing comes."""

    party_reads = True

    day = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        db_table = "orders_closed_day"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "day"], name="closed_day_once")]

    def __str__(self) -> str:
        return self.name

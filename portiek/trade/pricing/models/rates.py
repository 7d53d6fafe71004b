"""The table of exchange rates: what makes a price list in another currency count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import PortalModel
from portiek.trade.pricing.models.shared import window


class ExchangeRate(PortalModel):
    """What one of a currency is worth in the portal's own, from a day on, and who said so. Of several that count on a day the one that began last does. Parties read them: their prices name them."""

    party_reads = True

    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=80)

    class Meta:
        db_table = "pricing_exchangerate"
        constraints: ClassVar = [
            # Serves the resolver too.
            models.UniqueConstraint(fields=["portal", "currency", "valid_from"], name="exchange_rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
            window("exchange_rate_window"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate}"

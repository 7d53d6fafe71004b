"""The table of price lists that somebody had made for himself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, TenantKey


class PriceFile(PartyModel):
    """Own prices of a day as a file, as one person asked for it; for him alone, for a limited time. `wanted`: what the catalogue was narrowed to."""

    class Format(models.TextChoices):
        PDF = "pdf", _("PDF, to read or print")
        XLSX = "xlsx", _("Excel")
        CSV = "csv", _("CSV")

    class State(models.TextChoices):
        ASKED = "asked", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Not made")

    party_writes = frozenset({"insert"})

    user = TenantKey("accounts.User", db_index=False)
    format = models.CharField(max_length=4, choices=Format)
    day = models.DateField()
    wanted = models.JSONField(default=dict)
    language = models.CharField(max_length=2, default="nl")
    state = models.CharField(max_length=6, choices=State, default=State.ASKED)
    # Products.
    rows = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "pricing_pricefile"
        indexes: ClassVar = [models.Index(fields=["portal", "user", "-id"], name="price_file_user"), models.Index(fields=["portal", "asked_at"], name="price_file_asked")]

"""The table of who waits for what."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PartyModel, TenantKey


class StockWatch(PartyModel):
    """A person wants to hear, once, when a product is there again; what was told is gone, and so is what nobody told within the term."""

    party_writes = frozenset({"insert", "delete"})

    user_id = models.BigIntegerField()
    product = TenantKey("catalog.Product")
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_stockwatch"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "user_id", "product"], name="watch_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "asked_at"], name="watch_asked"), models.Index(fields=["portal", "id"], name="watch_portal")]

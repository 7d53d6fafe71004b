"""The tables of what companies were told of their products, prices and stock."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PartyModel, TenantKey


class ProductFeed(PartyModel):
    """A company, or a branch of it (0: none), follows what changes in its products, own prices and stock. `version`: the last look that is complete; what a look under way writes has the next one."""

    party_writes = frozenset({"insert", "update (renewed_at)", "delete"})

    unit_id = models.BigIntegerField(default=0)
    # Stands in its cursors, so that one of a feed that ended is known as such.
    key = models.CharField(max_length=16)
    version = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    renewed_at = models.DateTimeField()

    class Meta:
        db_table = "pricing_productfeed"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "unit_id"], name="product_feed_once")]


class FeedItem(PartyModel):
    """What a company was told last of an article number, and in which look that changed. `gone`: it is no longer its; the number alone is kept."""

    party_writes = frozenset({"delete"})

    feed = TenantKey("pricing.ProductFeed", on_delete=models.CASCADE, db_index=False)
    sku = models.CharField(max_length=64)
    version = models.BigIntegerField()
    gone = models.BooleanField(default=False)
    told = models.JSONField(default=dict)

    class Meta:
        db_table = "pricing_feeditem"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "feed", "sku"], name="feed_item_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "feed", "version", "id"], name="feed_item_version")]

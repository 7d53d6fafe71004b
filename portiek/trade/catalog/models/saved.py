"""The table of searches that people keep."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, TenantKey


class SavedSearch(PartyModel):
    """A search that a person keeps by a name, and how often he hears of what is new in it. `narrowed`: attributes as "code~value"; `seen`: the newest row of an assortment at the last look."""

    class Often(models.TextChoices):
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")
        NEVER = "never", _("Not")

    party_writes = frozenset({"insert", "update", "delete"})

    user_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    words = models.CharField(max_length=100, default="", blank=True)
    category = TenantKey("catalog.Category", null=True, blank=True)
    narrowed = ArrayField(models.CharField(max_length=260), default=list, blank=True)
    stocked = models.BooleanField(default=False)
    often = models.CharField(max_length=6, choices=Often)
    looked_at = models.DateTimeField()
    seen = models.BigIntegerField(default=0)

    class Meta:
        db_table = "catalog_saved_search"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "user_id", "name"], name="saved_search_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "looked_at", "id"], name="saved_search_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def query(self) -> list[tuple[str, str]]:
        """What stands in the address of the list."""
        return [*([("q", self.words)] if self.words else []), *([("category", self.category.code)] if self.category else []), *(("is", text) for text in self.narrowed), *([("stock", "1")] if self.stocked else [])]

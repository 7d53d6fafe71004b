"""Where people start."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import OptionalPartyModel, TenantKey


class Presence(OptionalPartyModel):
    """Up to where one person has seen what happens, in one of his companies or among the staff: when he last looked and the last fact there was then; and where the visit before this one ended."""

    # His own alone, not his colleagues'.
    party_using = "party_id = (SELECT ctx.claim(2, 'party')) AND user_id = (SELECT ctx.claim(4, 'party'))"
    party_writes = frozenset({"insert", "update"})
    party_check = "user_id = (SELECT ctx.claim(4, 'party'))"

    user = TenantKey("accounts.User", db_index=False)
    seen_at = models.DateTimeField()
    seen_fact = models.BigIntegerField(default=0)
    before_at = models.DateTimeField(null=True, blank=True)
    before_fact = models.BigIntegerField(default=0)

    class Meta:
        db_table = "pages_presence"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user", "party"], name="presence_once", nulls_distinct=False)]

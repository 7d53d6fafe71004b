"""Where people start: what the portal tells there, and when somebody last looked."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from portiek.core.db.models import OptionalPartyModel, PortalModel, TenantKey
from portiek.core.spoken import spoken


class NewsItem(PortalModel):
    """A few words of the portal to everybody, or to kinds of party (`kinds`), from a day until a day, in Dutch, English or both."""

    party_reads = True
    # Also by row security: what is meant for dealers no customer reads.
    party_using = ("portal_id = (SELECT ctx.claim(1, 'party')) AND ended_at IS NULL AND (kinds = '{}' OR (SELECT p.kind FROM parties_party p WHERE p.id = (SELECT ctx.claim(2, 'party'))) = ANY (kinds))")

    title = models.CharField(max_length=80, default="", blank=True)
    title_en = models.CharField(max_length=80, default="", blank=True)
    text = models.CharField(max_length=1000, default="", blank=True)
    text_en = models.CharField(max_length=1000, default="", blank=True)
    # Of the portal (/catalog/) or of elsewhere (https://...).
    link = models.CharField(max_length=300, default="", blank=True)
    kinds = ArrayField(models.CharField(max_length=10), default=list, db_default=[], blank=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "pages_news"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="news_days"),
                                 models.CheckConstraint(condition=~Q(title="") | ~Q(title_en=""), name="news_title")]
        indexes: ClassVar = [models.Index(fields=["portal", "-first_day", "-id"], name="news_by_day")]

    def __str__(self) -> str:
        return self.title or self.title_en

    def said(self, language: str = "") -> tuple[str, str]:
        """Return title and text in a language (that of the moment), or in the other one when it has no words in it."""
        return spoken((self.title, self.text), (self.title_en, self.text_en), language)


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

"""Every write about where people start: news, and that somebody looked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.edges.pages import facts, queries, rules
from portiek.edges.pages.models import NewsItem, Presence
from portiek.foundation.parties.permissions import PORTAL_MANAGE

REF = "pages.news"
WRITTEN = ("title", "title_en", "text", "text_en", "link", "kinds", "first_day", "last_day")


def _told(actor: Actor, happened: Fact, row: NewsItem, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, happened, subject=ref(REF, row.pk), text=str(row), changes=changes)


@action(PORTAL_MANAGE)
def write_news(actor: Actor, *, values: Mapping[str, Any]) -> NewsItem:
    """Write news. Raises IntegrityError for one without a title or with a last day before its first."""
    made = NewsItem.objects.create(portal_id=actor.portal_id, **{name: values[name] for name in WRITTEN})
    _told(actor, facts.NewsMade(news_id=made.pk), made)
    return made


def _locked(actor: Actor, item: NewsItem) -> NewsItem:
    found = NewsItem.objects.select_for_update().filter(portal_id=actor.portal_id, pk=item.pk).first()
    if found is None:
        raise NotFound
    return found


@action(PORTAL_MANAGE)
def change_news(actor: Actor, *, item: NewsItem, values: Mapping[str, Any]) -> NewsItem:
    """Change news, also what was taken off: then it is shown again."""
    found = _locked(actor, item)
    changes = {name: (getattr(found, name), values[name]) for name in WRITTEN if getattr(found, name) != values[name]}
    if changes or found.ended_at:
        for name in changes:
            setattr(found, name, values[name])
        found.ended_at = None
        found.save(update_fields=[*WRITTEN, "ended_at"])
        _told(actor, facts.NewsChanged(news_id=found.pk), found, {name: tuple(", ".join(value) if isinstance(value, list) else value for value in pair) for name, pair in changes.items()})  # type: ignore[misc]
    return found


@action(PORTAL_MANAGE)
def end_news(actor: Actor, *, item: NewsItem) -> None:
    """Take news off the home page. Twice is as once."""
    found = _locked(actor, item)
    if found.ended_at is None:
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        _told(actor, facts.NewsEnded(news_id=found.pk), found)


@action(None)
def note_presence(actor: Actor, *, now: datetime, up_to: int | None = None) -> None:
    """Keep that the actor looks now and saw what there is (`up_to`: the facts up to this one); after a pause of some hours this is another visit, and the one before ended where he last looked."""
    was = queries.presence(actor)
    found: dict[str, object] = {"seen_at": now, "seen_fact": queries.last_fact(actor) if up_to is None else up_to}
    if was is not None and rules.is_another_visit(was.seen_at, now):
        found |= {"before_at": was.seen_at, "before_fact": was.seen_fact}
    Presence.objects.update_or_create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, defaults=found)  # type: ignore[misc]

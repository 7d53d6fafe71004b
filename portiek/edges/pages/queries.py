"""Every read of news."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.edges.pages.models import NewsItem
from portiek.foundation.parties.permissions import PORTAL_MANAGE

NEWEST = ("-first_day", "-id")
# More on a home page nobody reads.
SHOWN = 3


def _standing(actor: Actor, today: date) -> QuerySet[NewsItem]:
    return NewsItem.objects.filter(Q(last_day=None) | Q(last_day__gte=today), portal_id=actor.portal_id, first_day__lte=today, ended_at=None)


def news_for(actor: Actor, *, today: date) -> list[NewsItem]:
    """Return what the actor's party is told today, newest first. One statement; row security leaves out what is for other kinds of party."""
    return list(_standing(actor, today).order_by(*NEWEST)[:SHOWN])


def news(actor: Actor) -> QuerySet[NewsItem]:
    """Return all news, for who writes it. Order: NEWEST."""
    return NewsItem.objects.filter(portal_id=actor.portal_id) if actor.is_staff and actor.may(PORTAL_MANAGE) else NewsItem.objects.none()


def news_item(actor: Actor, key: int) -> NewsItem:
    """Return one, for who writes it. Raises NotFound."""
    found = news(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found

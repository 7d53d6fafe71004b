"""News, and what changed since somebody's last visit: facts that he may see, of things that he may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.models import FactRow
from portiek.edges.pages import rules
from portiek.edges.pages.models import NewsItem, Presence
from portiek.edges.pages.since import KINDS, Kind
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.parties.permissions import PORTAL_MANAGE
from portiek.trade.orders.queries import orders as orders_seen
from portiek.trade.quotes import queries as quotes

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


# More of them nobody reads: of the newest so many is said how many they are.
MOST = 500
@dataclass(frozen=True)
class Change:
    """What happened to some things of one kind since the last visit: their numbers, last first. `mine`: of the parties that this member of staff looks after."""

    kind: Kind
    numbers: list[str]
    mine: bool


def presence(actor: Actor) -> Presence | None:
    """Return up to where the actor has seen what happens, or None."""
    return Presence.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, party_id=actor.party_id).first()  # type: ignore[misc]


def last_fact(actor: Actor) -> int:
    """Return the number of the last fact that the actor's company (staff: the portal) knows."""
    found = FactRow.objects.filter(portal_id=actor.portal_id, **({"party_id": actor.party_id} if actor.party_id else {}))
    return found.order_by("-id").values_list("id", flat=True).first() or 0


def changes(actor: Actor, *, after: int, since: datetime) -> list[Change]:
    """Return what changed after a fact by others than the actor, each thing once by the last that happened to it; of staff their own parties first. One statement, one more for whose right does not reach the whole company, and for staff."""
    kinds = {fact: kind for kind in KINDS if actor.may(kind.right) for fact in kind.facts}
    found = FactRow.objects.filter(portal_id=actor.portal_id, id__gt=after, at__gte=since, name__in=kinds).exclude(user_id=actor.user_id)
    found = found.filter(party_id=actor.party_id) if actor.party_id else found.exclude(Q(kind="staff") | Q(party_id=None))
    last: dict[str, FactRow] = {}
    for row in found.order_by("-id").only("name", "subject", "text", "party_id")[:MOST]:
        last.setdefault(row.subject, row)
    rows = _seen(actor, last.values())
    own = set(accounts.own_parties(actor).values_list("party_id", flat=True)) if actor.is_staff and rows else set()
    numbers: dict[tuple[bool, Kind], list[str]] = {}
    for row in rows:
        numbers.setdefault((row.party_id in own, kinds[row.name]), []).append(row.text)
    return sorted((Change(kind, texts, mine) for (mine, kind), texts in numbers.items()), key=lambda item: (not item.mine, KINDS.index(item.kind)))


# Things of which a right reaches one's own or one's branch alone: their reference, the right and what one sees of them.
REACHES: tuple[tuple[str, str, Callable[[Actor], QuerySet[Any]]], ...] = (("orders.order:", "order.view", orders_seen), ("quotes.quote:", "quote.view", quotes.visible))


def _seen(actor: Actor, rows: Iterable[FactRow]) -> list[FactRow]:
    """Leave out orders and quotes beyond the reach of the actor's right, such as those of other branches; the other rights have none."""
    left = list(rows)
    for kind, right, visible in REACHES:
        keys = {rules.key_of(row.subject) for row in left if row.subject.startswith(kind)}
        if keys and actor.reach(right) != "company":
            seen = set(visible(actor).filter(pk__in=keys).values_list("pk", flat=True))
            left = [row for row in left if not row.subject.startswith(kind) or rules.key_of(row.subject) in seen]
    return left

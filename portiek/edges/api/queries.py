"""Every read about keys and webhooks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.events import Event, events
from portiek.core.pages import Page, keyset
from portiek.core.permissions import base
from portiek.core.sight import Sight, Way
from portiek.edges.api import messages
from portiek.edges.api.models import ApiKey, WebhookDelivery, WebhookEndpoint
from portiek.foundation.accounts.models import Membership
from portiek.foundation.accounts.queries import standing_for
from portiek.foundation.accounts.standing import standing


def keys(actor: Actor, *, party_id: int | None = None) -> QuerySet[ApiKey]:
    """The keys and clients of the actor's own company (staff: of the portal itself, or of a party), newest first, ended ones too; each with whether its maker still comes in."""
    found = ApiKey.objects.filter(portal_id=actor.portal_id, party_id=_of(actor, party_id)).select_related("user").order_by("-id")  # type: ignore[misc]
    places = Membership.objects.filter(user_id=OuterRef("user_id"), party_id=_of(actor, party_id), is_active=True, user__is_active=True)  # type: ignore[misc]
    return found.annotate(has_maker=Exists(places))


def own_key(actor: Actor, key: int) -> ApiKey:
    """Return a key or client of the actor's own company that has not been revoked. Raises NotFound."""
    row = ApiKey.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id, pk=key, revoked_at=None).first()  # type: ignore[misc]
    if row is None:
        raise NotFound
    return row


def _of(actor: Actor, party_id: int | None) -> int | None:
    return (party_id if actor.is_staff else None) or actor.party_id


@dataclass(frozen=True)
class Reader:
    """A key or client that can read an object: by which way, and its rights that lead there, as far as whoever answers for it has them still."""

    key: ApiKey
    way: Way
    held: tuple[str, ...]


def readers(actor: Actor, sight: Sight, *, staff: bool) -> list[Reader]:
    """Return the keys and clients of a party (`staff`: of the portal itself) that can read an object now, by name, among the first two hundred. Three statements. A program reads by right alone, never as a named person."""
    place = None if staff else sight.party_id
    if not staff and (place is None or sight.closed):
        return []
    good = Q(expires_at=None) | Q(expires_at__gt=Now())
    rows = list(ApiKey.objects.select_related("user").filter(good, portal_id=actor.portal_id, party_id=place, revoked_at=None).order_by("name", "pk")[:200])  # type: ignore[misc]
    people, found = standing_for(actor, party_id=place, user_ids=[row.user_id for row in rows]) if rows else {}, []
    for row in rows:
        if row.user_id in people:
            program = replace(people[row.user_id], rights=people[row.user_id].rights & set(row.rights))
            way = next((way for way in (sight.staff if staff else sight.ways) if way.right and way.leads(program)), None)
            if way is not None:
                found.append(Reader(row, way, tuple(sorted(code for code in program.rights if base(code) == way.right))))
    return found


def webhooks(actor: Actor, *, party_id: int | None = None) -> QuerySet[WebhookEndpoint]:
    """The webhooks of the actor's own company (staff: of the portal itself, or of a party), newest first, each with how many messages wait."""
    found = WebhookEndpoint.objects.filter(portal_id=actor.portal_id, party_id=_of(actor, party_id)).exclude(state=WebhookEndpoint.State.REMOVED)  # type: ignore[misc]
    waiting = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=WebhookDelivery.State.WAITING).order_by().values("endpoint").annotate(number=Count("pk")).values("number")
    return found.annotate(waiting=Coalesce(Subquery(waiting), 0)).select_related("user").order_by("-id")


def webhook(actor: Actor, key: str) -> WebhookEndpoint:
    """Return a webhook of the own company, for staff also of a party. Raises NotFound."""
    found = WebhookEndpoint.objects.filter(portal_id=actor.portal_id, key=key).exclude(state=WebhookEndpoint.State.REMOVED).select_related("user", "party")
    row = (found if actor.is_staff else found.filter(party_id=actor.party_id)).first()  # type: ignore[misc]
    if row is None or not messages.may_handle(actor, row.events):
        raise NotFound
    return row


def webhook_by_id(actor: Actor, pk: int) -> WebhookEndpoint | None:
    """Return a webhook of the own company, for staff also of a party; None when it is gone."""
    found = WebhookEndpoint.objects.filter(portal_id=actor.portal_id, pk=pk).exclude(state=WebhookEndpoint.State.REMOVED)
    return (found if actor.is_staff else found.filter(party_id=actor.party_id)).first()  # type: ignore[misc]


def deliveries(actor: Actor, *, webhook: WebhookEndpoint, state: str = "", after: str | None = None, before: str | None = None, size: int = 25) -> Page:
    """Return a page of what was sent to a webhook, last first."""
    found = WebhookDelivery.objects.filter(portal_id=actor.portal_id, endpoint=webhook)
    if state in WebhookDelivery.State.values:
        found = found.filter(state=state)
    return keyset(found, ("-id",), after=after, before=before, size=size)


def choosable(actor: Actor) -> list[Event]:
    """Return the events whose subjects this actor has the right to see, those of orders first."""
    order = ["order", "invoice", "payment", "price", "stock", "product", "assortment"]
    found = [item for item in events().values() if messages.may_choose(actor, item)]
    return sorted(found, key=lambda item: order.index(noun) if (noun := item.name.partition(".")[0]) in order else len(order))


def is_due(actor: Actor, *, now: datetime | None = None) -> bool:
    """Whether a receiver's turn has come."""
    return WebhookEndpoint.objects.filter(portal_id=actor.portal_id, state=WebhookEndpoint.State.ACTIVE, next_at__lte=now or Now()).exists()


def maker(actor: Actor, *, party_id: int | None, user_id: int) -> Actor | None:
    """Return who made a webhook as he now stands in his company, or None when he no longer comes in. Only as the portal itself."""
    return standing(actor, party_id=party_id, user_id=user_id)


def own_webhook(actor: Actor, key: str) -> WebhookEndpoint:
    """Return a webhook of the company that the actor acts for. Raises NotFound."""
    found = webhook(actor, key)
    if found.party_id != actor.party_id:
        raise NotFound
    return found


def all_events(actor: Actor) -> list[Event]:
    """Return every event, those of orders first."""
    return choosable(Actor.system(actor.portal_id))

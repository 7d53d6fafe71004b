"""Every read of notifications and of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import NotFound
from portiek.core.pages import Page, keyset
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.models import Membership, User
from portiek.foundation.notifications.models import Mail, Notification
from portiek.foundation.notifications.shown import told

COUNT_TO = 100


@dataclass(frozen=True)
class Recipient:
    """Who is told."""

    user_id: int
    email: str
    language: str


def recipients(actor: Actor, *, party_id: int | None, right: str = "", user_ids: Sequence[int] | None = None) -> list[Recipient]:
    """Return the active users who hold a right in a party (None: among the staff), or the named ones of them. One statement."""
    found = accounts.all_holders(actor, right) if right else Membership.objects.filter(portal_id=actor.portal_id, is_active=True, user__is_active=True)
    found = found.filter(party_id=party_id, party__is_active=True) if party_id else found.filter(party__isnull=True)
    if user_ids is not None:
        found = found.filter(user_id__in=list(user_ids))
    rows = found.order_by("user_id").distinct().values_list("user_id", "user__email", "user__language")
    return [Recipient(*row) for row in rows]


def notifications(actor: Actor) -> Any:
    """Return what an actor was told in the company he acts for, without an order."""
    mine = Notification.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id)
    return mine.filter(party_id=actor.party_id) if actor.party_id else mine.filter(party__isnull=True)


def unread(actor: Actor) -> int:
    """Return how many notifications are new, up to a hundred. One statement."""
    return notifications(actor).filter(read_at__isnull=True)[:COUNT_TO].count()


def counting(actor: Actor) -> Counting:
    """Say how to count what is new, up to a hundred, among the counts of every page."""
    whose, values = ("party_id = %s", (actor.party_id,)) if actor.party_id else ("party_id IS NULL", ())
    return Counting(f"SELECT count(*) FROM (SELECT FROM notifications_notification WHERE portal_id = %s AND user_id = %s AND {whose} AND read_at IS NULL LIMIT {COUNT_TO}) n",
                    (actor.portal_id, actor.user_id, *values))


def notifications_page(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of notifications in words, last first."""
    page = keyset(notifications(actor), ("-at", "-id"), after=after, before=before)
    return Page([told(row) for row in page.rows], page.next, page.previous)


def mails(actor: Actor, *, state: str = "", search: str = "", after: str | None = None, before: str | None = None) -> Page:
    """Return a page of the delivery log, last first: to whom, what kind and how it went; what it says is not read."""
    found = Mail.objects.filter(portal_id=actor.portal_id).select_related("party").defer("values")
    if state in Mail.State.values:
        found = found.filter(state=state)
    if search:
        found = found.filter(Q(to=search.strip().lower()) | Q(key=search.strip()))
    return keyset(found, ("-created_at", "-id"), after=after, before=before)


def last_sent(actor: Actor) -> datetime | None:
    """Return when the mail server last took a mail, or None."""
    return Mail.objects.filter(portal_id=actor.portal_id, state=Mail.State.SENT).order_by("-created_at", "-pk").values_list("sent_at", flat=True).first()


def user_of(actor: Actor, user_id: int) -> Recipient | None:
    """Return how to reach one active user."""
    row = User.objects.filter(pk=user_id, is_active=True).values_list("pk", "email", "language").first()
    return Recipient(*row) if row else None


def due_mails(actor: Actor, *, now: datetime, limit: int) -> list[str]:
    """Return the keys of mails whose time has come, longest waiting first."""
    return list(
        Mail.objects.filter(portal_id=actor.portal_id, state=Mail.State.WAITING, next_at__lte=now).order_by("next_at").values_list("key", flat=True)[:limit]
    )


def mail(actor: Actor, mail_id: int) -> Mail:
    """Return one mail of the delivery log without what it says. Raises NotFound."""
    try:
        return Mail.objects.filter(portal_id=actor.portal_id).defer("values").get(pk=mail_id)
    except Mail.DoesNotExist:
        raise NotFound from None

"""Telling people: who hears of it, at the bell, by mail and on his devices, when and in which mail."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.jobs import defer, defer_many, named
from portiek.foundation.notifications import queries, rules
from portiek.foundation.notifications.actions.mailing import Letter, put
from portiek.foundation.notifications.kinds import DIGEST
from portiek.foundation.notifications.kinds import kind as kind_of
from portiek.foundation.notifications.models import Notification
from portiek.ui.sentences import freeze


@action(None)
def notify(
    actor: Actor,
    *,
    kind: str,
    subject: str = "",
    party_id: int | None = None,
    right: str = "",
    user_ids: Sequence[int] | None = None,
    values: Mapping[str, Any] | None = None,
    event: str = "",
    bell: bool = True,
    later: bool = False,
    about: int | None = None,
) -> None:
    """Tell everybody who holds a right in a party (None: among the staff), or the named users of it: at the bell and by mail, as each of them chose.

    `event` makes it happen once (a reaction gives `f"fact:{about.fact_id}"`); without one each call is an event of its own. Whoever acts,
    the portal itself does the telling, in a job. `later`: it can wait for the daily mail, also of who wants mail at once. `about`: the party that staff are told of:
    who looks after it hears, and all who hold the right when nobody of them does. Raises ValueError without an addressee and KeyError for an unknown kind.
    """
    deliver = named("notifications.deliver")
    kind_of(kind)
    if not right and user_ids is None:
        raise ValueError("tell whom: name a right or users")
    told: dict[str, Any] = {
        "event": event or secrets.token_hex(12),
        "kind": kind,
        "subject": subject,
        "party": party_id,
        "right": right,
        "users": list(user_ids) if user_ids is not None else None,
        "values": freeze(values or {}),
        "bell": bell,
        "later": later,
        "about": about,
    }
    if actor.kind == "system":
        tell(actor, **told)
    else:
        defer(actor, deliver, **told)


@action(None)
def tell(
    actor: Actor, *, event: str, kind: str, subject: str, party: int | None, right: str, users: Sequence[int] | None, values: dict[str, Any], bell: bool, later: bool = False, about: int | None = None
) -> None:
    """Write the notifications and mails of one event; a second time changes nothing. Only as the portal itself."""
    if actor.kind != "system":
        raise Refused("notifications-system")
    now, known = timezone.now(), kind_of(kind)
    found = queries.recipients(actor, party_id=party, right=right, user_ids=users, event=event, about=about)
    hearing = queries.hearing(actor, kind, found, now=now)
    told, mails, pushed = [], [], []
    for item in found:
        heard = hearing[item.user_id]
        due = rules.due("daily" if later and heard.way == "now" else heard.way, heard.rhythm, now, urgent=known.urgent, last=heard.last)
        at_once = due is not None and due <= now
        key = f"{event.replace(':', '-')}-{item.user_id}" if at_once else ""
        push_at = rules.due("daily" if later else "now", heard.rhythm, now, urgent=known.urgent, last=heard.pushed) if heard.push and not known.secret else None
        if push_at and push_at <= now:
            pushed.append(item.user_id)
        told.append(
            Notification(
                portal_id=actor.portal_id, party_id=party, event=event, user_id=item.user_id, kind=kind, subject=subject, values=values, at=now, bell=bell and heard.bell,
                due_at=None if at_once else due, mail_key=key, push_at=push_at,
            )
        )  # fmt: skip
        if at_once:
            mails.append(Letter(key, item, kind, subject, values, party))
    Notification.objects.bulk_create([row for row in told if row.bell or row.due_at or row.mail_key or row.push_at], ignore_conflicts=True)
    if mails:
        put(actor, letters=mails)
    defer_many([(named("notifications.gather_pushes"), {"user": user_id}) for user_id in pushed])


@action(None)
def gather(actor: Actor, *, user_id: int, now: datetime) -> str:
    """Put all that is due to one person in one mail, most urgent first; return its key, or nothing when nothing is worth it any more.

    Left out is what he saw at the bell meanwhile, what a task no longer asks, and what a company tells in which he has no place any more. Only as the portal itself.
    """
    if actor.kind != "system":
        raise Refused("notifications-system")
    rows = list(
        Notification.objects.filter(portal_id=actor.portal_id, user_id=user_id, due_at__lte=now).order_by("pk").select_for_update(skip_locked=True, of=("self",))[:200]
    )
    person = queries.user_of(actor, user_id)
    live = queries.still_worth(actor, user_id, rows) if person and not person.fails else []
    key = ""
    if person and live:
        first, companies, key = live[0], {row.party_id for row in live}, f"gather-{live[0].pk}"
        party_id = first.party_id if len(companies) == 1 else None
        alone = len(live) == 1
        put(actor, letters=[Letter(key, person, first.kind, first.subject, first.values, party_id) if alone else Letter(key, person, DIGEST, "", {"items": [row.pk for row in live]}, party_id)])
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=None)
    Notification.objects.filter(pk__in=[row.pk for row in live]).update(mail_key=key)
    return key


@action(None)
def withdraw(actor: Actor, *, kind: str, subject: str) -> int:
    """Keep what still waits to go out about a subject from doing so, since it is another's matter now; return how much that was. Only as the portal itself."""
    if actor.kind != "system":
        raise Refused("notifications-system")
    waits = Q(due_at__isnull=False) | Q(push_at__isnull=False)
    return int(Notification.objects.filter(waits, portal_id=actor.portal_id, kind=kind, subject=subject).update(due_at=None, push_at=None))


@action(None)
def plan_again(actor: Actor, *, user_id: int) -> int:
    """Set anew when what waits goes out to a person who chose otherwise; return how much that is. Only as the portal itself."""
    if actor.kind != "system":
        raise Refused("notifications-system")
    now, person = timezone.now(), queries.user_of(actor, user_id)
    waits = Q(due_at__isnull=False) | Q(push_at__isnull=False)
    rows = list(Notification.objects.filter(waits, portal_id=actor.portal_id, user_id=user_id).order_by("pk").select_for_update(of=("self",)))
    for kind in {row.kind for row in rows} if person else ():
        known, heard = kind_of(kind), queries.hearing(actor, kind, [person], now=now)[user_id]  # type: ignore[list-item]
        for row in rows:
            if row.kind == kind and row.due_at:
                row.due_at = rules.due(heard.way, heard.rhythm, now, urgent=known.urgent, last=heard.last)
            if row.kind == kind and row.push_at:
                row.push_at = (row.push_at if known.urgent else rules.after_silence(heard.rhythm, row.push_at)) if heard.push else None
    Notification.objects.bulk_update(rows, ["due_at", "push_at"])
    return len(rows)


@action(None)
def mark_read(actor: Actor, *, notification_id: int | None = None) -> int:
    """Mark one of the actor's own notifications as read, or all of them; return how many were new."""
    found = queries.notifications(actor).filter(read_at__isnull=True)
    if notification_id is not None:
        found = found.filter(pk=notification_id)
    return int(found.update(read_at=timezone.now()))

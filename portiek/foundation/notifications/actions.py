"""Every write about what people are told."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, defer_many, named
from portiek.core.refs import ref
from portiek.core.sealing import seal
from portiek.foundation.notifications import errors as errors
from portiek.foundation.notifications import facts, permissions, queries, rules
from portiek.foundation.notifications.kinds import kind as kind_of
from portiek.foundation.notifications.models import Mail, Notification
from portiek.ui.sentences import freeze

CLAIM = timedelta(minutes=5)


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
) -> None:
    """Tell everybody who holds a right in a party (None: among the staff), or the named users of it: at the bell and, if the kind says so, by mail.

    `event` makes it happen once (a reaction gives `f"fact:{about.fact_id}"`); without one each call is an event of its own. Whoever acts,
    the portal itself does the telling, in a job. Raises ValueError without an addressee and KeyError for an unknown kind.
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
    }
    if actor.kind == "system":
        tell(actor, **told)
    else:
        defer(actor, deliver, **told)


@action(None)
def tell(
    actor: Actor, *, event: str, kind: str, subject: str, party: int | None, right: str, users: Sequence[int] | None, values: dict[str, Any], bell: bool
) -> None:
    """Write the notifications and mails of one event; a second time changes nothing. Only as the portal itself."""
    if actor.kind != "system":
        raise Refused("notifications-system")
    now, known = timezone.now(), kind_of(kind)
    found = queries.recipients(actor, party_id=party, right=right, user_ids=users)
    if bell:
        Notification.objects.bulk_create(
            [
                Notification(portal_id=actor.portal_id, party_id=party, event=event, user_id=item.user_id, kind=kind, subject=subject, values=values, at=now)
                for item in found
            ],
            ignore_conflicts=True,
        )
    if known.mail:
        _put(
            actor,
            [
                _mail(
                    actor,
                    key=f"{event.replace(':', '-')}-{item.user_id}",
                    to=item.email,
                    kind=kind,
                    subject=subject,
                    values=values,
                    language=item.language,
                    party_id=party,
                    user_id=item.user_id,
                    now=now,
                )
                for item in found
            ],
        )


@action(None)
def mail_now(
    actor: Actor, *, to: str, kind: str, values: Mapping[str, Any] | None = None, language: str = "nl", subject: str = "", user_id: int | None = None
) -> None:
    """Send one mail to an address, also from the gate (log-in codes, invitations). Raises Refused for what is not one address."""
    to = to.strip().lower()
    if problem := rules.why_not_address(to):
        raise Refused(problem, field="email")
    key = secrets.token_hex(16)
    _put(
        actor,
        [
            _mail(
                actor,
                key=key,
                to=to,
                kind=kind,
                subject=subject,
                values=freeze(values or {}),
                language=language,
                party_id=actor.party_id,
                user_id=user_id,
                now=timezone.now(),
            )
        ],
    )


def _mail(
    actor: Actor, *, key: str, to: str, kind: str, subject: str, values: dict[str, Any], language: str, party_id: int | None, user_id: int | None, now: datetime
) -> Mail:
    kind_of(kind)
    return Mail(
        portal_id=actor.portal_id,
        party_id=party_id,
        key=key,
        to=to,
        user_id=user_id,
        kind=kind,
        subject=subject,
        language=language,
        values=seal(json.dumps(values), rules.place_of(key)),
        created_at=now,
        next_at=now,
    )


def _put(actor: Actor, made: list[Mail]) -> None:
    """Put mails in the outbox. Without RETURNING, since who may put in need not be one who may look."""
    send = named("notifications.send")

    Mail.objects.bulk_create(made, ignore_conflicts=True)
    defer_many([(send, {"key": mail.key}) for mail in made])


@action(None)
def mark_read(actor: Actor, *, notification_id: int | None = None) -> int:
    """Mark one of the actor's own notifications as read, or all of them; return how many were new."""
    found = queries.notifications(actor).filter(read_at__isnull=True)
    if notification_id is not None:
        found = found.filter(pk=notification_id)
    return int(found.update(read_at=timezone.now()))


@action(permissions.MAIL_VIEW)
def try_again(actor: Actor, *, mail: Mail) -> None:
    """Put a mail that was given up back in the outbox. Refused when its text was erased."""
    send = named("notifications.send")

    now = timezone.now()
    changed = (
        Mail.objects.filter(pk=mail.pk, state=Mail.State.FAILED)
        .exclude(values="")
        .update(state=Mail.State.WAITING, created_at=now, next_at=now, tries=0, error="")
    )
    if not changed:
        raise Refused("notifications-again")
    defer(actor, send, key=mail.key)


@action(None)
def claim_mail(actor: Actor, *, key: str, now: datetime) -> Mail | None:
    """Take a due mail to send it, for five minutes alone; None when there is nothing to do or another is at it."""
    mail = (
        Mail.objects.filter(portal_id=actor.portal_id, key=key, state=Mail.State.WAITING, next_at__lte=now)
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if mail is not None:
        mail.tries, mail.next_at = mail.tries + 1, now + CLAIM
        mail.save(update_fields=["tries", "next_at"])
    return mail


@action(None)
def mark_sent(actor: Actor, *, mail: Mail, erase: bool, now: datetime) -> None:
    """Note that the mail server took a mail."""
    mail.state, mail.sent_at, mail.error = Mail.State.SENT, now, ""
    mail.values = "" if erase else mail.values
    mail.save(update_fields=["state", "sent_at", "error", "values"])


@action(None)
def mark_failed(actor: Actor, *, mail: Mail, error: str, final: bool, erase: bool, now: datetime) -> None:
    """Note that the mail server did not take a mail, and when to try again; for good after 72 hours or a final answer."""
    again = None if final else rules.next_try(mail.tries, mail.created_at, now)
    mail.error = rules.one_line(error)
    if again is None:
        mail.state = Mail.State.FAILED
        mail.values = "" if erase else mail.values
        record(actor, facts.MailGivenUp(mail_id=mail.pk, kind=mail.kind), subject=ref("notifications.mail", mail.pk), text=mail.kind)
    else:
        mail.next_at = again
    mail.save(update_fields=["state", "error", "next_at", "values"])


@action(None)
def drop_old_mails(actor: Actor, *, before: datetime) -> int:
    """Remove the mails made before a moment that were sent or given up; return how many. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = Mail.objects.filter(portal_id=actor.portal_id, state__in=[Mail.State.SENT, Mail.State.FAILED], created_at__lt=before).delete()
    return count

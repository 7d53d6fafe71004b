"""The outbox: putting mail in, taking it out, how that went."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, defer_many, named
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.core.sealing import seal
from portiek.foundation.notifications import facts, permissions, queries, rules
from portiek.foundation.notifications.kinds import kind as kind_of
from portiek.foundation.notifications.models import Mail
from portiek.ui.sentences import freeze

CLAIM = timedelta(minutes=5)


@dataclass(frozen=True)
class Letter:
    """One mail to put in the outbox; `key` makes it happen once, `values` are frozen."""

    key: str
    to: queries.Recipient
    kind: str
    subject: str
    values: Mapping[str, Any]
    party_id: int | None


@action(None)
def mail_now(
    actor: Actor, *, to: str, kind: str, values: Mapping[str, Any] | None = None, language: str = "nl", subject: str = "", user_id: int | None = None
) -> None:
    """Send one mail to an address, also from the gate (log-in codes, invitations). Raises Refused for what is not one address."""
    to = to.strip().lower()
    if problem := rules.why_not_address(to):
        raise Refused(problem, field="email")
    put(actor, letters=[Letter(secrets.token_hex(16), queries.Recipient(user_id or 0, to, language, ""), kind, subject, freeze(values or {}), actor.party_id)])


@action(None)
def put(actor: Actor, *, letters: Sequence[Letter]) -> None:
    """Put mails in the outbox. Without RETURNING, since who may put in need not be one who may look. Raises KeyError for an unknown kind."""
    send, now = named("notifications.send"), timezone.now()
    made = [
        Mail(
            portal_id=actor.portal_id,
            party_id=letter.party_id,
            key=letter.key,
            to=letter.to.email,
            user_id=letter.to.user_id or None,
            kind=kind_of(letter.kind).code,
            subject=letter.subject,
            language=letter.to.language,
            time_zone=letter.to.time_zone,
            values=seal(json.dumps(letter.values), rules.place_of(letter.key)),
            created_at=now,
            next_at=now,
        )
        for letter in letters
    ]
    Mail.objects.bulk_create(made, ignore_conflicts=True)
    defer_many([(send, {"key": mail.key}) for mail in made])


@action(permissions.MAIL_VIEW)
def try_again(actor: Actor, *, mail: Mail) -> None:
    """Put a mail that did not arrive back in the outbox, and mail its reader again if his address was marked. Refused when its text was erased."""
    send = named("notifications.send")
    now = timezone.now()
    changed = (
        Mail.objects.filter(pk=mail.pk, state__in=[Mail.State.FAILED, Mail.State.BOUNCED, Mail.State.DELAYED])
        .exclude(values="")
        .update(state=Mail.State.WAITING, created_at=now, next_at=now, tries=0, error="")
    )
    if not changed:
        raise Refused("notifications-again")
    record(actor, facts.MailSentAgain(mail_id=mail.pk, user_id=mail.user_id or 0), party_id=None, subject=ref("notifications.mail", mail.pk), text=mail.to)
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
def drop_old_mails(actor: Actor, *, now: datetime) -> int:
    """Remove the mails whose time is over; return how many. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = over(actor, "notifications.mail", now=now).delete()
    return count

"""What mails of a kind say: the portal's own words, in each language; the module's words when they are taken back."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.utils import timezone, translation

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.notifications import facts, queries, rules, samples
from portiek.foundation.notifications.actions.mailing import Letter, put
from portiek.foundation.notifications.kinds import DIGEST, kinds, places_of
from portiek.foundation.notifications.models import MailText
from portiek.foundation.notifications.shown import name_of

LONGEST = 4000


@action(PORTAL_MANAGE)
def set_text(actor: Actor, *, kind: str, language: str, title: str, body: str) -> None:
    """Have mails of a kind say this in a language. Raises Refused, with the field, for a value that such a mail has not, other braces, or nothing."""
    known = places_of(_known(kind, language), language)
    title, body = rules.one_line(title), body.replace("\r\n", "\n").strip()[:LONGEST]
    if not title or not body:
        raise Refused("notifications-text-empty", field="body" if title else "title")
    for field, text in (("title", title), ("body", body)):
        if problem := rules.why_not_text(text, frozenset(known)):
            raise Refused(problem[0], field=field, name=f"{{{problem[1]}}}", known=", ".join(f"{{{name}}}" for name in known), example=f"{{{known[0]}}}")
    _keep(actor, kind, language, title, body)


@action(PORTAL_MANAGE)
def reset_text(actor: Actor, *, kind: str, language: str) -> None:
    """Give mails of a kind their module's words back in a language; a second time changes nothing."""
    _known(kind, language)
    if queries.text_of(actor, kind, language):
        _keep(actor, kind, language, "", "")


@action(PORTAL_MANAGE)
def try_text(actor: Actor, *, kind: str, language: str) -> None:
    """Mail oneself what is kept, filled with made-up values. Refused when mail to oneself comes back."""
    _known(kind, language)
    person = queries.user_of(actor, actor.user_id)
    if person is None or person.fails:
        raise Refused("notifications-text-mail")
    with translation.override(language):
        values = samples.values_of(kind)
    put(actor, letters=[Letter(f"try-{secrets.token_hex(12)}", queries.Recipient(person.user_id, person.email, language, person.time_zone), kind, samples.SUBJECT, values, None)])


def _known(kind: str, language: str) -> str:
    """Return the kind. Raises NotFound for one without words of its own, and for a language that the portal does not speak."""
    if kind not in kinds() or kind == DIGEST or language not in dict(settings.LANGUAGES):
        raise NotFound
    return kind


def _keep(actor: Actor, kind: str, language: str, title: str, body: str) -> None:
    was = queries.text_of(actor, kind, language)
    MailText.objects.create(portal_id=actor.portal_id, kind=kind, language=language, title=title, body=body, at=timezone.now(), by=actor.name[:120])
    record(actor, facts.MailTextChanged(kind=kind, language=language), text=f"{name_of(kind)} ({language})", changes={"title": (was and was.title, title), "body": (was and was.body, body)})

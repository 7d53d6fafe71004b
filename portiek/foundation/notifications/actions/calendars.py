"""The address at which a person's calendar fetches his deadlines: made, made anew, ended; at the gate, by himself."""

from __future__ import annotations

import secrets

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.core.sessions import token_hash
from portiek.foundation.notifications import facts
from portiek.foundation.notifications.models import CalendarFeed


@action(None)
def make_calendar(actor: Actor) -> str:
    """Make the secret of the calendar of the person of the gate and return it, this once; the one before no longer works."""
    user_id, token = _person(actor), secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(portal_id=actor.portal_id, user_id=user_id, defaults={"token_hash": token_hash(token), "made_at": timezone.now(), "last_used_at": None})
    record(actor, facts.CalendarMade(user_id=user_id), subject=ref("accounts.user", user_id), text=actor.name)
    return token


@action(None)
def end_calendar(actor: Actor) -> None:
    """End the calendar of the person of the gate; a second time changes nothing."""
    user_id = _person(actor)
    count, _per = CalendarFeed.objects.filter(user_id=user_id).delete()
    if count:
        record(actor, facts.CalendarEnded(user_id=user_id), subject=ref("accounts.user", user_id), text=actor.name)


def _person(actor: Actor) -> int:
    if actor.kind != "auth" or not actor.user_id:
        raise Forbidden("whose calendar it is is the person himself")
    return actor.user_id

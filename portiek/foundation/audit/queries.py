"""Every read of the log: a party sees its own, staff their portal's. Row security holds both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import refs
from portiek.core.actor import Actor
from portiek.core.models import FactRow
from portiek.core.pages import Page, keyset
from portiek.foundation.accounts.models import User
from portiek.foundation.audit.words import worded
from portiek.foundation.parties.models import Party
from portiek.ui.sentences import sentence

EXPORT_ROWS = 10_000


@dataclass(frozen=True)
class Entry:
    """One fact in words: who (and by which way), what, whose, when."""

    id: int
    name: str
    text: str
    who: str
    by: str
    party: str
    subject: str
    icon: str
    tone: str
    at: datetime


@dataclass(frozen=True)
class Wanted:
    """What of the log is asked for."""

    party_id: int | None = None
    user_id: int | None = None
    subject: str = ""
    name: str = ""
    since: date | None = None
    until: date | None = None


def facts(actor: Actor, wanted: Wanted) -> QuerySet[FactRow]:
    """Return the facts asked for, without an order."""
    found = FactRow.objects.filter(portal_id=actor.portal_id)
    party_id = actor.party_id or wanted.party_id
    if party_id:
        found = found.filter(party_id=party_id)
    if wanted.user_id is not None:
        found = found.filter(user_id=wanted.user_id)
    if wanted.subject:
        found = found.filter(subject=wanted.subject)
    if wanted.name:
        found = found.filter(name=wanted.name)
    # Facts are numbered in the order of time; their numbers bound a period through one index.
    if wanted.since:
        found = found.filter(id__gte=_first_from(actor, _midnight(wanted.since)))
    if wanted.until:
        found = found.filter(id__lt=_first_from(actor, _midnight(wanted.until + timedelta(days=1))))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _first_from(actor: Actor, moment: datetime) -> int:
    first = FactRow.objects.filter(portal_id=actor.portal_id, at__gte=moment).order_by("at", "id").values_list("id", flat=True).first()
    return first if first is not None else 2**62


def log(actor: Actor, wanted: Wanted, *, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of the log in words, last first."""
    page = keyset(_named(facts(actor, wanted)), ("-id",), after=after, before=before)
    return Page(_entries(page.rows), page.next, page.previous)


def history(actor: Actor, subject: str, limit: int = 50) -> list[Entry]:
    """Return what happened to one thing, last first: for the page of an order, an invoice, a party. One statement."""
    return _entries(_named(facts(actor, Wanted(subject=subject))).order_by("-id")[:limit])


def export(actor: Actor, wanted: Wanted) -> list[Entry]:
    """Return up to 10,000 facts in words, last first."""
    return _entries(_named(facts(actor, wanted)).order_by("-id")[:EXPORT_ROWS])


def _named(found: QuerySet[FactRow]) -> QuerySet[FactRow]:
    return found.annotate(party_name=F("party__name"))


def _entries(rows: Iterable[Any]) -> list[Entry]:
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    known = worded().get(row.name)
    who = row.user_name or (_("At the log-in") if row.kind == "auth" else _("The portal"))
    plain = {key: value for key, value in row.payload.items() if isinstance(value, str | int)}
    text = sentence(known.text, {**plain, "user": who, "text": row.text}) if known else f"{who}: {row.name} {row.text}".strip()
    by = (
        _("API key {number}").format(number=row.api_key_id)
        if row.api_key_id
        else _("by {name} on his behalf").format(name=row.by_name)
        if row.by_name
        else _("automatic")
        if row.kind == "system"
        else _("staff")
        if row.kind == "staff"
        else ""
    )
    return Entry(row.pk, row.name, text, who, by, row.party_name or "", row.subject, known.icon if known else "dot", known.tone if known else "", row.at)


def shown_subject(actor: Actor, subject: str) -> refs.Shown | None:
    """Return label and address of what the log is narrowed to."""
    return refs.show(actor, subject) if subject else None


def people(actor: Actor) -> list[tuple[str, str]]:
    """Return who can be chosen in the filter: the users this actor may see."""
    return [(str(pk), name) for pk, name in User.objects.filter(portal_id=actor.portal_id).order_by("name", "pk").values_list("pk", "name")[:500]]


def party_by_number(actor: Actor, number: str) -> int | None:
    """Return the id of a party by its number, or None."""
    return Party.objects.filter(portal_id=actor.portal_id, number=number).values_list("pk", flat=True).first() if number else None


def kinds(actor: Actor) -> list[tuple[str, str]]:
    """Return the kinds of fact that can be chosen, in words without names."""
    return sorted(((name, sentence(words.text, {"user": "…", "text": "…"})) for name, words in worded().items()), key=lambda pair: pair[1])

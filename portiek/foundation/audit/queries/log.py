"""The log: a party sees its own, staff their portal's. Row security holds both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import refs
from portiek.core.actor import Actor
from portiek.core.facts import facts as all_facts
from portiek.core.models import FactRow
from portiek.core.pages import Page, bound, keyset
from portiek.foundation.accounts.models import Membership, User
from portiek.foundation.audit import words
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party, Portal
from portiek.ui.sentences import sentence

SIZE = 25
# By whom: people of the company, the portal's own people, the portal by itself, programs with a key.
BY: dict[str, Q] = {"party": Q(kind="party", api_key_id=None), "staff": Q(kind="staff"), "system": Q(kind="system"), "key": Q(api_key_id__isnull=False)}


@dataclass(frozen=True)
class Entry:
    """One fact in words: who (and by which way), what, what changed (field, old, new), whose, when. `support`: the portal's people did it in a party."""

    id: int
    name: str
    text: str
    changes: list[tuple[str, str, str]]
    who: str
    by: str
    party: str
    party_number: str
    subject: str
    icon: str
    tone: str
    support: bool
    at: datetime


@dataclass(frozen=True)
class Wanted:
    """What of the log is asked for. `name`: a fact, or a module and a dot for all of its facts; `about_id`: the person it was done to; `number`: a business number or name."""

    party_id: int | None = None
    user_id: int | None = None
    about_id: int | None = None
    subject: str = ""
    name: str = ""
    by: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None


def facts(actor: Actor, wanted: Wanted) -> QuerySet[FactRow]:
    """Return the facts asked for, without an order."""
    found = FactRow.objects.filter(portal_id=actor.portal_id)
    party_id = actor.party_id or wanted.party_id
    # Of one thing of a party the index of the subject is enough; row security knows whose facts they are.
    if party_id and not (actor.party_id and wanted.subject):
        own = [party_id, *parties.former_ids(actor, party_id=party_id)]
        found = found.filter(party_id__in=own) if len(own) > 1 else found.filter(party_id=party_id)
    if wanted.user_id is not None:
        found = found.filter(user_id=wanted.user_id)
    if wanted.about_id is not None:
        found = found.filter(subject=refs.ref("accounts.user", wanted.about_id))
    if wanted.subject:
        found = found.filter(subject=wanted.subject)
    if wanted.name:
        found = found.filter(name__in=_names(wanted.name)) if wanted.name.endswith(".") else found.filter(name=wanted.name)
    if wanted.by in BY:
        found = found.filter(BY[wanted.by])
    if wanted.number:
        found = found.filter(~Q(text=""), text__in=sorted({wanted.number, wanted.number.upper(), wanted.number[:1].upper() + wanted.number[1:]}))
    # Facts are numbered in the order of time; their numbers bound a period through one index.
    if wanted.since:
        found = found.filter(id__gte=_first_from(actor, _midnight(wanted.since)))
    if wanted.until and wanted.until < date.max:
        found = found.filter(id__lt=_first_from(actor, _midnight(wanted.until + timedelta(days=1))))
    return found


def _names(prefix: str) -> list[str]:
    return sorted(name for name in {*all_facts(), *words.worded()} if name.startswith(prefix))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _first_from(actor: Actor, moment: datetime) -> int:
    first = FactRow.objects.filter(portal_id=actor.portal_id, at__gte=moment).order_by("at", "id").values_list("id", flat=True).first()
    return first if first is not None else 2**62


def log(actor: Actor, wanted: Wanted, *, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of the log in words, last first."""
    page = keyset(_named(_newest(actor, wanted, bound(after), bound(before))), ("-id",), after=after, before=before, size=SIZE)
    return Page(_entries(actor, page.rows), page.next, page.previous)


def _newest(actor: Actor, wanted: Wanted, after: int | None, before: int | None) -> QuerySet[FactRow]:
    """Return the facts asked for. Those of a group of all parties together are gathered kind by kind: each has its index, the group has none."""
    found = facts(actor, wanted)
    if not wanted.name.endswith(".") or actor.party_id or wanted.party_id or wanted.user_id is not None or wanted.subject or wanted.number or wanted.about_id is not None:
        return found
    back = before is not None and after is None
    parts = []
    for name in _names(wanted.name):
        part = facts(actor, replace(wanted, name=name)).order_by("id" if back else "-id")
        part = part.filter(id__gt=before) if back else part.filter(id__lt=after) if after is not None else part
        parts.append(part.values("pk")[: SIZE + 1])
    return FactRow.objects.filter(pk__in=parts[0].union(*parts[1:], all=True)) if parts else found


def history(actor: Actor, subject: str, limit: int = 50) -> list[Entry]:
    """Return what happened to one thing, last first: for the page of an order, an invoice, a party. One statement."""
    return _entries(actor, _named(facts(actor, Wanted(subject=subject))).order_by("-id")[:limit])


def latest(actor: Actor, wanted: Wanted, limit: int = 15) -> list[Entry]:
    """Return the last of what is asked for, in words: for a part of another page. One statement, one more for whose parties those are."""
    return _entries(actor, _named(facts(actor, wanted)).order_by("-id")[:limit])


def under_mandate(actor: Actor, *, relation_id: int, limit: int = 50) -> list[Entry]:
    """Return what was done under a mandate, last first, for both its sides. One statement, below row security: the company that acted does not see the rows of the one it acted for."""
    rows: list[Any] = list(FactRow.objects.raw("SELECT f.* FROM ctx.done_under(%s, %s) f ORDER BY f.id DESC", [relation_id, limit]))
    for row in rows:
        row.party_name, row.party_number = "", ""
    return _entries(actor, rows)


def batch(actor: Actor, wanted: Wanted, *, before: int | None, size: int) -> list[Any]:
    """Return so many of the facts asked for as rows, last first, those before a number."""
    found = facts(actor, wanted)
    return list(_named(found if before is None else found.filter(id__lt=before)).order_by("-id")[:size])


def _named(found: QuerySet[FactRow]) -> QuerySet[FactRow]:
    # No join: a party that reads what came over does not see the row of the party that it came from.
    whose = Party.objects.filter(portal_id=OuterRef("portal_id"), pk=OuterRef("party_id"))
    return found.annotate(party_name=Subquery(whose.values("name")), party_number=Subquery(whose.values("number")))


def _entries(actor: Actor, rows: Iterable[Any]) -> list[Entry]:
    return [entry(actor, row) for row in rows]


def entry(actor: Actor, row: Any) -> Entry:
    """Put one fact in words, in the language of the moment."""
    known = words.worded().get(row.name)
    who = row.user_name or (_("Somebody") if row.user_id else _("At the log-in") if row.kind == "auth" else _("The portal"))
    plain = {key: value for key, value in row.payload.items() if isinstance(value, str | int)}
    text = sentence(known.text, {**plain, "user": who, "text": row.text or (_("an erased person") if row.subject.startswith(("accounts.user:", "parties.contact:")) else "")}) if known else f"{who}: {row.name} {row.text}".strip()
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
    changed = [_changed(name, *pair) for name, pair in row.changes.items()]
    support = (row.kind == "staff" or bool(row.by_user_id) or row.name.startswith("accounts.along.")) and row.party_id is not None
    return Entry(row.pk, row.name, text, changed, who, by, row.party_name or "", row.party_number or "", row.subject, known.icon if known else "dot", known.tone if known else "", support, row.at)


def _changed(name: str, old: str, new: str) -> tuple[str, str, str]:
    known = words.changes().get(name)
    return (str(known.label), str(known.values.get(old, old)), str(known.values.get(new, new))) if known else (name, old, new)


def shown_subject(actor: Actor, subject: str) -> refs.Shown | None:
    """Return label and address of what the log is narrowed to."""
    return refs.show(actor, subject) if subject else None


def people(actor: Actor, *, party_id: int | None = None, search: str = "", most: int) -> list[tuple[str, str]]:
    """Return who can be chosen in the filter, by name: the users this actor may see; staff choose of one party, or among themselves."""
    found = User.objects.filter(portal_id=actor.portal_id)
    if actor.is_staff:
        found = found.filter(pk__in=Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id).values("user_id"))  # type: ignore[misc]
    if search:
        found = found.filter(name__icontains=search)
    return [(str(pk), name) for pk, name in found.order_by("name", "pk").values_list("pk", "name")[:most]]


def person_name(actor: Actor, user_id: int) -> str | None:
    """Return the name of a user this actor may see, or None."""
    return User.objects.filter(portal_id=actor.portal_id, pk=user_id).values_list("name", flat=True).first()


def portal_name(actor: Actor) -> str:
    """Return what the portal is called."""
    return Portal.objects.values_list("name", flat=True).get(pk=actor.portal_id)


def portal_language(actor: Actor) -> str:
    """Return the language of the portal itself."""
    return Portal.objects.values_list("language", flat=True).get(pk=actor.portal_id)


def party_by_number(actor: Actor, number: str) -> int | None:
    """Return the id of a party by its number, or None."""
    return Party.objects.filter(portal_id=actor.portal_id, number=number).values_list("pk", flat=True).first() if number else None


def kinds(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be chosen, by group: the whole group first, then its facts in words without names."""
    worded, called = words.worded(), words.groups()
    found = []
    for prefix in dict.fromkeys([*called, *(name.partition(".")[0] for name in worded)]):
        own = sorted(((name, sentence(item.text, {"user": "…", "text": "…"})) for name, item in worded.items() if name.startswith(prefix + ".")), key=lambda pair: pair[1])
        label = str(called.get(prefix, prefix))
        if own:
            found.append((label, [(f"{prefix}.", _("Everything of: {group}").format(group=label)), *own]))
    return found

"""The chain: what waits for its place, what a place holds, and whether all is as it was sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.audit import rules
from portiek.foundation.audit.models import Chain, Check, Link

BATCH = 2000


def fixed(actor: Actor, row: FactRow) -> dict[str, Any]:
    """Return what never changes of a fact."""
    return {"portal": row.portal_id, "id": row.pk, "at": rules.moment(row.at), "name": row.name, "payload": row.payload, "subject": row.subject, "party": row.party_id,
            "user": row.user_id, "kind": row.kind, "api_key": row.api_key_id, **({"by": row.by_user_id} if row.by_user_id else {}), **({"mandate": row.mandate_id} if row.mandate_id else {})}


def unlinked(actor: Actor, *, after: int, limit: int) -> list[FactRow]:
    """Return facts that have no place yet, in the order of their numbers."""
    placed = Link.objects.filter(portal_id=actor.portal_id, fact_id=OuterRef("pk"))
    return list(FactRow.objects.filter(portal_id=actor.portal_id, pk__gt=after).exclude(Exists(placed)).order_by("pk")[:limit])


def settled(actor: Actor, *, after: int, until: int, before: datetime) -> int:
    """Return the highest number from which on a fact may still be on its way: of the last one that was recorded before a moment."""
    found = FactRow.objects.filter(portal_id=actor.portal_id, pk__gt=after, pk__lte=until, at__lt=before).order_by("-pk").values_list("pk", flat=True).first()
    return found if found is not None else after


def chain(actor: Actor) -> Chain | None:
    """Return where the chain ends, or None while there is none."""
    return Chain.objects.filter(portal_id=actor.portal_id).first()


def seal(actor: Actor) -> str:
    """Return the last place and its digest, which stand for everything before; empty while there is none, and for a party: it says how much happens in the portal."""
    found = chain(actor) if actor.is_staff else None
    return f"{found.position}:{bytes(found.digest).hex()}" if found and found.position else ""


def checks(actor: Actor, limit: int = 14) -> list[Check]:
    """Return the last checks, newest first."""
    return list(Check.objects.filter(portal_id=actor.portal_id).order_by("-pk")[:limit])


def sealed(actor: Actor, rows: Iterable[FactRow]) -> list[dict[str, Any]]:
    """Return facts as a file shows them: with their place in the chain and what proves it, `position` None where there is none yet. One statement."""
    rows = list(rows)
    links = {link.fact_id: link for link in Link.objects.filter(portal_id=actor.portal_id, fact_id__in=[row.pk for row in rows])}
    return [_place(actor, row, links.get(row.pk)) for row in rows]


def _place(actor: Actor, row: FactRow, link: Link | None) -> dict[str, Any]:
    who, what = {"user_name": row.user_name}, {"text": row.text, "changes": row.changes}
    if link is None:
        return {"position": None, "fact": fixed(actor, row), "who": who, "what": what}
    return {
        "position": link.position, "linked_at": rules.moment(link.linked_at), "previous": _hex(link.previous), "digest": _hex(link.digest), "fact": fixed(actor, row),
        "who": {**who, "salt": _hex(link.who_salt), "digest": _hex(link.who)}, "what": {**what, "salt": _hex(link.what_salt), "digest": _hex(link.what)},
    }


def _hex(value: Any) -> str | None:
    return None if value is None else bytes(value).hex()


@dataclass(frozen=True)
class Found:
    """What a check found: how many places, the seal it ended at, and the first that is not as it was sealed (why, where, which fact)."""

    places: int
    seal: str = ""
    problem: str = ""
    position: int | None = None
    fact_id: int | None = None


def check(actor: Actor) -> Found:
    """Go over the whole chain, a batch at a time in scopes of their own, up to where it ended when this began."""
    with scope(actor, read_only=True):
        end = chain(actor)
        if end is None:
            return Found(0)
        stray = unlinked_below(actor, end.floor)
    previous, last, earlier = rules.genesis(actor.portal_id, rules.moment(end.began_at), end.began_id), 0, _Earlier()
    for rows in _batches(actor, end.position):
        for link, row in rows:
            if link.position != last + 1:
                return Found(last, problem="removed", position=last + 1)
            problem = _why_not_whole(actor, row, link, previous) or _why_not_erased(link)
            if problem == "words":  # perhaps erased between the two reads
                row, link = _read_again(actor, link)
                problem = _why_not_whole(actor, row, link, previous) or _why_not_erased(link)
            if problem is None and row is not None and row.pk > end.began_id:
                problem = rules.why_not_in_time(at=row.at, earlier=earlier.than(link.linked_at))
            if problem is not None:
                return Found(last, problem=problem, position=link.position, fact_id=link.fact_id)
            earlier.seen(link.linked_at)
            previous, last = bytes(link.digest), link.position
    if last != end.position or previous != bytes(end.digest):
        return Found(last, problem="removed", position=last + 1)
    if stray is not None:
        return Found(last, problem="inserted", fact_id=stray)
    return Found(last, seal=f"{last}:{previous.hex()}" if last else "")


def _why_not_whole(actor: Actor, row: FactRow | None, link: Link, previous: bytes) -> str | None:
    if row is None or bytes(link.previous) != previous:
        return "removed"
    return rules.why_not_sealed(_place(actor, row, link))


def _read_again(actor: Actor, link: Link) -> tuple[FactRow | None, Link]:
    with scope(actor, read_only=True):
        return FactRow.objects.filter(pk=link.fact_id).first(), Link.objects.get(pk=link.pk)


def unlinked_below(actor: Actor, floor: int) -> int | None:
    """Return a fact that should long have had its place and has none."""
    placed = Link.objects.filter(portal_id=actor.portal_id, fact_id=OuterRef("pk"))
    return FactRow.objects.filter(portal_id=actor.portal_id, pk__lte=floor).exclude(Exists(placed)).order_by("pk").values_list("pk", flat=True).first()


def _why_not_erased(link: Link) -> str | None:
    """Return why words may not be gone: no erasure took them."""
    return "words" if (link.who_salt is None or link.what_salt is None) and link.erasure_id is None else None


def _batches(actor: Actor, end: int) -> Iterator[list[tuple[Link, FactRow | None]]]:
    last = 0
    while last < end:
        with scope(actor, read_only=True):
            links = list(Link.objects.filter(portal_id=actor.portal_id, position__gt=last, position__lte=end).order_by("position")[:BATCH])
            rows = FactRow.objects.in_bulk([link.fact_id for link in links])
        if not links:
            return
        last = links[-1].position
        yield [(link, rows.get(link.fact_id)) for link in links]


class _Earlier:
    """Remembers when the chain was made longer before the moment at hand."""

    def __init__(self) -> None:
        self.before: datetime | None = None
        self.now: datetime | None = None

    def seen(self, moment: datetime) -> None:
        if self.now is None or moment > self.now:
            self.before, self.now = self.now, moment

    def than(self, moment: datetime) -> datetime | None:
        return self.now if self.now is not None and moment > self.now else self.before

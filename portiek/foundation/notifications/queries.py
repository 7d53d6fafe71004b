"""Every read of notifications and of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import NotFound
from portiek.core.pages import Page, keyset
from portiek.core.sealing import Unsealable
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.models import Membership, User
from portiek.foundation.notifications import rules, tokens
from portiek.foundation.notifications.kinds import TASK, kinds
from portiek.foundation.notifications.models import CalendarFeed, Choice, Mail, Notification, Rhythm, Standard
from portiek.foundation.notifications.shown import told
from portiek.foundation.parties.models import Portal
from portiek.foundation.tasks.models import Task

COUNT_TO = 100


@dataclass(frozen=True)
class Recipient:
    """Who is told; `time_zone` is empty for the portal's."""

    user_id: int
    email: str
    language: str
    time_zone: str
    # Mail to him comes back.
    fails: bool = False


@dataclass(frozen=True)
class Hearing:
    """How one person hears of one kind: at the bell, by mail and when; `last`: when a mail of this kind was last made for him."""

    bell: bool
    way: rules.Way
    rhythm: rules.Rhythm
    last: datetime | None


@dataclass(frozen=True)
class Held:
    """What holds in a portal for who chose nothing."""

    mail: rules.Way
    obliged: bool


@dataclass(frozen=True)
class Unsubscribed:
    """What the token of a mail is about: whose mail, of which kind (*: all that is not obliged)."""

    user_id: int
    name: str
    kind: str


def recipients(actor: Actor, *, party_id: int | None, right: str = "", user_ids: Sequence[int] | None = None, event: str = "", about: int | None = None) -> list[Recipient]:
    """Return the active users who hold a right in a party (None: among the staff), or the named ones of them; not who was told of the event already.

    `about`: of the staff only who looks after this party, as long as one of them holds the right.
    """
    found = accounts.all_holders(actor, right) if right else Membership.objects.filter(portal_id=actor.portal_id, is_active=True, user__is_active=True)
    found = found.filter(party_id=party_id, party__is_active=True) if party_id else found.filter(party__isnull=True)
    if user_ids is not None:
        found = found.filter(user_id__in=list(user_ids))
    if about and not party_id and user_ids is None:
        theirs = found.filter(user_id__in=accounts.carers(actor, about))
        found = theirs if theirs.exists() else found
    if event:
        found = found.exclude(user_id__in=Notification.objects.filter(portal_id=actor.portal_id, event=event).values("user_id"))
    rows = found.order_by("user_id").distinct().values_list("user_id", "user__email", "user__language", "user__time_zone", "user__mail_fails_since")
    return [Recipient(*row[:4], row[4] is not None) for row in rows]


def unreachable(actor: Actor, *, party_id: int) -> list[str]:
    """Return the first names of those of a party whose mail comes back, for staff."""
    places = Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id, is_active=True, user__is_active=True, user__mail_fails_since__isnull=False)
    return list(dict.fromkeys(places.order_by("user__name").values_list("user__name", flat=True)[:4]))


def standards(actor: Actor) -> dict[str, Held]:
    """Return what holds for who chose nothing, of every kind: what the portal says, else what its module says. One statement."""
    said = {row.kind: row for row in Standard.objects.filter(portal_id=actor.portal_id)}
    found = {}
    for code, known in kinds().items():
        row = said.get(code)
        found[code] = Held(row.mail if row else known.mail, known.obliged or bool(row and row.obliged))  # type: ignore[arg-type]
    return found


def _rhythm(row: Rhythm | None, zone: str) -> rules.Rhythm:
    """Return when a person reads mail, by his own row or as everybody does."""
    if row is None:
        return rules.Rhythm(zone)
    return rules.Rhythm(zone, row.hour, frozenset(row.days_off), row.quiet_from, row.quiet_until, row.mail_off)


def hearing(actor: Actor, kind: str, found: Sequence[Recipient], *, now: datetime) -> dict[int, Hearing]:
    """Return how each of some people hears of one kind. Five statements, for any number of people."""
    if not found:
        return {}
    users = [item.user_id for item in found]
    held = standards(actor).get(kind) or Held("now", True)
    zone = Portal.objects.values_list("time_zone", flat=True).get(pk=actor.portal_id)
    choices = {row.user_id: row for row in Choice.objects.filter(portal_id=actor.portal_id, kind=kind, user_id__in=users)}
    rhythms = {row.user_id: row for row in Rhythm.objects.filter(portal_id=actor.portal_id, user_id__in=users)}
    recent = Mail.objects.filter(portal_id=actor.portal_id, user_id__in=users, kind=kind, created_at__gt=now - rules.BURST)
    last = dict(recent.order_by().values_list("user_id").annotate(last=Max("created_at")))
    heard = {}
    for item in found:
        choice, rhythm = choices.get(item.user_id), _rhythm(rhythms.get(item.user_id), item.time_zone or zone)
        way = rules.way(held.mail, chosen=choice.mail if choice else None, obliged=held.obliged, mail_off=rhythm.mail_off)
        heard[item.user_id] = Hearing(choice.bell if choice else True, "off" if item.fails else way, rhythm, last.get(item.user_id))
    return heard


def choices(actor: Actor) -> dict[str, Choice]:
    """Return what the person of the gate chose, by kind. Only at the gate."""
    return {row.kind: row for row in Choice.objects.filter(user_id=actor.user_id)}


def rhythm(actor: Actor, zone: str) -> rules.Rhythm:
    """Return when the person of the gate reads mail. Only at the gate."""
    return _rhythm(Rhythm.objects.filter(user_id=actor.user_id).first(), zone)


def calendar(actor: Actor) -> CalendarFeed | None:
    """Return the calendar of the person of the gate, without its secret. Only at the gate."""
    return CalendarFeed.objects.filter(user_id=actor.user_id).defer("token_hash").first()


def unsubscribed(actor: Actor, token: str) -> Unsubscribed:
    """Return what a token is about. Only at the gate. Raises NotFound for what is no token of this portal, or of somebody who is gone."""
    try:
        user_id, kind = tokens.opened(actor.portal_id, token)
    except Unsealable:
        raise NotFound from None
    name = User.objects.filter(pk=user_id, is_active=True).values_list("name", flat=True).first()
    if name is None or (kind != "*" and kind not in kinds()):
        raise NotFound
    return Unsubscribed(user_id, name, kind)


def due_users(actor: Actor, *, now: datetime, limit: int) -> list[int]:
    """Return the users to whom something is due by mail, longest waiting first."""
    found = Notification.objects.filter(portal_id=actor.portal_id, due_at__lte=now).values("user_id").annotate(first=Min("due_at")).order_by("first")
    return [row["user_id"] for row in found[:limit]]


def still_worth(actor: Actor, user_id: int, rows: Sequence[Notification]) -> list[Notification]:
    """Return what of some notifications is still worth a mail, most urgent first. Two statements."""
    places = set(Membership.objects.filter(portal_id=actor.portal_id, user_id=user_id, is_active=True).filter(Q(party=None) | Q(party__is_active=True)).values_list("party_id", flat=True))
    asked = [row for row in rows if row.kind.startswith(TASK)]
    waits = set(Task.objects.open().filter(portal_id=actor.portal_id, subject__in=[row.subject for row in asked]).values_list("kind", "subject", "party_id")) if asked else set()
    known = kinds()
    found = [
        row
        for row in rows
        if row.party_id in places and row.kind in known and not (row.bell and row.read_at) and (not row.kind.startswith(TASK) or (row.kind.removeprefix(TASK), row.subject, row.party_id) in waits)
    ]
    return sorted(found, key=lambda row: (not known[row.kind].urgent, not row.kind.startswith(TASK), -row.pk))


@dataclass(frozen=True)
class Went:
    """When something was told to one person, and what became of it by mail: waits until `due_at`, went at `sent_at`, or neither (he wants no mail)."""

    name: str
    told_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    state: str


def went(actor: Actor, *, kind: str, subject: str) -> list[Went]:
    """Return how what was said about a subject went out, last first. Two statements; to staff alone."""
    rows = list(Notification.objects.filter(portal_id=actor.portal_id, kind=kind, subject=subject).select_related("user").order_by("-pk")[:50])
    mails = {row.key: row for row in Mail.objects.filter(portal_id=actor.portal_id, key__in=[row.mail_key for row in rows if row.mail_key]).defer("values")}
    return [Went(row.user.name, row.at, row.due_at, mail.sent_at if mail else None, str(mail.get_state_display()) if mail else "") for row in rows for mail in [mails.get(row.mail_key)]]


def gathered(actor: Actor, keys: Sequence[int]) -> list[Notification]:
    """Return the notifications of a mail about several things, in its order."""
    found = {row.pk: row for row in Notification.objects.filter(portal_id=actor.portal_id, pk__in=list(keys)).select_related("party")}
    return [found[key] for key in keys if key in found]


def notifications(actor: Actor) -> Any:
    """Return what an actor was told at the bell in the company he acts for, without an order."""
    mine = Notification.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, bell=True)
    return mine.filter(party_id=actor.party_id) if actor.party_id else mine.filter(party__isnull=True)


def unread(actor: Actor) -> int:
    """Return how many notifications are new, up to a hundred. One statement."""
    return notifications(actor).filter(read_at__isnull=True)[:COUNT_TO].count()


def counting(actor: Actor) -> Counting:
    """Say how to count what is new, up to a hundred, among the counts of every page."""
    whose, values = ("party_id = %s", (actor.party_id,)) if actor.party_id else ("party_id IS NULL", ())
    return Counting(f"SELECT count(*) FROM (SELECT FROM notifications_notification WHERE portal_id = %s AND user_id = %s AND {whose} AND read_at IS NULL AND bell LIMIT {COUNT_TO}) n",
                    (actor.portal_id, actor.user_id, *values))


def notifications_page(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of notifications in words, last first."""
    page = keyset(notifications(actor), ("-at", "-id"), after=after, before=before)
    return Page([told(row) for row in page.rows], page.next, page.previous)


def mails(actor: Actor, *, state: str = "", search: str = "", party_id: int | None = None, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of the delivery log, last first: to whom, what kind and how it went; what it says is not read. `party_id`: of one party."""
    found = Mail.objects.filter(portal_id=actor.portal_id).select_related("party").defer("values")
    if party_id:
        found = found.filter(party_id=party_id)
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
    row = User.objects.filter(pk=user_id, is_active=True).values_list("pk", "email", "language", "time_zone", "mail_fails_since").first()
    return Recipient(*row[:4], row[4] is not None) if row else None


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

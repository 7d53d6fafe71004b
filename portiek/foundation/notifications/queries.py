"""Every read of notifications and of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import NotFound
from portiek.core.pages import Page, keyset
from portiek.core.sealing import Unsealable
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts import standing
from portiek.foundation.accounts.models import Membership, Session, User
from portiek.foundation.notifications import rules, tokens
from portiek.foundation.notifications.kinds import TASK, kinds
from portiek.foundation.notifications.models import CalendarFeed, Choice, Device, Mail, MailText, Notification, Push, Rhythm, Standard
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
class Reader:
    """Who reads a mail: as he stands now in the company it is about, in the language and time zone of the mail."""

    actor: Actor
    language: str
    time_zone: str


@dataclass(frozen=True)
class Hearing:
    """How one person hears of one kind: at the bell, by mail and when; `last`: when a mail of this kind was last made for him; on his devices, and when that last was."""

    bell: bool
    way: rules.Way
    rhythm: rules.Rhythm
    last: datetime | None
    push: bool = False
    pushed: datetime | None = None


@dataclass(frozen=True)
class Held:
    """What holds in a portal for who chose nothing."""

    mail: rules.Way
    obliged: bool

    @property
    def push(self) -> bool:
        """What is mailed at once is worth a message on a device too."""
        return self.mail == "now"


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
    """Return how each of some people hears of one kind. Six statements, one more where somebody has a device, for any number of people."""
    if not found:
        return {}
    users = [item.user_id for item in found]
    held = standards(actor).get(kind) or Held("now", True)
    zone = Portal.objects.values_list("time_zone", flat=True).get(pk=actor.portal_id)
    choices = {row.user_id: row for row in Choice.objects.filter(portal_id=actor.portal_id, kind=kind, user_id__in=users)}
    rhythms = {row.user_id: row for row in Rhythm.objects.filter(portal_id=actor.portal_id, user_id__in=users)}
    recent = Mail.objects.filter(portal_id=actor.portal_id, user_id__in=users, kind=kind, created_at__gt=now - rules.BURST)
    last = dict(recent.order_by().values_list("user_id").annotate(last=Max("created_at")))
    devices = set(Device.objects.filter(portal_id=actor.portal_id, user_id__in=users).values_list("user_id", flat=True))
    tries = Push.objects.filter(portal_id=actor.portal_id, user_id__in=devices, created_at__gt=now - rules.BURST).exclude(items=[])
    pushed = dict(tries.order_by().values_list("user_id").annotate(last=Max("created_at"))) if devices else {}
    heard = {}
    for item in found:
        choice, rhythm = choices.get(item.user_id), _rhythm(rhythms.get(item.user_id), item.time_zone or zone)
        way = rules.way(held.mail, chosen=choice.mail if choice else None, obliged=held.obliged, mail_off=rhythm.mail_off)
        push = item.user_id in devices and (held.push if choice is None or choice.push is None else choice.push)
        heard[item.user_id] = Hearing(choice.bell if choice else True, "off" if item.fails else way, rhythm, last.get(item.user_id), push, pushed.get(item.user_id))
    return heard


def choices(actor: Actor) -> dict[str, Choice]:
    """Return what the person of the gate chose, by kind. Only at the gate."""
    return {row.kind: row for row in Choice.objects.filter(user_id=actor.user_id)}


def rhythm(actor: Actor, zone: str) -> rules.Rhythm:
    """Return when the person of the gate reads mail. Only at the gate."""
    return _rhythm(Rhythm.objects.filter(user_id=actor.user_id).first(), zone)


def text_of(actor: Actor, kind: str, language: str) -> MailText | None:
    """Return the portal's own words for mails of a kind in a language, or None where the module's hold."""
    row = MailText.objects.filter(portal_id=actor.portal_id, kind=kind, language=language).order_by("-pk").first()
    return row if row and row.body else None


def texts(actor: Actor) -> dict[tuple[str, str], MailText]:
    """Return the portal's own words by kind and language, as far as it has them. One statement."""
    rows = MailText.objects.filter(portal_id=actor.portal_id).order_by("kind", "language", "-pk").distinct("kind", "language")
    return {(row.kind, row.language): row for row in rows if row.body}


def earlier_texts(actor: Actor, kind: str, language: str) -> list[MailText]:
    """Return what mails of a kind said in a language, last first."""
    return list(MailText.objects.filter(portal_id=actor.portal_id, kind=kind, language=language).order_by("-pk")[:20])


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


def devices(actor: Actor) -> list[Device]:
    """Return the devices of the person of the gate that messages go to, last switched on first. Only at the gate."""
    stands = Session.objects.filter(user_id=actor.user_id, ended_at=None, expires_at__gt=timezone.now())
    return list(Device.objects.filter(user_id=actor.user_id, session_id__in=stands.values("pk")).defer("address").order_by("-made_at", "-pk"))


def device(actor: Actor, device_id: int) -> Device:
    """Return one of the devices of the person of the gate. Only at the gate. Raises NotFound."""
    found = next((row for row in devices(actor) if row.pk == device_id), None)
    if found is None:
        raise NotFound
    return found


def devices_now(actor: Actor, user_id: int, party_id: int | None) -> list[Device]:
    """Return the devices of a person that may hear of a company (None: of the portal's own matters) at this moment. Only as the portal itself."""
    return list(Device.objects.raw("SELECT d.* FROM notifications_device d WHERE d.id IN (SELECT ctx.devices_of(%s::bigint, %s::bigint)) ORDER BY d.id", [user_id, party_id]))


def left_devices(actor: Actor) -> list[int]:
    """Return the devices whose sessions no longer stand. Only as the portal itself."""
    return [row.pk for row in Device.objects.raw("SELECT id FROM ctx.left_devices() AS left_device(id)")]


def due_to_devices(actor: Actor, *, now: datetime, limit: int) -> list[int]:
    """Return the users to whom something is due on their devices, longest waiting first."""
    found = Notification.objects.filter(portal_id=actor.portal_id, push_at__lte=now).values("user_id").annotate(first=Min("push_at")).order_by("first")
    return [row["user_id"] for row in found[:limit]]


def pushes_wait(actor: Actor, *, now: datetime) -> bool:
    """Whether a message to a device waits whose time has come."""
    return Push.objects.filter(portal_id=actor.portal_id, state=Push.State.WAITING, next_at__lte=now).exists()


def push_worth(actor: Actor, row: Push) -> list[Notification]:
    """Return what a message to a device is still about: not what was seen meanwhile, and only as far as the person's rights go now. Only as the portal itself."""
    rows = list(Notification.objects.filter(portal_id=actor.portal_id, pk__in=row.items))
    person = standing.standing(actor, party_id=row.party_id, user_id=row.user_id) if rows else None
    known = kinds()
    return [item for item in still_worth(actor, row.user_id, rows) if person is not None and (not known[item.kind].right or person.may(known[item.kind].right))]


def reader_of(actor: Actor, row: Mail) -> Reader | None:
    """Return who reads a mail, or None when it goes to nobody who now comes in where it is about. Only as the portal itself."""
    person = standing.standing(actor, party_id=row.party_id, user_id=row.user_id) if row.user_id else None
    return Reader(person, row.language, row.time_zone or Portal.objects.values_list("time_zone", flat=True).get(pk=actor.portal_id)) if person else None


def places_of(actor: Actor, user_id: int) -> dict[int | None, str]:
    """Return the companies in which somebody has a place (None: among the staff), with their names."""
    return dict(Membership.objects.filter(portal_id=actor.portal_id, user_id=user_id, is_active=True).values_list("party_id", "party__name").distinct())


def names_of(actor: Actor, user_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of some people. One statement."""
    return dict(User.objects.filter(portal_id=actor.portal_id, pk__in=set(user_ids)).values_list("pk", "name"))


def pushes(actor: Actor, *, state: str = "", after: str | None = None, before: str | None = None) -> Page:
    """Return a page of what went to devices, last first: to whom, of which kind and how it went."""
    found = Push.objects.filter(portal_id=actor.portal_id)
    return keyset(found.filter(state=state) if state in Push.State.values else found, ("-created_at", "-id"), after=after, before=before)


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

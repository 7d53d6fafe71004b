"""Telling people, and the postman."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.jobs import defer, every, job
from portiek.foundation.notifications import actions, mailbox, post, push, queries, reports
from portiek.foundation.notifications.enclosures import enclosure, has_enclosure
from portiek.foundation.notifications.kinds import kind as kind_of

logger = logging.getLogger("portiek.mail")
AT_ONCE = 200
# Services of devices that are called at once, and how long one job goes on (seconds).
THREADS, SENDING = 16, 50.0


@job(name="notifications.deliver")
def deliver(
    actor: Actor, *, event: str, kind: str, subject: str, party: int | None, right: str, users: Sequence[int] | None, values: dict[str, Any], bell: bool, later: bool = False, about: int | None = None
) -> None:
    """Write the notifications and mails of one event."""
    actions.tell(actor, event=event, kind=kind, subject=subject, party=party, right=right, users=users, values=values, bell=bell, later=later, about=about)


@job(name="notifications.plan_again")
def plan_again(actor: Actor, *, user: int) -> None:
    """Set anew when what waits goes out to a person who chose otherwise."""
    actions.plan_again(actor, user_id=user)


@every("* * * * *", name="notifications.gather", scoped=False)
def gather(actor: Actor) -> None:
    """Each minute: put what is due to each person in one mail, person by person, so that one who fails holds up nobody."""
    with scope(actor, read_only=True):
        users = queries.due_users(actor, now=timezone.now(), limit=AT_ONCE)
    for user_id in users:
        with scope(actor):
            actions.gather(actor, user_id=user_id, now=timezone.now())


@job(name="notifications.send", queue="urgent", scoped=False, retries=1)
def send(actor: Actor, *, key: str) -> None:
    """Send one mail: taken in one scope, its enclosure made in one of its reader, sent outside any, noted in another. A retry carries the same Message-ID."""
    with scope(actor):
        mail = actions.claim_mail(actor, key=key, now=timezone.now())
        reader = queries.reader_of(actor, mail) if mail and has_enclosure(mail.kind) else None
    if mail is None:
        return
    enclosed = enclosure(reader, mail) if reader else None
    with scope(actor):
        letter = post.letter(actor, mail, enclosed)
    erase = kind_of(mail.kind).secret
    try:
        post.hand_over(letter)
    except post.NotTaken as problem:
        logger.warning("mail %s was not taken, try %s: %s", mail.key, mail.tries, problem)
        with scope(actor):
            actions.mark_failed(actor, mail=mail, error=str(problem), final=problem.final, erase=erase, now=timezone.now())
        return
    with scope(actor):
        actions.mark_sent(actor, mail=mail, erase=erase, now=timezone.now())


@every("* * * * *", name="notifications.send_due", queue="urgent", scoped=False)
def send_due(actor: Actor) -> None:
    """Send what waits for another try, or was left behind by a worker that died."""
    with scope(actor, read_only=True):
        keys = queries.due_mails(actor, now=timezone.now(), limit=AT_ONCE)
    for key in keys:
        send(actor, key=key)


@every("*/5 * * * *", name="notifications.read_reports", queue="slow", scoped=False)
def read_reports(actor: Actor) -> None:
    """Read what came back, every five minutes: one mailbox of the installation, read by its first portal for all of them."""
    portals = sorted(portal for portal, _language, _host in ask("portals"))
    if not settings.BOUNCE_IMAP_URL or actor.portal_id != portals[0]:
        return

    def take(raw: bytes) -> None:
        report = reports.read(raw)
        for portal in portals if report else ():
            system = Actor.system(portal)
            with scope(system):
                found = actions.take_report(system, tokens=report.tokens, outcome=report.outcome, text=report.text, now=timezone.now())  # type: ignore[union-attr]
            if found:
                return

    try:
        read = mailbox.read_new(settings.BOUNCE_IMAP_URL, take)
    except mailbox.NotOpened as problem:
        logger.warning("the mailbox of returned mail cannot be read: %s", problem)
        return
    if read:
        logger.info("read %s mails that came back", read)


@every("10 3 * * *", name="notifications.drop_old_mails", queue="slow")
def drop_old_mails(actor: Actor) -> None:
    """Each night: mails that were sent or given up are removed when their term is over, by default 90 days."""
    actions.drop_old_mails(actor, now=timezone.now())


@job(name="notifications.gather_pushes", queue="urgent")
def gather_pushes(actor: Actor, *, user: int) -> None:
    """Make one message a company for the devices of a person of all that is due there."""
    actions.gather_pushes(actor, user_id=user, now=timezone.now())


@job(name="notifications.send_pushes", scoped=False, retries=1, lock=lambda arguments: f"pushes:{arguments['of']}")
def send_pushes(actor: Actor, *, of: int) -> None:
    """Bring devices what is due, many at once; one such job a portal, so that services that hang take one place of the worker. Taken in one scope, brought outside any, noted in another."""
    until = time.monotonic() + SENDING
    with ThreadPoolExecutor(THREADS, thread_name_prefix="pushes") as pool:
        while time.monotonic() < until:
            with scope(actor):
                taken = actions.take_pushes(actor, now=timezone.now())
            if not taken:
                return
            outcomes = list(pool.map(push.hand_over, [parcel for _row, parcel in taken]))
            with scope(actor):
                actions.settle_pushes(actor, outcomes=[(row, outcome) for (row, _parcel), outcome in zip(taken, outcomes, strict=True)], now=timezone.now())


@every("* * * * *", name="notifications.pushes_due", scoped=False)
def pushes_due(actor: Actor) -> None:
    """Each minute: what became due to people's devices, and what waits for another try."""
    with scope(actor, read_only=True):
        users, waits = queries.due_to_devices(actor, now=timezone.now(), limit=AT_ONCE), queries.pushes_wait(actor, now=timezone.now())
    for user_id in users:
        with scope(actor):
            actions.gather_pushes(actor, user_id=user_id, now=timezone.now())
    if waits:
        with scope(actor):
            defer(actor, send_pushes, of=actor.portal_id)


@every("15 3 * * *", name="notifications.drop_old_pushes", queue="slow")
def drop_old_pushes(actor: Actor) -> None:
    """Each night: messages to devices are removed when their term is over, by default 30 days, and devices whose sessions ended."""
    actions.drop_old_pushes(actor, now=timezone.now())

"""What became of a mail after it was handed over: taken from reports, told to who can do something about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.notifications import facts, queries, reports, rules
from portiek.foundation.notifications.actions.mailing import mail_now
from portiek.foundation.notifications.kinds import TRIED, kinds
from portiek.foundation.notifications.models import Mail, Rhythm
from portiek.foundation.tasks import actions as tasks

BOUNCED_TASK = "notifications.mail_bounced"


def _about(mail: Mail) -> str:
    """Return what the task about an address is about: the person, or the mail of who is none yet."""
    return ref("accounts.user", mail.user_id) if mail.user_id else ref("notifications.mail", mail.pk)


def _system(actor: Actor) -> None:
    if actor.kind != "system":
        raise Refused("notifications-system")


@action(None)
def mark_failed(actor: Actor, *, mail: Mail, error: str, final: bool, erase: bool, now: datetime) -> None:
    """Note that the mail server did not take a mail, and when to try again; for good after 72 hours or a final answer. Only the portal itself."""
    _system(actor)
    again = None if final else rules.next_try(mail.tries, mail.created_at, now)
    mail.error = rules.one_line(error)
    if again is not None:
        mail.next_at = again
    elif final and reports.of_answer(error) == "bounced":
        bounced(actor, mail=mail)
    else:
        mail.state = Mail.State.FAILED
        record(actor, facts.MailGivenUp(mail_id=mail.pk, kind=mail.kind), subject=ref("notifications.mail", mail.pk), text=mail.kind)
    mail.values = "" if erase and again is None else mail.values
    mail.save(update_fields=["state", "error", "next_at", "values"])


@action(None)
def take_report(actor: Actor, *, tokens: Sequence[str], outcome: reports.Outcome, text: str, now: datetime) -> Mail | None:
    """Note what a report says of the mail that one of these tokens names; None when no mail of this portal is meant. The same report twice changes nothing. Only the portal itself."""
    _system(actor)
    mail = Mail.objects.filter(portal_id=actor.portal_id, token__in=list(tokens)).select_for_update(of=("self",)).first()
    if mail is None or mail.state not in (Mail.State.SENT, Mail.State.DELAYED):
        return mail
    mail.error = rules.one_line(text)
    if outcome == "delayed":
        mail.state = Mail.State.DELAYED
    elif outcome == "soft" and mail.values and now - mail.created_at < rules.GIVE_UP:
        mail.state, mail.next_at = Mail.State.WAITING, now + rules.LONGEST_WAIT
    elif outcome == "bounced":
        bounced(actor, mail=mail)
    elif outcome == "complained":
        mail.state = Mail.State.COMPLAINED
        if mail.user_id:
            Rhythm.objects.update_or_create(portal_id=actor.portal_id, user_id=mail.user_id, defaults={"mail_off": True})
        record(actor, facts.MailComplained(mail_id=mail.pk, kind=mail.kind), subject=ref("notifications.mail", mail.pk), text=mail.to)
    else:
        mail.state = Mail.State.FAILED
        record(actor, facts.MailGivenUp(mail_id=mail.pk, kind=mail.kind), subject=ref("notifications.mail", mail.pk), text=mail.kind)
    mail.save(update_fields=["state", "error", "next_at"])
    return mail


@action(None)
def bounced(actor: Actor, *, mail: Mail) -> None:
    """Note that the address of a mail is gone for good: no more mail to it but what its owner asks for himself, and staff is asked to look. The mail itself is saved by the caller. Only the portal itself."""
    _system(actor)
    mail.state = Mail.State.BOUNCED
    if mail.user_id:
        accounts.mark_mail(actor, user_id=mail.user_id, fails=True)
    open_ones = [code for code, known in kinds().items() if not known.secret]
    Mail.objects.filter(portal_id=actor.portal_id, to=mail.to, state=Mail.State.WAITING, kind__in=open_ones).exclude(pk=mail.pk).update(state=Mail.State.FAILED, error=mail.error)
    record(actor, facts.MailBounced(mail_id=mail.pk, kind=mail.kind), subject=ref("notifications.mail", mail.pk), text=mail.to)
    tasks.ask(actor, kind=BOUNCED_TASK, subject=_about(mail), right="mail.view", values={"email": mail.to, "cause": mail.error}, about_id=mail.party_id)


@action(None)
def works_again(actor: Actor, *, user_id: int, tried: bool = False) -> None:
    """Mail somebody again, since he (`tried`: one mail to see) or staff says that his address works; the next mail that comes back marks it anew. Only the portal itself."""
    _system(actor)
    accounts.mark_mail(actor, user_id=user_id, fails=False)
    person = queries.user_of(actor, user_id) if tried else None
    if person:
        mail_now(actor, to=person.email, kind=TRIED, language=person.language, user_id=user_id)
    tasks.settle(actor, kind=BOUNCED_TASK, subject=ref("accounts.user", user_id))


@action(None)
def try_address(actor: Actor) -> None:
    """Mail the person of the gate again; a reaction sends one mail to see whether his address works. Refused when nothing is wrong with it."""
    if actor.kind != "auth" or not actor.user_id:
        raise Forbidden("who tries is the person himself")
    if not accounts.mark_mail(actor, user_id=actor.user_id, fails=False):
        raise Refused("notifications-tried")
    record(actor, facts.AddressTried(user_id=actor.user_id), subject=ref("accounts.user", actor.user_id), text=actor.name)


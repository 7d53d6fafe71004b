"""Every write about requests for an account: at the gate by who asks, by staff who decide, by the job that mails a code."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts import queries as people
from portiek.foundation.accounts.actions.entering import Visit
from portiek.foundation.accounts.models import Role
from portiek.foundation.applications import errors as _words  # noqa: F401  registers the words of what is refused
from portiek.foundation.applications import facts, permissions, rules
from portiek.foundation.applications.models import Application, Door
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Party

MOST_SAID = 20


def _record(actor: Actor, happened: Fact, found: Application, *, party_id: int | None = None) -> None:
    record(actor, happened, party_id=party_id, subject=ref("applications.application", found.pk), text=found.company)


def _code_hash(found: Application, figures: str) -> bytes:
    return salted_hmac("portiek.applications.code", f"{found.portal_id}:{found.pk}:{figures}", algorithm="sha256").digest()


@action(None)  # type: ignore[arg-type]
def ask(actor: Actor, *, email: str, visit: Visit, **said: Any) -> Application | str:
    """Keep a request and mail a code to its address, whosever that is; return it, or the reason why not. Only at the gate.

    The same work for every address and company: nothing here looks what the portal knows.
    """
    if not accounts.may_try(actor, door="apply", email=email, visit=visit):
        return "too-many-tries"
    now = timezone.now()
    made = Application.objects.create(portal_id=actor.portal_id, email=email, created_at=now, code_expires_at=now + timedelta(minutes=rules.CODE_MINUTES), **said)
    defer(actor, named("portiek.foundation.applications.jobs.mail_code"), application_id=made.pk)
    return made


@action(None)
def make_code(actor: Actor, *, application_id: int) -> tuple[Application, str] | None:
    """Draw the figures of a code for the mail; None when they are not wanted any more."""
    found = Application.objects.select_for_update().filter(pk=application_id, state=Application.State.UNPROVED).first()
    if found is None:
        return None
    figures = f"{secrets.randbelow(1_000_000):06d}"
    found.code_hash, found.code_tries, found.code_expires_at = _code_hash(found, figures), 0, timezone.now() + timedelta(minutes=rules.CODE_MINUTES)
    found.save(update_fields=["code_hash", "code_tries", "code_expires_at"])
    return found, figures


@action(None)
def prove(actor: Actor, *, application_id: int, figures: str, visit: Visit) -> Application | str:
    """Send a request on to the staff when the mailed code is right; else return the reason. Nothing is raised: a wrong try must stay counted. Only at the gate."""
    found = Application.objects.select_for_update().filter(pk=application_id).first()
    if found is None:
        return "application-code-over"
    if found.state != Application.State.UNPROVED:
        return found
    if not accounts.may_try(actor, door="apply-code", email=found.email, visit=visit):
        return "too-many-tries"
    if problem := rules.why_not_code(tries=found.code_tries, expires_at=found.code_expires_at, now=timezone.now()):
        return problem
    right = bool(found.code_hash) and hmac.compare_digest(_code_hash(found, figures), bytes(found.code_hash))
    found.code_tries += 1
    if not right:
        found.save(update_fields=["code_tries"])
        return "application-code-over" if found.code_tries >= rules.CODE_TRIES else "application-code-wrong"
    found.state, found.asked_at, found.code_hash = Application.State.ASKED, timezone.now(), b""
    found.save(update_fields=["state", "asked_at", "code_hash", "code_tries"])
    _record(actor, facts.ApplicationAsked(application_id=found.pk), found)
    return found


def _locked(found: Application, *states: str) -> Application:
    row = Application.objects.select_for_update().filter(pk=found.pk).first()
    if row is None:
        raise NotFound
    if row.state not in states:
        raise Refused("application-over")
    return row


def _said(found: Application, by: str, text: str, *, staff: bool) -> None:
    if len(found.talk) >= MOST_SAID:
        raise Refused("application-over")
    found.talk = [*found.talk, {"by": by, "staff": staff, "text": text, "at": timezone.now().isoformat()}]


@action(None)
def answer(actor: Actor, *, application: Application, text: str) -> None:
    """Answer what staff asked. Only at the gate, by who holds the private link. Raises Refused when nothing is asked."""
    found = _locked(application, Application.State.NEEDS_INFO)
    _said(found, found.name, text, staff=False)
    found.state = Application.State.ASKED
    found.save(update_fields=["talk", "state"])
    _record(actor, facts.ApplicationAnswered(application_id=found.pk), found)


@action(permissions.DECIDE)
def ask_back(actor: Actor, *, application: Application, text: str) -> None:
    """Ask for more. Raises Refused when the request is decided."""
    found = _locked(application, Application.State.ASKED, Application.State.NEEDS_INFO)
    _said(found, actor.name, text, staff=True)
    found.state = Application.State.NEEDS_INFO
    found.save(update_fields=["talk", "state"])
    _record(actor, facts.ApplicationAskedBack(application_id=found.pk), found)


def _decided(actor: Actor, found: Application, state: str, **more: Any) -> None:
    for name, value in {"state": state, "decided_name": actor.name, "decided_at": timezone.now(), **more}.items():
        setattr(found, name, value)
    found.save(update_fields=["state", "decided_name", "decided_at", *more])


@action(permissions.DECIDE)
def reject(actor: Actor, *, application: Application, reason: str) -> None:
    """Give no account, for a reason that the asker reads. Raises Refused when the request is decided."""
    found = _locked(application, Application.State.ASKED, Application.State.NEEDS_INFO)
    _decided(actor, found, Application.State.REJECTED, reason=reason)
    _record(actor, facts.ApplicationRejected(application_id=found.pk), found)


@action(permissions.DECIDE)
def approve(actor: Actor, *, application: Application, role: Role, party: Party | None = None, number: str = "", name: str = "", kind: str = "customer") -> Party:
    """Give the account, to a party that is there or to a new one, and invite the asker with a role.

    Needs the rights to change parties and to invite too. Raises Refused when the request is decided, the number taken, the role not for such a party, the person there already.
    """
    found = _locked(application, Application.State.ASKED, Application.State.NEEDS_INFO)
    if party is None:
        if not number or not name:
            raise Refused("application-party", field="number")
        if Party.objects.filter(number=number).exists():
            raise Refused("number-taken", field="number", number=number)
        party = parties.create_party(actor, number=number, name=name, kind=kind, language=found.language, coc_number=found.coc_number, vat_number=found.vat_number, email=found.email, phone=found.phone)
    if role.pk not in {row.pk for row in people.roles_to_give(actor, party_id=party.pk)}:
        raise Refused("application-role", field="role")
    accounts.invite(actor, email=found.email, name=found.name, role=role, party=party, language=found.language)
    _decided(actor, found, Application.State.APPROVED, given=party)
    _record(actor, facts.ApplicationApproved(application_id=found.pk), found, party_id=party.pk)
    return party


@action(permissions.PORTAL_MANAGE)
def set_door(actor: Actor, *, is_open: bool) -> None:
    """Let the portal take requests, or no longer."""
    Door.objects.update_or_create(portal_id=actor.portal_id, defaults={"is_open": is_open})
    record(actor, facts.DoorChanged(is_open=is_open), subject=ref("parties.portal", actor.portal_id))


@action(None)
def forget_old(actor: Actor) -> None:
    """Forget requests whose address was not proved within a day, that were decided long ago, and that their asker left unanswered."""
    now = timezone.now()
    of_portal = Application.objects.filter(portal_id=actor.portal_id)
    of_portal.filter(state=Application.State.UNPROVED, created_at__lt=now - timedelta(days=1)).delete()
    over(actor, "applications.applications", now=now).delete()

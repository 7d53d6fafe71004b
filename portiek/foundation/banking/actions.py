"""Every write about bank accounts."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.core.sealing import seal, unseal
from portiek.foundation.banking import errors as _words  # noqa: F401  registers the words of what is refused
from portiek.foundation.banking import facts, permissions, queries, rules
from portiek.foundation.banking.models import BankAccount, BankChange, Cooling
from portiek.foundation.parties.models import Party

State = BankChange.State
REF = "banking.change"


def _told(actor: Actor, fact: Fact, row: BankChange) -> None:
    record(actor, fact, party_id=row.party_id, subject=ref(REF, row.pk), text=row.mask)


def _person(actor: Actor) -> None:
    """Refuse programs: each step is a person's."""
    if not actor.user_id or actor.api_key_id:
        raise Refused("bank-person")


@action(permissions.MANAGE)
def ask_change(actor: Actor, *, iban: str, holder: str) -> BankChange:
    """Ask for another account of one's own party. Raises Refused for what is no IBAN, is the account already, and while a change is under way."""
    _person(actor)
    party = Party.objects.select_for_update().filter(pk=actor.party_id or 0).first()
    if party is None:
        raise NotFound
    number = rules.iban(iban)
    if number is None:
        raise Refused("bank-iban", field="iban")
    now = queries.account(actor, party_id=party.pk)
    if now is not None and unseal(now.iban, now.place) == number:
        raise Refused("bank-same", field="iban")
    if BankChange.objects.filter(party=party, state__in=rules.OPEN).exists():
        raise Refused("bank-open")
    made = BankChange(portal_id=actor.portal_id, party=party, country=number[:2], tail=number[-4:], holder=" ".join(holder.split())[:140], asked_by=actor.user_id, asked_name=actor.name[:120],
                      asked_at=timezone.now())
    made.iban = seal(number, made.place)
    made.save()
    _told(actor, facts.ChangeAsked(change_id=made.pk, tail=made.tail), made)
    return made


def _locked(actor: Actor, change: BankChange) -> BankChange:
    found = BankChange.objects.select_for_update(of=("self",)).filter(pk=change.pk).first()
    if actor.party_id is not None and actor.party_id != change.party_id:
        raise NotFound
    if found is None:  # the database gives a party nothing to write that is over
        raise Refused("bank-over")
    return found


@action(permissions.MANAGE)
def confirm_change(actor: Actor, *, change: BankChange) -> BankChange:
    """Confirm what a colleague asked. Raises Refused for whoever asked it himself, in whichever role, and for a program."""
    _person(actor)
    found = _locked(actor, change)
    if problem := rules.why_not_confirm(found.state, found.asked_by, actor.user_id):
        raise Refused(problem)
    found.state, found.confirmed_by, found.confirmed_name, found.confirmed_at = State.CONFIRMED, actor.user_id, actor.name[:120], timezone.now()
    found.save(update_fields=["state", "confirmed_by", "confirmed_name", "confirmed_at"])
    _told(actor, facts.ChangeConfirmed(change_id=found.pk, tail=found.tail), found)
    return found


@action(permissions.DECIDE)
def accept_change(actor: Actor, *, change: BankChange) -> BankChange:
    """Accept a confirmed change: it counts after the cooling-off. Raises Refused when it is not confirmed, and for who asked or confirmed it as one of the party."""
    _person(actor)
    found = _locked(actor, change)
    if problem := rules.why_not_accept(found.state, (found.asked_by, found.confirmed_by), actor.user_id):
        raise Refused(problem)
    now = timezone.now()
    found.state, found.accepted_by, found.accepted_name, found.accepted_at = State.COOLING, actor.user_id, actor.name[:120], now
    found.effective_at = rules.effective_at(now, queries.cooling_hours(actor))
    found.save(update_fields=["state", "accepted_by", "accepted_name", "accepted_at", "effective_at"])
    _told(actor, facts.ChangeAccepted(change_id=found.pk, tail=found.tail), found)
    return found


def _end(actor: Actor, found: BankChange, state: State, reason: str) -> None:
    text = " ".join(reason.replace("\0", " ").split())[:500]
    if not text:
        raise Refused("bank-reason", field="reason")
    found.state, found.ended_name, found.ended_at, found.reason = state, actor.name[:120], timezone.now(), text
    found.save(update_fields=["state", "ended_name", "ended_at", "reason"])


@action(permissions.DECIDE)
def refuse_change(actor: Actor, *, change: BankChange, reason: str) -> BankChange:
    """Refuse or stop a change as staff, with a reason, as long as it does not count."""
    found = _locked(actor, change)
    if found.state not in rules.OPEN:
        raise Refused("bank-over")
    state = State.STOPPED if found.state == State.COOLING else State.REFUSED
    _end(actor, found, state, reason)
    _told(actor, facts.ChangeStopped(change_id=found.pk, tail=found.tail) if state == State.STOPPED else facts.ChangeRefused(change_id=found.pk, tail=found.tail), found)
    return found


@action(permissions.MANAGE)
def stop_change(actor: Actor, *, change: BankChange, reason: str) -> BankChange:
    """Stop a change of one's own party, as long as it does not count."""
    found = _locked(actor, change)
    if found.state not in rules.OPEN:
        raise Refused("bank-over")
    _end(actor, found, State.STOPPED, reason)
    _told(actor, facts.ChangeStopped(change_id=found.pk, tail=found.tail), found)
    return found


@action(None)
def let_count(actor: Actor, *, change_id: int, now: datetime) -> bool:
    """Let an accepted change count once its time has come; return whether it does now. System only."""
    if actor.kind != "system":
        raise Forbidden("the portal itself does this")
    found = BankChange.objects.select_for_update().filter(pk=change_id, state=State.COOLING, effective_at__lte=now).first()
    if found is None:
        return False
    BankAccount.objects.update_or_create(portal_id=actor.portal_id, party_id=found.party_id,
                                         defaults={"iban": found.iban, "country": found.country, "tail": found.tail, "holder": found.holder, "since": now})
    found.state, found.ended_at = State.DONE, now
    found.save(update_fields=["state", "ended_at"])
    _told(actor, facts.AccountChanged(change_id=found.pk, tail=found.tail), found)
    return True


@action(permissions.DECIDE)
def set_cooling(actor: Actor, *, hours: int) -> None:
    """Choose how many hours pass between acceptance and effect; what was accepted already keeps its moment."""
    Cooling.objects.update_or_create(portal_id=actor.portal_id, defaults={"hours": max(0, min(hours, rules.MOST_HOURS))})
    record(actor, facts.CoolingChanged(hours=hours), text=str(hours))

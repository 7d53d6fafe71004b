"""Every write of price letters: written, calculated, sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.letters import errors, facts, queries, rules
from portiek.trade.letters.models import Letter, LetterCopy, LetterLine
from portiek.trade.pricing.permissions import MANAGE

REF = "letters.letter"
WRONG_DAY = {"past": errors.PAST, "far": errors.FAR}
State = Letter.State


def _locked(actor: Actor, letter: Letter) -> Letter:
    """Return a letter, held. Raises NotFound, or Refused when it is being worked on or was sent."""
    found = Letter.objects.select_for_update().filter(portal_id=actor.portal_id, pk=letter.pk).first()
    if found is None:
        raise NotFound
    if found.state in (State.MAKING, State.SENDING):
        raise Refused(errors.BUSY)
    if found.state == State.SENT:
        raise Refused(errors.SENT)
    return found


def _begin(actor: Actor, letter: Letter) -> None:
    """Have a letter calculated from the start."""
    letter.state, letter.done, letter.reached, letter.total, letter.made_at = State.MAKING, 0, 0, queries.readers(actor).count(), None
    letter.save()
    record(actor, facts.LetterWritten(letter_id=letter.pk), subject=ref(REF, letter.pk), text=str(letter))
    defer(actor, named("letters.make"), letter_id=letter.pk)


def _checked(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    problem = rules.wrong_day(values["effective_on"], today)
    if problem:
        raise Refused(WRONG_DAY[problem], field="effective_on")
    return {name: values[name] for name in (*Letter.WRITTEN, "unbought") if name in values}


@action(MANAGE)
def write_letter(actor: Actor, *, values: Mapping[str, Any], today: date) -> Letter:
    """Write a letter and have it calculated for every party. Raises Refused for a day that is not to come within a year."""
    made = Letter(portal_id=actor.portal_id, **_checked(values, today))
    _begin(actor, made)
    return made


@action(MANAGE)
def change_letter(actor: Actor, *, letter: Letter, values: Mapping[str, Any], today: date) -> Letter:
    """Change a letter that was not sent, and have it calculated anew: prices may have changed too."""
    found = _locked(actor, letter)
    for name, value in _checked(values, today).items():
        setattr(found, name, value)
    LetterCopy.objects.filter(portal_id=actor.portal_id, letter=found).delete()
    _begin(actor, found)
    return found


@action(MANAGE)
def drop_letter(actor: Actor, *, letter: Letter) -> None:
    """Throw away a letter that was not sent."""
    found = _locked(actor, letter)
    record(actor, facts.LetterDropped(letter_id=found.pk), subject=ref(REF, found.pk), text=str(found))
    found.delete()


@action(MANAGE)
def send_letter(actor: Actor, *, letter: Letter, now: datetime, today: date) -> None:
    """Send a letter to every party whose prices it changes. Raises Refused when that is nobody, or the day has come."""
    found = _locked(actor, letter)
    if found.effective_on <= today:
        raise Refused(errors.STALE)
    total = LetterCopy.objects.filter(portal_id=actor.portal_id, letter=found).count()
    if not total:
        raise Refused(errors.NOBODY)
    found.state, found.done, found.reached, found.total, found.sent_at = State.SENDING, 0, 0, total, now
    found.save()
    record(actor, facts.LetterSent(letter_id=found.pk), subject=ref(REF, found.pk), text=str(found))
    defer(actor, named("letters.send"), letter_id=found.pk)


def _at_work(actor: Actor, letter_id: int, state: str) -> Letter | None:
    """Return a letter that a job works on, held; None when it is not so far or not so any more. Raises NotFound for who is not the portal itself."""
    if actor.kind != "system":
        raise NotFound
    return Letter.objects.select_for_update().filter(portal_id=actor.portal_id, pk=letter_id, state=state).first()


@action(None)
def make_copies(actor: Actor, *, letter_id: int, now: datetime, today: date, size: int) -> bool:
    """Calculate a letter for the next parties; return whether there are more. Only the portal itself."""
    letter = _at_work(actor, letter_id, State.MAKING)
    if letter is None:
        return False
    parties = list(queries.readers(actor).filter(pk__gt=letter.reached).select_related("portal")[:size])
    if not parties:
        letter.state, letter.made_at, letter.done = State.READY, now, letter.total
        letter.save(update_fields=["state", "made_at", "done"])
        return False
    for party in parties:
        told = queries.changes(actor, party=party, effective_on=letter.effective_on, today=today, unbought=letter.unbought)
        if told:
            _copy(actor, letter, party, told, now)
    letter.reached, letter.done = parties[-1].pk, min(letter.done + len(parties), letter.total)
    letter.save(update_fields=["reached", "done"])
    return True


def _copy(actor: Actor, letter: Letter, party: Party, told: Sequence[queries.Told], now: datetime) -> None:
    zero = Decimal(0)
    made = LetterCopy.objects.create(
        portal_id=actor.portal_id, party=party, letter=letter, currency=party.portal.currency, line_count=len(told), others=sum(1 for item in told if not item.times), made_at=now,
        bought=sum((item.change.bought or zero for item in told), zero), effect=sum((item.change.effect or zero for item in told), zero),
        **{name: getattr(letter, name) for name in Letter.WRITTEN},
    )  # fmt: skip
    LetterLine.objects.bulk_create(
        LetterLine(portal_id=actor.portal_id, party=party, copy=made, product=item.product, sku=item.product.sku, name=item.product.name, name_en=item.product.name_en,
                   unit=item.product.unit_label, tax_rate=item.product.tax_rate, usual=item.usual, quantity=item.quantity, times=item.times,
                   before=item.change.before, after=item.change.after, before_by=item.before_by, after_by=item.after_by, effect=item.change.effect, weight=item.change.weight)
        for item in told
    )  # fmt: skip


@action(None)
def send_copies(actor: Actor, *, letter_id: int, size: int) -> bool:
    """Let the next parties read their copy and tell them; return whether there are more. Only the portal itself."""
    letter = _at_work(actor, letter_id, State.SENDING)
    if letter is None:
        return False
    found = list(LetterCopy.objects.filter(portal_id=actor.portal_id, letter=letter, pk__gt=letter.reached).order_by("pk")[:size])
    if not found:
        letter.state = State.SENT
        letter.save(update_fields=["state"])
        return False
    LetterCopy.objects.filter(portal_id=actor.portal_id, pk__in=[item.pk for item in found]).update(sent_at=letter.sent_at)
    for item in found:
        record(actor, facts.LetterReceived(copy_id=item.pk), party_id=item.party_id, subject=ref("letters.copy", item.pk), text=str(item))
    Letter.objects.filter(pk=letter.pk).update(reached=found[-1].pk, done=F("done") + len(found))
    return True

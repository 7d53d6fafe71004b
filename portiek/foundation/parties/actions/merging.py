"""Two parties become one, and one becomes two: asked by staff, done by a job in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils import timezone

from portiek.core import merging
from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.merging import Deed
from portiek.core.refs import ref
from portiek.foundation.parties import facts, permissions, queries, rules
from portiek.foundation.parties.actions.parties import create_party
from portiek.foundation.parties.actions.units import add_unit
from portiek.foundation.parties.models import Merge, Party, Unit

State = Merge.State


def _reason(given: str) -> str:
    text = " ".join(given.replace("\0", " ").split())[:500]
    if not text:
        raise Refused("merge-reason", field="reason")
    return text


def _held(actor: Actor, *keys: int) -> list[Party]:
    """Lock parties, in order: whoever writes a row of theirs waits. Raises NotFound for one that is not there."""
    rows = {row.pk: row for row in Party.objects.select_for_update(of=("self",)).filter(portal_id=actor.portal_id, pk__in=keys).order_by("pk")}
    if set(keys) - set(rows):
        raise NotFound
    return [rows[key] for key in keys]


def _check(actor: Actor, source: Party, target: Party, *, besides: int = 0) -> None:
    if problem := queries.why_not_one(actor, source, target, besides=besides):
        raise problem


def _stands(actor: Actor, deed: Deed) -> None:
    for refused in merging.refusals(actor, deed):
        raise refused


@action(permissions.MERGE)
def ask_merge(actor: Actor, *, source: Party, target: Party, as_branch: bool, reason: str) -> Merge:
    """Have `source` become part of `target`; a job does it. Raises Refused for two that cannot be one, and while something stands in the way."""
    text = _reason(reason)
    held, into = _held(actor, source.pk, target.pk) if source.pk != target.pk else (source, source)
    _check(actor, held, into)
    _stands(actor, Deed(held.pk, into.pk, as_branch=as_branch))
    return _ask(actor, source=held, target=into, as_branch=as_branch, reason=text)


@action(permissions.MERGE)
def ask_split(actor: Actor, *, source: Party, units: Collection[int], number: str, name: str, administrator: int, reason: str) -> Merge:
    """Have units of a party, with all below them, become a party of their own; a job does it. Raises Refused."""
    text = _reason(reason)
    [held] = _held(actor, source.pk)
    _check_split(actor, held, units, number)
    if queries.under_way(actor, held.pk):
        raise Refused("merge-under-way", name=held.name)
    _stands(actor, queries.split_of(actor, source=held, units=units, administrator=administrator))
    return _ask(actor, source=held, is_split=True, units=sorted(units), number=number, name=name, administrator_id=administrator, reason=text)


def _check_split(actor: Actor, source: Party, units: Collection[int], number: str) -> None:
    if source.merged_into_id or not source.is_active:
        raise Refused("merge-closed", name=source.name)
    if not units or Unit.objects.filter(portal_id=actor.portal_id, party=source, pk__in=units).count() != len(set(units)):
        raise Refused("split-nothing", field="units")
    if Party.objects.filter(portal_id=actor.portal_id, number=number).exists():
        raise Refused("number-taken", field="number", number=number)


def _ask(actor: Actor, **values: Any) -> Merge:
    made = Merge.objects.create(portal_id=actor.portal_id, asked_at=timezone.now(), asked_by=actor.user_id, asked_name=actor.name[:120], **values)
    defer(actor, named("parties.merge"), merge_id=made.pk)
    return made


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def begin_merge(actor: Actor, *, merge_id: int) -> Merge | None:
    """Take one up, also one that was broken off; None when it is over. Only the portal itself."""
    _only_system(actor)
    found = Merge.objects.select_for_update(of=("self",)).select_related("source", "target").filter(pk=merge_id, portal_id=actor.portal_id, state__in=queries.OPEN).first()
    if found is not None and found.state == State.ASKED:
        found.state = State.RUNNING
        found.save(update_fields=["state"])
    return found


@action(None)
def give_up_merge(actor: Actor, *, merge_id: int, problem: str) -> None:
    """Keep why nothing was done. Only the portal itself."""
    _only_system(actor)
    Merge.objects.filter(pk=merge_id, portal_id=actor.portal_id, state__in=queries.OPEN).update(state=State.FAILED, problem=problem[:500], ended_at=timezone.now())


def _together(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)


@action(permissions.MERGE)
def carry_out_merge(actor: Actor, *, merge: Merge) -> Deed:
    """Do what was asked, all of it or nothing. Raises Refused when something came in the way since."""
    found = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk, portal_id=actor.portal_id, state=State.RUNNING)
    # A row and what it refers to go one after the other; the database checks both at the end. Millions of rows may need minutes.
    _together("SET CONSTRAINTS ALL DEFERRED; SET LOCAL statement_timeout = '30min'; SET LOCAL lock_timeout = '1min'")
    deed = _split(actor, found) if found.is_split else _merge(actor, found)
    found.people = [key for key, _name in merging.people_in(actor, found.source_id, deed.units if found.is_split else None)]
    # By name of the model: for the page, and for whoever looks for a row later.
    found.result = {rule.model: count for rule in merging.rules() if (count := _carry(actor, rule, deed))}
    _together("SET CONSTRAINTS ALL IMMEDIATE")
    found.state, found.ended_at = State.DONE, timezone.now()
    found.save(update_fields=["target", "people", "result", "state", "ended_at"])
    return deed


def _carry(actor: Actor, rule: merging.Rule, deed: Deed) -> int:
    if rule.first is not None:
        rule.first(actor, deed)
    count = _move(actor, rule, deed) if rule.fate == "moves" else rule.count(actor, deed) if rule.count else 0
    if rule.do is not None:
        rule.do(actor, deed)
    return count


def _move(actor: Actor, rule: merging.Rule, deed: Deed) -> int:
    found = queries.going(actor, rule, deed)
    model, column = found.model, rule.columns[0]
    count = found.update(**{column: deed.target})
    for name in rule.loses if count else ():
        model._default_manager.filter(portal_id=actor.portal_id, **{f"{column}_id": deed.target, f"{name}__isnull": False}).exclude(**{f"{name}__party_id": deed.target}).update(**{name: None})
    return int(count)


def _merge(actor: Actor, found: Merge) -> Deed:
    source, target = _held(actor, found.source_id, found.target_id or 0)
    _check(actor, source, target, besides=found.pk)
    _stands(actor, Deed(source.pk, target.pk, as_branch=found.as_branch))
    unit = None
    if found.as_branch:
        taken = Unit.objects.filter(portal_id=actor.portal_id, party=target, parent=None).values_list("name", flat=True)
        unit = add_unit(actor, party=target, name=rules.free_name(source.name[:120], list(taken), source.number), branch_number=source.branch_number).pk
    Party.objects.filter(portal_id=actor.portal_id, merged_into=source).update(merged_into=target)
    source.merged_into, source.is_active = target, False
    source.save(update_fields=["merged_into", "is_active"])
    record(actor, facts.PartyMerged(party_id=target.pk, from_id=source.pk, from_number=source.number), party_id=target.pk, subject=ref("parties.party", target.pk), text=source.name)
    record(actor, facts.PartyEndedInto(into_id=target.pk), party_id=source.pk, subject=ref("parties.party", source.pk), text=target.name)
    return Deed(source.pk, target.pk, as_branch=found.as_branch, unit=unit)


def _split(actor: Actor, found: Merge) -> Deed:
    [source] = _held(actor, found.source_id)
    _check_split(actor, source, found.units, found.number)
    _stands(actor, queries.split_of(actor, source=source, units=found.units, administrator=found.administrator_id))
    # Terms as they were, until the administration says otherwise.
    made = create_party(actor, number=found.number, name=found.name, kind=source.kind, language=source.language, payment_days=source.payment_days, credit_limit=source.credit_limit, parent=source.parent)
    found.target = made
    found.save(update_fields=["target"])
    record(actor, facts.PartySplit(party_id=source.pk, to_id=made.pk, to_number=made.number), party_id=source.pk, subject=ref("parties.party", source.pk), text=made.name)
    record(actor, facts.PartySplitOff(from_id=source.pk), party_id=made.pk, subject=ref("parties.party", made.pk), text=source.name)
    return queries.split_of(actor, source=source, units=found.units, target=made.pk, administrator=found.administrator_id)


@action(None)
def sweep_merge(actor: Actor, *, merge_id: int) -> int:
    """Take along what somebody was writing for the source while it went, and return how many rows that were. Only the portal itself."""
    _only_system(actor)
    found = Merge.objects.filter(pk=merge_id, portal_id=actor.portal_id, state=State.DONE, is_split=False, target__merged_into=None).first()
    if found is None or found.target_id is None:
        return 0
    _together("SET CONSTRAINTS ALL DEFERRED")
    deed = Deed(found.source_id, found.target_id)
    count = sum(_move(actor, rule, deed) for rule in merging.rules() if rule.fate == "moves")
    _together("SET CONSTRAINTS ALL IMMEDIATE")
    return count

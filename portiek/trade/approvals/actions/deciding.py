"""Writes of approvals: the rules of a party, and requests from the first step to the last decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.models import Role
from portiek.foundation.parties.models import Party, Unit
from portiek.trade.approvals import errors as errors
from portiek.trade.approvals import facts, permissions, queries, rules, wording
from portiek.trade.approvals.models import Decision, Request, Rule, RuleStep, Step

REF = "approvals.rule"


def _told(actor: Actor, happened: Fact, found: Rule, before: str = "", text: str = "") -> None:
    said = text or _in_words(actor, found)
    record(actor, happened, party_id=found.party_id, subject=ref(REF, found.pk), text=said[:200], changes={"rule": (before or None, said)} if before != said else None)


def _in_words(actor: Actor, found: Rule) -> str:
    """Return a rule in words, as the log keeps it."""
    row = Rule.objects.select_related("category", "unit", "role").get(pk=found.pk)
    steps = queries.steps_of(actor, [row]).get(row.pk, [])
    return wording.rule(row, steps, queries.names(actor, {key for step in steps for key in step.people}))


def _checked(actor: Actor, when: rules.When, stages: Sequence[rules.Stage]) -> None:
    """Raises Refused for a rule that says nothing or asks nobody, NotFound for a category, branch or role that is not there."""
    if when.is_empty:
        raise Refused("approvals.empty_rule", field="above")
    if not stages:
        raise Refused("approvals.no_steps", field="who1")
    party = Party.objects.get(pk=actor.party_id or 0)
    roles = {role for role in (when.role, *(stage.role for stage in stages)) if role is not None}
    if when.category is not None and when.category not in {row.pk for row in queries.categories(actor)}:
        raise NotFound
    if when.unit is not None and not Unit.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, pk=when.unit).exists():
        raise NotFound
    if when.cost_centre and when.cost_centre not in queries.centres(actor, ended=True).names:
        raise NotFound
    if roles and accounts.roles(actor, audience=Role.Audience.PARTY, party=party).filter(pk__in=roles).count() != len(roles):
        raise NotFound
    holding = {person.user_id for person in queries.people(actor, party_id=party.pk)}
    most = Decimal(0)
    for place, stage in enumerate(stages, start=1):
        if stage.who == rules.PEOPLE and not stage.people:
            raise Refused("approvals.no_people", field=f"people{place}")
        if stage.who == rules.PEOPLE and not set(stage.people) <= holding:
            raise Refused("approvals.people_gone", field=f"people{place}")
        if stage.who == rules.ROLE and stage.role is None:
            raise Refused("approvals.no_role", field=f"role{place}")
        if stage.up_to is not None and stage.up_to <= most:
            raise Refused("approvals.up_to", field=f"up_to{place}")
        most = stage.up_to if stage.up_to is not None else most


def _fill(found: Rule, when: rules.When, stages: Sequence[rules.Stage]) -> None:
    found.above, found.category_id, found.address, found.unit_id, found.role_id, found.new_articles, found.agreed = when.above, when.category, when.address, when.unit, when.role, when.new_articles, when.agreed
    found.over_budget, found.cost_centre, found.lines, found.shipping, found.new_brands = when.over_budget, when.cost_centre, when.lines, when.shipping, when.new_brands
    found.save()
    RuleStep.objects.filter(rule=found, party_id=found.party_id).delete()
    RuleStep.objects.bulk_create([RuleStep(portal_id=found.portal_id, party_id=found.party_id, rule=found, position=place, who=stage.who, people=sorted(stage.people) if stage.who == rules.PEOPLE else [],
                                           role_id=stage.role if stage.who == rules.ROLE else None, needs=stage.needs, up_to=stage.up_to) for place, stage in enumerate(stages, start=1)])


def _held(actor: Actor, rule: Rule) -> Rule:
    """Return a rule of the actor's own party, held. Raises NotFound."""
    found = Rule.objects.select_for_update().filter(pk=rule.pk, party_id=actor.party_id or 0, removed_at=None).first()
    if found is None:
        raise NotFound
    return found


@action(permissions.RULES)
def make_rule(actor: Actor, *, when: rules.When, stages: Sequence[rules.Stage]) -> Rule:
    """Make a rule, the last in the row. Raises Refused when it says nothing, asks nobody, or there are too many."""
    party_id = actor.party_id
    if party_id is None:
        raise NotFound
    # One after the other, so that two get two places.
    Party.objects.select_for_update().get(pk=party_id)
    _checked(actor, when, stages)
    there = Rule.objects.filter(party_id=party_id, removed_at=None)
    if there.count() >= rules.MOST_RULES:
        raise Refused("approvals.most_rules", most=rules.MOST_RULES)
    made = Rule(portal_id=actor.portal_id, party_id=party_id, position=(there.aggregate(last=Max("position"))["last"] or 0) + 1)
    _fill(made, when, stages)
    _told(actor, facts.RuleMade(rule_id=made.pk), made)
    return made


@action(permissions.RULES)
def change_rule(actor: Actor, *, rule: Rule, when: rules.When, stages: Sequence[rules.Stage]) -> Rule:
    """Change a rule. What waits already goes on by the rules of when it was asked."""
    found = _held(actor, rule)
    _checked(actor, when, stages)
    before = _in_words(actor, found)
    _fill(found, when, stages)
    _told(actor, facts.RuleChanged(rule_id=found.pk), found, before)
    return found


@action(permissions.RULES)
def pause_rule(actor: Actor, *, rule: Rule, paused: bool) -> Rule:
    """Let a rule hold no more for a while, or again. Doing so twice changes nothing."""
    found = _held(actor, rule)
    if (found.paused_at is not None) != paused:
        found.paused_at = timezone.now() if paused else None
        found.save(update_fields=["paused_at"])
        said = _in_words(actor, found)
        _told(actor, facts.RulePaused(rule_id=found.pk) if paused else facts.RuleResumed(rule_id=found.pk), found, said, said)
    return found


@action(permissions.RULES)
def remove_rule(actor: Actor, *, rule: Rule) -> None:
    """Remove a rule. What waits by it goes on waiting."""
    found = _held(actor, rule)
    said = _in_words(actor, found)
    found.removed_at = timezone.now()
    found.save(update_fields=["removed_at"])
    _told(actor, facts.RuleRemoved(rule_id=found.pk), found, said, said)


@action(permissions.RULES)
def raise_rule(actor: Actor, *, rule: Rule) -> Rule:
    """Put a rule one place higher. The first stays the first."""
    rows = list(Rule.objects.select_for_update().filter(party_id=actor.party_id or 0, removed_at=None).order_by(*queries.BY_PLACE))
    place = next((place for place, row in enumerate(rows) if row.pk == rule.pk), None)
    if place is None:
        raise NotFound
    found = rows[place]
    if place:
        above = rows[place - 1]
        above.position, found.position = found.position, above.position
        Rule.objects.bulk_update([above, found], ["position"])
        said = _in_words(actor, found)
        _told(actor, facts.RuleMoved(rule_id=found.pk), found, said, said)
    return found


@action(None)
def open_request(actor: Actor, *, plan: queries.Plan, subject: str, number: str, content_hash: str, now: datetime) -> Request:
    """Ask for approval by a route that has steps, of what the actor makes in this same action, which checked his right to it; return the request with its first step open."""
    case, party_id = plan.case, actor.party_id or 0
    made = Request.objects.create(portal_id=actor.portal_id, party_id=party_id, subject=subject, number=number, content_hash=content_hash, net=case.net, limit=case.limit, period=case.period, unit_id=actor.unit_id,
                                  asked_by=actor.user_id, asked_at=now, expires_at=now + rules.OPEN_FOR)
    Step.objects.bulk_create([Step(portal_id=actor.portal_id, party_id=party_id, request=made, position=place, who=item.stage.who, people=sorted(item.stage.people), role_id=item.stage.role, needs=item.stage.needs, key=item.stage.key[:200],
                                   reasons=wording.why(plan, item)) for place, item in enumerate(plan.steps, start=1)])
    _go_on(actor, made, queries.people(actor, party_id=party_id), now)
    return made


def _go_on(actor: Actor, found: Request, people: Collection[rules.Person], now: datetime) -> None:
    """Open the next step; one in which somebody is asked who approved already is passed by his decision. After the last one the request is approved."""
    units = tuple(Unit.objects.filter(pk=found.unit_id).values_list("path", flat=True).first() or ()) if found.unit_id else ()
    for step in Step.objects.filter(request=found, status=Step.Status.WAITING).order_by("position"):
        seats = [person.user_id for person in rules.able(step.stage, people, asker=found.asked_by, units=units)]
        step.status, step.opened_at, step.due_at = Step.Status.OPEN, now, now + rules.PATIENCE
        # The same person is not asked twice; what he approved was as much as this, or more.
        given = {row.user_id: row for row in Decision.objects.filter(step__request=found, approved=True, user_id__in=seats).order_by("pk")}
        Decision.objects.bulk_create([Decision(portal_id=found.portal_id, party_id=found.party_id, step=step, approved=True, user_id=row.user_id, name=row.name, seats=[row.user_id], asked_by=row.asked_by, content_hash=row.content_hash, at=row.at) for row in given.values()])
        if rules.is_done(step.stage, seats, given):
            step.status, step.ended_at, step.opened_at = Step.Status.APPROVED, now, None
            step.save(update_fields=["status", "opened_at", "due_at", "ended_at"])
            continue
        step.escalated_at = None if seats else now
        step.save(update_fields=["status", "opened_at", "due_at", "escalated_at"])
        _said(actor, found, facts.StepOpened(request_id=found.pk, step_id=step.pk))
        return
    found.status, found.ended_at = Request.Status.APPROVED, now
    found.save(update_fields=["status", "ended_at"])


def _said(actor: Actor, found: Request, happened: Fact, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, happened, party_id=found.party_id, subject=found.subject, text=found.number, changes=changes)


def _turn(actor: Actor, found: Request, step: int | None) -> tuple[queries.Route, queries.At, queries.Seats]:
    """Return the route of a request, the step that is open and for whom the actor decides in it. Raises Refused when he cannot."""
    route = queries.route(actor, found.pk)
    at = route.current if route else None
    if route is None or at is None:
        raise Refused("approvals.decided")
    seats = queries.seats(actor, found, at)
    if problem := rules.why_not(status=found.status, step=at.step.status, asked_by=found.asked_by, user=actor.user_id, seen_step=step, current=at.step.position, may=seats.may):
        raise Refused(problem)
    if any(row.user_id == actor.user_id for row in at.decisions):
        raise Refused("approvals.decided_already")
    return route, at, seats


@action(permissions.APPROVE)
def check_turn(actor: Actor, *, request: Request, step: int | None) -> None:
    """Hold a request whose turn to decide is the actor's. Raises NotFound, and Refused when it is not."""
    found = Request.objects.select_for_update().filter(pk=request.pk, party_id=actor.party_id or 0).first()
    if found is None:
        raise NotFound
    _turn(actor, found, step)


@action(permissions.APPROVE)
def bind_anew(actor: Actor, *, request: Request, net: Decimal, content_hash: str) -> None:
    """Bind a request that is held to what is left of it. Nothing rose, so what was decided stands and its steps stay. Raises Refused for more than it was."""
    if net > request.net:
        raise Refused("approvals.rises")
    Request.objects.filter(pk=request.pk, party_id=actor.party_id or 0, status=Request.Status.PENDING).update(net=net, content_hash=content_hash)


@action(permissions.APPROVE)
def decide(actor: Actor, *, request: Request, approve: bool, now: datetime, step: int | None = None, reason: str = "") -> tuple[Request, str]:
    """Approve or reject in the step that is open, and go on; return the request and in whose place that was. `step`: its place as it was seen. What is asked for is held by who calls.

    Raises Refused for what one asked oneself, for a step that is not one's own, another one than was seen, or decided already.
    """
    found = Request.objects.select_for_update().filter(pk=request.pk, party_id=actor.party_id or 0).first()
    if found is None:
        raise NotFound
    route, at, seats = _turn(actor, found, step)
    Decision.objects.create(portal_id=found.portal_id, party_id=found.party_id, step=at.step, approved=approve, user_id=actor.user_id, name=actor.name, instead_of=seats.instead_of, seats=list(seats.keys), asked_by=found.asked_by,
                            content_hash=found.content_hash, reason=reason.strip()[:300], at=now)
    if not approve:
        _end(found, Request.Status.REJECTED, Step.Status.REJECTED, now)
        return found, seats.instead_of
    own, instead_of = {person.user_id for person in at.able}, {"instead_of": (None, seats.instead_of)} if seats.instead_of else None
    # Who makes the rules decides alone once a step was passed on to him.
    above = actor.user_id not in own and at.step.escalated_at is not None and actor.may(permissions.RULES)
    if above or rules.is_done(at.step.stage, own, {*seats.keys, *(key for row in at.decisions for key in row.seats)}):
        if any(other.step.status == Step.Status.WAITING for other in route.steps):
            _said(actor, found, facts.StepApproved(request_id=found.pk, step_id=at.step.pk, by=actor.user_id), instead_of)
        at.step.status, at.step.ended_at = Step.Status.APPROVED, now
        at.step.save(update_fields=["status", "ended_at"])
        _go_on(actor, found, queries.people(actor, party_id=found.party_id), now)
    else:
        _said(actor, found, facts.StepApproved(request_id=found.pk, step_id=at.step.pk, by=actor.user_id), instead_of)
    return found, seats.instead_of


def _end(found: Request, status: str, step: str, now: datetime) -> None:
    Step.objects.filter(request=found, status=Step.Status.OPEN).update(status=step, ended_at=now)
    Step.objects.filter(request=found, status=Step.Status.WAITING).update(status=Step.Status.OVER)
    found.status, found.ended_at = status, now
    found.save(update_fields=["status", "ended_at"])


@action(None)
def close_request(actor: Actor, *, request: Request, status: str, now: datetime) -> bool:
    """End a request that waits without a decision: withdrawn by who asked, or expired; who calls checked that and records it. Return whether it still waited."""
    found = Request.objects.select_for_update().filter(pk=request.pk, status=Request.Status.PENDING).first()
    if found is not None:
        _end(found, Request.Status(status), Step.Status.OVER, now)
    return found is not None


@action(None)
def escalate_due(actor: Actor, *, now: datetime) -> int:
    """Let who makes the rules decide as well in steps that waited too long; return how many."""
    due = list(Step.objects.select_for_update(of=("self",)).select_related("request").filter(portal_id=actor.portal_id, status=Step.Status.OPEN, escalated_at=None, due_at__lte=now).order_by("pk")[:500])
    for step in due:
        step.escalated_at = now
        step.save(update_fields=["escalated_at"])
        _said(actor, step.request, facts.StepEscalated(request_id=step.request_id, step_id=step.pk))
    return len(due)

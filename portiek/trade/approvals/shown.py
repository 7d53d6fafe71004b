"""Rules as a list shows them, to a party and to staff, and routes step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.pages import Request, part
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.choosing import away_in_words
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import MANAGE
from portiek.trade.approvals import queries, rules, wording
from portiek.trade.approvals.budgeting import Meter
from portiek.trade.approvals.models import Decision, Step


@dataclass(frozen=True)
class Row:
    """A rule in words, and why nobody can decide by it ("" when somebody can)."""

    key: int
    text: str
    stuck: str
    paused: bool
    first: bool


def rows(found: queries.Rules, currency: str) -> list[Row]:
    """Return the rules of a party in words."""
    return [Row(item.rule.pk, wording.rule(item.rule, item.steps, found.people, currency), stuck(item, found.people), item.rule.paused_at is not None, place == 0) for place, item in enumerate(found.listed)]


def stuck(item: queries.Listed, people: dict[int, str]) -> str:
    """Return why nobody can decide by a rule, or ""."""
    if not item.stuck:
        return ""
    step = item.stuck[0]
    return _("Step %(step)s has no possible approver: nobody of “%(who)s” may approve.") % {"step": step.position, "who": wording.who(step, people, step.role.label if step.role else "")}


def of_party(request: Request, *, party: Party) -> Any:
    """Show staff by which rules a party approves."""
    found = queries.metered(request.actor, queries.budgets(request.actor, party_id=party.pk).order_by("name", "pk")[:50], party_id=party.pk, day=timezone.localdate())
    return part(request, "approvals/of_party.html", {"rules": rows(queries.listed(request.actor, party_id=party.pk), request.portal.currency), "budgets": meters(found, request.portal.currency), "currency": request.portal.currency, "party": party,
                                                      "reference": queries.reference(request.actor, party_id=party.pk), "may_manage": request.actor.may(MANAGE)})


@dataclass(frozen=True)
class Gauge:
    """A budget in words, with how it stands."""

    key: int
    name: str
    whose: str
    terms: str
    state: tuple[str, str]
    meter: Meter | None
    said: str


def meters(found: Sequence[queries.Budgeted], currency: str) -> list[Gauge]:
    """Return budgets in words."""
    return [Gauge(item.budget.pk, item.budget.name, wording.whose(item), wording.terms(item.budget, currency), wording.standing(item), item.meter, wording.gauge(item.meter, currency) if item.meter else "") for item in found]


@dataclass(frozen=True)
class Stop:
    """A step of a route in words. `state`: of the step, or "" before it is asked; `away`: who is away and who stands in; `usual`: how long it usually takes, or ""."""

    position: int
    who: str
    why: str
    state: str
    names: tuple[str, ...]
    away: tuple[str, ...]
    usual: str
    decisions: tuple[Decision, ...] = ()
    escalated: bool = False
    # Whether somebody here may have approved an earlier step: that counts here too.
    again: bool = False

    @property
    def label(self) -> str:
        """The state in words."""
        return str(Step.Status(self.state).label) if self.state else ""


def _stops(actor: Actor, found: Sequence[tuple[rules.Stage, str, list[rules.Person], str, list[Decision], bool]], why: Sequence[str]) -> list[Stop]:
    wanted = {key for stage, *_rest in found for key in stage.people}
    people, roles, usual = queries.names(actor, wanted), queries.role_names(actor, {stage.role for stage, *_rest in found}), queries.usual_times(actor, [stage.key for stage, *_rest in found])
    away = accounts.away(actor, party_id=actor.party_id, user_ids={person.user_id for _stage, _key, able, *_rest in found for person in able})
    made = []
    for place, (stage, key, able, state, decisions, escalated) in enumerate(found):
        gone = tuple(f"{person.name}: {away_in_words(away[person.user_id])}" for person in able if person.user_id in away)
        waits = state in ("", Step.Status.WAITING, Step.Status.OPEN)
        taken = usual.get(key) if waits else None
        again = waits and any({person.user_id for person in able} & {person.user_id for person in before} for _stage, _key, before, *_others in found[:place])
        made.append(Stop(place + 1, wording.who(stage, people, roles.get(stage.role or 0, "")), why[place], state, tuple(person.name for person in able) if waits else (), gone if waits else (), wording.lasting(taken) if taken else "", tuple(decisions), escalated, again))
    return made


def preview(actor: Actor, plan: queries.Plan, currency: str) -> list[Stop]:
    """Return the route that a case would take, as it is shown before it is asked."""
    why = [wording.reasons(wording.why(plan, item), currency) for item in plan.steps]
    return _stops(actor, [(item.stage, item.stage.key, able, "", [], False) for item, able in zip(plan.steps, plan.able, strict=True)], why)


def route(actor: Actor, found: queries.Route, currency: str) -> list[Stop]:
    """Return how far a request is, as the page of what it is about shows it."""
    return _stops(actor, [(at.step.stage, at.step.key, at.able, at.step.status, at.decisions, at.step.escalated_at is not None) for at in found.steps], [wording.reasons(at.step.reasons, currency) for at in found.steps])

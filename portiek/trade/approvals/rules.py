"""Decisions about approvals: which rules hold for a case, in which steps it is decided, and who may decide in each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from statistics import median

from portiek.trade.approvals.budgeting import Left

USUAL, OTHER, ONEOFF = "usual", "other", "oneoff"
WHOLE, PARTS, PICKUP = "whole", "parts", "pickup"
ANYONE, PEOPLE, ROLE, UNIT = "anyone", "people", "role", "unit"
ANY, ALL = "any", "all"
MOST_RULES, MOST_STEPS = 50, 5
# How long a step waits before who makes the rules may decide as well, and how long a request is open in all.
PATIENCE, OPEN_FOR = timedelta(days=3), timedelta(days=21)
# Of how many decisions a usual time says something, and of how many it is made at most.
ENOUGH, LATEST = 5, 25


@dataclass(frozen=True)
class Case:
    """What somebody asks for, as rules look at it. Amounts are net; `by_category` holds each category with what is in it and below it; `units`: the branch of who asks with those above it."""

    net: Decimal
    by_category: Mapping[int, Decimal] = field(default_factory=dict)
    address: str = USUAL
    units: tuple[int, ...] = ()
    roles: frozenset[int] = frozenset()
    new_articles: int = 0
    # At prices of a quote.
    agreed: bool = False
    # The limit of who asks that this is above, and its period; None: within it.
    limit: Decimal | None = None
    period: str = ""
    # For which cost centre it is, and every budget that it counts for.
    cost_centre: str = ""
    budgets: tuple[Left, ...] = ()
    # How many lines it has, and how it is wanted; empty: as it comes.
    lines: int = 0
    shipping: str = ""
    new_brands: int = 0

    @property
    def over(self) -> list[Left]:
        """The budgets of which less is left than this."""
        return [budget for budget in self.budgets if self.net > budget.left]

    @property
    def stopped(self) -> Left | None:
        """The first budget above which nothing goes, so that nobody can approve this."""
        return next((budget for budget in self.over if budget.hard), None)


@dataclass(frozen=True)
class When:
    """When a rule holds: all that it says must be so; what it does not say does not matter."""

    above: Decimal | None = None
    category: int | None = None
    address: str = ""
    unit: int | None = None
    role: int | None = None
    new_articles: bool = False
    agreed: bool = False
    over_budget: bool = False
    cost_centre: str = ""
    # From so many lines on.
    lines: int | None = None
    shipping: str = ""
    new_brands: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing, so that it would hold for everything."""
        return self == When()


def holds(when: When, case: Case) -> bool:
    """Whether a rule holds for a case. With a category the amount is that of the category alone."""
    if when.is_empty:
        return False
    amount = case.net if when.category is None else case.by_category.get(when.category, Decimal(0))
    return (
        (when.category is None or when.category in case.by_category)
        and (when.above is None or amount > when.above)
        and (not when.address or case.address == when.address or (when.address == OTHER and case.address == ONEOFF))
        and (when.unit is None or when.unit in case.units)
        and (when.role is None or when.role in case.roles)
        and (not when.new_articles or case.new_articles > 0)
        and (not when.agreed or case.agreed)
        and (not when.over_budget or bool(case.over))
        and (not when.cost_centre or when.cost_centre == case.cost_centre)
        and (when.lines is None or case.lines >= when.lines)
        and (not when.shipping or when.shipping == case.shipping)
        and (not when.new_brands or case.new_brands > 0)
    )


@dataclass(frozen=True)
class Stage:
    """One step that a rule asks for: who, one or all of them, and up to which amount it is the last one of its rule (None: never)."""

    who: str = ANYONE
    people: tuple[int, ...] = ()
    role: int | None = None
    needs: str = ANY
    up_to: Decimal | None = None

    @property
    def key(self) -> str:
        """Whom it asks, so that the same is never asked twice."""
        return ":".join([self.who, ",".join(map(str, sorted(self.people))), str(self.role or ""), self.needs if self.who != ANYONE else ANY])


@dataclass(frozen=True)
class Rule:
    """A rule with its steps; `key` 0 is the one that every party has: above one's own limit somebody approves. Below 0 are those of budgets, each its key."""

    key: int
    when: When
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Planned:
    """A step of a route with the rules that ask for it."""

    stage: Stage
    rules: tuple[int, ...]


def stages_for(rule: Rule, net: Decimal) -> list[Stage]:
    """Return the steps of a rule that an amount passes: up to the first one that is enough for it."""
    found = []
    for stage in rule.stages:
        found.append(stage)
        if stage.up_to is not None and net <= stage.up_to:
            break
    return found


def route(rules: Sequence[Rule], case: Case) -> list[Planned]:
    """Return the steps of a case in order; none: nobody has to agree. Who would be asked twice is asked once, and "anybody who may" is left out where somebody in particular is asked."""
    asked: dict[str, Planned] = {}
    fired = [rule for rule in rules if holds(rule.when, case)]
    if case.limit is not None:
        fired.insert(0, Rule(0, When(), (Stage(),)))
    fired = [*(Rule(-budget.key, When(), (Stage(),)) for budget in case.over if not budget.hard), *fired]
    for rule in fired:
        for stage in stages_for(rule, case.net):
            before = asked.get(stage.key)
            asked[stage.key] = Planned(before.stage if before else stage, (*(before.rules if before else ()), rule.key))
    found = list(asked.values())
    particular = [planned for planned in found if planned.stage.who != ANYONE]
    if not particular:
        return found
    # Whoever decides first decides for these too.
    loose = tuple(key for planned in found if planned.stage.who == ANYONE for key in planned.rules)
    first = particular[0]
    return [Planned(first.stage, tuple(dict.fromkeys((*loose, *first.rules)))), *particular[1:]]


@dataclass(frozen=True)
class Person:
    """Somebody who holds the right to approve: his roles, and the branches of his places (None among them: the whole company)."""

    user_id: int
    name: str
    roles: frozenset[int] = frozenset()
    units: frozenset[int | None] = frozenset()


def able(stage: Stage, people: Iterable[Person], *, asker: int, units: Collection[int] = ()) -> list[Person]:
    """Return who may decide in a step: never who asked."""
    found = []
    for person in people:
        fits = {
            ANYONE: True,
            PEOPLE: person.user_id in stage.people,
            ROLE: stage.role in person.roles,
            UNIT: any(unit in person.units for unit in units),
        }[stage.who]
        if fits and person.user_id != asker:
            found.append(person)
    return found


def is_done(stage: Stage, seats: Collection[int], decided: Collection[int]) -> bool:
    """Whether a step is approved: `seats` are those who may decide in it now, `decided` those who did or for whom somebody did."""
    if not decided:
        return False
    return stage.needs == ANY or stage.who == ANYONE or set(seats) <= set(decided)


def is_stuck(stage: Stage, people: Iterable[Person], *, units: Collection[int] | None = None) -> bool:
    """Whether nobody can decide in a step for any asker, or (named people, all of them) not everybody. `units` None: of whatever branch."""
    everybody = list(people)
    if stage.who == UNIT:
        return not any(unit is not None and (units is None or unit in units) for person in everybody for unit in person.units)
    there = able(stage, everybody, asker=0)
    return not there or (stage.who == PEOPLE and stage.needs == ALL and len(there) < len(stage.people))


def why_not(*, status: str, step: str, asked_by: int, user: int, seen_step: int | None, current: int, may: bool) -> str | None:
    """Return why somebody cannot decide in a step now, or None when he can. `seen_step`: the step on the page that he looked at."""
    if status != "pending" or step != "open":
        return "approvals.decided"
    if user in (asked_by, 0):
        return "approvals.own"
    if seen_step is not None and seen_step != current:
        return "approvals.step_changed"
    return None if may else "approvals.not_asked"


def usual_time(taken: Sequence[timedelta]) -> timedelta | None:
    """Return how long a step usually takes; None where too few were decided to say so."""
    return timedelta(seconds=median(item.total_seconds() for item in taken)) if len(taken) >= ENOUGH else None



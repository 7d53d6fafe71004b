"""Every read of approvals: the rules of a party, who may decide, what a case would have to pass, how far a request is; budgets and cost centres."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts.models import Membership, Role, User
from portiek.foundation.parties.models import Unit
from portiek.trade.approvals import budgeting, permissions, rules, spending
from portiek.trade.approvals.models import Budget, CostCentre, CostPolicy, Decision, ReferencePolicy, Request, Rule, RuleStep, Step
from portiek.trade.approvals.referring import Reference
from portiek.trade.catalog.models import Category
from portiek.trade.catalog.queries import facets

BY_PLACE = ("position", "pk")


def party_rules(actor: Actor, *, party_id: int | None) -> QuerySet[Rule]:
    """Return the rules of a party that were not removed, paused ones too; a party reads its own. Order: BY_PLACE."""
    found = Rule.objects.select_related("category", "unit", "role").filter(portal_id=actor.portal_id, party_id=party_id, removed_at=None)  # type: ignore[misc]
    return found if actor.is_staff or party_id == actor.party_id else found.none()


def rule(actor: Actor, key: int) -> Rule:
    """Return one rule of the actor's party. Raises NotFound."""
    found = party_rules(actor, party_id=actor.party_id).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def rule_by_key(actor: Actor, key: int) -> Rule | None:
    """Return one rule that the actor may see, removed ones too, or None."""
    return Rule.objects.filter(portal_id=actor.portal_id, pk=key).first() if actor.is_staff or actor.may(permissions.RULES) else None


def steps_of(actor: Actor, of: Iterable[Rule]) -> dict[int, list[RuleStep]]:
    """Return the steps of some rules in order, by rule: one statement."""
    found: dict[int, list[RuleStep]] = {}
    for step in RuleStep.objects.select_related("role").filter(portal_id=actor.portal_id, rule__in=[row.pk for row in of]).order_by("rule_id", "position"):
        found.setdefault(step.rule_id, []).append(step)
    return found


def in_force(actor: Actor) -> list[Rule]:
    """Return the rules that hold for what the actor asks, in order. One statement."""
    return list(party_rules(actor, party_id=actor.party_id).filter(paused_at=None).order_by(*BY_PLACE)[: rules.MOST_RULES]) if actor.party_id else []


def roles_of(actor: Actor) -> frozenset[int]:
    """Return the roles of the actor where he acts."""
    return frozenset(Membership.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, is_active=True).values_list("role_id", flat=True))  # type: ignore[misc]


def units_of(actor: Actor) -> tuple[int, ...]:
    """Return the branch, department or project of the actor with those above it."""
    path = Unit.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, pk=actor.unit_id).values_list("path", flat=True).first() if actor.unit_id else None
    return tuple(path or ())


def categories_above(actor: Actor) -> dict[int, tuple[int, ...]]:
    """Return each category of the portal with itself and those above it. One statement."""
    parents: dict[int, int | None] = dict(Category.objects.filter(portal_id=actor.portal_id).values_list("pk", "parent_id"))
    found: dict[int, tuple[int, ...]] = {}
    for key in parents:
        chain, at = [key], parents[key]
        while at is not None and at not in chain:
            chain.append(at)
            at = parents.get(at)
        found[key] = tuple(chain)
    return found


def categories(actor: Actor) -> list[Category]:
    """Return the categories that a rule may name: those with something of the party's assortment, and those above them."""
    above = categories_above(actor)
    seen = {key for category in facets(actor).counts if category for key in above.get(category, ())}
    return [row for row in Category.objects.filter(portal_id=actor.portal_id, is_active=True).order_by("position", "name", "pk") if row.pk in seen]


def people(actor: Actor, *, party_id: int) -> list[rules.Person]:
    """Return who of a party may approve, by name: two statements."""
    holding = list(accounts.holders(actor, permissions.APPROVE, party_id=party_id).order_by("user__name", "user_id").values_list("user_id", "user__name", "unit_id"))
    names = {user: name for user, name, _unit in holding}
    roles: dict[int, set[int]] = {user: set() for user in names}
    units: dict[int, set[int | None]] = {user: set() for user in names}
    for user, _name, unit in holding:
        units[user].add(unit)
    for user, role in Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id, user_id__in=names, is_active=True).values_list("user_id", "role_id") if names else ():
        roles[user].add(role)
    return [rules.Person(user, name, frozenset(roles[user]), frozenset(units[user])) for user, name in names.items()]


@dataclass(frozen=True)
class Plan:
    """The route that a case would take: its steps, the rules that ask for them, and who may decide in each now."""

    case: rules.Case
    steps: list[rules.Planned]
    by_key: dict[int, Rule]
    able: list[list[rules.Person]]

    def __bool__(self) -> bool:
        return bool(self.steps)


def plan(actor: Actor, case: rules.Case, found: list[Rule]) -> Plan:
    """Return the route of what the actor asks, by the rules that hold. No statement where there is neither a rule nor a limit passed."""
    steps = steps_of(actor, found) if found else {}
    route = rules.route([rules.Rule(row.pk, row.when, tuple(step.stage for step in steps.get(row.pk, []))) for row in found], case)
    there = people(actor, party_id=actor.party_id or 0) if route else []
    return Plan(case, route, {row.pk: row for row in found}, [rules.able(item.stage, there, asker=actor.user_id, units=case.units) for item in route])


def names(actor: Actor, keys: Collection[int]) -> dict[int, str]:
    """Return what people are called. One statement."""
    return dict(User.objects.filter(portal_id=actor.portal_id, pk__in=list(keys)).values_list("pk", "name")) if keys else {}


def role_names(actor: Actor, keys: Collection[int | None]) -> dict[int, str]:
    """Return what roles are called in the language of the moment. One statement."""
    wanted = [key for key in keys if key]
    return {row.pk: row.label for row in Role.objects.filter(portal_id=actor.portal_id, pk__in=wanted)} if wanted else {}


@dataclass(frozen=True)
class At:
    """A step of a request: who may decide in it now, what was decided, and how long such a step usually takes."""

    step: Step
    able: list[rules.Person]
    decisions: list[Decision]
    usual: timedelta | None = None


@dataclass(frozen=True)
class Route:
    """How far a request is."""

    request: Request
    steps: list[At] = field(default_factory=list)

    @property
    def current(self) -> At | None:
        """The step whose turn it is."""
        return next((at for at in self.steps if at.step.status == Step.Status.OPEN), None)

    @property
    def decided(self) -> Decision | None:
        """The decision that ended it; None while it waits, or when nobody decided."""
        if self.request.status not in (Request.Status.APPROVED, Request.Status.REJECTED):
            return None
        return max((decision for at in self.steps for decision in at.decisions), key=lambda row: (row.at, row.pk), default=None)


def route(actor: Actor, request_id: int | None) -> Route | None:
    """Return how far a request is: a constant number of statements."""
    found = Request.objects.select_related("unit").filter(pk=request_id).first() if request_id else None
    if found is None:
        return None
    steps = list(Step.objects.select_related("role").filter(request=found, party_id=found.party_id).order_by("position"))
    decided: dict[int, list[Decision]] = {step.pk: [] for step in steps}
    for decision in Decision.objects.filter(party_id=found.party_id, step__in=decided).order_by("at", "pk"):
        decided[decision.step_id].append(decision)
    there = people(actor, party_id=found.party_id) if found.status == Request.Status.PENDING else []
    units = tuple(found.unit.path) if found.unit else ()
    return Route(found, [At(step, rules.able(step.stage, there, asker=found.asked_by, units=units), decided[step.pk]) for step in steps])


def usual_times(actor: Actor, keys: Collection[str]) -> dict[str, timedelta]:
    """Return how long steps that ask the same people usually took, by their key; those with too few decisions are left out. One statement a key."""
    found = {}
    for key in dict.fromkeys(keys):
        rows = Step.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, key=key, status=Step.Status.APPROVED, opened_at__isnull=False).order_by("-ended_at")
        taken = rules.usual_time([ended - opened for opened, ended in rows.values_list("opened_at", "ended_at")[: rules.LATEST] if opened and ended])
        if taken is not None:
            found[key] = taken
    return found


@dataclass(frozen=True)
class Seats:
    """For whom an actor may decide in a step: himself, and those who are away and whose deputy he is."""

    may: bool
    keys: tuple[int, ...] = ()
    instead_of: str = ""


def seats(actor: Actor, request: Request, at: At) -> Seats:
    """Return for whom the actor may decide in a step. His own right counts; nobody decides in the place of who asked."""
    if not actor.may(permissions.APPROVE) or actor.is_staff or not actor.user_id or actor.user_id == request.asked_by:
        return Seats(False)
    able = {person.user_id for person in at.able}
    absent = [item for item in accounts.standing_in(actor) if item.user_id in able and item.user_id != request.asked_by and permissions.APPROVE in item.rights]
    # Who acts for the party on a mandate is no colleague, but may where anybody may.
    own = actor.user_id in able or at.step.who == rules.ANYONE or (at.step.escalated_at is not None and actor.may(permissions.RULES))
    keys = (*([actor.user_id] if own else []), *(item.user_id for item in absent))
    return Seats(bool(keys), keys, ", ".join(item.name for item in absent)[:120])


def turns(actor: Actor) -> QuerySet[Step]:
    """Return the steps that wait for the actor: by his name, role or branch, or by those of whom he is the deputy; never about what he asked himself."""
    found = Step.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, status=Step.Status.OPEN).exclude(request__asked_by=actor.user_id)
    if not actor.may(permissions.APPROVE) or actor.is_staff:
        return found.none()
    whose = [actor.user_id, *(item.user_id for item in accounts.standing_in(actor) if permissions.APPROVE in item.rights)]
    places = list(Membership.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id, user_id__in=whose, is_active=True).values_list("role_id", "unit_id"))  # type: ignore[misc]
    mine = Q(who=rules.ANYONE) | Q(who=rules.PEOPLE, people__overlap=whose) | Q(who=rules.ROLE, role_id__in=[role for role, _unit in places])
    if units := [unit for _role, unit in places if unit]:
        mine |= Q(who=rules.UNIT, request__unit__path__overlap=units)
    if actor.may(permissions.RULES):
        mine |= Q(escalated_at__isnull=False)
    return found.filter(mine).exclude(Exists(Decision.objects.filter(step=OuterRef("pk"), user_id=actor.user_id)))


def open_steps(actor: Actor, keys: Collection[int]) -> dict[int, int]:
    """Return the place of the open step of some requests, by request. One statement."""
    return dict(Step.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, request_id__in=list(keys), status=Step.Status.OPEN).values_list("request_id", "position")) if keys else {}


@dataclass(frozen=True)
class Listed:
    """A rule in the list with its steps, and which of them nobody can decide in now."""

    rule: Rule
    steps: list[RuleStep]
    stuck: list[RuleStep]


@dataclass(frozen=True)
class Rules:
    """The rules of a party with the names that their words need."""

    listed: list[Listed]
    people: dict[int, str]


def parties_with_rules(actor: Actor) -> list[int]:
    """Return the parties that approve by rules of their own. For the portal itself."""
    return list(Rule.objects.filter(portal_id=actor.portal_id, removed_at=None).order_by("party_id").values_list("party_id", flat=True).distinct()) if actor.is_staff else []


def listed(actor: Actor, *, party_id: int) -> Rules:
    """Return the rules of a party with who can decide: a constant number of statements."""
    rows = list(party_rules(actor, party_id=party_id).order_by(*BY_PLACE))
    steps = steps_of(actor, rows)
    there = people(actor, party_id=party_id) if rows else []
    below: dict[int, set[int]] = {}
    for _key, path in Unit.objects.filter(portal_id=actor.portal_id, party_id=party_id, is_active=True).values_list("pk", "path") if any(step.who == rules.UNIT for found in steps.values() for step in found) else ():
        for above in path:
            below.setdefault(above, set()).update(path)
    found = [Listed(row, steps.get(row.pk, []), [step for step in steps.get(row.pk, []) if rules.is_stuck(step.stage, there, units=below.get(row.unit_id, set()) if row.unit_id else None)]) for row in rows]
    return Rules(found, names(actor, {key for item in found for step in item.steps for key in step.people}))



@dataclass(frozen=True)
class Centres:
    """The cost centres that one may choose from, by code, and whether one has to."""

    names: dict[str, str] = field(default_factory=dict)
    needed: bool = False

    def why_not(self, code: str) -> str | None:
        """Return why something cannot be ordered for this cost centre ("": for none), or None when it can."""
        if code:
            return None if code in self.names else "approvals.unknown_cost_centre"
        return "approvals.cost_centre_needed" if self.needed else None


def centres(actor: Actor, *, ended: bool = False) -> Centres:
    """Return the cost centres of the actor's party; `ended`: those that are over too. Two statements, one where there are none."""
    rows = CostCentre.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0)
    found = dict((rows if ended else rows.filter(ended_at=None)).order_by("code").values_list("code", "name")[: budgeting.MOST_COSTS])
    return Centres(found, CostPolicy.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, required=True).exists() if found else False)


def reference_policies(actor: Actor, party_id: int) -> QuerySet[ReferencePolicy]:
    """Return the one row, if any, of what a party asks of the reference of its orders."""
    return ReferencePolicy.objects.filter(portal_id=actor.portal_id, party_id=party_id)


def reference(actor: Actor, *, party_id: int | None = None) -> Reference:
    """Return what the actor's party asks of the reference of its orders; staff name the party. One statement."""
    row = reference_policies(actor, (party_id if actor.is_staff else actor.party_id) or 0).first()
    return Reference(row.required, row.hint, row.shape) if row else Reference()


def cost_centres(actor: Actor) -> QuerySet[CostCentre]:
    """Return the cost centres of the actor's party, those that are over too."""
    return CostCentre.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0)


def cost_centre(actor: Actor, key: int) -> CostCentre:
    """Return one cost centre of the actor's party. Raises NotFound."""
    found = cost_centres(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Budgeted:
    """A budget and how it stands; None: it has not begun."""

    budget: Budget
    meter: budgeting.Meter | None
    person: str = ""


def party_budgets(actor: Actor, party_id: int) -> QuerySet[Budget]:
    """Return the budgets of a party that were not removed."""
    return Budget.objects.select_related("unit").filter(portal_id=actor.portal_id, party_id=party_id, removed_at=None)


def budgets(actor: Actor, *, party_id: int | None = None) -> QuerySet[Budget]:
    """Return the budgets that the actor may see: all of his company, those of his branch with all below it and his own, or his own and those that he orders from."""
    if actor.is_staff:
        return party_budgets(actor, party_id or 0)
    reach, found = actor.reach(permissions.BUDGETS), party_budgets(actor, actor.party_id or 0)
    if party_id not in (None, actor.party_id) or (reach is None and not actor.may(permissions.BUDGETS_MANAGE)):
        return found.none()
    if reach == "company" or actor.may(permissions.BUDGETS_MANAGE):
        return found
    mine = Q(user_id=actor.user_id)
    if actor.unit_id:
        mine |= Q(unit__in=units_of(actor)) if reach == "own" else Q(unit__path__contains=[actor.unit_id])
    return found.filter(mine)


def budget(actor: Actor, key: int) -> Budget:
    """Return one budget of the actor's party that he may see. Raises NotFound."""
    found = budgets(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def budget_by_key(actor: Actor, key: int) -> Budget | None:
    """Return one budget that the actor may see, removed ones too, or None."""
    return Budget.objects.filter(portal_id=actor.portal_id, pk=key).first() if actor.is_staff or actor.may(permissions.BUDGETS_MANAGE) else None


def keeping_budgets(actor: Actor, parties: Collection[int]) -> list[int]:
    """Return which of these parties have budgets. One statement."""
    return sorted(set(Budget.objects.filter(portal_id=actor.portal_id, party_id__in=list(parties), removed_at=None).values_list("party_id", flat=True)))


def metered(actor: Actor, rows: Iterable[Budget], *, party_id: int, day: date) -> list[Budgeted]:
    """Return how budgets of one party stand on a day: three statements, however many, none for none."""
    found = list(rows)
    starts = [start for row in found if (start := budgeting.since(row.terms, day))]
    spent = spending.spent(actor, party_id=party_id, since=min(starts)) if starts else []
    paths = dict(Unit.objects.filter(portal_id=actor.portal_id, party_id=party_id, pk__in={row.unit_id for row in spent if row.unit_id}).values_list("pk", "path")) if any(row.unit_id for row in found) else {}
    people = names(actor, {row.user_id for row in found if row.user_id})
    return [Budgeted(row, budgeting.meter(row.terms, _sums(row, spent, paths), day), people.get(row.user_id or 0, "")) for row in found]


def _sums(row: Budget, spent: Iterable[spending.Spent], paths: dict[int, list[int]]) -> dict[date, tuple[Decimal, Decimal]]:
    found: dict[date, tuple[Decimal, Decimal]] = {}
    for item in spent:
        if (row.user_id and item.user_id != row.user_id) or (row.cost_centre and item.cost_centre != row.cost_centre) or (row.unit_id and row.unit_id not in paths.get(item.unit_id or 0, ())):
            continue
        ordered, waiting = found.get(item.month, (Decimal(0), Decimal(0)))
        found[item.month] = (ordered + item.net - item.waiting, waiting + item.waiting)
    return found


def left(actor: Actor, *, units: Collection[int], cost_centre: str, day: date) -> tuple[budgeting.Left, ...]:
    """Return what is left of each budget that counts for what the actor orders now for a cost centre. One statement where there are none."""
    found = party_budgets(actor, actor.party_id or 0).filter(Q(user_id=None) | Q(user_id=actor.user_id), Q(unit=None) | Q(unit__in=list(units)), cost_centre__in={"", cost_centre}).order_by("name", "pk")
    return tuple(budgeting.Left(item.budget.pk, item.budget.name, item.budget.period, item.meter.room, item.meter.left, item.budget.hard) for item in metered(actor, found[: budgeting.MOST_BUDGETS], party_id=actor.party_id or 0, day=day) if item.meter)

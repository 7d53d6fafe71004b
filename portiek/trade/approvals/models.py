"""Tables of approvals: rules with their steps; what was asked, its steps and what was decided; budgets and cost centres."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, TenantKey
from portiek.foundation.accounts.models import Period
from portiek.trade.approvals import budgeting, rules


class Who(models.TextChoices):
    """Whom a step asks."""

    ANYONE = rules.ANYONE, _("Anybody who may approve")
    UNIT = rules.UNIT, _("Who may approve for the branch of who orders")
    PEOPLE = rules.PEOPLE, _("Colleagues by name")
    ROLE = rules.ROLE, _("A role")


class Needs(models.TextChoices):
    """How many of them."""

    ANY = rules.ANY, _("One of them is enough")
    ALL = rules.ALL, _("All of them")


class Asks(PartyModel):
    """Whom a step asks, in a rule and in a request. Of `people` those count who hold the right at that moment."""

    position = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=6, choices=Who)
    people = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    role = TenantKey("accounts.Role", null=True, blank=True, db_index=False)
    needs = models.CharField(max_length=3, choices=Needs, default=Needs.ANY)

    class Meta:
        abstract = True

    @property
    def stage(self) -> rules.Stage:
        """The step as the rules look at it."""
        return rules.Stage(self.who, tuple(self.people), self.role_id, self.needs, getattr(self, "up_to", None))


class Rule(PartyModel):
    """When something has to be approved. Empty conditions do not matter; all others must hold."""

    class Address(models.TextChoices):
        OTHER = rules.OTHER, _("Another address than usual")
        ONEOFF = rules.ONEOFF, _("An address for one order alone")

    class Shipping(models.TextChoices):
        WHOLE = rules.WHOLE, _("Everything at once")
        PARTS = rules.PARTS, _("What is there first")
        PICKUP = rules.PICKUP, _("You pick it up")

    party_writes = frozenset({"insert", "update"})

    position = models.PositiveSmallIntegerField()
    above = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    category = TenantKey("catalog.Category", null=True, blank=True, db_index=False)
    address = models.CharField(max_length=6, choices=Address, default="", blank=True)
    unit = TenantKey("parties.Unit", null=True, blank=True, db_index=False)
    # Of who asks.
    role = TenantKey("accounts.Role", null=True, blank=True, db_index=False)
    new_articles = models.BooleanField(default=False)
    # Of what is ordered at prices of a quote.
    agreed = models.BooleanField(default=False, db_default=False)
    # Of what is more than is left of a budget, and of what is for a cost centre (its code).
    over_budget = models.BooleanField(default=False, db_default=False)
    cost_centre = models.CharField(max_length=20, default="", db_default="", blank=True)
    # Of so many lines or more, and of what is wanted in this way.
    lines = models.PositiveIntegerField(null=True, blank=True)
    shipping = models.CharField(max_length=6, choices=Shipping, default="", db_default="", blank=True)
    new_brands = models.BooleanField(default=False, db_default=False)
    paused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "approvals_rule"
        indexes: ClassVar = [models.Index(fields=["portal", "party", "position", "id"], condition=Q(removed_at__isnull=True), name="approval_rule_place")]

    @property
    def when(self) -> rules.When:
        """Its conditions as the rules look at them."""
        return rules.When(self.above, self.category_id, self.address, self.unit_id, self.role_id, self.new_articles, self.agreed, self.over_budget, self.cost_centre, self.lines, self.shipping, self.new_brands)


class RuleStep(Asks):
    """A step of a rule. Up to `up_to` it is the last one."""

    party_writes = frozenset({"insert", "delete"})

    rule = TenantKey(Rule, on_delete=models.CASCADE, db_index=False)
    up_to = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        db_table = "approvals_rule_step"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "rule", "position"], name="approval_rule_step_once")]


class Request(PartyModel):
    """Something that waits, or waited, for approval, bound to what it held when it was asked. Its steps are those of the rules of that moment."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    party_writes = frozenset({"insert", "update"})

    # What it is about, as core.refs names it, and what people call it.
    subject = models.CharField(max_length=80)
    number = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    content_hash = models.CharField(max_length=64)
    net = models.DecimalField(max_digits=14, decimal_places=2)
    # The limit of who asked that it was above: per order, or (`period`) per month, quarter or year; none: a rule alone asked for it.
    limit = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    period = models.CharField(max_length=7, default="", db_default="")
    unit = TenantKey("parties.Unit", null=True, blank=True, db_index=False)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "approvals_request"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "subject"], condition=Q(status="pending"), name="approvals_pending_once")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "party", "subject"], name="approval_subject"),
            models.Index(fields=["portal", "expires_at"], condition=Q(status="pending"), name="approval_expires"),
        ]


class Step(Asks):
    """A step of one request. `reasons`: the rules that ask for it, as they were."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Not yet their turn")
        OPEN = "open", _("Waits")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        OVER = "over", _("No longer needed")

    party_writes = frozenset({"insert", "update"})

    request = TenantKey(Request, on_delete=models.CASCADE, db_index=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    # Whom it asks in one word, by which its usual time is known.
    key = models.CharField(max_length=200)
    reasons = models.JSONField(default=list)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "approvals_step"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "request", "position"], name="approval_step_once"),
            models.UniqueConstraint(fields=["portal", "party", "request"], condition=Q(status="open"), name="approval_step_open"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["portal", "party", "request"], condition=Q(status="open"), name="approval_step_turn"),
            models.Index(fields=["portal", "due_at"], condition=Q(status="open", escalated_at__isnull=True), name="approval_step_due"),
            models.Index(fields=["portal", "party", "key", "-ended_at"], condition=Q(status="approved"), name="approval_step_usual"),
        ]


class Decision(PartyModel):
    """What somebody decided in a step. `seats`: for whom it counts, himself and those in whose place he decided."""

    party_writes = frozenset({"insert"})

    step = TenantKey(Step, on_delete=models.CASCADE, db_index=False)
    approved = models.BooleanField()
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    instead_of = models.CharField(max_length=120, default="", db_default="", blank=True)
    seats = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    asked_by = models.BigIntegerField()
    content_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "approvals_decision"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "step", "user_id"], name="approval_decision_once"),
            models.CheckConstraint(condition=~Q(user_id=F("asked_by")), name="approval_not_by_asker"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "user_id"], name="approval_decided_by")]


class CostCentre(PartyModel):
    """A cost centre of a party, chosen with what is ordered. Its code never changes, since orders keep it; one that is over is kept for them."""

    party_writes = frozenset({"insert", "update"})

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "approvals_cost_centre"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "code"], name="cost_centre_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CostPolicy(PartyModel):
    """Whether a cost centre has to be chosen with each order of a party that has any."""

    party_writes = frozenset({"insert", "update"})

    required = models.BooleanField(default=False)

    class Meta:
        db_table = "approvals_cost_policy"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party"], name="cost_policy_once")]


class ReferencePolicy(PartyModel):
    """What a party asks of the reference of its orders; `shape` as portiek/trade/approvals/referring.py reads it."""

    party_writes = frozenset({"insert", "update"})

    required = models.BooleanField(default=False)
    hint = models.CharField(max_length=160, default="", blank=True)
    shape = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        db_table = "approvals_reference_policy"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party"], name="reference_policy_once")]


class Budget(PartyModel):
    """How much of a party, a person, a branch with all below it, or a cost centre may be ordered for in a period, net. What is used of it is not kept: it is asked of who spends."""

    party_writes = frozenset({"insert", "update"})

    name = models.CharField(max_length=80)
    # At most one of these; none: the whole company.
    user_id = models.BigIntegerField(null=True, blank=True)
    unit = TenantKey("parties.Unit", null=True, blank=True, db_index=False)
    cost_centre = models.CharField(max_length=20, default="", blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    period = models.CharField(max_length=7, choices=Period)
    starts_on = models.DateField()
    carries = models.BooleanField(default=False)
    # Nothing goes above it; else a colleague approves that.
    hard = models.BooleanField(default=False)
    # The first day of the period in which it was said that it is nearly used up.
    warned_on = models.DateField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "approvals_budget"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(user_id=None, unit=None) | Q(user_id=None, cost_centre="") | Q(unit=None, cost_centre=""), name="budget_of_one"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_amount"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "name", "id"], condition=Q(removed_at__isnull=True), name="budget_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def terms(self) -> budgeting.Terms:
        """It as the rules look at it."""
        return budgeting.Terms(self.amount, self.period, self.starts_on, self.carries)

"""The shape of a rule, a budget and a cost centre as somebody fills them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
from portiek.foundation.accounts.models import Period, Role
from portiek.foundation.parties.models import Unit
from portiek.trade.approvals import budgeting, rules
from portiek.trade.approvals.actions import Budgeting
from portiek.trade.approvals.models import Budget, Needs, Rule, RuleStep, Who
from portiek.trade.approvals.referring import MOST_SHAPE, Reference
from portiek.trade.catalog.models import Category
from portiek.ui.fields import Choices, DecimalField, PickField, PicksField

# As many as stand on the page.
STEPS = 3


def _amount(label: Any, hint: Any) -> DecimalField:
    return DecimalField(label=label, help_text=hint, required=False, min_value=Decimal("0"), max_digits=12, decimal_places=2)


class RuleForm(forms.Form):
    """When a rule holds, and who approves in which step."""

    above = _amount(_("Above which amount?"), _("In euro, excl. VAT. With a category: the amount of that category alone."))
    category = forms.ChoiceField(label=_("With something of which category?"), required=False)
    role = forms.ChoiceField(label=_("By whom?"), required=False)
    unit = forms.ChoiceField(label=_("For which branch, department or project?"), required=False, help_text=_("With all that stands below it."))
    address = forms.ChoiceField(label=_("To which address?"), required=False)
    new_articles = forms.BooleanField(label=_("Only when there is an article in it that was never ordered before"), required=False)
    new_brands = forms.BooleanField(label=_("Only when there is something in it of a brand that was never ordered before"), required=False, help_text=_("Articles of which no brand is known do not count."))
    lines = forms.IntegerField(label=_("From how many lines on?"), required=False, min_value=2, max_value=10000)
    shipping = forms.ChoiceField(label=_("With which way of delivery?"), required=False, help_text=_("Where the seller lets you choose it."))
    agreed = forms.BooleanField(label=_("Only when it is ordered from a quote"), required=False)
    cost_centre = forms.ChoiceField(label=_("For which cost centre?"), required=False)
    over_budget = forms.BooleanField(label=_("Only when it is above a budget"), required=False, help_text=_("Above a budget is approved without a rule too, by anybody who may. With a rule you say by whom."))

    def __init__(self, *arguments: Any, categories: Sequence[Category], roles: Sequence[Role], units: Sequence[Unit], people: Choices, costs: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        named = [(str(row.pk), row.label) for row in roles]
        self._choose("category", [("", _("Whichever")), *((str(row.pk), row.label) for row in categories)])
        self._choose("role", [("", _("Everybody")), *named])
        self._choose("unit", [("", _("All")), *((str(row.pk), row.indented) for row in units)])
        self._choose("address", [("", _("Any address")), *Rule.Address.choices])
        self._choose("shipping", [("", _("Whichever")), *Rule.Shipping.choices])
        self._choose("cost_centre", [("", _("Any cost centre")), *((code, f"{code} {name}") for code, name in costs.items())])
        if not units:
            del self.fields["unit"]
        if not costs:
            del self.fields["cost_centre"]
        for place in range(1, STEPS + 1):
            nobody = [] if place == 1 else [("", _("No further step"))]
            who = [choice for choice in Who.choices if choice[0] != rules.UNIT or units]
            self.fields[f"who{place}"] = forms.ChoiceField(label=_("Who approves?"), choices=[*nobody, *who], required=place == 1, initial=rules.PEOPLE if place == 1 else "")
            picks = PicksField(label=_("Which colleagues?"), help_text=_("Only for colleagues by name. These are the colleagues who may approve."))
            picks.among = people
            self.fields[f"people{place}"] = picks
            self.fields[f"role{place}"] = forms.ChoiceField(label=_("Which role?"), choices=[("", _("None")), *named], required=False, help_text=_("Only for a role. Those of them count who may approve."))
            self.fields[f"needs{place}"] = forms.ChoiceField(label=_("How many of them?"), choices=Needs.choices, widget=forms.RadioSelect, initial=rules.ANY, required=False)
            if place < STEPS:
                self.fields[f"up_to{place}"] = _amount(_("Enough up to which amount?"), _("Then the next step is left out. Empty: the next step follows always."))

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def conditions(self) -> list[BoundField]:
        """The fields that say when it holds."""
        return [self[name] for name in ("above", "category", "lines", "role", "unit", "address", "shipping", "cost_centre", "new_articles", "new_brands", "agreed", "over_budget") if name in self.fields]

    @property
    def steps(self) -> list[list[BoundField]]:
        """The fields of each step."""
        return [[self[name] for name in (f"who{place}", f"people{place}", f"role{place}", f"needs{place}", f"up_to{place}") if name in self.fields] for place in range(1, STEPS + 1)]

    def when(self) -> rules.When:
        """Return the conditions that were filled in."""
        found = self.cleaned_data
        return rules.When(found["above"], _key(found["category"]), found["address"], _key(found.get("unit")), _key(found["role"]), found["new_articles"], found["agreed"], found["over_budget"], found.get("cost_centre", ""), found["lines"], found["shipping"], found["new_brands"])

    def stages(self) -> list[rules.Stage]:
        """Return the steps that were filled in; what belongs to another way of asking is left out."""
        found, made = self.cleaned_data, []
        for place in range(1, STEPS + 1):
            who = found[f"who{place}"]
            if who:
                people = tuple(int(key) for key in found[f"people{place}"]) if who == rules.PEOPLE else ()
                made.append(rules.Stage(who, people, _key(found[f"role{place}"]) if who == rules.ROLE else None, found[f"needs{place}"] or rules.ANY, found.get(f"up_to{place}")))
        return made


def _key(value: str | None) -> int | None:
    return int(value) if value else None


def first(row: Rule, steps: Sequence[RuleStep]) -> Mapping[str, Any]:
    """Return what a form of this rule begins with."""
    found: dict[str, Any] = {"above": row.above, "category": str(row.category_id or ""), "role": str(row.role_id or ""), "unit": str(row.unit_id or ""), "address": row.address, "new_articles": row.new_articles, "agreed": row.agreed, "over_budget": row.over_budget, "cost_centre": row.cost_centre, "lines": row.lines, "shipping": row.shipping, "new_brands": row.new_brands}
    for step in steps:
        place = step.position
        found |= {f"who{place}": step.who, f"people{place}": [str(key) for key in step.people], f"role{place}": str(step.role_id or ""), f"needs{place}": step.needs, f"up_to{place}": step.up_to}
    return found


WHOSE = [(budgeting.COMPANY, _("Of the whole company")), (budgeting.PERSON, _("Of one colleague")), (budgeting.UNIT, _("Of a branch, department or project")), (budgeting.COST, _("Of a cost centre"))]


class BudgetForm(forms.Form):
    """A budget: whose, how much, per which period, and what happens above it."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What colleagues read where they order, for example: Tools of the workshop."))
    whose = forms.ChoiceField(label=_("Whose budget?"), widget=forms.RadioSelect, initial=budgeting.COMPANY)
    person = PickField(label=_("Which colleague?"), nobody=_("Nobody in particular"))
    unit = forms.ChoiceField(label=_("Which branch, department or project?"), required=False, help_text=_("With all that stands below it."))
    cost_centre = forms.ChoiceField(label=_("Which cost centre?"), required=False)
    amount = DecimalField(label=_("Amount per period"), help_text=_("In euro, excl. VAT."), min_value=Decimal("0.01"), max_digits=12, decimal_places=2)
    period = forms.ChoiceField(label=_("Per"), choices=Period.choices)
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=_("The first day of a month. A quarter or a year is counted from there, so that a book year can be as well."))
    carries = forms.BooleanField(label=_("What is left of a period comes to the next one"), required=False)
    hard = forms.ChoiceField(label=_("What happens above it?"), widget=forms.RadioSelect, initial="", required=False, choices=[("", _("A colleague approves it first")), ("1", _("It cannot be ordered"))])

    def __init__(self, *arguments: Any, people: Choices, units: Sequence[Unit], costs: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["person"].among = people  # type: ignore[attr-defined]
        self.fields["whose"].choices = [choice for choice in WHOSE if (choice[0] != budgeting.UNIT or units) and (choice[0] != budgeting.COST or costs)]  # type: ignore[attr-defined]
        for name, choices in (("unit", [(str(row.pk), row.indented) for row in units]), ("cost_centre", [(code, f"{code} {label}") for code, label in costs.items()])):
            if choices:
                self.fields[name].choices = [("", _("None")), *choices]  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Ask for whom it is, of the kind that was chosen."""
        given: dict[str, Any] = super().clean() or {}
        needed = {budgeting.PERSON: "person", budgeting.UNIT: "unit", budgeting.COST: "cost_centre"}.get(given.get("whose", ""))
        if needed and not given.get(needed) and needed not in self.errors:
            self.add_error(needed, _("Choose one."))
        return given

    def given(self) -> Budgeting:
        """Return what was filled in; what belongs to another kind is left out."""
        found = self.cleaned_data
        whose = found["whose"]
        return Budgeting(found["name"], found["amount"], found["period"], found["starts_on"], _key(found["person"]) if whose == budgeting.PERSON else None, _key(found.get("unit")) if whose == budgeting.UNIT else None,
                         found["cost_centre"] if whose == budgeting.COST else "", found["carries"], bool(found["hard"]))


def first_budget(row: Budget) -> dict[str, Any]:
    """Return what a form of this budget begins with."""
    whose = budgeting.PERSON if row.user_id else budgeting.UNIT if row.unit_id else budgeting.COST if row.cost_centre else budgeting.COMPANY
    return {"name": row.name, "whose": whose, "person": str(row.user_id or ""), "unit": str(row.unit_id or ""), "cost_centre": row.cost_centre, "amount": row.amount, "period": row.period, "starts_on": row.starts_on, "carries": row.carries, "hard": "1" if row.hard else ""}


class CostForm(forms.Form):
    """A cost centre."""

    code = forms.CharField(label=_("Code"), max_length=20, help_text=_("As your books know it. It cannot be changed later."))
    name = forms.CharField(label=_("Name"), max_length=80)


class CostName(forms.Form):
    """Another name for a cost centre."""

    name = forms.CharField(label=_("Name"), max_length=80)


class CostAsked(forms.Form):
    """Whether a cost centre has to be chosen."""

    required = forms.BooleanField(label=_("A cost centre has to be chosen with each order"), required=False, help_text=_("Also over the API and for quotes. Without it one may be chosen."))


class ReferenceField(forms.CharField):
    """A reference of an order, as the company asks it."""

    asked = Reference()

    def ask(self, asked: Reference, *, needed: bool = True) -> None:
        """Say what the company asks; without `needed` one that lacks may wait."""
        self.asked, self.required = asked, asked.needed and needed
        self.error_messages["required"] = wording(Refused("approvals.reference_needed"))
        if said := [str(text) for text in (asked.hint and f"{asked.hint.rstrip('.')}.", _("For example %(example)s.") % {"example": asked.example} if asked.example else "") if text]:
            self.help_text = " ".join(said)

    def validate(self, value: str) -> None:
        """Take what is asked."""
        super().validate(value)
        if value and (problem := self.asked.why_not(value)):
            raise ValidationError(wording(Refused(problem)))


class ReferenceAsked(forms.Form):
    """What is asked of the reference of each order."""

    required = forms.BooleanField(label=_("A reference has to be filled in with each order"), required=False, help_text=_("Also over the API, for quotes and for recurring orders, which get a standing one."))
    hint = forms.CharField(label=_("What stands beside the field"), max_length=160, required=False, help_text=_("For example: the purchase number that the office gives you."))
    shape = forms.CharField(label=_("How it looks"), max_length=MOST_SHAPE, required=False, help_text=_("# is a figure, @ a letter, * whatever follows. PO######## is PO and eight figures. Empty: any text."))

    def given(self) -> Reference:
        """Return what was filled in."""
        return Reference(self.cleaned_data["required"], self.cleaned_data["hint"], self.cleaned_data["shape"])

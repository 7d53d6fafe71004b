"""The shape of a rule as somebody fills it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from portiek.foundation.accounts.models import Role
from portiek.foundation.parties.models import Unit
from portiek.trade.approvals import rules
from portiek.trade.approvals.models import Needs, Rule, RuleStep, Who
from portiek.trade.catalog.models import Category
from portiek.ui.fields import Choices, DecimalField, PicksField

# As many as stand on the page.
STEPS = 3


def _amount(label: Any, hint: Any) -> DecimalField:
    return DecimalField(label=label, help_text=hint, required=False, min_value=Decimal("0"), max_digits=12, decimal_places=2)


class RuleForm(forms.Form):
    """When a rule holds, and who approves in which step."""

    above = _amount(_("Above which amount?"), _("In euro, excl. VAT. With a category: the amount of that category alone."))
    category = forms.ChoiceField(label=_("With something of which category?"), required=False)
    role = forms.ChoiceField(label=_("By whom?"), required=False)
    unit = forms.ChoiceField(label=_("For which branch, department or project?"), required=False, help_text=_("With all that stands below it. Also called a cost centre."))
    address = forms.ChoiceField(label=_("To which address?"), required=False)
    new_articles = forms.BooleanField(label=_("Only when there is an article in it that was never ordered before"), required=False)

    def __init__(self, *arguments: Any, categories: Sequence[Category], roles: Sequence[Role], units: Sequence[Unit], people: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        named = [(str(row.pk), row.label) for row in roles]
        self._choose("category", [("", _("Whichever")), *((str(row.pk), row.label) for row in categories)])
        self._choose("role", [("", _("Everybody")), *named])
        self._choose("unit", [("", _("All")), *((str(row.pk), row.indented) for row in units)])
        self._choose("address", [("", _("Any address")), *Rule.Address.choices])
        if not units:
            del self.fields["unit"]
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
        return [self[name] for name in ("above", "category", "role", "unit", "address", "new_articles") if name in self.fields]

    @property
    def steps(self) -> list[list[BoundField]]:
        """The fields of each step."""
        return [[self[name] for name in (f"who{place}", f"people{place}", f"role{place}", f"needs{place}", f"up_to{place}") if name in self.fields] for place in range(1, STEPS + 1)]

    def when(self) -> rules.When:
        """Return the conditions that were filled in."""
        found = self.cleaned_data
        return rules.When(found["above"], _key(found["category"]), found["address"], _key(found.get("unit")), _key(found["role"]), found["new_articles"])

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
    found: dict[str, Any] = {"above": row.above, "category": str(row.category_id or ""), "role": str(row.role_id or ""), "unit": str(row.unit_id or ""), "address": row.address, "new_articles": row.new_articles}
    for step in steps:
        place = step.position
        found |= {f"who{place}": step.who, f"people{place}": [str(key) for key in step.people], f"role{place}": str(step.role_id or ""), f"needs{place}": step.needs, f"up_to{place}": step.up_to}
    return found

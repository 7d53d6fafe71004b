"""The shape of what people type about recurring orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.money import MAX_QUANTITY
from portiek.foundation.fields import forms as own
from portiek.foundation.fields.models import Field
from portiek.foundation.parties.models import Address, Unit
from portiek.trade.approvals.forms import ReferenceField
from portiek.trade.approvals.queries import Centres
from portiek.trade.approvals.referring import Reference
from portiek.trade.orders import wording as words
from portiek.trade.orders.packing import InUnits
from portiek.trade.orders.queries import Delivery
from portiek.trade.orders.queries.packs import Packs
from portiek.trade.recurring import rules
from portiek.trade.recurring.actions import Settings
from portiek.trade.recurring.models import Recurring, RecurringLine
from portiek.ui.fields import DecimalField

# How the form is drawn: what everybody fills in, how often on one line, the rest as it comes, and two folds of what is chosen now and then.
FIRST, OFTEN, ENDS, RARE = ("thing", "name", "next_on"), ("every", "rhythm"), ("until", "left", "remind_days", "limit_percent"), ("for_unit", "wanted_days", "slot", "shipping", "note", "scope", "unit")
SCOPES = [(rules.PERSONAL, _("Only I")), (rules.UNIT, _("A branch, department or project")), (rules.COMPANY, _("My whole company"))]


def _quantity(label: Any, *, least: str = "0.001", **options: Any) -> DecimalField:
    return DecimalField(label=label, min_value=Decimal(least), max_value=MAX_QUANTITY, decimal_places=3, max_digits=10, **options)


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class RecurringForm(forms.Form):
    """What is ordered again, how often, and what holds for each time."""

    thing = forms.ChoiceField(label=_("What is ordered"), help_text=_("You can change the lines afterwards."))
    name = forms.CharField(label=_("Name"), max_length=80)
    next_on = _day(_("Next time"), help_text=_("It is ordered on this day, and then in the rhythm below on the same day of the week or the month."))
    every = forms.IntegerField(label=_("Each so many"), min_value=1, max_value=rules.MOST_EVERY, initial=1)
    rhythm = forms.ChoiceField(label=_("Weeks or months"), choices=[(rules.WEEK, _("weeks")), (rules.MONTH, _("months"))], initial=rules.WEEK)
    until = _day(_("Until and including"), required=False, help_text=_("Empty: until you end it."))
    left = forms.IntegerField(label=_("How many times more"), min_value=1, max_value=rules.MOST_TIMES, required=False)
    remind_days = forms.IntegerField(label=_("Tell me so many days before"), min_value=0, max_value=rules.MOST_REMIND, initial=3, help_text=_("You get a mail with what changed since last time. 0: no mail."))
    limit_percent = DecimalField(label=_("Wait for my yes when it is so much dearer than last time"), min_value=Decimal(0), max_value=Decimal(999), decimal_places=1, max_digits=4, required=False, initial=Decimal(10), help_text=_("Of a line or of the whole. Empty: always order."))
    reference = ReferenceField(label=_("Your reference"), max_length=80, required=False)
    address = forms.ChoiceField(label=_("Delivery address"), required=False)
    wanted_days = forms.IntegerField(label=_("Wanted so many days later"), min_value=0, max_value=rules.MOST_WANTED, required=False, help_text=_("Empty: as soon as it can come."))
    slot = forms.ChoiceField(label=_("Part of the day"), required=False)
    shipping = forms.ChoiceField(label=_("Delivery"), required=False)
    cost_centre = forms.ChoiceField(label=_("Cost centre"), required=False)
    for_unit = forms.ChoiceField(label=_("For which branch, department or project?"), required=False, help_text=_("Prices that were agreed for it count, and it stands on the order."))
    note = forms.CharField(label=_("Note to us"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    scope = forms.ChoiceField(label=_("Who sees it"), choices=SCOPES, widget=forms.RadioSelect, initial=rules.PERSONAL)
    unit = forms.ChoiceField(label=_("Branch, department or project"), required=False, help_text=_("Who works there, above it or below it sees it."))

    def __init__(self, *arguments: Any, things: Sequence[tuple[str, Any]], addresses: Sequence[Address], delivery: Delivery, centres: Centres, reference: Reference, asked: Sequence[Field], units: Sequence[Unit], buys_for: Sequence[Unit], own_unit: str, may_share: bool, answers: Mapping[str, str] = MappingProxyType({}), **options: Any) -> None:
        super().__init__(*arguments, **options)
        fields: dict[str, Any] = self.fields
        fields["thing"].choices = things
        fields["address"].choices = [("", _("As usual")), *((str(item.pk), f"{item.label}: {item}" if item.label else str(item)) for item in addresses)]
        fields["slot"].choices = [(slot, words.SLOTS[slot]) for slot in ("", *delivery.slots)]
        fields["shipping"].choices = [(way, words.SHIPPING[way]) for way in ("", *delivery.ways)]
        fields["cost_centre"].choices = [("", _("Choose one") if centres.needed else _("None")), *((code, f"{code} {name}") for code, name in centres.names.items())]
        fields["cost_centre"].required = centres.needed
        fields["reference"].ask(reference)
        fields["unit"].choices = [("", _("None")), *((str(row.pk), row.indented) for row in units)]
        fields["for_unit"].choices = [("", _("As I stand: %(unit)s") % {"unit": own_unit} if own_unit else _("The company as a whole")), *((str(row.pk), row.indented) for row in buys_for)]
        fields["scope"].choices = [choice for choice in SCOPES if units or choice[0] != rules.UNIT]
        for name, is_asked in (("thing", bool(things)), ("slot", bool(delivery.slots)), ("shipping", bool(delivery.ways)), ("cost_centre", bool(centres.names)), ("for_unit", bool(buys_for)), ("unit", may_share and bool(units)), ("scope", may_share)):
            if not is_asked:
                del fields[name]
        self.asked = asked
        fields.update(own.fields_of(asked, answers))

    @property
    def drawn(self) -> dict[str, list[forms.BoundField]]:
        """Its fields by where they stand."""
        groups = {"first": FIRST, "often": OFTEN, "ends": ENDS, "rare": RARE}
        found = {key: [self[name] for name in names if name in self.fields] for key, names in groups.items()}
        return {**found, "then": [self[name] for name in self.fields if not any(name in names for names in groups.values())]}

    def settings(self, found: Recurring | None) -> Settings:
        """Return what the actions take; what is not asked stays as it was."""
        given = self.cleaned_data
        plain = {name: given[name] for name in ("name", "next_on", "rhythm", "every", "until", "left", "remind_days", "limit_percent", "reference", "note", "wanted_days")}
        kept = {name: given.get(name, getattr(found, name) if found else "") for name in ("slot", "shipping", "cost_centre")}
        given_for = int(given["for_unit"]) if given.get("for_unit") else None
        kept["for_unit_id"] = given_for if "for_unit" in self.fields else found.for_unit_id if found else None
        who = {"scope": given["scope"], "unit_id": int(given["unit"]) if given.get("unit") else None} if "scope" in self.fields else {"scope": found.scope, "unit_id": found.unit_id} if found else {}
        return Settings(**plain, **kept, **who, address_id=int(given["address"]) if given["address"] else None, answers={key: text for key, text in own.given(self, self.asked).items() if text})


def first_of(found: Recurring) -> dict[str, Any]:
    """Return what the form of one begins with."""
    same = {name: getattr(found, name) for name in ("name", "next_on", "rhythm", "every", "until", "left", "remind_days", "limit_percent", "reference", "note", "wanted_days", "slot", "shipping", "cost_centre", "scope")}
    return {**same, "address": str(found.address_id or ""), "unit": str(found.unit_id or ""), "for_unit": str(found.for_unit_id or "")}


class Quantities(InUnits):
    """How much of each line is ordered, in which unit; 0: not."""

    def __init__(self, *arguments: Any, lines: Sequence[RecurringLine], packs: Mapping[int, Packs], **options: Any) -> None:
        super().__init__(*arguments, **options)
        for line in lines:
            self.fields[f"quantity-{line.pk}"] = _quantity(_("Quantity of %(name)s") % {"name": line.name}, least="0", required=False)
        self.ask_units(lines, packs)

    def given(self) -> dict[int, Decimal]:
        """Return the quantities that were typed, of the sales unit, by line."""
        return {key: quantity for key, quantity in self.in_sales_unit().items() if quantity is not None}


class AddLine(forms.Form):
    """A product, by any of its numbers, and how much of it each time."""

    product = forms.CharField(label=_("Article number, EAN or your own number"), max_length=64)
    quantity = _quantity(_("Quantity"))


class Which(forms.Form):
    """The turn, or the line, that was seen when a button was pressed."""

    due_on = forms.DateField(label=_("Next time"), required=False)
    line = forms.IntegerField(label=_("Line"), min_value=1, max_value=2**63 - 1, required=False)
    seen = forms.CharField(max_length=64, required=False)

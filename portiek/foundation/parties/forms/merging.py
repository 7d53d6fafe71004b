"""The shapes of merging and splitting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.foundation.parties.models import Unit
from portiek.ui.fields import Choices, PickField


class MergeWith(forms.Form):
    """Which other company."""

    other = PickField(label=_("Which company becomes part of it?"), help_text=_("By name, number or city."))

    def __init__(self, *arguments: Any, among: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["other"].among = among  # type: ignore[attr-defined]


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("For your colleagues; the companies do not read it."))


class DoMerge(forms.Form):
    """How two become one, and why."""

    place = forms.ChoiceField(label=_("Where it goes"), widget=forms.RadioSelect, initial="branch",
                              choices=[("branch", _("It becomes a branch: who sees only his branch goes on seeing only that")), ("beside", _("No branch of its own: its branches come beside those that are there"))])
    reason = _reason()


class SplitOff(forms.Form):
    """What goes, and what it is called."""

    units = forms.MultipleChoiceField(label=_("What becomes a company of its own?"), widget=forms.CheckboxSelectMultiple, help_text=_("With all that stands in it."))
    name = forms.CharField(label=_("Name of the new company"), max_length=200)
    number = forms.CharField(label=_("Its number"), max_length=20, help_text=_("The number that the administration knows it by, or will."), widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *arguments: Any, units: Sequence[Unit], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["units"].choices = [(str(unit.pk), unit.indented) for unit in units]  # type: ignore[attr-defined]

    def chosen(self) -> list[int]:
        """Return the ids of what goes."""
        return [int(key) for key in self.cleaned_data["units"]]


class DoSplit(forms.Form):
    """Who manages the new company, and why it is split off."""

    administrator = forms.ChoiceField(label=_("Who manages the people of the new company?"), help_text=_("One of those who go along; gets the role of administrator there if his own does not let him."))
    reason = _reason()

    def __init__(self, *arguments: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["administrator"].choices = [("", _("Choose somebody")), *[(str(key), name) for key, name in people]]  # type: ignore[attr-defined]

"""The shape of what staff say about who looks after whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.foundation.accounts import models
from portiek.ui.fields import Choices, PickField, PicksField


class TeamForm(forms.Form):
    """A team of the staff: its name and its people."""

    name = forms.CharField(label=_("Name"), max_length=80)
    people = PicksField(label=_("People"))

    def __init__(self, *arguments: Any, people: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["people"].among = people  # type: ignore[attr-defined]


class CardForm(forms.Form):
    """How one of the staff is shown to parties."""

    function = forms.CharField(label=_("Function"), max_length=80, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)


class HandOverForm(forms.Form):
    """Who goes on looking after the parties of a colleague."""

    to = PickField(label=_("To whom"))

    def __init__(self, *arguments: Any, people: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["to"].among = people  # type: ignore[attr-defined]


class CareForm(forms.Form):
    """Who looks after a party."""

    user = PickField(label=_("Account manager"), nobody=_("Nobody in particular"))
    team = forms.TypedChoiceField(label=_("Team"), coerce=int, empty_value=None, required=False)

    def __init__(self, *arguments: Any, people: Choices, teams: Sequence[models.Team], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["user"].among = people  # type: ignore[attr-defined]
        self.fields["team"].choices = [("", _("No team")), *((str(team.pk), team.name) for team in teams)]  # type: ignore[attr-defined]

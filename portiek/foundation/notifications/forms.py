"""The shape of what people choose about what they hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from portiek.foundation.notifications import queries, rules
from portiek.foundation.notifications.actions import Chosen
from portiek.foundation.notifications.kinds import MessageKind
from portiek.foundation.notifications.models import WAYS, Choice

HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


class Choices(forms.Form):
    """For each kind of event: the bell, how by mail, and whether on his devices (who has one); then when mail comes. What is obliged has no way without mail."""

    def __init__(self, *arguments: Any, groups: Sequence[tuple[Any, Sequence[MessageKind]]], chosen: Mapping[str, Choice], standards: Mapping[str, queries.Held], rhythm: rules.Rhythm, devices: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.groups, self.devices = groups, devices
        self.kinds = [known for _topic, found in groups for known in found]
        for known in self.kinds:
            held, choice = standards[known.code], chosen.get(known.code)
            way = rules.way(held.mail, chosen=choice.mail if choice else None, obliged=held.obliged, mail_off=False)
            ways = [(code, label) for code, label in WAYS if not (held.obliged and code == "off")]
            # The list of tasks is the bell of a task.
            if not known.code.startswith("task:"):
                self.fields[f"bell-{known.code}"] = forms.BooleanField(label=_("Show at the bell"), required=False, initial=choice.bell if choice else True)
            self.fields[f"mail-{known.code}"] = forms.ChoiceField(label=known.label, choices=ways, initial=way)
            if devices:
                self.fields[f"push-{known.code}"] = forms.BooleanField(label=_("On your devices"), required=False, initial=held.push if choice is None or choice.push is None else choice.push)
        self.fields["hour"] = forms.ChoiceField(label=_("Time of the daily mail"), choices=HOURS, initial=str(rhythm.hour), help_text=_("One mail with everything that can wait. No news, no mail."))
        self.fields["days_off"] = forms.MultipleChoiceField(label=_("Days without the daily mail"), required=False, widget=forms.CheckboxSelectMultiple,
                                                            choices=[(str(day), name) for day, name in WEEKDAYS.items()], initial=[str(day) for day in sorted(rhythm.days_off)])  # fmt: skip
        silence = [("", _("No silence")), *HOURS]
        self.fields["quiet_from"] = forms.ChoiceField(label=_("Quiet from"), choices=silence, required=False, initial="" if rhythm.quiet_from is None else str(rhythm.quiet_from))
        self.fields["quiet_until"] = forms.ChoiceField(label=_("until"), choices=silence, required=False, initial="" if rhythm.quiet_until is None else str(rhythm.quiet_until),
                                                       help_text=_("Mail and messages on your devices that would come in between come afterwards. Log-in codes always come at once."))  # fmt: skip
        self.fields["mail_off"] = forms.BooleanField(label=_("No mail at all, except what is obliged"), required=False, initial=rhythm.mail_off)

    def rows(self) -> list[tuple[Any, list[tuple[MessageKind, Any, Any, Any]]]]:
        """Return topics with their kinds, each with its fields of the bell, of mail and of his devices (None: has none)."""
        return [(label, [(known, self._way("bell", known), self._way("mail", known), self._way("push", known)) for known in found]) for label, found in self.groups]

    def _way(self, way: str, known: MessageKind) -> Any:
        return self[f"{way}-{known.code}"] if f"{way}-{known.code}" in self.fields else None

    def rhythm_fields(self) -> list[Any]:
        """Return the fields that say when mail comes."""
        return [self[name] for name in ("hour", "days_off", "quiet_from", "quiet_until", "mail_off")]

    def chosen(self) -> list[Chosen]:
        """Return what was chosen for each kind."""
        found = self.cleaned_data
        return [Chosen(known.code, bool(found.get(f"bell-{known.code}", True)), found[f"mail-{known.code}"], found.get(f"push-{known.code}")) for known in self.kinds]

    def rhythm(self) -> dict[str, Any]:
        """Return when mail comes."""
        found = self.cleaned_data

        def hour(name: str) -> int | None:
            return int(found[name]) if found[name] else None

        return {"hour": int(found["hour"]), "days_off": [int(day) for day in found["days_off"]], "quiet_from": hour("quiet_from"), "quiet_until": hour("quiet_until"), "mail_off": found["mail_off"]}


class Text(forms.Form):
    """What mails of one kind say in one language."""

    title = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 10}), help_text=_("An empty line begins a new paragraph; **two asterisks** around words make them bold."))


class Standards(forms.Form):
    """For each kind of event: how by mail, as long as somebody chose nothing, and whether everybody must have it."""

    def __init__(self, *arguments: Any, groups: Sequence[tuple[Any, Sequence[MessageKind]]], standards: Mapping[str, queries.Held], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.groups = groups
        self.kinds = [known for _topic, found in groups for known in found]
        for known in self.kinds:
            self.fields[f"mail-{known.code}"] = forms.ChoiceField(label=known.label, choices=WAYS, initial=standards[known.code].mail)
            self.fields[f"must-{known.code}"] = forms.BooleanField(label=_("Obliged"), required=False, initial=standards[known.code].obliged)

    def rows(self) -> list[tuple[Any, list[tuple[MessageKind, Any, Any]]]]:
        """Return topics with their kinds, each with its fields."""
        return [(label, [(known, self[f"mail-{known.code}"], self[f"must-{known.code}"]) for known in found]) for label, found in self.groups]

    def standards(self) -> dict[str, tuple[Any, bool]]:
        """Return what was said of each kind."""
        return {known.code: (self.cleaned_data[f"mail-{known.code}"], self.cleaned_data[f"must-{known.code}"]) for known in self.kinds}

"""The shape of what people write about tasks."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.pages import local_path
from portiek.ui.fields import Choices, PickField

NOTE = 1000


class Ask(forms.Form):
    """What is asked, of whom, and before when."""

    title = forms.CharField(label=_("What do you ask?"), max_length=120)
    text = forms.CharField(label=_("Explanation"), max_length=NOTE, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    user = PickField(label=_("Of whom"), nobody=_("The administrators"))
    due = forms.DateField(label=_("Before"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Three days and one day before, on the day and three days after it is said again, as long as it waits."))
    link = forms.CharField(label=_("Page in the portal that it is about"), max_length=200, required=False, help_text=_("Copied from the bar of your browser, such as /orders/."))

    def __init__(self, *arguments: Any, people: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["user"].among = people  # type: ignore[attr-defined]

    def clean_link(self) -> str:
        """Return a path of this portal. Raises ValidationError for anything else."""
        given = self.cleaned_data["link"].strip()
        path = local_path(given, "")
        if given and not path:
            raise forms.ValidationError(_("Give the part of the address that begins with /."))
        return path

    def clean_due(self) -> datetime | None:
        """Return the end of the chosen day. Raises ValidationError for a day that is over."""
        day = self.cleaned_data["due"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return timezone.make_aware(datetime.combine(day, time(23, 59)))

    def asked(self) -> dict[str, Any]:
        """Return what was filled in."""
        found = self.cleaned_data
        return {"title": found["title"], "text": found["text"], "link": found["link"], "due_at": found["due"], "user_id": int(found["user"]) if found["user"] else None}


class Note(forms.Form):
    """A few words; `needed` when they are the point of it."""

    text = forms.CharField(label=_("Note"), max_length=NOTE, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, needed: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["text"].required = needed


class HandOver(Note):
    """To which colleague, and a note."""

    user = PickField(label=_("To"))

    field_order = ["user", "text"]

    def __init__(self, *arguments: Any, people: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["user"].among = people  # type: ignore[attr-defined]

"""What of the log is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.foundation.audit import queries
from portiek.foundation.audit.queries import Wanted


class LogFilter(forms.Form):
    """The filters above the log; whatever is not understood is left out."""

    party = forms.CharField(label=_("Customer or supplier number"), required=False, max_length=20)
    user = forms.ChoiceField(label=_("Who"), required=False)
    name = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Up to"), required=False)
    subject = forms.RegexField(r"^[a-z_]+\.[a-z_]+:\d{1,18}$", required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        self.actor = actor
        self.fields["user"].choices = [("", _("Everybody")), ("0", _("The portal")), *queries.people(actor)]  # type: ignore[attr-defined]
        self.fields["name"].choices = [("", _("Everything")), *queries.kinds(actor)]  # type: ignore[attr-defined]
        if not actor.is_staff:
            del self.fields["party"]

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        self.is_valid()
        given = self.cleaned_data
        number = given.get("party", "")
        party_id = queries.party_by_number(self.actor, number) if number else None
        return Wanted(
            party_id=-1 if number and party_id is None else party_id,
            user_id=int(given["user"]) if given.get("user") else None,
            subject=given.get("subject", ""),
            name=given.get("name", ""),
            since=given.get("since"),
            until=given.get("until"),
        )

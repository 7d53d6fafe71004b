"""What of the log is asked for."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.foundation.audit import queries
from portiek.foundation.audit.queries import Wanted

# In the address, not on the page: what is no reference is left out.
SUBJECT = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}:[0-9]{1,18}")


class LogFilter(forms.Form):
    """The filters above the log; whatever is not understood is left out."""

    party = forms.CharField(label=_("Customer or supplier number"), required=False, max_length=20)
    user = forms.ChoiceField(label=_("Who"), required=False)
    name = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Up to"), required=False)
    subject = forms.CharField(required=False, widget=forms.HiddenInput)

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
        number, subject = given.get("party", ""), given.get("subject", "")
        party_id = queries.party_by_number(self.actor, number) if number else None
        return Wanted(
            party_id=-1 if number and party_id is None else party_id,
            user_id=int(given["user"]) if given.get("user") else None,
            subject=subject if SUBJECT.fullmatch(subject) else "",
            name=given.get("name", ""),
            since=given.get("since"),
            until=given.get("until"),
        )

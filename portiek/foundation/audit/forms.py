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
    about = forms.ChoiceField(label=_("Done to"), required=False)
    name = forms.ChoiceField(label=_("What"), required=False)
    by = forms.ChoiceField(label=_("By way of"), required=False)
    number = forms.CharField(label=_("Number or name, exactly"), required=False, max_length=200)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Up to"), required=False)
    subject = forms.RegexField(r"^[a-z_]+\.[a-z_]+:\d{1,18}$", required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        self.actor = actor
        self.party_id = queries.party_by_number(actor, str(data.get("party", ""))[:20].replace("\0", "")) if actor.is_staff else None
        people = queries.people(actor, party_id=self.party_id)
        self.fields["user"].choices = [("", _("Everybody")), ("0", _("The portal")), *self._with(people, "user")]  # type: ignore[attr-defined]
        self.fields["about"].choices = [("", _("Everybody")), *self._with(people, "about")]  # type: ignore[attr-defined]
        self.fields["name"].choices = [("", _("Everything")), *queries.kinds(actor)]  # type: ignore[attr-defined]
        by = {"party": _("People of the company"), "staff": _("Staff of {portal}").format(portal=queries.portal_name(actor)), "system": _("Automatic"), "key": _("API keys")}
        self.fields["by"].choices = [("", _("Every way")), *((code, by[code]) for code in queries.BY)]  # type: ignore[attr-defined]
        if not actor.is_staff:
            del self.fields["party"]

    def _with(self, people: list[tuple[str, str]], field: str) -> list[tuple[str, str]]:
        """Add the person that a link names to those to choose from, when this actor may see him."""
        given = str(self.data.get(field, ""))
        if not (given.isascii() and given.isdigit() and 0 < len(given) < 19) or given == "0" or given in dict(people):
            return people
        name = queries.person_name(self.actor, int(given))
        return [(given, name), *people] if name else people

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        self.is_valid()
        given = self.cleaned_data
        number = given.get("party", "")
        return Wanted(
            party_id=-1 if number and self.party_id is None else self.party_id,
            user_id=int(given["user"]) if given.get("user") else None,
            about_id=int(given["about"]) if given.get("about") else None,
            subject=given.get("subject", ""),
            name=given.get("name", ""),
            by=given.get("by", ""),
            number=" ".join(given.get("number", "").split()),
            since=given.get("since"),
            until=given.get("until"),
        )

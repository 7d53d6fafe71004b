"""What of the log is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.foundation.accounts.forms import EmailField
from portiek.foundation.audit import queries
from portiek.foundation.audit.queries import Standing, Wanted
from portiek.ui.fields import Choice, Choices, PickField


class Whose(forms.Form):
    """Whose data are to be copied."""

    email = EmailField(label=_("E-mail address of the person"))


class Why(forms.Form):
    """Why somebody is erased."""

    why = forms.CharField(label=_("Why"), max_length=500, help_text=_("Who asked it and how you know that it was really him, for instance. No more about the person than needed."))


class WhoAndWhy(Why):
    """Who is to be erased, and why."""

    email = EmailField(label=_("E-mail address of the person"))
    field_order = ("email", "why")


class Answer(forms.Form):
    """Why nobody is erased."""

    why = forms.CharField(label=_("Reason"), max_length=1000, help_text=_("The person reads this."), widget=forms.Textarea(attrs={"rows": 3}))


class Terms(forms.Form):
    """For how many days each thing is kept."""

    def __init__(self, data: Any, standing: list[Standing]) -> None:
        super().__init__(data)
        self.keys = {item.key.replace(".", "_"): item.key for item in standing}
        for item in standing:
            self.fields[item.key.replace(".", "_")] = forms.IntegerField(label=item.label, min_value=item.least, max_value=item.most, initial=item.days,
                                                                         help_text=_("Days, from {least} to {most}; usually {usual}.").format(least=item.least, most=item.most, usual=item.usual))

    def days(self) -> dict[str, int]:
        """Return the chosen number of days by term."""
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}


class HoldForm(forms.Form):
    """Whose data are kept, whatever terms and erasures say."""

    whom = forms.CharField(label=_("Whom"), max_length=254, help_text=_("The number of a customer or supplier, or the e-mail address of a person."))
    reason = forms.CharField(label=_("Reason"), max_length=500)
    until = forms.DateField(label=_("Until and including"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=_("Empty: until you end it."))


def _text(label: Any, longest: int, hint: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=required, help_text=hint, widget=forms.Textarea(attrs={"rows": 2}))


class RegisterHead(forms.Form):
    """What goes for every line of the register of processing."""

    officer = forms.CharField(label=_("Data protection officer"), max_length=200, required=False, help_text=_("Name and how to reach. Leave it empty when you have none."))
    receivers = _text(_("Who gets data"), 1000, _("Who hosts the portal and who carries its mail, for instance."), required=False)
    transfers = _text(_("Outside the European Economic Area"), 1000, _("To whom there, and on which ground. Empty: no data go there."), required=False)
    measures = _text(_("How data are secured"), 2000, required=False)


class Processing(forms.Form):
    """A line that the portal's own people add to the register."""

    label = forms.CharField(label=_("Processing"), max_length=120, help_text=_("A newsletter, for instance."))
    purpose = _text(_("Purpose"), 500)
    ground = forms.CharField(label=_("Ground"), max_length=300, help_text=_("Contract, consent, a legal duty or legitimate interest."))
    persons = forms.CharField(label=_("Of whom"), max_length=300)
    data = _text(_("Which data"), 500)  # type: ignore[assignment]  # the word of the register; forms find it by form["data"]
    term = forms.CharField(label=_("How long"), max_length=300)
    receivers = forms.CharField(label=_("Who gets them"), max_length=300, required=False)


class LogFilter(forms.Form):
    """The filters above the log; whatever is not understood is left out."""

    party = forms.CharField(label=_("Customer or supplier number"), required=False, max_length=20)
    user = PickField(label=_("Who"), nobody=_("Everybody"))
    about = PickField(label=_("Done to"), nobody=_("Everybody"))
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
        self.fields["user"].among, self.fields["about"].among = self._people([("0", _("The portal"), "")]), self._people([])  # type: ignore[attr-defined]
        self.fields["name"].choices = [("", _("Everything")), *queries.kinds(actor)]  # type: ignore[attr-defined]
        by = {"party": _("People of the company"), "staff": _("Staff of {portal}").format(portal=queries.portal_name(actor)), "system": _("Automatic"), "key": _("API keys")}
        self.fields["by"].choices = [("", _("Every way")), *((code, by[code]) for code in queries.BY)]  # type: ignore[attr-defined]
        if not actor.is_staff:
            del self.fields["party"]

    def _people(self, first: list[Choice]) -> Choices:
        """Offer the people whom this actor may see; one whom a link names too, when he is of another company."""

        def find(words: str, most: int) -> list[Choice]:
            return [*([] if words else first), *((key, name, "") for key, name in queries.people(self.actor, party_id=self.party_id, search=words, most=most))]

        def one(value: str) -> Choice | None:
            known = next((choice for choice in first if choice[0] == value), None)
            name = queries.person_name(self.actor, int(value)) if known is None and value.isascii() and value.isdigit() and 0 < len(value) < 19 else None
            return (value, name, "") if name else known

        return Choices(find, one)

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

"""The shape of what people type about people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import REACHES
from portiek.core.permissions import base, rights, subject_of
from portiek.foundation.accounts import models, rules, wording
from portiek.foundation.accounts.models import Period, Provider
from portiek.foundation.parties.models import Party
from portiek.ui.fields import Choices, DecimalField, PickField


def time_zones() -> list[tuple[str, Any]]:
    """Return the places of the tz database by name, that of the portal first."""
    return [("", _("That of the portal")), *((name, name.replace("_", " ")) for name in rules.time_zones())]


class EmailField(forms.EmailField):
    """An e-mail address, kept in small letters."""

    def __init__(self, *, passkeys: bool = False, **options: Any) -> None:
        super().__init__(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username webauthn" if passkeys else "username", "autocapitalize": "none", "spellcheck": "false"}), **options)

    def clean(self, value: Any) -> str:
        """Return the address in small letters. Raises ValidationError."""
        return str(super().clean(value)).lower()


class Who(forms.Form):
    """Whose address it is, and how he wants to come in."""

    email = EmailField(label=_("E-mail address"), passkeys=True)
    way = forms.CharField(required=False)  # "password"; everything else: by code


class Code(forms.Form):
    """The figures of the mail; spaces do no harm."""

    code = forms.CharField(label=_("Code from the mail"), max_length=12, widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}))

    def clean_code(self) -> str:
        """Return six figures. Raises ValidationError."""
        figures = "".join(str(self.cleaned_data["code"]).split())
        if len(figures) != 6 or not (figures.isascii() and figures.isdigit()):
            raise forms.ValidationError(_("The code has six figures."))
        return figures


class NewEmail(forms.Form):
    """The address that somebody wants to use from now on."""

    email = EmailField(label=_("New e-mail address"))


class BothCodes(forms.Form):
    """The codes that went to the new and to the old address; one of them may come later."""

    new = forms.CharField(label=_("Code from the mail to the new address"), max_length=12, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}))
    old = forms.CharField(label=_("Code from the mail to the old address"), max_length=12, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}))

    def __init__(self, *arguments: Any, proved: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        for end in proved:
            del self.fields[end]

    def clean(self) -> dict[str, str]:
        """Return the figures of each code. Raises ValidationError where nothing is given."""
        found = {end: "".join(str(self.cleaned_data.get(end) or "").split()) for end in self.fields}
        for end, figures in found.items():
            if figures and (len(figures) != 6 or not (figures.isascii() and figures.isdigit())):
                self.add_error(end, _("The code has six figures."))
        if self.fields and not any(found.values()):
            self.add_error(next(iter(self.fields)), _("Fill in the code of one of both mails."))
        return found


class Why(forms.Form):
    """How somebody who manages people knows that another address is really of this person."""

    reason = forms.CharField(label=_("Reason"), max_length=200, min_length=5, help_text=_("How do you know that it is really this person who asks? It stands in the log and in the mail to the old address."))


class AppCode(Code):
    """The figures of an authenticator app."""

    code = forms.CharField(label=_("Code from your app"), max_length=12, widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}))


class NewApp(AppCode):
    """The first code of a new app, and the secret that the page carries, sealed."""

    secret = forms.CharField(max_length=300, widget=forms.HiddenInput)

    field_order: ClassVar = ["secret", "code"]  # type: ignore[misc]


class RecoveryCode(forms.Form):
    """One of the codes on paper."""

    code = forms.CharField(label=_("Recovery code"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}))


class PasskeyAnswer(forms.Form):
    """What a device answered, as JSON."""

    credential = forms.CharField(max_length=20000, widget=forms.HiddenInput)


class NewPasskey(PasskeyAnswer):
    """A passkey that a device made, and what its owner calls it."""

    name = forms.CharField(label=_("Name of this device"), max_length=60, help_text=_("So that you know later which one it is."))

    field_order: ClassVar = ["credential", "name"]  # type: ignore[misc]


class LoginPolicy(forms.Form):
    """How people come in, and of whom a second step is asked."""

    ways = forms.MultipleChoiceField(label=_("Ways to log in"), choices=[("code", _("Code by mail")), ("password", _("Password")), ("passkey", _("Passkey"))], widget=forms.CheckboxSelectMultiple)
    second_step = forms.ChoiceField(label=_("Who needs a second step"), choices=models.LoginPolicy.SecondStep.choices, widget=forms.RadioSelect)
    since = forms.DateField(label=_("From which day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                            help_text=_("Until then it is advised at each log-in. Empty: from now on."))

    provider = forms.ChoiceField(label=_("Only with an account of elsewhere"), required=False, widget=forms.RadioSelect,
                                 help_text=_("No code, password or passkey lets anybody in then: who leaves there is out here. Who is not linked yet is linked at the first log-in, by a mail. API keys and programs go on working."))
    emergency = forms.MultipleChoiceField(label=_("Who comes in when the provider fails"), required=False, widget=forms.CheckboxSelectMultiple,
                                          help_text=_("Administrators who then still come in with their password and their app. Every time all administrators hear of it."))

    def __init__(self, *arguments: Any, allowed: Sequence[str] = (), providers: Sequence[tuple[Provider, str]] = (), administrators: Sequence[tuple[int, str]] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        field: Any = self.fields["ways"]
        field.choices = [choice for choice in field.choices if choice[0] in allowed or not allowed]
        self.providers = {str(row.pk): row for row, _linked in providers}
        self.fields["provider"].choices = [("", _("No: the ways above")), *((str(row.pk), f"{row.label} ({linked})") for row, linked in providers)]  # type: ignore[attr-defined]
        self.fields["emergency"].choices = [(str(user), name) for user, name in administrators]  # type: ignore[attr-defined]
        for name in (*(() if providers else ("provider",)), *(() if providers and administrators else ("emergency",))):
            del self.fields[name]

    def policy(self) -> dict[str, Any]:
        """Return what was chosen, as the actions take it."""
        found = dict(self.cleaned_data)
        found["provider"] = self.providers.get(found.get("provider", ""))
        if "emergency" in found:
            found["emergency"] = [int(user) for user in found["emergency"]]
        return found


class Lift(forms.Form):
    """Why staff let the people of a party come in without the provider that it asks for."""

    reason = forms.CharField(label=_("Reason"), max_length=200, min_length=5, help_text=_("Who asked for it, and how do you know that it is really the company? Its administrators read this."))


class Reset(forms.Form):
    """Why a colleague sets up his log-in anew, and whether his password goes too."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("How do you know that it is really this person who asks? It stands in the log and in the mail to this person."))
    password = forms.BooleanField(label=_("Remove the password too"), required=False)


class Password(forms.Form):
    """A password to come in with."""

    password = forms.CharField(label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}))


class Me(forms.Form):
    """One's own name, language and time zone."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=time_zones, help_text=_("Dates and times in pages and mails are said in it."))
    birth_day = forms.IntegerField(label=_("Day of your birthday"), required=False, min_value=1, max_value=31,
                                   help_text=_("Only if you like to be congratulated here. No year, and no colleague sees it. Empty: no."))
    birth_month = forms.TypedChoiceField(label=_("Month of your birthday"), required=False, coerce=int, empty_value=None, choices=lambda: [("", "–"), *MONTHS.items()])

    def __init__(self, *arguments: Any, greets: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not greets:
            del self.fields["birth_day"], self.fields["birth_month"]

    def clean(self) -> dict[str, Any]:
        """Ask for both of day and month, or none."""
        found = self.cleaned_data
        if "birth_day" in self.fields and bool(found.get("birth_day")) != bool(found.get("birth_month")) and not self.errors:
            self.add_error("birth_month" if found.get("birth_day") else "birth_day", _("Fill in both, or none."))
        return found


class NewPassword(forms.Form):
    """A new password, with the current one where there is one."""

    current = forms.CharField(label=_("Current password"), max_length=200, strip=False, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    password = forms.CharField(label=_("New password"), max_length=200, strip=False, help_text=_("At least 10 signs; a few words together are fine."),
                               widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


class Place(forms.Form):
    """A role, a branch and an order limit."""

    role = PickField(label=_("Role"))
    unit = forms.ChoiceField(label=_("Branch"), required=False)
    order_limit = DecimalField(label=_("Order limit in euro, excl. VAT"), min_value=0, max_digits=12, decimal_places=2, required=False,
                               help_text=_("Above this amount an order asks for approval. Empty: no limit."))

    period_limit = DecimalField(label=_("Limit per period in euro, excl. VAT"), min_value=0, max_digits=12, decimal_places=2, required=False,
                                help_text=_("What is ordered beyond it in that time asks for approval too. Empty: no limit."))
    period = forms.ChoiceField(label=_("Period"), choices=Period.choices, required=False)
    until = forms.DateField(label=_("Last day of access"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                            help_text=_("For a guest, such as an accountant or a temporary worker. Two weeks before, you are asked whether it goes on. Empty: until somebody ends it."))

    def __init__(self, *arguments: Any, roles: Choices, units: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["role"].among = roles  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("Whole company")), *[(key, unit.indented) for key, unit in self.units.items()]]  # type: ignore[attr-defined]
        if not units:
            del self.fields["unit"]

    def place(self) -> dict[str, Any]:
        """Return the chosen role, branch and limit."""
        found = self.cleaned_data
        role = self.fields["role"].chosen(found["role"])  # type: ignore[attr-defined]
        return {"role": role, "unit": self.units.get(found.get("unit", "")), "order_limit": found.get("order_limit"),
                "period_limit": found.get("period_limit"), "period": found.get("period") or "month", "until": found.get("until")}


class Invite(Place):
    """Whom to ask in."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = EmailField(label=_("E-mail address"))

    field_order: ClassVar = ["name", "email", "role", "unit", "order_limit", "period_limit", "period", "until"]  # type: ignore[misc]


def _groups(codes: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return rights by their heading, in the order of the house."""
    found: dict[tuple[int, str], list[str]] = {}
    for code in codes:
        found.setdefault((subject_of(code)[0], wording.heading(code)), []).append(code)
    return [(title, codes) for (_place, title), codes in sorted(found.items())]


class RoleForm(forms.Form):
    """A role: its name and its rights, a group of boxes for each subject and a choice of reach for each right that has one."""

    name = forms.CharField(label=_("Name of the role"), max_length=80)
    kinds = forms.MultipleChoiceField(label=_("For"), choices=Party.Kind.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Nothing chosen: for all of them."))
    order_limit = DecimalField(label=_("Order limit in euro, excl. VAT"), min_value=0, max_digits=12, decimal_places=2, required=False,
                               help_text=_("For who has no limit of his own. 0: every order asks for approval. Empty: no limit."))

    def __init__(self, *arguments: Any, offered: Sequence[str], granted: Iterable[str] = (), with_kinds: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        held, self.plain, self.scoped = set(granted), [], []
        for number, (title, codes) in enumerate(_groups(offered)):
            boxes = [code for code in codes if base(code) == code]
            if boxes:
                self.plain.append(f"rights{number}")
                self.fields[f"rights{number}"] = forms.MultipleChoiceField(label=title, required=False, widget=forms.CheckboxSelectMultiple, choices=[(code, rights()[code].label) for code in boxes],
                                                                           initial=[code for code in boxes if code in held])
            for right in dict.fromkeys(base(code) for code in codes if base(code) != code):
                found = [f"{right}.{reach}" for reach in reversed(REACHES) if f"{right}.{reach}" in codes]
                choices = [("", _("No")), *((code, wording.REACH[code.rpartition(".")[2]]) for code in found)]
                initial = next((code for code in reversed(found) if code in held), "")
                self.scoped.append(f"reach-{right}")
                self.fields[f"reach-{right}"] = forms.ChoiceField(label=rights()[right].label, required=False, choices=choices, initial=initial)
        if not with_kinds:
            del self.fields["kinds"]
        if not {"order.place"} & set(offered):
            del self.fields["order_limit"]

    def role(self) -> dict[str, Any]:
        """Return name, kinds, rights and limit as chosen."""
        given = self.cleaned_data
        chosen = [code for name in self.plain for code in given[name]] + [given[name] for name in self.scoped if given[name]]
        return {"name": given["name"].strip(), "rights": chosen, "kinds": given.get("kinds", []), "order_limit": given.get("order_limit")}


class Instead(forms.Form):
    """Which role people get when theirs is removed."""

    instead = PickField(label=_("They get this role instead"))

    def __init__(self, *arguments: Any, roles: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["instead"].among = roles  # type: ignore[attr-defined]

    def role(self) -> Any:
        """Return the chosen role; None where nobody needs one."""
        return self.fields["instead"].chosen(self.cleaned_data["instead"])  # type: ignore[attr-defined]


class CeilingForm(forms.Form):
    """Which rights are withheld at one level, a group of boxes for each subject."""

    def __init__(self, *arguments: Any, codes: Sequence[str], withheld: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        kept = set(withheld)
        for number, (title, found) in enumerate(_groups(codes)):
            self.fields[f"may{number}"] = forms.MultipleChoiceField(label=title, required=False, widget=forms.CheckboxSelectMultiple, choices=[(code, rights()[code].label) for code in found],
                                                                    initial=[code for code in found if code not in kept])
        self.codes = list(codes)

    def withheld(self) -> list[str]:
        """Return what was not ticked."""
        may = {code for found in self.cleaned_data.values() for code in found}
        return [code for code in self.codes if code not in may]


class Reason(forms.Form):
    """Why somebody of the staff looks along, or works on behalf of a customer."""

    reason = forms.CharField(label=_("Why"), max_length=300, min_length=5, help_text=_("The company reads this in its log, with your name."))


class Accept(forms.Form):
    """Name and, if wanted, a password of who accepts an invitation."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(label=_("Password"), max_length=200, strip=False, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
                               help_text=_("Not needed: you can always log in with a code by mail. At least 10 signs."))

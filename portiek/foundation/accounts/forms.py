"""The shape of what people type about people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import REACHES
from portiek.core.permissions import base, rights, subject_of
from portiek.foundation.accounts import wording
from portiek.foundation.accounts.models import Period
from portiek.foundation.parties.models import Party
from portiek.ui.fields import DecimalField

# More choices than these are a list to choose from.
RADIOS_AT_MOST = 12


class EmailField(forms.EmailField):
    """An e-mail address, kept in small letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}), **options)

    def clean(self, value: Any) -> str:
        """Return the address in small letters. Raises ValidationError."""
        return str(super().clean(value)).lower()


class Who(forms.Form):
    """Whose address it is, and how he wants to come in."""

    email = EmailField(label=_("E-mail address"))
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


class Password(forms.Form):
    """A password to come in with."""

    password = forms.CharField(label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}))


class Me(forms.Form):
    """One's own name and language."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class NewPassword(forms.Form):
    """A new password, with the current one where there is one."""

    current = forms.CharField(label=_("Current password"), max_length=200, strip=False, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    password = forms.CharField(label=_("New password"), max_length=200, strip=False, help_text=_("At least 10 signs; a few words together are fine."),
                               widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


class Place(forms.Form):
    """A role, a branch and an order limit."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(label=_("Branch"), required=False)
    order_limit = DecimalField(label=_("Order limit in euro, excl. VAT"), min_value=0, max_digits=12, decimal_places=2, required=False,
                               help_text=_("Above this amount an order asks for approval. Empty: no limit."))

    period_limit = DecimalField(label=_("Limit per period in euro, excl. VAT"), min_value=0, max_digits=12, decimal_places=2, required=False,
                                help_text=_("What is ordered beyond it in that time asks for approval too. Empty: no limit."))
    period = forms.ChoiceField(label=_("Period"), choices=Period.choices, required=False)

    def __init__(self, *arguments: Any, roles: Sequence[Any], units: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.roles, self.units = {str(role.pk): role for role in roles}, {str(unit.pk): unit for unit in units}
        self.fields["role"].choices = [(key, role.label) for key, role in self.roles.items()]  # type: ignore[attr-defined]
        if len(roles) <= RADIOS_AT_MOST:
            self.fields["role"].widget = forms.RadioSelect(choices=self.fields["role"].choices)  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("Whole company")), *[(key, unit.indented) for key, unit in self.units.items()]]  # type: ignore[attr-defined]
        if not units:
            del self.fields["unit"]

    def place(self) -> dict[str, Any]:
        """Return the chosen role, branch and limit."""
        found = self.cleaned_data
        return {"role": self.roles[found["role"]], "unit": self.units.get(found.get("unit", "")), "order_limit": found.get("order_limit"),
                "period_limit": found.get("period_limit"), "period": found.get("period") or "month"}


class Invite(Place):
    """Whom to ask in."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = EmailField(label=_("E-mail address"))

    field_order: ClassVar = ["name", "email", "role", "unit", "order_limit", "period_limit", "period"]  # type: ignore[misc]


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

    instead = forms.ChoiceField(label=_("They get this role instead"))

    def __init__(self, *arguments: Any, roles: Sequence[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.roles = {str(role.pk): role for role in roles}
        self.fields["instead"].choices = [("", _("Choose a role")), *((key, role.label) for key, role in self.roles.items())]  # type: ignore[attr-defined]

    def role(self) -> Any:
        """Return the chosen role."""
        return self.roles[self.cleaned_data["instead"]]


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

"""The shape of a request for an account, and of its decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
from portiek.foundation.accounts.forms import Code, EmailField
from portiek.foundation.parties import rules
from portiek.foundation.parties.models import Party

NEW, OTHER = "new", "other"


class Ask(forms.Form):
    """Who asks, and for which company."""

    company = forms.CharField(label=_("Company"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    coc_number = forms.CharField(label=_("Chamber of Commerce number"), max_length=12, required=False, help_text=_("Eight figures; empty for a company outside the Netherlands."), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = EmailField(label=_("E-mail address"), help_text=_("You get a code there first."))
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}))
    remark = forms.CharField(label=_("What should we know?"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("For example your customer number, or what you want to order."))

    def clean(self) -> dict[str, Any]:
        """Write each number in the one way that it is kept. Raises ValidationError for what cannot be one, and for a company without any."""
        found: dict[str, Any] = super().clean() or {}
        for kind in ("coc_number", "vat_number"):
            written = rules.read_number(kind, found.get(kind, ""))
            if written is None:
                self.add_error(kind, ValidationError(wording(Refused(f"{kind}-wrong"))))
            else:
                found[kind] = written
        if not self.errors and not found.get("coc_number") and not found.get("vat_number"):
            self.add_error("coc_number", ValidationError(_("Give the Chamber of Commerce number or the VAT number.")))
        return found


class Proof(Code):
    """The figures of the mail."""


class Answer(forms.Form):
    """What the asker answers."""

    text = forms.CharField(label=_("Your answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class AskBack(forms.Form):
    """What staff want to know."""

    text = forms.CharField(label=_("Your question"), max_length=1000, help_text=_("It goes to the asker by mail; he answers on a page of his own."), widget=forms.Textarea(attrs={"rows": 3}))


class Reject(forms.Form):
    """Why there will be no account."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, help_text=_("The asker reads this."), widget=forms.Textarea(attrs={"rows": 3}))


class Approve(forms.Form):
    """Which party the asker belongs to, and his role."""

    party = forms.ChoiceField(label=_("For which party"), widget=forms.RadioSelect)
    number = forms.CharField(label=_("Number"), max_length=20, required=False, help_text=_("Of the new party, as the administration will call it, or of the other one."))
    name = forms.CharField(label=_("Name of the new party"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Party.Kind.choices)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *arguments: Any, roles: Sequence[Any], hints: Sequence[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.roles = {str(role.pk): role for role in roles}
        self.fields["role"].choices = [(key, role.label) for key, role in self.roles.items()]  # type: ignore[attr-defined]
        likely = [(hint.party.number, f"{hint.party.name} ({', '.join(hint.why)})") for hint in hints]
        self.fields["party"].choices = [*likely, (NEW, _("A new one")), (OTHER, _("Another one, by its number"))]  # type: ignore[attr-defined]

    def known(self) -> str | None:
        """Return the number of the chosen party that is there, None for a new one."""
        chosen = str(self.cleaned_data["party"])
        return None if chosen == NEW else str(self.cleaned_data["number"]).strip() if chosen == OTHER else chosen

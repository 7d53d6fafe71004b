"""The shape of what people type about parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
from portiek.foundation.parties import rules
from portiek.foundation.parties.models import Party
from portiek.ui.fields import DecimalField


class Details(forms.Form):
    """What is kept of a party."""

    number = forms.CharField(label=_("Number"), max_length=20, help_text=_("The debtor or creditor number of the administration."))
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Party.Kind.choices)
    language = forms.ChoiceField(label=_("Language of documents"), choices=settings.LANGUAGES)
    coc_number = forms.CharField(label=_("Chamber of Commerce number"), max_length=12, required=False, help_text=_("Eight figures; empty for a company outside the Netherlands."))
    branch_number = forms.CharField(label=_("Branch number"), max_length=16, required=False, help_text=_("Of the Chamber of Commerce: twelve figures."))
    rsin = forms.CharField(label=_("RSIN"), max_length=12, required=False)
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False, help_text=_("Checked for its shape and figures alone; whether it is in force is told by VIES of the European Commission."))
    duns = forms.CharField(label=_("D-U-N-S number"), max_length=12, required=False)
    gln = forms.CharField(label=_("GLN"), max_length=17, required=False, help_text=_("Global Location Number, for electronic orders and invoices."))
    parent = forms.CharField(label=_("Number of the parent company"), max_length=20, required=False, help_text=_("The company that owns this one. It does not see this one's data by that alone."))
    email = forms.EmailField(label=_("General e-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    credit_limit = DecimalField(label=_("Credit limit in euro"), min_value=0, max_digits=14, decimal_places=2, required=False)
    payment_days = forms.IntegerField(label=_("Payment term in days"), min_value=0, max_value=365, initial=30)
    anyway = forms.BooleanField(label=_("Save nevertheless"), required=False, help_text=_("There are parties that share a number: branches of one company, for example."))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._anyway = self.fields.pop("anyway")

    def clean(self) -> dict[str, Any]:
        """Write each number in the one way that it is kept. Raises ValidationError for what cannot be one."""
        found: dict[str, Any] = super().clean() or {}
        for kind in rules.NUMBERS:
            if found.get(kind):
                written = rules.read_number(kind, found[kind])
                if written is None:
                    self.add_error(kind, ValidationError(wording(Refused(f"{kind}-wrong"))))
                else:
                    found[kind] = written
        return found

    def ask_anyway(self, names: Sequence[str]) -> bool:
        """Say which parties hold the same number, unless that was ticked to be right; return whether it is to be asked."""
        if not names or self.data.get("anyway") == "on":
            return False
        self.fields["anyway"] = self._anyway
        self.add_error("anyway", wording(Refused("party-alike", names=", ".join(names))))
        return True


class NewParty(Details):
    """A new party, with the fields of the modules that take part; `more` are those."""

    def __init__(self, *arguments: Any, more: Mapping[str, forms.Field], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.own = list(self.fields)
        self.fields.update(more)
        self.order_fields(["number", "name", "kind", *more, *self.own])


class ChangeParty(Details):
    """A party whose fields of the ERP cannot be changed here."""

    def __init__(self, *arguments: Any, external_id: str | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in list(self.fields):
            if rules.owner(name, external_id) == "erp":
                del self.fields[name]


class AddressForm(forms.Form):
    """An address of the party's own."""

    label = forms.CharField(label=_("Name of this place"), max_length=80, required=False, help_text=_("For example the building site or the branch."))
    street = forms.CharField(label=_("Street and number"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "street-address"}))
    postal_code = forms.CharField(label=_("Postal code"), max_length=12, widget=forms.TextInput(attrs={"autocomplete": "postal-code"}))
    city = forms.CharField(label=_("City"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-level2"}))
    country = forms.ChoiceField(label=_("Country"), choices=[("NL", _("Netherlands")), ("BE", _("Belgium")), ("DE", _("Germany"))], initial="NL")

    def clean(self) -> dict[str, Any]:
        """Write the postal code as the country does. Raises ValidationError."""
        found: dict[str, Any] = super().clean() or {}
        if "postal_code" in found:
            written = rules.postal_code(found["postal_code"], found.get("country", "NL"))
            if written is None:
                self.add_error("postal_code", ValidationError(wording(Refused("postal-code-wrong"))))
            else:
                found["postal_code"] = written
        return found

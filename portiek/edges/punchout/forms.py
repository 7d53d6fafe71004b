"""Forms of punch-out: the shape of what is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import Refused, wording
from portiek.edges.punchout import rules
from portiek.edges.punchout.models import System
from portiek.ui.fields import Choices, PickField


class Setup(forms.Form):
    """How a purchasing system of a customer comes in."""

    name = forms.CharField(label=_("Name of the system"), max_length=80, help_text=_("As the people who shop know it, such as SAP Ariba or Coupa."))
    kind = forms.ChoiceField(label=_("How does it come in?"), choices=System.Kind.choices, widget=forms.RadioSelect, initial="oci")
    user = PickField(label=_("In whose name does it shop?"), help_text=_("Prices and assortment are those of this person, and never more than he may himself."))
    hosts = forms.CharField(label=_("Where may carts go back to?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
                            help_text=_("One host on a line, such as s1.ariba.com. A cart never goes anywhere else, and only over https."))

    def __init__(self, *arguments: Any, people: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["user"].among = people  # type: ignore[attr-defined]

    def clean_hosts(self) -> list[str]:
        """Return the hosts as a list."""
        found = rules.read_hosts(self.cleaned_data["hosts"])
        if found is None:
            raise ValidationError(wording(Refused("punchout.hosts")))
        return found

    def asked(self) -> dict[str, Any]:
        """Return what was filled in."""
        given = self.cleaned_data
        return {"name": given["name"], "kind": given["kind"], "user_id": int(given["user"]), "hosts": given["hosts"]}

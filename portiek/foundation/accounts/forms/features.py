"""The shape of switching features on and off."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core.features import features
from portiek.core.permissions import rights


class FeaturesForm(forms.Form):
    """A switch for each feature at one level: `kept` is withheld here, `above` at a wider level, which is not switched here."""

    def __init__(self, *arguments: Any, kept: Collection[str], above: Collection[str] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fixed: dict[str, bool] = {}
        for item in features():
            here, lacks = not item.rights <= set(kept), item.rights & (set(kept) | set(above))
            off_above = item.rights <= set(above)
            said: list[Any] = [item.help]
            if off_above:
                said.append(_("Off at a wider level: for all parties, or for all of this kind."))
                self.fixed[item.code] = here
            elif here and lacks:
                said.append(_("Withheld of it: %(rights)s.") % {"rights": ", ".join(str(rights()[code].label) for code in sorted(lacks))})
            self.fields[item.code] = forms.BooleanField(label=item.label, help_text=" ".join(str(part) for part in said), required=False, initial=here and not off_above, disabled=off_above)

    def on(self) -> set[str]:
        """Return what is on; what is decided at a wider level stays as it was."""
        return {code for code, value in self.cleaned_data.items() if self.fixed.get(code, value)}

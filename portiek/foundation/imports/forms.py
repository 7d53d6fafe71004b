"""The shape of what people send to bring a spreadsheet in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

ACCEPT = ".xlsx,.xls,.ods,.csv,.txt,.tsv"


class Bring(forms.Form):
    """A spreadsheet."""

    file = forms.FileField(label=_("File"), max_length=200, allow_empty_file=True, help_text=_("Excel, LibreOffice or CSV; at most 5 MB and 10,000 rows."), widget=forms.FileInput(attrs={"accept": ACCEPT}))

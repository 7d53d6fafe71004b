"""The shape of what staff send about files: one to bring in, how a kind is read, other cells for a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.edges.connectors.files import mapping, reading, wording
from portiek.edges.connectors.files.fields import LAYOUTS
from portiek.edges.connectors.files.mapping import FileMapping, Source

ACCEPT = ".csv,.txt,.tsv,.xlsx,.xls,.ods,.jsonl,.ndjson,.xml,.json"
MOST_BYTES = 100 * 1024 * 1024


class Bring(forms.Form):
    """A file of one kind."""

    layout = forms.ChoiceField(label=gettext_lazy("What it holds"), help_text=gettext_lazy("A catalogue says so itself: categories, products and prices are taken out of one file."))
    file = forms.FileField(label=gettext_lazy("File"), max_length=200, allow_empty_file=True, help_text=gettext_lazy("CSV, Excel, LibreOffice, JSON Lines, or a catalogue as BMEcat, ETIM xChange or Peppol; at most 100 MB."), widget=forms.FileInput(attrs={"accept": ACCEPT}))
    whole = forms.BooleanField(label=gettext_lazy("It holds everything"), required=False, help_text=gettext_lazy("What it lacks is then no longer there. Leave this off for a file that says only what changed."))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        cast("forms.ChoiceField", self.fields["layout"]).choices = [(name, wording.layout(name)) for name in LAYOUTS]

    def clean_file(self) -> Any:
        """Refuse what is larger than may be sent."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("A file is at most 100 MB; lay a larger one in the folder."), code="large")
        return file


class MapFile(forms.Form):
    """Where each field of a kind of file comes from. `heads`: the headings of the last file, none: they are written by hand."""

    pattern = forms.CharField(label=gettext_lazy("Names of the files"), max_length=300, help_text=gettext_lazy("With * for any signs, and commas between, such as artikelen*.csv, products*."))
    whole = forms.BooleanField(label=gettext_lazy("A file holds everything"), required=False, help_text=gettext_lazy("What it lacks is then no longer there. A file with delta or full in its name is read as it says."))

    def __init__(self, layout: str, heads: Sequence[str], sample: Sequence[Sequence[Any]], current: FileMapping | None, data: Any = None) -> None:
        self.layout, self.heads, self.sample = LAYOUTS[layout], list(heads), sample
        sources = current.sources if current else mapping.suggested(layout, heads, sample, words(layout))
        super().__init__(data, initial={"pattern": current.pattern if current else mapping.default_pattern(layout), "whole": current.whole if current else not self.layout.part and layout not in ("order", "order_answer", "shipment", "invoice", "payment")})
        known = list(dict.fromkeys([*(head for head in heads if head.strip()), *(source.column for source in sources.values() if source.column)]))
        for item in self.layout.fields:
            source = sources.get(item.name, Source())
            label = wording.field(item.name)
            columns: forms.Field = forms.ChoiceField(choices=[("", "–"), *((head, head) for head in known)], required=False) if heads else forms.CharField(max_length=120, required=False)
            columns.label, columns.initial = _("%(field)s: column") % {"field": label}, source.column
            self.fields[f"c_{item.name}"] = columns
            if item.kind == "choice":
                self.fields[f"k_{item.name}"] = forms.ChoiceField(label=_("%(field)s: always, or when the column is empty") % {"field": label}, choices=[("", "–"), *((code, code) for code in item.choices)], required=False, initial=source.constant)
            else:
                self.fields[f"k_{item.name}"] = forms.CharField(label=_("%(field)s: always, or when the column is empty") % {"field": label}, max_length=200, required=False, initial=source.constant)
            if item.kind in mapping.CHANGES:
                self.fields[f"h_{item.name}"] = forms.ChoiceField(label=_("%(field)s: how it is written") % {"field": label}, choices=[("", _("As it seems")), *((code, str(wording.CHANGES[code])) for code in mapping.CHANGES[item.kind])], required=False, initial=source.change)
            self.fields[f"t_{item.name}"] = forms.CharField(label=_("%(field)s: what its codes mean") % {"field": label}, max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}), initial="\n".join(f"{key} = {value}" for key, value in source.table.items()),
                                                           help_text=_("One a line: code in the file = %(values)s") % {"values": ", ".join(item.choices)} if item.choices else _("One a line: what the file says = what it means."))

    def rows(self) -> list[dict[str, Any]]:
        """Return the fields for the page, with some values of the chosen column."""
        places = {head: place for place, head in reversed(list(enumerate(self.heads)))}
        made = []
        for item in self.layout.fields:
            chosen = self[f"c_{item.name}"].value() or ""
            place = places.get(chosen, -1)
            values = [reading.shown(row[place]) for row in self.sample if 0 <= place < len(row) and row[place]] if place >= 0 else []
            more = [self[name] for name in (f"k_{item.name}", f"h_{item.name}", f"t_{item.name}") if name in self.fields]
            made.append({"label": wording.field(item.name), "needed": item.required, "column": self[f"c_{item.name}"], "more": more, "is_used": any(bound.value() or bound.errors for bound in more), "values": list(dict.fromkeys(values))[:3], "is_absent": bool(self.heads and chosen and chosen not in places)})
        return made

    def clean(self) -> dict[str, Any]:
        """Make the mapping, and say beside its field what is still needed."""
        cleaned = dict(super().clean() or self.cleaned_data)
        sources = {}
        for item in self.layout.fields:
            table = {}
            for line in cleaned.get(f"t_{item.name}", "").splitlines():
                code, sign, value = (part.strip() for part in line.partition("="))
                if line.strip() and not sign:
                    self.add_error(f"t_{item.name}", _("Write a code, =, and what it means."))
                elif value:
                    table["" if code == "*" else code] = value
            source = Source(cleaned.get(f"c_{item.name}", ""), cleaned.get(f"k_{item.name}", ""), cleaned.get(f"h_{item.name}", ""), table)
            if source.column or source.constant:
                sources[item.name] = source
                self._fits(item, source)
        made = FileMapping(self.layout, cleaned.get("pattern", ""), cleaned.get("whole", False), sources)
        for name in mapping.missing(made):
            self.add_error(f"c_{name}", _("Choose a column, or write what it always is."))
        cleaned["mapped"] = made
        return cleaned

    def _fits(self, item: Any, source: Source) -> None:
        """Say of a constant, and of what codes mean, whether the field can be that."""
        for place, text in (("k", source.constant), *(("t", value) for value in source.table.values())):
            try:
                if text:
                    mapping.read(item, text, source.change)
            except mapping.Wrong as wrong:
                self.add_error(f"{place}_{item.name}", wording.row_problem(item.name, wrong.code, wrong.detail))


def words(layout: str) -> Mapping[str, Sequence[str]]:
    """Return what each field is called on screen in both languages: what a heading may be too."""
    found: dict[str, list[str]] = {}
    for language in ("nl", "en"):
        with translation.override(language):
            for item in LAYOUTS[layout].fields:
                found.setdefault(item.name, []).append(str(wording.FIELDS[item.bare]))
    return found


class Mend(forms.Form):
    """The cells of one row."""

    def __init__(self, heads: Sequence[str], cells: Sequence[Any], data: Any = None) -> None:
        super().__init__(data)
        for place, head in enumerate(heads):
            self.fields[f"cell_{place}"] = forms.CharField(label=head or _("Column %(number)s") % {"number": place + 1}, required=False, max_length=mapping.MOST_LIST, strip=False, initial=reading.text(cells[place]) if place < len(cells) else "")

    def cells(self) -> list[str]:
        """Return what was written, by column."""
        return [self.cleaned_data[name] for name in self.fields]

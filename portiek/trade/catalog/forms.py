"""The shape of what people fill in about products."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from portiek.trade.catalog import spelling
from portiek.trade.catalog.models import Attribute, SavedSearch
from portiek.trade.catalog.picture import MAX_BYTES
from portiek.trade.catalog.records import UnitRecord
from portiek.trade.catalog.rules import MOST_HOURS, MOST_PRICE_HOURS
from portiek.ui.fields import DecimalField
from portiek.ui.format import parse_decimal


class OwnNumber(forms.Form):
    """A company's own number for a product; empty takes it away."""

    number = forms.CharField(label=_("Your own number"), max_length=64, required=False)


class Picture(forms.Form):
    """A picture of a product."""

    picture = forms.FileField(label=_("Picture"), max_length=200, help_text=_("PNG, JPEG or WebP, at most 20 MB. It is drawn anew in two sizes, without what a camera writes along, such as the place."),
                              widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}))

    def content(self) -> bytes:
        """Return the bytes; nothing of what is too large to read."""
        given = self.cleaned_data["picture"]
        return given.read() if given.size <= MAX_BYTES else b""


class Describe(forms.Form):
    """What the portal adds to a product."""

    summary = forms.CharField(label=_("Text in the portal"), max_length=4000, required=False, widget=forms.Textarea)
    specs = forms.CharField(
        label=_("Attributes"), max_length=4000, required=False, widget=forms.Textarea, help_text=_("One on each line, as in: Thickness: 12.5 mm")
    )

    def clean_specs(self) -> list[tuple[str, str]]:
        """Read the lines as names and values. Raises ValidationError for a line without a colon."""
        pairs = []
        for line in self.cleaned_data["specs"].splitlines():
            if line.strip():
                name, colon, value = line.partition(":")
                if not colon or not name.strip() or not value.strip():
                    raise forms.ValidationError(_("Write a name, a colon and a value: %(line)s"), params={"line": line[:60]})
                pairs.append((name.strip(), value.strip()))
        return pairs


class Units(forms.Form):
    """In which other units a product is ordered, and how much of it at most."""

    units = forms.CharField(label=_("Other units"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("One on each line, with ; between: code, name, how much of the sales unit, EAN, name in English, weight in kg. As in: XBX; doos; 12; 8712345678906; box; 4.5"))
    max_quantity = DecimalField(label=_("At most in one order"), required=False, min_value=Decimal("0.001"), max_digits=12, decimal_places=3)
    own_lead_days = forms.IntegerField(label=_("Lead time in working days"), required=False, min_value=0, max_value=365, help_text=_("How long it takes to get what is not there. What the administration says of it goes before."))

    def clean_units(self) -> list[UnitRecord]:
        """Read the lines. Raises ValidationError for one that is none."""
        found = []
        for line in self.cleaned_data["units"].splitlines():
            if line.strip():
                parts = [part.strip() for part in line.split(";")] + [""] * 6
                try:
                    factor, weight = parse_decimal(parts[2]), parse_decimal(parts[5]) if parts[5] else None
                except ValueError:
                    raise forms.ValidationError(_("Write a code, a name and a number: %(line)s"), params={"line": line[:60]}) from None
                found.append(UnitRecord(parts[0].upper(), parts[1], factor, parts[4], parts[3], weight))
        return found


class Related(forms.Form):
    """Which products a product leads to, by number; the fields are the kinds."""

    successor = forms.CharField(label=_("Successor"), max_length=64, required=False, help_text=_("What came in its place. Who orders this one when it is no longer sold, is offered that one."))
    alternative = forms.CharField(label=_("Alternatives"), max_length=2000, required=False, help_text=_("Article numbers, with commas between"))
    accessory = forms.CharField(label=_("Accessories"), max_length=2000, required=False, help_text=_("Article numbers, with commas between"))

    def numbers(self) -> dict[str, list[str]]:
        """Return the article numbers by kind."""
        return {name: [part.strip() for part in text.split(",") if part.strip()] for name, text in self.cleaned_data.items()}


class ChangeAttribute(forms.Form):
    """How an attribute is called, and where it stands; of one of the ERP its place and whether lists are narrowed by it alone."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("As it is written behind a figure: mm, kg, W"))
    position = forms.IntegerField(label=_("Place"), min_value=0, max_value=10_000, initial=100, help_text=_("Low comes first"))
    narrows = forms.BooleanField(label=_("Lists can be narrowed by it"), required=False, initial=True)

    def __init__(self, *arguments: Any, of_erp: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("name", "name_en", "unit") if of_erp else ():
            del self.fields[name]


class NewAttribute(ChangeAttribute):
    """A new attribute: also what it is known by, and of what kind its values are."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("That of ETIM where there is one, as in: EF000008"), validators=[validate_slug])
    kind = forms.ChoiceField(label=_("Kind"), choices=Attribute.Kind.choices)

    field_order = ("name", "name_en", "code", "kind", "unit", "position", "narrows")


class HowOften(forms.Form):
    """How often one hears of what is new in a search."""

    often = forms.ChoiceField(label=_("Hear what is new"), choices=SavedSearch.Often.choices)


class SaveSearch(HowOften):
    """A search to keep, by a name."""

    name = forms.CharField(label=_("Name"), max_length=80)

    field_order = ("name", "often")


class ChangeFamily(forms.Form):
    """A family with its versions; of one of the ERP only how lists show it."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("What the versions have in common, as in: chipboard screw, galvanised"))
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    axes = forms.CharField(label=_("Differs in"), max_length=400, required=False, help_text=_("Attributes by name, with commas between, in the order in which one chooses. Empty: whatever differs."))
    members = forms.CharField(label=_("Variants"), max_length=20_000, required=False, widget=forms.Textarea, help_text=_("Article numbers, one on each line"))
    folds = forms.BooleanField(label=_("Lists show it as one row"), required=False, initial=True)

    def __init__(self, *arguments: Any, of_erp: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("name", "name_en", "axes", "members") if of_erp else ():
            del self.fields[name]

    def clean_axes(self) -> list[str]:
        """Read the names."""
        return [part.strip() for part in self.cleaned_data["axes"].split(",") if part.strip()]

    def clean_members(self) -> list[str]:
        """Read the first cell of each line."""
        return list(dict.fromkeys(found for line in self.cleaned_data["members"].splitlines() if (found := line.split("\t")[0].split(";")[0].strip())))


class NewFamily(ChangeFamily):
    """A new family: also what it is known by."""

    code = forms.CharField(label=_("Code"), max_length=64, validators=[validate_slug])

    field_order = ("name", "name_en", "code", "axes", "members", "folds")


class NewAssortment(forms.Form):
    """A new assortment."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.SlugField(label=_("Code"), max_length=40)
    holds_all = forms.BooleanField(label=_("Every product, also those to come"), required=False)


class Items(forms.Form):
    """Products to put in an assortment or to take out, by number."""

    codes = forms.CharField(
        label=_("Product numbers"), max_length=100_000, widget=forms.Textarea, help_text=_("One on each line, as in your ERP or a spreadsheet")
    )

    def clean_codes(self) -> list[str]:
        """Read the first cell of each line."""
        return list(dict.fromkeys(line.split("\t")[0].split(";")[0].strip() for line in self.cleaned_data["codes"].splitlines() if line.strip()))


class Supplied(forms.Form):
    """The warehouse from which a party is supplied."""

    warehouse = forms.ChoiceField(label=_("Stock that counts for this party"), required=False, help_text=_("What it may count on, in the catalogue, in its cart and over the API. What was ordered here and is not booked yet is taken off."))

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["warehouse"].choices = [("", _("Of all warehouses together")), *choices]  # type: ignore[attr-defined]


class Given(forms.Form):
    """Which assortments a party is given."""

    assortments = forms.MultipleChoiceField(label=_("What this party sees"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["assortments"].choices = choices  # type: ignore[attr-defined]


class Synonyms(forms.Form):
    """Words of one meaning."""

    terms = forms.CharField(label=_("Words that mean the same"), max_length=1000, help_text=_("With an equals sign or a comma between them, as in: gipsplaat = rigips = gips plaat"))

    def clean_terms(self) -> list[str]:
        """Read the words."""
        return list(spelling.terms(self.cleaned_data["terms"]))


class Freshness(forms.Form):
    """How old figures may be."""

    hours = forms.IntegerField(label=_("Hours for stock"), min_value=1, max_value=MOST_HOURS, help_text=_("A day for an administration that sends files at night, an hour for one that is asked all the time."))
    prices = forms.IntegerField(label=_("Hours for prices"), min_value=1, max_value=MOST_PRICE_HOURS, help_text=_("A week is 168 hours, a month 720. Prices that were agreed in the portal are never old."))

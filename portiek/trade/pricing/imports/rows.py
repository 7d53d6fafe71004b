"""What the rows of all kinds of prices share: cells, columns, and what was found for earlier rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.imports.cells import Amount, Day
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, checked
from portiek.foundation.imports.people import company
from portiek.foundation.imports.rules import bare
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.queries import portal
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions
from portiek.trade.pricing.models import Agreement, GroupAgreement, PriceList, Tiers
from portiek.ui.fields import DecimalField

TIERS = {Tiers.ALL_UNITS: ("whole", "all units", "geheel", "hele aantal"), Tiers.INCREMENTAL: ("each", "incremental", "per staffel", "per schijf")}
Days = tuple[date | None, date | None]


@dataclass
class Gathered:
    """What rows share: the portal's currency, what was found already, what the file said of each agreement, and what is to be recorded of the batch."""

    currency: str
    parties: dict[str, Party] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    groups: dict[str, bool] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    said: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    taken: dict[tuple[Any, ...], list[tuple[str, Days]]] = field(default_factory=dict)
    changed: dict[int, tuple[Any, dict[str, tuple[Any, Any]]]] = field(default_factory=dict)

    def note(self, row: Agreement | GroupAgreement | PriceList, what: str, put: actions.Put, new: Any) -> Outcome:
        """Keep what became of a line until the batch is over; return it."""
        if put.outcome != "same":
            self.changed.setdefault(row.pk, (row, {}))[1][what] = (put.old, new)
        return put.outcome


def begin(actor: Actor, party: None) -> Gathered:
    return Gathered(portal(actor).currency)


class TiersField(forms.CharField):
    """What tiers count for, in a word of one's own language; nothing: not said."""

    def to_python(self, value: Any) -> str:
        """Return the kind. Raises ValidationError for another word."""
        text = bare(super().to_python(value) or "")
        found = "" if not text else next((kind for kind, names in TIERS.items() if text in {bare(name) for name in names}), None)
        if found is None:
            raise forms.ValidationError(_("Write “whole” or “each”."))
        return found


class Row(forms.Form):
    """The cells that all kinds of prices may have."""

    number = forms.CharField(max_length=40, required=False)
    name = forms.CharField(max_length=120, required=False)
    code = forms.CharField(max_length=40, required=False)
    discount_group = forms.CharField(max_length=20, required=False)
    min_quantity = DecimalField(min_value=0, max_digits=12, decimal_places=3, required=False)
    price = Amount(min_value=0, max_digits=14, decimal_places=4, required=False)
    percent = DecimalField(min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)
    agreed = DecimalField(min_value=Decimal("0.001"), max_digits=14, decimal_places=3, required=False)
    valid_from = Day(required=False)
    valid_until = Day(required=False)
    note = forms.CharField(max_length=200, required=False)
    tiers = TiersField(required=False)
    position = forms.IntegerField(min_value=1, max_value=99, required=False)


COMPANY = Column("party", gettext_lazy("Customer number"), True, also=("klantnummer", "debiteurnummer", "relatienummer", "klant", "number of the company"), example="10042")
NUMBER = Column("number", gettext_lazy("Agreement"), True, gettext_lazy("The number of the price agreement; one that is not there yet is made."), ("afspraak", "afspraaknummer", "prijsafspraak", "contract"), "A-2027-001")
PRODUCT = Column("product", gettext_lazy("Article number"), also=("artikelnummer", "artikel", "sku", "item number"), example="GP-125-2600")
QUANTITY = Column("min_quantity", gettext_lazy("From quantity"), hint=gettext_lazy("Empty: from the first."), also=("vanaf aantal", "staffel", "minimum"), example="50")
PRICE = Column("price", gettext_lazy("Price per unit"), hint=gettext_lazy("Net, excl. VAT: 6,48 or 6.48."), also=("prijs", "nettoprijs", "stuksprijs", "price"), example="6,48")
TIERS_COLUMN = Column("tiers", gettext_lazy("Tiers"), hint=gettext_lazy("“whole”: a tier counts for the whole quantity, “each”: each tier has its own price. Empty: as it is."), also=("staffelsoort", "staffels gelden voor", "tiers"), example="geheel")
CURRENCY = Column("currency", gettext_lazy("Currency"), hint=gettext_lazy("Empty: that of the portal."), also=("valuta", "munt"), example="EUR")
FROM = Column("valid_from", gettext_lazy("From"), hint=gettext_lazy("Such as 1-1-2027. Empty: from now on."), also=("vanaf", "geldig vanaf", "ingangsdatum", "begindatum"), example="1-1-2027")
UNTIL = Column("valid_until", gettext_lazy("Until and including"), hint=gettext_lazy("Empty: no end."), also=("tot en met", "t/m", "geldig tot", "einddatum"), example="31-12-2027")


def party_of(actor: Actor, about: Gathered, number: str) -> Party:
    if number not in about.parties:
        about.parties[number] = company(actor, number)
    return about.parties[number]


def product_of(actor: Actor, about: Gathered, number: str) -> Product | None:
    if number and number not in about.products:
        try:
            about.products[number] = catalog.product(actor, number)
        except NotFound:
            raise Wrong([("product", _("There is no product with the number %(number)s.") % {"number": number})]) from None
    return about.products.get(number)


def group_of(actor: Actor, about: Gathered, code: str) -> str:
    if code and code not in about.groups:
        about.groups[code] = catalog.is_discount_group(actor, code)
    if code and not about.groups[code]:
        raise Wrong([("discount_group", _("No product has the discount group %(code)s.") % {"code": code})])
    return code


def cells(about: Gathered, values: Mapping[str, str], row: type[forms.Form] = Row) -> dict[str, Any]:
    """Return the cells of a row that are there, read. Raises Wrong, also for another currency and for days the wrong way round."""
    problems = [("currency", _("Prices here are in %(currency)s.") % {"currency": about.currency})] if values.get("currency", about.currency).upper() not in ("", about.currency) else []
    read = checked(row({name: text for name, text in values.items() if name not in ("currency", "unit")}), more=problems)
    if read["valid_from"] and read["valid_until"] and read["valid_until"] < read["valid_from"]:
        raise Wrong([("valid_until", _("The last day lies before the first."))])
    return read


class YesField(forms.CharField):
    """Yes or no, in a word of one's own language; None: not said."""

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]
        """Return what was said. Raises ValidationError for another word."""
        text = bare(super().to_python(value) or "")
        found = {"": None, "ja": True, "yes": True, "j": True, "y": True, "1": True, "nee": False, "no": False, "n": False, "0": False}
        if text not in found:
            raise forms.ValidationError(_("Write “yes” or “no”."))
        return found[text]


def called(code: str, quantity: Decimal) -> str:
    """Return what a line is about, for the log."""
    return f"{code} ({quantity.normalize():f}+)" if quantity > 1 else code

"""Surcharges, from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.foundation.imports.cells import Amount, Day
from portiek.foundation.imports.kinds import Column, Outcome, importable
from portiek.trade.pricing import actions, permissions, queries
from portiek.trade.pricing.imports.rows import CURRENCY, FROM, PRODUCT, UNTIL, Gathered, begin, cells, group_of, product_of
from portiek.ui.fields import DecimalField

COLUMNS = [
    Column("name", gettext_lazy("Name of the surcharge"), True, gettext_lazy("As customers read it."), ("toeslag", "naam", "omschrijving", "surcharge", "name"), "Staaltoeslag"),
    PRODUCT, Column("discount_group", gettext_lazy("Discount group"), hint=gettext_lazy("In place of an article: on top of the price of all of its articles."), also=("kortingsgroep",), example="STAAL"),
    Column("percent", gettext_lazy("Percentage of the price"), also=("percentage", "opslag"), example="2,5"),
    Column("amount", gettext_lazy("Amount per unit"), hint=gettext_lazy("In place of a percentage."), also=("bedrag", "bedrag per eenheid", "amount"), example="1,25"),
    CURRENCY, FROM, UNTIL,
]  # fmt: skip


class SurchargeRow(forms.Form):
    """The cells about a surcharge."""

    name = forms.CharField(max_length=80)
    discount_group = forms.CharField(max_length=20, required=False)
    percent = DecimalField(min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2, required=False)
    amount = Amount(min_value=Decimal("0.0001"), max_digits=14, decimal_places=4, required=False)
    valid_from = Day(required=False)
    valid_until = Day(required=False)


def _take(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Put something on top of prices; what has the same name, for the same, from the same day on is changed."""
    read = cells(about, values, SurchargeRow)
    product, group = product_of(actor, about, values.get("product", "")), group_of(actor, about, read["discount_group"])
    given = {name: read[name] for name in ("percent", "amount", "valid_until") if name != "valid_until" or name in values}
    found = queries.surcharges(actor).filter(name=read["name"], product=product, discount_group=group, valid_from=read["valid_from"]).order_by("pk").first()
    if found:
        return "changed" if actions.change_surcharge(actor, surcharge=found, values=given) else "same"
    actions.add_surcharge(actor, **{"name": read["name"], "product": product, "discount_group": group, "valid_from": read["valid_from"], **given})
    return "new"


importable("surcharges", gettext_lazy("Surcharges"), gettext_lazy("What comes on top of the price of an article or a discount group for a time. A surcharge that is not in the file stays."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: COLUMNS, begin=begin, take=_take, same=lambda values: " ".join(values.get(name, "") for name in ("name", "product", "discount_group", "valid_from")),
           back=lambda actor, party: reverse("pricing:surcharges"), order=76)

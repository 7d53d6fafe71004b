"""Minimum prices and cost prices, from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.foundation.imports.cells import Amount, Day
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, importable
from portiek.trade.pricing import actions, permissions, queries
from portiek.trade.pricing.imports.rows import CURRENCY, FROM, PRODUCT, UNTIL, Gathered, YesField, begin, cells, group_of, product_of
from portiek.ui.fields import DecimalField

# What an article or a discount group never costs less than, and what articles cost the portal.

_FLOOR_COLUMNS = [
    PRODUCT, Column("discount_group", gettext_lazy("Discount group"), hint=gettext_lazy("In place of an article: a percentage on top of the cost price of each of its articles."), also=("kortingsgroep",)),
    Column("amount", gettext_lazy("Minimum price per unit"), hint=gettext_lazy("Of an article. Empty, with no percentage either: only its cost price is kept."), also=("minimumprijs", "bodemprijs", "minimum price"), example="5,60"),
    Column("percent", gettext_lazy("Percentage on top of the cost price"), hint=gettext_lazy("In place of a price."), also=("opslag", "opslag op kostprijs", "markup"), example="12,5"),
    Column("cost", gettext_lazy("Cost price of the article"), hint=gettext_lazy("Empty: as it is."), also=("kostprijs", "inkoopprijs", "cost price", "cost"), example="4,98"),
    Column("agreements_below", gettext_lazy("Agreements may go below it"), hint=gettext_lazy("“Yes” or “no”. Empty: as it is, no for a new one."), also=("afspraken mogen lager", "afspraken eronder"), example="nee"), CURRENCY, FROM, UNTIL,
]  # fmt: skip


class FloorRow(forms.Form):
    """The cells about a minimum price."""

    discount_group = forms.CharField(max_length=20, required=False)
    amount = Amount(min_value=Decimal("0.0001"), max_digits=14, decimal_places=4, required=False)
    percent = DecimalField(min_value=0, max_value=9999, max_digits=6, decimal_places=2, required=False)
    cost = Amount(min_value=0, max_digits=14, decimal_places=4, required=False)
    agreements_below = YesField(required=False)
    valid_from = Day(required=False)
    valid_until = Day(required=False)


def _take_floor(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Set a minimum price, a cost price or both; the minimum price from the same day on is changed."""
    read = cells(about, values, FloorRow)
    product, group = product_of(actor, about, values.get("product", "")), group_of(actor, about, read["discount_group"])
    if product and not group and read["amount"] is None and read["percent"] is None:
        if read["cost"] is None:
            raise Wrong([("amount", _("Fill in a minimum price, a percentage or a cost price."))])
        known = queries.cost(actor, product.pk)
        return "same" if not actions.set_cost(actor, product=product, cost=read["cost"]) else "new" if known is None else "changed"
    found = queries.floors(actor).filter(product=product, discount_group=group, valid_from=read["valid_from"]).first()
    given = {name: read[name] for name in ("amount", "percent", "cost", "valid_until", "agreements_below") if name != "valid_until" or name in values}
    if read["agreements_below"] is None:
        del given["agreements_below"]
    if found:
        return "changed" if actions.change_floor(actor, floor=found, values=given) else "same"
    actions.add_floor(actor, **{"product": product, "discount_group": group, "valid_from": read["valid_from"], **given})
    return "new"


importable("price-floors", gettext_lazy("Minimum prices and cost prices"), gettext_lazy("What an article or a discount group never costs less than, and what articles cost you. Customers see neither."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: _FLOOR_COLUMNS, begin=begin, take=_take_floor, same=lambda values: " ".join(values.get(name, "") for name in ("product", "discount_group", "valid_from")),
           back=lambda actor, party: reverse("pricing:floors"), order=75)

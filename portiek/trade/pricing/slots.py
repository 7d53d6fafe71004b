"""Where prices show up on the pages of others, and their own places in the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots, steps
from portiek.core.actor import Actor
from portiek.core.events import event
from portiek.foundation.audit.words import fact_words
from portiek.foundation.parties.models import Party
from portiek.trade.pricing import actions, facts, permissions, queries, shown
from portiek.trade.pricing import imports as imports
from portiek.trade.pricing.views import party_prices


class FirstPriceList:
    """The price list of a new customer, given in the transaction that makes him."""

    def fields(self, actor: Actor) -> dict[str, forms.Field]:
        """Return the choice of a price list; none means list prices."""
        lists = [(item.code, item.name) for item in queries.price_lists(actor)]
        return {"pricing_list": forms.ChoiceField(label=_("Price list"), choices=[("", _("List prices")), *lists], required=False)}

    def apply(self, actor: Actor, party: Party, data: Mapping[str, Any]) -> None:
        """Serve the party by the chosen list."""
        if code := data.get("pricing_list"):
            actions.assign_price_list(actor, party=party, price_list=queries.price_list(actor, code), position=1)


slots.declare("pricing.agreement.used", "How much of what an agreement names was taken: render(request, agreement=Agreement, lines=[AgreementLine with a quantity], products={id: Product}) returns HTML.")
nav.place(
    "prices-mine",
    _("Prices and discounts"),
    icon="tags",
    url="pricing:mine",
    right=permissions.VIEW,
    audience="party",
    group="agreements",
    order=40,
    kinds=("customer", "dealer", "person"),
)
nav.place("price-lists", _("Price lists"), icon="tags", url="pricing:lists", right=permissions.VIEW, audience="staff", group="agreements", order=40)
nav.place(
    "price-explain", _("Price check"), icon="search-check", url="pricing:explain", right=permissions.EXPLAIN, audience="staff", group="agreements", order=41
)

slots.fill("catalog.price", key="pricing", right=permissions.VIEW, render=shown.catalogue_prices)
slots.fill("catalog.list.above", key="pricing", right=permissions.EXPLAIN, order=10, render=shown.chooser)
slots.fill("parties.detail.tabs", key="prices", label=_("Prices"), right=permissions.VIEW, order=40, render=party_prices)
slots.fill("parties.create.fields", key="pricing", order=20, right=permissions.MANAGE, render=FirstPriceList)

fact_words("pricing.price_list.applied", _("Price list {text} came from the ERP: {created} new, {changed} changed, {removed} gone"), icon="tags")
fact_words("pricing.price_list.changed", _("{user} changed price list {text}: {created} new, {changed} changed"), icon="tags")
fact_words("pricing.price_list.assigned", _("{user} assigned price list {text}"), icon="tags")
fact_words("pricing.price_list.withdrawn", _("{user} withdrew price list {text}"), icon="tags")
fact_words("pricing.agreement.made", _("{user} made agreement {text}"), icon="handshake", tone="ok")
fact_words("pricing.agreement.changed", _("{user} changed agreement {text}"), icon="handshake")
fact_words("pricing.discount.set", _("{user} set a discount on {text}"), icon="badge-percent")

event(
    "price.changed",
    _("Prices may have changed: a price list, an agreement or a discount"),
    facts.PriceListApplied,
    facts.PriceListChanged,
    facts.PriceListAssigned,
    facts.PriceListWithdrawn,
    facts.AgreementMade,
    facts.AgreementChanged,
    facts.DiscountSet,
    right=permissions.VIEW,
    text="name",
    everyone=True,
)

def _prices(actor: Actor) -> steps.Stand:
    first = list(queries.price_lists(actor).values_list("name", flat=True)[:3])
    return steps.Stand(bool(first), ", ".join(first))


steps.step("prices", _("Price lists"), _("They come from the ERP; without one, nobody sees a price."), url="pricing:lists", right=permissions.MANAGE, order=50, stand=_prices)

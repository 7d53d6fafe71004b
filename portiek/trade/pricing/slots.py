"""Where prices show up on the pages of others, and their own places in the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots, steps
from portiek.core.actor import Actor
from portiek.core.events import event
from portiek.foundation.audit.words import change_words, fact_words
from portiek.foundation.parties.models import Party
from portiek.trade.pricing import actions, facts, permissions, queries, shown
from portiek.trade.pricing import imports as imports
from portiek.trade.pricing.models import Tiers
from portiek.trade.pricing.views.prices import party_prices


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
nav.place("customer-groups", _("Customer groups"), icon="users", url="pricing:groups", right=permissions.VIEW, audience="staff", group="agreements", order=42)
nav.place("surcharges", _("Surcharges"), icon="badge-percent", url="pricing:surcharges", right=permissions.VIEW, audience="staff", group="agreements", order=43)
nav.place("price-floors", _("Minimum prices"), icon="arrow-down-to-line", url="pricing:floors", right=permissions.MANAGE, audience="staff", group="agreements", order=44)
nav.place("free-goods", _("Free goods"), icon="gift", url="pricing:free", right=permissions.VIEW, audience="staff", group="agreements", order=45)
nav.place(
    "price-explain", _("Price check"), icon="search-check", url="pricing:explain", right=permissions.EXPLAIN, audience="staff", group="agreements", order=41
)

slots.fill("catalog.price", key="pricing", right=permissions.VIEW, render=shown.catalogue_prices)
slots.fill("catalog.list.above", key="pricing", right=permissions.EXPLAIN, order=10, render=shown.chooser)
slots.fill("catalog.list.above", key="price-file", right=permissions.VIEW, order=20, render=shown.own_price_list)
slots.fill("parties.detail.tabs", key="prices", label=_("Prices"), right=permissions.VIEW, order=40, render=party_prices)
slots.fill("parties.create.fields", key="pricing", order=20, right=permissions.MANAGE, render=FirstPriceList)

fact_words("pricing.price_list.applied", _("Price list {text} came from the ERP: {created} new, {changed} changed, {removed} gone"), icon="tags")
fact_words("pricing.price_list.made", _("{user} made price list {text}"), icon="tags", tone="ok")
fact_words("pricing.price_list.changed", _("{user} changed price list {text}: {created} new, {changed} changed"), icon="tags")
fact_words("pricing.price_list.assigned", _("{user} assigned price list {text}"), icon="tags")
fact_words("pricing.price_list.withdrawn", _("{user} withdrew price list {text}"), icon="tags")
fact_words("pricing.agreement.made", _("{user} made agreement {text}"), icon="handshake", tone="ok")
fact_words("pricing.agreement.changed", _("{user} changed agreement {text}"), icon="handshake")
fact_words("pricing.group.made", _("{user} made customer group {text}"), icon="users", tone="ok")
fact_words("pricing.group.changed", _("{user} changed customer group {text}"), icon="users")
fact_words("pricing.group.joined", _("{user} put this customer in group {text}"), icon="users", tone="ok")
fact_words("pricing.group.left", _("{user} took this customer out of group {text}"), icon="users")
fact_words("pricing.surcharge.changed", _("{user} changed surcharge {text}"), icon="badge-percent")
fact_words("pricing.floor.changed", _("{user} changed the minimum price of {text}"), icon="badge-percent")
fact_words("pricing.free_goods.changed", _("{user} changed the free goods {text}"), icon="gift")
fact_words("pricing.cost.set", _("{user} set the cost price of {text}"), icon="badge-percent")
fact_words("pricing.file.asked", _("{user} had a price list made ({text})"), icon="download")
fact_words("pricing.file.ready", _("A price list is ready: {text}, {rows} products"), icon="file-text")
fact_words("pricing.feed.opened", _("{user} opened a feed of products, prices and stock"), icon="refresh-cw")
fact_words("pricing.feed.closed", _("A feed of products, prices and stock ended"), icon="x")
fact_words("pricing.file.downloaded", _("{user} downloaded a price list ({text})"), icon="download")
fact_words("pricing.rate.set", _("{user} changed the exchange rate of {text}"), icon="coins")
fact_words("pricing.discount.set", _("{user} set a discount on {text}"), icon="badge-percent")

for _name, _label in (("price_list", _("Price list")), ("agreement", _("Agreement")), ("fallback", _("Falls back on")), ("valid_from", _("From")), ("valid_until", _("Until and including")), ("cost", _("Cost price")), ("agreements_below", _("Agreements may go below it")), ("buy", _("With each full quantity of")), ("give", _("Free of charge")), ("exchange_rate", _("Exchange rate"))):
    change_words(_name, _label)
change_words("tiers", _("Tiers"), dict(Tiers.choices))

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
    facts.GroupChanged,
    facts.GroupJoined,
    facts.GroupLeft,
    facts.SurchargeChanged,
    right=permissions.VIEW,
    text="name",
    everyone=True,
)

def _prices(actor: Actor) -> steps.Stand:
    first = list(queries.price_lists(actor).values_list("name", flat=True)[:3])
    return steps.Stand(bool(first), ", ".join(first))


steps.step("prices", _("Price lists"), _("They come from the ERP; without one, nobody sees a price."), url="pricing:lists", right=permissions.MANAGE, order=50, stand=_prices)

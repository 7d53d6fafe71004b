"""The places of the catalogue: its own in the menu, and those that higher modules fill on its pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots, steps
from portiek.core.actor import Actor
from portiek.core.events import event
from portiek.core.refs import ref
from portiek.foundation.audit.shown import history_panel
from portiek.foundation.audit.words import change_words, fact_words
from portiek.foundation.fields.shown import panel
from portiek.trade.catalog import facts, permissions, queries
from portiek.trade.catalog import family_imports as family_imports
from portiek.trade.catalog import imports as imports
from portiek.trade.catalog import number_imports as number_imports
from portiek.trade.catalog.fields import PRODUCT

slots.declare(
    "catalog.price",
    "Prices: render(request, wanted=[(Product, quantity)]) returns {product id: object with price, net, was, why, tiers, note, tiers_note, unheard}; why is HTML, net a number or None, unheard since when nothing was heard of it where that is too long (else None), the rest texts.",
)
slots.declare("catalog.list.above", "Above the list of products: render(request) returns HTML.")
slots.declare("catalog.list.side", "Beside the list of products, such as the cart: render(request) returns HTML.")
slots.declare("catalog.detail.side", "Beside one product: render(request, product=Product) returns HTML.")
slots.declare("catalog.detail.below", "Below what one product is: render(request, product=Product) returns HTML.")

nav.place("catalog", _("Catalogue"), icon="layers", url="catalog:list", right=permissions.VIEW, audience="staff", order=30)
nav.place(
    "catalog-order",
    _("Order products"),
    icon="shopping-cart",
    url="catalog:list",
    right=permissions.VIEW,
    audience="party",
    order=20,
    kinds=("customer", "dealer", "person"),
)
nav.belongs("catalog:waiting", "catalog-order")
nav.belongs("catalog:saved", "catalog-order")
nav.place("assortments", _("Assortments"), icon="boxes", url="catalog:assortments", right=permissions.MANAGE, audience="staff", group="setup", order=60)
nav.place("fruitless", _("Searches without a result"), icon="search", url="catalog:fruitless", right=permissions.MANAGE, audience="staff", group="setup", order=61)
nav.place("freshness", _("Age of figures"), icon="clock-alert", url="catalog:freshness", right=permissions.MANAGE, audience="staff", group="setup", order=65)
nav.place("attributes", _("Attributes"), icon="ruler", url="catalog:attributes", right=permissions.MANAGE, audience="staff", group="setup", order=63)
nav.place("families", _("Families"), icon="shapes", url="catalog:families", right=permissions.MANAGE, audience="staff", group="setup", order=64)
nav.place("synonyms", _("Words of one meaning"), icon="languages", url="catalog:synonyms", right=permissions.MANAGE, audience="staff", group="setup", order=62)


def _party_tab(request: Any, *, party: Any) -> Any:
    from portiek.trade.catalog.views import party_assortments

    return party_assortments(request, party)


slots.fill("parties.detail.tabs", key="assortment", label=_("Assortment"), right=permissions.MANAGE, order=60, render=_party_tab)

def _own_fields(request: Any, *, product: Any) -> Any:
    return panel(request, PRODUCT, product, product.sku)


def _history(request: Any, *, product: Any) -> Any:
    return history_panel(request, ref("catalog.product", product.pk))


slots.fill("catalog.detail.side", key="history", right=permissions.VIEW, order=90, render=_history)
slots.fill("catalog.detail.side", key="fields", right=permissions.VIEW, order=40, render=_own_fields)

change_words("freshness", _("Hours after which stock is old"))
change_words("price_freshness", _("Hours after which prices are old"))
change_words("warehouse", _("Warehouse"))
change_words("units", _("Other units"))
change_words("members", _("Variants"))
change_words("axes", _("Differs in"))
change_words("picture", _("Picture"), {"staff": _("brought in by hand"), "documents": _("of a catalogue"), "erp": _("of the administration")})
change_words("max_quantity", _("At most in one order"))
change_words("own_lead_days", _("Lead time in working days"))
fact_words("catalog.product.applied", _("Products came from the ERP: {created} new, {changed} changed"), icon="layers")
fact_words("catalog.category.applied", _("Categories came from the ERP: {created} new, {changed} changed"), icon="layers")
fact_words("catalog.stock.applied", _("Stock came from the ERP: {created} new, {changed} changed"), icon="boxes")
fact_words("catalog.product.described", _("{user} changed the text of {text}"), icon="pencil")
fact_words("catalog.assortment.changed", _("{user} changed the assortment {text}"), icon="boxes")
fact_words("catalog.assortment.given", _("{user} chose what a party sees: {text}"), icon="boxes")
fact_words("catalog.attribute.changed", _("{user} changed the attribute {text}"), icon="ruler")
fact_words("catalog.etim.named", _("{user} brought in what {names} codes of ETIM are called"), icon="ruler")
fact_words("catalog.relations.applied", _("What {products} products lead to came from the ERP"), icon="arrow-right-left")
fact_words("catalog.attributes.applied", _("Attributes of {products} products came from the ERP"), icon="ruler")
fact_words("catalog.synonyms.changed", _("{user} changed which words mean the same: {text}"), icon="languages")
fact_words("catalog.family.changed", _("{user} changed the family {text}"), icon="shapes")
fact_words("catalog.picture.changed", _("{user} changed the picture of {text}"), icon="image")
fact_words("catalog.units.set", _("{user} changed the units of {text}"), icon="boxes")
fact_words("catalog.supply.chosen", _("{user} chose the warehouse from which a party is supplied: {text}"), icon="boxes")
fact_words("catalog.freshness.changed", _("{user} changed after how many hours figures of the administration count as old"), icon="clock-alert")
fact_words("catalog.number.set", _("{user} gave {text} an own number"), icon="tag")

event("product.changed", _("Products came or changed"), facts.ProductsApplied, right=permissions.VIEW, text="name", path="/products", everyone=True)
event("stock.changed", _("Stock changed"), facts.StockApplied, right=permissions.VIEW, text="name", path="/products", everyone=True)
event("assortment.changed", _("Products came into an assortment or left it"), facts.AssortmentChanged, facts.AssortmentGiven, right=permissions.VIEW, text="name", path="/products", everyone=True)

def _products(actor: Actor) -> steps.Stand:
    shown = [f"{found.name} ({number})" for found, number in queries.counted_assortments(actor)[:3] if number]
    return steps.Stand(bool(shown), ", ".join(shown))


steps.step("products", _("Products and assortments"), _("What customers see: products come from the ERP, an assortment says who sees which."), url="catalog:assortments",
           right=permissions.MANAGE, order=40, stand=_products)

"""The places of the catalogue: its own in the menu, and those that higher modules fill on its pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots, steps
from portiek.core.actor import Actor
from portiek.core.events import event
from portiek.core.refs import ref
from portiek.foundation.audit.shown import history_panel
from portiek.foundation.audit.words import fact_words
from portiek.foundation.fields.shown import panel
from portiek.trade.catalog import facts, permissions, queries
from portiek.trade.catalog import imports as imports
from portiek.trade.catalog.fields import PRODUCT

slots.declare(
    "catalog.price",
    "Prices: render(request, wanted=[(Product, quantity)]) returns {product id: object with price, was, why, tiers, note}; why is HTML, the rest texts.",
)
slots.declare("catalog.list.above", "Above the list of products: render(request) returns HTML.")
slots.declare("catalog.list.side", "Beside the list of products, such as the cart: render(request) returns HTML.")
slots.declare("catalog.detail.side", "Beside one product: render(request, product=Product) returns HTML.")

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
nav.place("assortments", _("Assortments"), icon="boxes", url="catalog:assortments", right=permissions.MANAGE, audience="staff", group="setup", order=60)
nav.place("fruitless", _("Searches without a result"), icon="search", url="catalog:fruitless", right=permissions.MANAGE, audience="staff", group="setup", order=61)


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

fact_words("catalog.product.applied", _("Products came from the ERP: {created} new, {changed} changed"), icon="layers")
fact_words("catalog.category.applied", _("Categories came from the ERP: {created} new, {changed} changed"), icon="layers")
fact_words("catalog.stock.applied", _("Stock came from the ERP: {created} new, {changed} changed"), icon="boxes")
fact_words("catalog.product.described", _("{user} changed the text of {text}"), icon="pencil")
fact_words("catalog.assortment.changed", _("{user} changed the assortment {text}"), icon="boxes")
fact_words("catalog.assortment.given", _("{user} chose what a party sees: {text}"), icon="boxes")
fact_words("catalog.number.set", _("{user} gave {text} an own number"), icon="tag")

event("product.changed", _("Products came or changed"), facts.ProductsApplied, right=permissions.VIEW, text="name", path="/products", everyone=True)
event("stock.changed", _("Stock changed"), facts.StockApplied, right=permissions.VIEW, text="name", path="/products", everyone=True)
event("assortment.changed", _("Products came into an assortment or left it"), facts.AssortmentChanged, facts.AssortmentGiven, right=permissions.VIEW, text="name", path="/products", everyone=True)

def _products(actor: Actor) -> steps.Stand:
    shown = [f"{found.name} ({number})" for found, number in queries.counted_assortments(actor)[:3] if number]
    return steps.Stand(bool(shown), ", ".join(shown))


steps.step("products", _("Products and assortments"), _("What customers see: products come from the ERP, an assortment says who sees which."), url="catalog:assortments",
           right=permissions.MANAGE, order=40, stand=_products)

"""What search finds in the modules of trade and in the menu, and the places of the home pages."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, search
from portiek.core.actor import Actor
from portiek.edges.pages import panels

nav.place("home", _("Overview"), icon="layout-dashboard", url="pages:home", right=None, order=0, audience="party")
nav.place("work", _("Work list"), icon="inbox", url="pages:home", right=None, order=0, audience="staff")


def _pages(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """Find places of the menu by their name; no statement."""
    hits = []
    for place in nav.places(actor, "" if actor.is_staff else "customer"):
        if text.casefold() in str(place.label).casefold():
            try:
                hits.append(search.Hit(str(place.label), "", place.icon, reverse(place.url)))
            except NoReverseMatch:
                continue
    return hits[:limit]


search.finder("products", _("Products"), right="catalog.view", order=20, find=panels.find_products)
search.finder("orders", _("Orders"), right="order.view", order=30, find=panels.find_orders)
search.finder("invoices", _("Invoices"), right="invoice.view", order=40, find=panels.find_invoices)
search.finder("pages", _("Pages"), right=None, order=90, find=_pages)

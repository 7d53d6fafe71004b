"""What search finds in the modules of trade and in the menu, and the places of the home pages."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, search, steps
from portiek.core.actor import Actor
from portiek.edges.pages import panels
from portiek.foundation.audit.words import fact_group, fact_words
from portiek.foundation.parties import permissions
from portiek.foundation.parties import queries as parties

nav.place("home", _("Overview"), icon="layout-dashboard", url="pages:home", right=None, order=0, audience="party")
nav.place("work", _("Work list"), icon="inbox", url="pages:home", right=None, order=0, audience="staff")
nav.place("setup", _("Set up the portal"), icon="settings", url="pages:setup", right=permissions.PORTAL_MANAGE, audience="staff", group="setup", order=900)
nav.place("news", _("News"), icon="message-square", url="pages:all-news", right=permissions.PORTAL_MANAGE, audience="staff", group="setup", order=905)


def _look(actor: Actor) -> steps.Stand:
    portal = parties.portal(actor)
    return steps.Stand(bool(portal.email), " · ".join(part for part in (portal.name, portal.email, portal.phone) if part))


steps.step("look", _("Look and contact"), _("Name, colour, logo, and where answers go."), url="pages:branding", right=permissions.PORTAL_MANAGE, order=10, stand=_look)


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
fact_group("pages", _("News"))
fact_words("pages.news.made", _("{user} wrote the news {text}"), icon="message-square")
fact_words("pages.news.changed", _("{user} changed the news {text}"), icon="message-square")
fact_words("pages.news.ended", _("{user} took the news {text} off the home page"), icon="archive")

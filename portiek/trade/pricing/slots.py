"""Where prices show up on the pages of others, and their own places in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.trade.pricing import permissions, shown

nav.place("prices-mine", _("Prices and discounts"), icon="tags", url="pricing:mine", right=permissions.VIEW, audience="party", group="agreements", order=40, kinds=("customer", "dealer", "person"))
nav.place("price-lists", _("Price lists"), icon="tags", url="pricing:lists", right=permissions.VIEW, audience="staff", group="agreements", order=40)
nav.place("price-explain", _("Price check"), icon="search-check", url="pricing:explain", right=permissions.EXPLAIN, audience="staff", group="agreements", order=41)

slots.fill("catalog.price", key="pricing", right=permissions.VIEW, render=shown.catalogue_prices)
slots.fill("catalog.list.above", key="pricing", right=permissions.EXPLAIN, order=10, render=shown.chooser)
slots.fill("parties.detail.tabs", key="prices", label=_("Prices"), right=permissions.VIEW, order=40, render=shown.party_tab)

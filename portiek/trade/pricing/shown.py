"""What prices put on the pages of other modules: own prices in the catalogue, a customer's price for staff, the tab of a party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils import timezone
from markupsafe import Markup

from portiek.core.pages import Request
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import forms, permissions, queries, rules, words
from portiek.ui import direct, format


def lens(request: Request) -> tuple[Party | None, date]:
    """Return for whom and on which day staff look: named in the address, for who may explain prices. Raises NotFound for an unknown party."""
    today = timezone.localdate()
    if not request.actor.is_staff or not request.actor.may(permissions.EXPLAIN):
        return None, today
    form = forms.Lens({"party": request.GET.get("party", ""), "day": request.GET.get("day", "")})
    if not form.is_valid():
        return None, today
    number = form.cleaned_data["party"]
    return parties.party(request.actor, number) if number else None, form.cleaned_data["day"] or today


def catalogue_prices(request: Any, *, wanted: Sequence[tuple[Product, Decimal]]) -> dict[int, words.Shown]:
    """Return the prices of products as the catalogue shows them."""
    party, day = lens(request)
    known = {item.pk: item for item, _quantity in wanted}
    found = queries.prices(request.actor, [queries.Wanted(item.pk, quantity) for item, quantity in wanted], day=day, party_id=party.pk if party else None, known=known)
    made, late = {}, queries.unheard(request.actor, found)
    for item, quantity in wanted:
        price = found.get((item.pk, quantity))
        if price is not None:
            made[item.pk] = replace(shown(request, price, item), unheard=late.get((item.pk, quantity)))
    return made


def shown(request: Any, price: queries.Price, product: Product) -> words.Shown:
    """Return one price in words."""
    policy, with_tax, tiered = request.portal.policy, request.member.with_tax, price
    if with_tax:
        price = rules.including(price, lambda amount: policy.with_tax(amount, product.tax_rate))
    steps, total = words.explained(price, own=not request.actor.is_staff)
    cheaper = price.net is not None and price.list_price is not None and price.net < price.list_price

    def totals() -> list[Decimal | None]:
        """Return what each quantity of the tiers costs together."""
        found = [None if tier.net is None else policy.line(tier.quantity, tier.net) for tier in tiered.table]
        return [policy.with_tax(amount, product.tax_rate) if with_tax and amount is not None else amount for amount in found]

    return words.Shown(
        price=format.money(price.net, price.currency) if price.net is not None else words.on_request(),
        was=format.money(price.list_price, price.currency) if cheaper else None,
        why=direct.why(steps, total) if len(steps) > 1 else None,
        net=price.net,
        of=price,
        unit=product.unit_label,
        totals=totals,
    )


def own_price_list(request: Any) -> Markup:
    """Return the link with which a customer has what the catalogue shows made as a file, at his own prices."""
    if request.actor.is_staff or request.actor.shops or request.actor.mandate_id:
        return Markup("")
    kept = [(key, value) for key, values in request.GET.lists() if key in ("q", "category", "is", "stock") for value in values if value]
    return Markup(render_to_string("pricing/file_link.html", {"kept": urlencode(kept)}, request=request, using="jinja2"))


def chooser(request: Any) -> Markup:
    """Return the bar with which staff see the catalogue with a customer's prices."""
    party, day = lens(request)
    kept = {key: value for key, value in request.GET.items() if key in ("q", "category", "all") and value}
    return Markup(render_to_string("pricing/chooser.html", {"party": party, "day": day, "kept": kept, "typed": request.GET.get("party", "")}, request=request, using="jinja2"))

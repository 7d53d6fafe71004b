"""What prices put on the pages of other modules: own prices in the catalogue, a customer's price for staff, the tab of a party."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.template import engines
from django.template.loader import render_to_string
from django.utils import timezone
from markupsafe import Markup

from portiek.core.pages import Request
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import forms, permissions, queries, rules, words
from portiek.ui import format


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
    made = {}
    for item, quantity in wanted:
        price = found.get((item.pk, quantity))
        if price is not None:
            made[item.pk] = shown(request, price, item)
    return made


def shown(request: Any, price: queries.Price, product: Product) -> words.Shown:
    """Return one price in words."""
    ui = engines["jinja2"].env.globals["ui"]  # type: ignore[attr-defined]
    policy = request.portal.policy
    totals = [None if net is None else policy.line(quantity, net) for quantity, net in price.tiers]
    if request.member.with_tax:
        price = rules.including(price, lambda amount: policy.with_tax(amount, product.tax_rate))
        totals = [None if total is None else policy.with_tax(total, product.tax_rate) for total in totals]
    steps, total = words.explained(price, own=not request.actor.is_staff)
    cheaper = price.net is not None and price.list_price is not None and price.net < price.list_price
    return words.Shown(
        price=format.money(price.net, price.currency) if price.net is not None else words.on_request(),
        was=format.money(price.list_price, price.currency) if cheaper else None,
        why=ui.why(steps, total) if len(steps) > 1 else None,
        tiers=words.tiers(price, product.unit_label, totals),
        note=words.upcoming(price),
    )


def chooser(request: Any) -> Markup:
    """Return the bar with which staff see the catalogue with a customer's prices."""
    party, day = lens(request)
    kept = {key: value for key, value in request.GET.items() if key in ("q", "category", "all") and value}
    return Markup(render_to_string("pricing/chooser.html", {"party": party, "day": day, "kept": kept, "typed": request.GET.get("party", "")}, request=request, using="jinja2"))

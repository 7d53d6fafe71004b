"""Pages of the catalogue: the same for parties and staff, each with what is theirs to see."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.fields import queries as fields
from portiek.foundation.fields.wording import narrowings
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import actions, forms, permissions, queries
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.fruitless import found_nothing
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.words import stock_status


def _cart_url(request: Request) -> str:
    """Return where products are put in the cart; the module that has carts names it."""
    try:
        return reverse("orders:cart_add") if request.actor.may("cart.edit") and not request.actor.is_staff else ""
    except NoReverseMatch:
        return ""


def _prices(request: Request, products: list[Product]) -> dict[int, Any]:
    wanted = [(item, item.min_quantity) for item in products]
    found: dict[int, Any] = {}
    for _filling, values in slots.rendered("catalog.price", request, wanted=wanted) if wanted else ():
        found |= values
    return found


def _kept(request: Request, **changes: str | None) -> str:
    """Return the query of this page with some values changed; paging starts anew."""
    kept = {key: value for key, value in request.GET.items() if key not in ("after", "before")} | changes
    return "?" + urlencode({key: value for key, value in kept.items() if value})


@page(permissions.VIEW)
def list_products(request: Request) -> HttpResponse:
    """List the products of one's assortment, to search, to narrow and to order from."""
    actor, search = request.actor, request.GET.get("q", "").strip()[:100]
    chosen = queries.category(actor, request.GET["category"]) if request.GET.get("category") else None
    inactive = actor.is_staff and request.GET.get("all") == "1"
    narrowed = fields.narrowing(actor, PRODUCT, request.GET.get("own", "")[:200])
    found = queries.page(actor, search=search, category=chosen, after=request.GET.get("after"), before=request.GET.get("before"), inactive=inactive, among=narrowed.among)
    if search and not found.rows and not (chosen or narrowed.chosen or request.GET.get("after") or request.GET.get("before")):
        found_nothing(request, search)
    stock = queries.stock(actor, [item.pk for item in found.rows])
    facets = queries.facets(actor, search=search, inactive=inactive)
    names = {item.pk: item for item in queries.categories(actor)}
    chips = [(_("All"), _kept(request, category=None), chosen is None, None if facets.capped else facets.total)]
    chips += [
        (item.label, _kept(request, category=item.code), item == chosen, None if facets.capped else facets.counts[item.pk])
        for item in names.values()
        if facets.counts.get(item.pk)
    ]
    return render(
        request,
        "catalog/list.html",
        {
            "products": found.rows,
            "stock": {item.pk: stock_status(item, stock.get(item.pk, [])) for item in found.rows},
            "prices": _prices(request, found.rows),
            "chips": chips,
            "search": search,
            "category": chosen,
            "inactive": inactive,
            "facets": facets,
            "narrowed": narrowed,
            "narrowings": narrowings(narrowed),
            "cart_url": _cart_url(request),
            "as_of": queries.freshness(actor),
            "sides": slots.rendered("catalog.list.side", request),
            "above": slots.rendered("catalog.list.above", request),
            "previous": _kept(request, before=found.previous) if found.previous else None,
            "next": _kept(request, after=found.next) if found.next else None,
            "switch": _kept(request, all=None if inactive else "1") if actor.is_staff else "",
        },
    )


@page(permissions.VIEW)
def detail(request: Request, sku: str) -> HttpResponse:
    """Show one product: price, tiers, stock, what it is, and one's own number."""
    return _detail(request, queries.product(request.actor, sku))


def _detail(
    request: Request, product: Product, *, number: forms.OwnNumber | None = None, text: forms.Describe | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    rows = queries.stock(actor, [product.pk]).get(product.pk, [])
    own = queries.own_numbers(actor, [product.pk]).get(product.pk, "")
    pairs = [
        (_("Article number"), product.sku),
        *([(_("EAN"), product.ean)] if product.ean else []),
        (_("Sold per"), product.unit_label),
        *([(_("Smallest order"), _amount(product.min_quantity, product))] if product.min_quantity != 1 else []),
        *([(_("In steps of"), _amount(product.step_quantity, product))] if product.step_quantity != 1 else []),
        *((name, value) for name, value in product.specs),
    ]
    return render(
        request,
        "catalog/detail.html",
        {
            "product": product,
            "price": _prices(request, [product]).get(product.pk),
            "standing": stock_status(product, rows),
            "rows": rows,
            "pairs": pairs,
            "own": own,
            "number_form": number or forms.OwnNumber(initial={"number": own}),
            "may_number": actor.may(permissions.OWN_NUMBER) and not actor.is_staff,
            "text_form": text or forms.Describe(initial={"summary": product.summary, "specs": "\n".join(f"{name}: {value}" for name, value in product.specs)}),
            "may_describe": actor.may(permissions.MANAGE),
            "cart_url": _cart_url(request),
            "as_of": max((row.as_of for row in rows if row.as_of), default=product.as_of),
            "sides": slots.rendered("catalog.detail.side", request, product=product),
        },
        status=status,
    )


def _amount(quantity: Decimal, product: Product) -> str:
    from portiek.ui.format import quantity as written

    return written(quantity, product.unit_label)


@page(permissions.OWN_NUMBER, "POST", audience="party")
def own_number(request: Request, sku: str) -> HttpResponse:
    """Keep or forget one's own number of a product."""
    product, form = queries.product(request.actor, sku), forms.OwnNumber(request.POST)
    if form.is_valid():
        try:
            if form.cleaned_data["number"].strip():
                actions.set_own_number(request.actor, product=product, number=form.cleaned_data["number"])
                messages.success(request, _("You now also find this product by %(number)s.") % {"number": form.cleaned_data["number"]})
            else:
                actions.clear_own_number(request.actor, product=product)
                messages.success(request, _("Your own number was taken away."))
            return HttpResponseRedirect(reverse("catalog:detail", args=[product.sku]))
        except Refused as refused:
            form.add_error("number", wording(refused))
    return _detail(request, product, number=form, status=422)


@page(permissions.MANAGE, "POST", audience="staff")
def describe(request: Request, sku: str) -> HttpResponse:
    """Change what the portal adds to a product."""
    product, form = queries.product(request.actor, sku), forms.Describe(request.POST)
    if form.is_valid():
        actions.describe_product(request.actor, product=product, **form.cleaned_data)
        messages.success(request, _("The text was saved. No synchronisation changes it."))
        return HttpResponseRedirect(reverse("catalog:detail", args=[product.sku]))
    return _detail(request, product, text=form, status=422)


# Over how many days: the words of each.
PERIODS = {"30": gettext_lazy("30 days"), "90": gettext_lazy("90 days"), "365": gettext_lazy("a year")}


@page(permissions.MANAGE, audience="staff")
def fruitless(request: Request) -> HttpResponse:
    """List what customers searched for and did not find, most often first."""
    days = request.GET.get("days") if request.GET.get("days") in PERIODS else "30"
    chips = [(text, f"?days={key}", key == days, None) for key, text in PERIODS.items()]
    found = queries.fruitless_searches(request.actor, since=timezone.localdate() - timedelta(days=int(days or 30)))
    return render(request, "catalog/fruitless.html", {"searches": found, "chips": chips})


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def assortments(request: Request) -> HttpResponse:
    """List the assortments, and make one."""
    form = forms.NewAssortment(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_assortment(request.actor, **form.cleaned_data)
            return HttpResponseRedirect(reverse("catalog:assortment", args=[made.code]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(
        request, "catalog/assortments.html", {"assortments": list(queries.counted_assortments(request.actor)), "form": form, "list_ways": slots.rendered("list.ways", request, what="assortment-products", party=None)}, status=422 if form.errors else 200
    )


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def assortment(request: Request, code: str) -> HttpResponse:
    """Show one assortment; put products in or take them out by number."""
    found, form = queries.assortment(request.actor, code), forms.Items(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ids = queries.ids_of(request.actor, form.cleaned_data["codes"])
            if request.POST.get("do") == "remove":
                number = actions.remove_products(request.actor, assortment=found, product_ids=ids)
                messages.success(request, _("%(number)s products were taken out.") % {"number": number})
            else:
                number = actions.add_products(request.actor, assortment=found, product_ids=ids)
                messages.success(request, _("%(number)s products were added.") % {"number": number})
            return HttpResponseRedirect(reverse("catalog:assortment", args=[found.code]))
        except Refused as refused:
            form.add_error("codes", wording(refused))
    listed = queries.assortment_products(request.actor, found, after=request.GET.get("after"), before=request.GET.get("before"))
    return render(
        request,
        "catalog/assortment.html",
        {
            "assortment": found,
            "form": form,
            "products": listed.rows,
            "next": _kept(request, after=listed.next) if listed.next else None,
            "previous": _kept(request, before=listed.previous) if listed.previous else None,
        },
        status=422 if form.errors else 200,
    )


def _given_form(request: Request, party: Party, data: Any = None) -> forms.Given:
    choices = [(item.code, item.name) for item in queries.assortments(request.actor).order_by("name")]
    return forms.Given(data, choices=choices, initial={"assortments": [item.code for item in queries.assortments(request.actor, party_id=party.pk)]})


def party_assortments(request: Request, party: Party) -> Markup:
    """Return the tab on a party's page: what it sees, to be changed there."""
    html = render_to_string("catalog/given.html", {"form": _given_form(request, party), "party": party}, request=request, using="jinja2")
    return Markup(html)  # noqa: S704 (our own template, which escapes)


@page(permissions.MANAGE, "POST", audience="staff")
def give(request: Request, number: str) -> HttpResponse:
    """Let a party see exactly the chosen assortments."""
    party = parties.party(request.actor, number)
    form = _given_form(request, party, request.POST)
    if form.is_valid():
        chosen = [item for item in queries.assortments(request.actor) if item.code in form.cleaned_data["assortments"]]
        actions.give_assortments(request.actor, party=party, assortments=chosen)
        messages.success(request, _("%(name)s sees the chosen assortments from now on.") % {"name": party.name})
    return HttpResponseRedirect(reverse("parties:tab", args=[number, "assortment"]))

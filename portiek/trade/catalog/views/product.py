"""Pages of the catalogue: the same for parties and staff, each with what is theirs to see."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from markupsafe import Markup

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.fields import queries as fields
from portiek.foundation.fields.wording import narrowings
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import actions, forms, permissions, queries, rules
from portiek.trade.catalog.availability import availability, supplied_from
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.fruitless import found_nothing
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.packs import units_of
from portiek.trade.catalog.versions import lowest, shown_versions
from portiek.trade.catalog.waiting import watches, watches_for
from portiek.trade.catalog.words import is_worded, said, stock_status, typed, value_in_words
from portiek.ui import format


def _cart_url(request: Request) -> str:
    """Return where products are put in the cart; the module that has carts names it."""
    try:
        return reverse("orders:cart_add") if request.actor.may("cart.edit") and not request.actor.is_staff else ""
    except NoReverseMatch:
        return ""


def _several_url(request: Request) -> str:
    """Return where several products are put in the cart at once."""
    return reverse("orders:cart_several") if _cart_url(request) else ""


def _prices(request: Request, products: list[Product]) -> dict[int, Any]:
    wanted = [(item, item.min_quantity) for item in products]
    found: dict[int, Any] = {}
    for _filling, values in slots.rendered("catalog.price", request, wanted=wanted) if wanted else ():
        found |= values
    return found


def _unheard(prices: dict[int, Any]) -> datetime | None:
    """Return since when nothing was heard of the prices of a page, of which that is longest; None: of all of them."""
    return min((price.unheard for price in prices.values() if price.unheard), default=None)


def _kept(request: Request, **changes: str | list[str] | None) -> str:
    """Return the query of this page with some values changed; paging starts anew."""
    kept: dict[str, Any] = {key: values for key, values in request.GET.lists() if key not in ("after", "before")} | changes
    return "?" + urlencode({key: value for key, value in kept.items() if value}, doseq=True)


@page(permissions.VIEW)
def list_products(request: Request) -> HttpResponse:
    """List the products of one's assortment, to search, to narrow and to order from."""
    actor, search = request.actor, request.GET.get("q", "").strip()[:100]
    chosen = queries.category(actor, request.GET["category"]) if request.GET.get("category") else None
    inactive = actor.is_staff and request.GET.get("all") == "1"
    narrowed = fields.narrowing(actor, PRODUCT, request.GET.get("own", "")[:200])
    within = queries.narrowed(actor, request.GET.getlist("is"), stocked=request.GET.get("stock") == "1")
    found = queries.page(actor, search=search, category=chosen, after=request.GET.get("after"), before=request.GET.get("before"), inactive=inactive, among=narrowed.among, traits=within.traits, stocked=within.stocked, folded=True)
    typed, advice = search, None
    if search and not found.rows and not (chosen or narrowed.chosen or within or request.GET.get("after") or request.GET.get("before")):
        found_nothing(request, search)
        advice = queries.forgiven(actor, search)
        if advice.instead:
            search = advice.instead[0]
            found = queries.page(actor, search=search, inactive=inactive, folded=True)
    care = accounts.looking_after(actor, actor.party_id) if advice and actor.party_id and not advice.instead else None
    families = {} if narrowed.chosen else queries.folded(actor, found.rows, search=search, category=chosen, inactive=inactive, within=within)
    single = [item for item in found.rows if item.pk not in families]
    there, prices = availability(actor, single), _prices(request, [*single, *(item for folded in families.values() for item in folded.cheapest)])
    facets = queries.facets(actor, search=search, inactive=inactive, traits=within.traits, stocked=within.stocked)
    names = {item.pk: item for item in queries.categories(actor)}
    meant = {"q": search} if advice else {}
    chips = [(_("All"), _kept(request, category=None, **meant), chosen is None, None if facets.capped else facets.total)]
    chips += [
        (item.label, _kept(request, category=item.code, **meant), item == chosen, None if facets.capped else facets.counts[item.pk])
        for item in names.values()
        if facets.counts.get(item.pk)
    ]
    return render(
        request,
        "catalog/list.html",
        {
            "products": found.rows,
            "stock": {item.pk: stock_status(item, there[item.pk]) for item in single},
            "prices": prices,
            "families": families,
            "pictures": queries.pictures_of_families(actor, [folded.family.pk for folded in families.values()]) if families else {},
            "lowest": {key: lowest(folded.cheapest, prices) for key, folded in families.items()},
            "chips": chips,
            "search": search,
            "typed": typed,
            "advice": advice,
            "care": care,
            "category": chosen,
            "inactive": inactive,
            "facets": facets,
            "within": within,
            "offers": _offers(request, search, chosen, inactive, within),
            "keep": reverse("catalog:saved") + _kept(request, **meant) if actor.party_id and actor.user_id and (search or chosen or within) else "",
            "stocked": _kept(request, stock=None if within.stocked else "1", **meant),
            "loosened": _kept(request, stock=None, **{"is": None}),
            "narrowed": narrowed,
            "narrowings": narrowings(narrowed),
            "cart_url": _cart_url(request),
            "as_of": (last := next((queries.Heard(item.as_of, item.old) for item in there.values() if item.as_of), None) or queries.heard(actor)).as_of,
            "old": last.old,
            "prices_of": _unheard(prices),
            "sides": slots.rendered("catalog.list.side", request),
            "above": slots.rendered("catalog.list.above", request),
            "previous": _kept(request, before=found.previous) if found.previous else None,
            "next": _kept(request, after=found.next, **meant) if found.next else None,
            "switch": _kept(request, all=None if inactive else "1") if actor.is_staff else "",
        },
    )


def _offers(request: Request, search: str, category: Any, inactive: bool, within: queries.Narrowed) -> list[tuple[str, list[tuple[str, str, bool, int]]]]:
    """Return what the list can be narrowed by: label and values, as chips. Asked of a search or a category alone: a whole assortment has too much."""
    if not (search or category or within.chosen):
        return []
    made = []
    chosen = [f"{attribute.code}~{value}" for attribute, value in within.chosen]
    for facet in queries.offered(request.actor, search=search, category=category, inactive=inactive, within=within):
        values = []
        for value in facet.values:
            text = f"{facet.attribute.code}~{value.value}"
            values.append((value_in_words(facet.attribute, value.value), _kept(request, q=search or None, **{"is": [item for item in chosen if item != text] if value.is_chosen else [*chosen, text]}), value.is_chosen, value.products))
        made.append((facet.attribute.label, values))
    return made


@page(permissions.VIEW)
def detail(request: Request, sku: str) -> HttpResponse:
    """Show one product: price, tiers, stock, what it is, and one's own number."""
    return _detail(request, queries.product(request.actor, sku))


def _detail(
    request: Request, product: Product, *, number: forms.OwnNumber | None = None, text: forms.Describe | None = None, related: forms.Related | None = None, units: forms.Units | None = None, picture: forms.Picture | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    there = availability(actor, [product])[product.pk]
    own = queries.own_numbers(actor, [product.pk]).get(product.pk, "")
    packs = units_of(actor, [product.pk]).get(product.pk, [])
    attributes = queries.attributes_of(actor, [product.pk]).get(product.pk, [])
    others = queries.relations(actor, product)
    versions = queries.versions(actor, product)
    pairs = [
        (_("Article number"), product.sku),
        *([(_("EAN"), product.ean)] if product.ean else []),
        (_("Sold per"), product.unit_label),
        *([(_("Smallest order"), _amount(product.min_quantity, product))] if product.min_quantity != 1 else []),
        *([(_("In steps of"), _amount(product.step_quantity, product))] if product.step_quantity != 1 else []),
        *([(_("At most in one order"), _amount(product.max_quantity, product))] if product.max_quantity else []),
        *([(_("Lead time"), ngettext("%(num)s working day when it is not there", "%(num)s working days when it is not there", product.lead) % {"num": product.lead})] if product.lead is not None else []),
        *((unit.name, _pack(unit, product)) for unit in packs),
        *((row.attribute.label, said(row)) for row in attributes if actor.is_staff or is_worded(row)),
    ]
    return render(
        request,
        "catalog/detail.html",
        {
            "product": product,
            "price": (prices := _prices(request, list({item.pk: item for item in [product, *(versions.members if versions else ())]}.values()))).get(product.pk),
            "versions": shown_versions(actor, versions, product, prices) if versions else None,
            "standing": stock_status(product, there),
            "there": there,
            "waits": (waits := not actor.is_staff and watches_for(actor, product)),
            "may_wait": waits or (not actor.is_staff and product.is_active and there.standing.state not in ("available", "unknown")),
            "pairs": pairs,
            "own": own,
            "number_form": number or forms.OwnNumber(initial={"number": own}),
            "may_number": (may_number := actor.may(permissions.OWN_NUMBER) and not actor.is_staff),
            "number_ways": slots.rendered("list.ways", request, what="own-numbers", party=parties.own_party(actor)) if may_number else [],
            "text_form": text or forms.Describe(initial={"summary": product.summary, "specs": "\n".join(f"{row.attribute.label}: {typed(row)}" for row in attributes if not row.from_erp)}),
            "packs": packs,
            "units_form": units or forms.Units(initial={"units": "\n".join(_unit_line(unit) for unit in packs if not unit.is_erp), "max_quantity": product.max_quantity, "own_lead_days": product.own_lead_days}),
            "picture_form": picture or forms.Picture(),
            "own_picture": actor.may(permissions.MANAGE) and queries.has_own_picture(actor, product),
            "others": others,
            "related_form": related or forms.Related(initial={kind: ", ".join(item.sku for item in found) for kind, found in others.items()}),
            "of_erp": sum(row.from_erp for row in attributes),
            "may_describe": actor.may(permissions.MANAGE),
            "cart_url": _cart_url(request),
            "several_url": _several_url(request) if versions else "",
            "as_of": there.as_of or product.as_of,
            "old": there.old,
            "prices_of": _unheard(prices),
            "sides": slots.rendered("catalog.detail.side", request, product=product),
            "below": slots.rendered("catalog.detail.below", request, product=product),
        },
        status=status,
    )


def _amount(quantity: Decimal, product: Product) -> str:
    return format.quantity(quantity, product.unit_label)


def _pack(unit: ProductUnit, product: Product) -> str:
    """Return what goes in one of a unit: how much of the sales unit, its own EAN and what it weighs."""
    return ", ".join([_amount(unit.factor, product), *([f"EAN {unit.ean}"] if unit.ean else []), *([format.quantity(unit.weight, "kg")] if unit.weight else [])])


def _unit_line(unit: ProductUnit) -> str:
    """Write a unit as the form reads it."""
    parts = [unit.code, unit.label, format.decimal_input(unit.factor), unit.ean, unit.label_en, format.decimal_input(unit.weight) if unit.weight else ""]
    return "; ".join(parts).rstrip("; ")


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
        try:
            actions.describe_product(request.actor, product=product, **form.cleaned_data)
            messages.success(request, _("The text was saved. No synchronisation changes it."))
            return HttpResponseRedirect(reverse("catalog:detail", args=[product.sku]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _detail(request, product, text=form, status=422)


@page(permissions.MANAGE, "POST", audience="staff")
def set_units(request: Request, sku: str) -> HttpResponse:
    """Say in which other units a product is ordered, and how much of it at most."""
    product, form = queries.product(request.actor, sku), forms.Units(request.POST)
    if form.is_valid():
        try:
            actions.set_units(request.actor, product=product, **form.cleaned_data)
            messages.success(request, _("The units were saved."))
            return HttpResponseRedirect(reverse("catalog:detail", args=[product.sku]))
        except Refused as refused:
            form.add_error(refused.field or None, wording(refused))
    return _detail(request, product, units=form, status=422)


@page(permissions.MANAGE, "POST", audience="staff")
def relate(request: Request, sku: str) -> HttpResponse:
    """Say which products a product leads to."""
    product, form = queries.product(request.actor, sku), forms.Related(request.POST)
    if form.is_valid():
        try:
            # All of them or none.
            with transaction.atomic():
                for kind, skus in form.numbers().items():
                    actions.relate_products(request.actor, product=product, kind=kind, skus=skus)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("catalog:detail", args=[product.sku]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _detail(request, product, related=form, status=422)


# Over how many days: the words of each.
PERIODS = {"30": gettext_lazy("30 days"), "90": gettext_lazy("90 days"), "365": gettext_lazy("one year")}


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
    html = render_to_string("catalog/given.html", {"form": _given_form(request, party), "supplied": _supplied_form(request, party), "party": party}, request=request, using="jinja2")
    return Markup(html)  # noqa: S704 (our own template, which escapes)


def _supplied_form(request: Request, party: Party, data: Any = None) -> forms.Supplied:
    place = supplied_from(request.actor, party.pk)
    return forms.Supplied(data, choices=[(item.code, str(item)) for item in queries.warehouses(request.actor)], initial={"warehouse": place.code if place else ""})


@page(permissions.MANAGE, "POST", audience="staff")
def choose_supply(request: Request, number: str) -> HttpResponse:
    """Say which stock counts for a party."""
    party = parties.party(request.actor, number)
    form = _supplied_form(request, party, request.POST)
    if form.is_valid():
        place = next((item for item in queries.warehouses(request.actor) if item.code == form.cleaned_data["warehouse"]), None)
        actions.choose_supply(request.actor, party=party, warehouse=place)
        messages.success(request, _("Stock of %(place)s counts for %(name)s from now on.") % {"place": place, "name": party.name} if place else _("Stock of all warehouses counts for %(name)s from now on.") % {"name": party.name})
    return HttpResponseRedirect(reverse("parties:tab", args=[number, "assortment"]))


@page(permissions.VIEW, "POST", audience="party")
def wait(request: Request, sku: str) -> HttpResponse:
    """Let oneself be told when a product is there again, or no longer."""
    product = queries.product(request.actor, sku)
    if request.POST.get("do") == "end":
        actions.unwatch_stock(request.actor, product_id=product.pk)
        messages.success(request, _("You are no longer told about %(name)s.") % {"name": product.label})
        return HttpResponseRedirect(reverse("catalog:waiting" if request.POST.get("from") == "list" else "catalog:detail", args=[] if request.POST.get("from") == "list" else [product.sku]))
    try:
        actions.watch_stock(request.actor, product=product, now=timezone.now())
        messages.success(request, _("You are told once, as soon as %(name)s is in stock again.") % {"name": product.label})
    except Refused as refused:
        messages.warning(request, wording(refused))
    return HttpResponseRedirect(reverse("catalog:detail", args=[product.sku]))


@page(permissions.VIEW, audience="party")
def waiting(request: Request) -> HttpResponse:
    """List what the reader waits for."""
    rows = list(watches(request.actor)[: rules.MOST_WATCHED])
    products = queries.products_by_id(request.actor, [row.product_id for row in rows])
    there = availability(request.actor, products.values())
    shown = [(row, products[row.product_id], stock_status(products[row.product_id], there[row.product_id])) for row in rows if row.product_id in products]
    return render(request, "catalog/waiting.html", {"rows": shown})


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

"""Price lists as files: each person sees those that he asked for in the company he acts for, and what stands in one is what the catalogue and the resolver say to him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing.models import PriceFile
from portiek.trade.pricing.queries.resolving import Wanted, prices
from portiek.trade.pricing.rules import Price, including


@dataclass(frozen=True, slots=True)
class Printed:
    """A product with its price at its smallest order, as its reader reads it: a person including VAT."""

    product: Product
    price: Price


def _own(actor: Actor) -> QuerySet[PriceFile]:
    return PriceFile.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, party_id=actor.party_id or 0).select_related("file")


def price_files(actor: Actor) -> list[PriceFile]:
    """Return the files this person asked for, last first."""
    return list(_own(actor).order_by("-pk")[:20])


def price_file(actor: Actor, key: int) -> PriceFile:
    """Return one file this person asked for. Raises NotFound."""
    found = _own(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def price_file_to_make(actor: Actor, key: int) -> PriceFile | None:
    """Return what is still to be made, for the job."""
    return PriceFile.objects.select_related("party").filter(portal_id=actor.portal_id, pk=key, state=PriceFile.State.ASKED).first() if actor.kind == "system" else None


def price_file_made(actor: Actor, key: int) -> PriceFile | None:
    """Return a file that is ready, whoever asked for it, or None: for the portal itself."""
    return PriceFile.objects.filter(portal_id=actor.portal_id, pk=key, state=PriceFile.State.READY).first() if actor.kind == "system" else None


def printable(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Product]:
    """Return the products that a price list is about: everything, or what the catalogue was narrowed to. Raises NotFound for a category that is no longer there."""
    category = catalog.category(actor, wanted["category"]) if wanted.get("category") else None
    within = catalog.narrowed(actor, wanted.get("is", ()), stocked=bool(wanted.get("stock")))
    return catalog.products(actor, search=wanted.get("q", ""), category=category, traits=within.traits, stocked=within.stocked)


def printable_ids(actor: Actor, wanted: Mapping[str, Any]) -> list[int]:
    """Return the products of a price list in its order: by category, then by name."""
    return list(printable(actor, wanted).order_by("category__position", "category__name", "category_id", "name", "variant", "sku").values_list("pk", flat=True))


def printed(actor: Actor, ids: Sequence[int], *, day: date, with_tax: bool) -> list[Printed]:
    """Return products with their prices, in this order: three statements, whatever the number. What is no longer seen is left out."""
    known = catalog.products_by_id(actor, ids)
    found = prices(actor, [Wanted(item.pk, item.min_quantity) for item in known.values()], day=day, known=known)
    return [Printed(item, _read(found[item.pk, item.min_quantity], item, with_tax=with_tax)) for item in (known[key] for key in ids if key in known)]


def _read(price: Price, product: Product, *, with_tax: bool) -> Price:
    return including(price, lambda amount: product.portal.policy.with_tax(amount, product.tax_rate)) if with_tax else price

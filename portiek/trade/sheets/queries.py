"""Every read of documents of products. Row security decides which versions exist for a party."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.files import queries as files
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.orders.models import Purchase
from portiek.trade.orders.queries import purchases
from portiek.trade.sheets.models import ProductDocument

NEWEST = ("-valid_from", "-id")
_ORDER = list(ProductDocument.Kind.values)
SHOWN = (ProductDocument.State.READY, ProductDocument.State.LINK)


@dataclass
class Shown:
    """One document of a product: the version that counts (none: it was withdrawn), and the ones before it that the reader may still have, newest first."""

    current: ProductDocument | None = None
    earlier: list[ProductDocument] = field(default_factory=list)

    @property
    def any(self) -> ProductDocument:
        """A version that says what document it is."""
        return self.current or self.earlier[0]


def documents_of(actor: Actor, product_ids: Iterable[int]) -> dict[int, list[Shown]]:
    """Return the documents of products with their versions: by kind, in the reader's own language first. One statement."""
    found: dict[int, dict[tuple[str, str, str], Shown]] = defaultdict(dict)
    for row in ProductDocument.objects.filter(portal_id=actor.portal_id, product_id__in=list(product_ids), state__in=SHOWN).order_by("product_id", *NEWEST):
        shown = found[row.product_id].setdefault((row.kind, row.language, row.title), Shown())
        if row.is_current:
            shown.current = row
        else:
            shown.earlier.append(row)
    own = get_language()
    return {key: sorted(made.values(), key=lambda shown: (_ORDER.index(shown.any.kind), shown.any.language not in ("", own), shown.any.language, shown.any.title)) for key, made in found.items()}


def document(actor: Actor, key: str) -> ProductDocument:
    """Return one version by its key. Raises NotFound: unknown, of a product outside the assortment, or from before one bought it."""
    found = ProductDocument.objects.filter(portal_id=actor.portal_id, key=key, state__in=SHOWN).first() if len(key) <= 43 and "\0" not in key else None
    if found is None:
        raise NotFound
    return found


def document_to_change(actor: Actor, product: Product, key: int) -> ProductDocument:
    """Return a version of a product, for staff. Raises NotFound."""
    found = ProductDocument.objects.filter(portal_id=actor.portal_id, product=product, pk=key).first()
    if found is None:
        raise NotFound
    return found


def path(actor: Actor, found: ProductDocument) -> Path:
    """Return where the bytes of a version are. Raises NotFound where it is elsewhere, or gone."""
    if found.state != ProductDocument.State.READY:
        raise NotFound
    return files.content(actor, found.sha256)


def documents(actor: Actor, *, sku: str = "", kind: str = "") -> QuerySet[ProductDocument]:
    """Return the versions that count, of one product or of all that the reader sees."""
    found = ProductDocument.objects.filter(portal_id=actor.portal_id, is_current=True, state__in=SHOWN).select_related("product")
    if sku:
        found = found.filter(product__sku=sku)
    return found.filter(kind=kind) if kind else found


def first_pictures(actor: Actor, product_ids: Iterable[int]) -> dict[int, ProductDocument]:
    """Return the first picture among the documents of products that counts, in the order in which they were named. One statement."""
    found = ProductDocument.objects.filter(portal_id=actor.portal_id, product_id__in=list(product_ids), kind=ProductDocument.Kind.PICTURE, is_current=True, state=ProductDocument.State.READY)
    return {row.product_id: row for row in found.order_by("product_id", "pk").distinct("product_id")}


def unshown(actor: Actor) -> list[int]:
    """Return products with a picture among their documents of which none was taken over yet. For the portal itself."""
    pictured = ProductDocument.objects.filter(portal_id=actor.portal_id, kind=ProductDocument.Kind.PICTURE, is_current=True, state=ProductDocument.State.READY)
    return catalog.unshown(actor, Product.objects.filter(portal_id=actor.portal_id, pk__in=pictured.values("product_id")))


def bought_sheets(actor: Actor) -> QuerySet[ProductDocument]:
    """Return the safety data sheets that count of what the reader's company bought, as far as he may see its orders."""
    bought = purchases(actor, party_id=actor.party_id).filter(product_id=OuterRef("product_id"))
    return ProductDocument.objects.filter(Exists(bought), portal_id=actor.portal_id, is_current=True, kind=ProductDocument.Kind.SAFETY)


def names_of(actor: Actor, rows: Iterable[ProductDocument]) -> dict[int, tuple[str, str, bool]]:
    """Return number and name of the products of documents, and whether one can look at it: what left the assortment is named as it was ordered."""
    ids = {row.product_id for row in rows}
    found = {item.pk: (item.sku, item.label, True) for item in Product.objects.filter(portal_id=actor.portal_id, pk__in=ids)}
    for row in Purchase.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, product_id__in=ids - found.keys()).select_related("line"):
        found.setdefault(row.product_id, (row.line.sku, row.line.name, False))
    return found


def missing(actor: Actor) -> QuerySet[ProductDocument]:
    """Return what a catalogue named and could not be had, or is kept as a link, for staff."""
    return ProductDocument.objects.filter(portal_id=actor.portal_id, state__in=(ProductDocument.State.MISSING, ProductDocument.State.LINK)).select_related("product")


def missing_document(actor: Actor, key: int) -> ProductDocument:
    """Return one of what could not be had, for staff. Raises NotFound."""
    found = missing(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def asked(actor: Actor, most: int) -> list[tuple[int, str]]:
    """Return what is to be fetched, what was tried least first, with where it is. For the portal itself."""
    return list(ProductDocument.objects.filter(portal_id=actor.portal_id, state=ProductDocument.State.ASKED).order_by("tries", "pk").values_list("pk", "source")[:most])


def news(actor: Actor) -> list[ProductDocument]:
    """Return the new versions of safety data sheets of which nobody was told yet. For the portal itself."""
    return list(ProductDocument.objects.filter(portal_id=actor.portal_id, is_news=True).select_related("product").order_by("pk")[:2000])


def who_bought(actor: Actor, product_ids: Iterable[int], *, since: datetime) -> dict[int, set[int]]:
    """Return the parties that bought products since a moment, each with which. For the portal itself."""
    found: dict[int, set[int]] = defaultdict(set)
    for party_id, product_id in Purchase.objects.filter(portal_id=actor.portal_id, product_id__in=list(product_ids), placed_at__gte=since).values_list("party_id", "product_id").distinct():
        found[party_id].add(product_id)
    return found

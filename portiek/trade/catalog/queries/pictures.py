"""Reads of pictures of products. Row security decides: who does not see the product has no picture of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.files import queries as files
from portiek.trade.catalog.models import Product, ProductPicture


def _of(actor: Actor, digest: str) -> QuerySet[ProductPicture]:
    return ProductPicture.objects.filter(portal_id=actor.portal_id, digest=digest).exclude(digest="")


def thumbnail(actor: Actor, digest: str) -> bytes:
    """Return the small picture as WebP. Raises NotFound: unknown, or of products outside the assortment."""
    found = _of(actor, digest).values_list("thumbnail", flat=True).first()
    if found is None:
        raise NotFound
    return bytes(found)


def picture(actor: Actor, digest: str) -> tuple[Path, str]:
    """Return where the large picture is, a WebP, and its hash. Raises NotFound: unknown, of products outside the assortment, or gone."""
    found = _of(actor, digest).values_list("sha256", flat=True).first()
    if found is None:
        raise NotFound
    return files.content(actor, found), found


def pictures_of_families(actor: Actor, families: Iterable[int]) -> dict[int, str]:
    """Return the picture of the first version that has one, by family. One statement."""
    found = Product.objects.filter(portal_id=actor.portal_id, family_id__in=list(families), is_active=True).exclude(picture="").order_by("family_id", "sku")
    return dict(found.distinct("family_id").values_list("family_id", "picture"))


def has_own_picture(actor: Actor, product: Product) -> bool:
    """Whether staff brought in a picture of it."""
    return ProductPicture.objects.filter(portal_id=actor.portal_id, product=product, origin=ProductPicture.Origin.STAFF).exists()


def pictured_by_erp(actor: Actor, keys: Sequence[str]) -> bool:
    """Whether the ERP said of one of these products (external ids) that it has a picture."""
    return ProductPicture.objects.filter(portal_id=actor.portal_id, origin=ProductPicture.Origin.ERP, product__external_id__among=list(keys)).exists()


def unshown(actor: Actor, marked: QuerySet[Product]) -> list[int]:
    """Return which of these products took no picture over from their documents yet. For the portal itself."""
    taken = ProductPicture.objects.filter(portal_id=actor.portal_id, origin=ProductPicture.Origin.DOCUMENTS).values("product_id")
    return list(marked.exclude(pk__in=taken).order_by("pk").values_list("pk", flat=True)[:500])

"""Pictures of products: what staff bring in goes before what a catalogue names, and that before what the ERP has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.files import actions as files
from portiek.foundation.files.permissions import NOBODY
from portiek.trade.catalog import errors, facts, permissions
from portiek.trade.catalog.models import Product, ProductPicture
from portiek.trade.catalog.picture import Drawn, drawn
from portiek.trade.catalog.records import Applied, PictureRecord, Problem

Origin = ProductPicture.Origin
_ORDER = list(Origin.values)


@action(permissions.MANAGE)
def set_picture(actor: Actor, *, product: Product, content: bytes) -> None:
    """Show a picture that staff bring in. Raises Refused for what is none."""
    made = drawn(content)
    if made is None:
        raise Refused(errors.NO_PICTURE, field="picture")
    _keep(actor, product.pk, Origin.STAFF, made, hashlib.sha256(content).hexdigest())


@action(permissions.MANAGE)
def remove_picture(actor: Actor, *, product: Product) -> None:
    """Take the picture away that staff brought in; what a catalogue or the ERP has is shown again. Raises Refused where there is none."""
    if not _drop(actor, product.pk, Origin.STAFF):
        raise Refused(errors.PICTURE_NOT_OURS)


@action(permissions.MANAGE)
def take_picture(actor: Actor, *, product_id: int, content: bytes, marker: str) -> None:
    """Take over the picture that the documents of a product have; nothing where there is none any more."""
    there = ProductPicture.objects.filter(portal_id=actor.portal_id, product_id=product_id, origin=Origin.DOCUMENTS).values_list("marker", flat=True).first()
    if not marker:
        _drop(actor, product_id, Origin.DOCUMENTS)
    elif there != marker:
        _keep(actor, product_id, Origin.DOCUMENTS, drawn(content), marker)


@action(permissions.MANAGE)
def apply_pictures(actor: Actor, *, records: Iterable[PictureRecord]) -> Applied:
    """Note which pictures the ERP has of products; what is new is fetched by the connection, what is gone is shown no more."""
    items = {item.product: item.marker[:200] for item in records}
    products = {str(key): pk for key, pk in Product.objects.filter(portal_id=actor.portal_id, external_id__among=list(items)).values_list("external_id", "pk")}
    there = {row.product_id: row for row in ProductPicture.objects.filter(portal_id=actor.portal_id, origin=Origin.ERP, product_id__in=list(products.values())).defer("thumbnail")}
    new, changed, gone = [], [], []
    for key, product_id in products.items():
        marker, row = items[key], there.get(product_id)
        if row is None and marker:
            new.append(ProductPicture(portal_id=actor.portal_id, product_id=product_id, origin=Origin.ERP, wanted=marker))
        elif row is not None and not marker:
            gone.append(product_id)
        elif row is not None and row.wanted != (wanted := "" if row.marker == marker else marker):
            row.wanted = wanted
            changed.append(row)
    ProductPicture.objects.bulk_create(new, batch_size=2000)
    ProductPicture.objects.bulk_update(changed, ["wanted"], batch_size=2000)
    for product_id in gone:
        _drop(actor, product_id, Origin.ERP)
    done = len(changed) + len(gone)
    return Applied(len(new), done, len(products) - len(new) - done, tuple(Problem(key, "unknown_product") for key in items if key not in products))


@action(None)
def keep_fetched_picture(actor: Actor, *, key: int, marker: str, content: bytes) -> None:
    """Keep what was fetched from the ERP, or that there is nothing to be had: asked again when the ERP has another one. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    row = ProductPicture.objects.filter(portal_id=actor.portal_id, pk=key, origin=Origin.ERP, wanted=marker).first()
    if row is not None:
        _keep(actor, row.product_id, Origin.ERP, drawn(content), marker)


def _keep(actor: Actor, product_id: int, origin: str, made: Drawn | None, marker: str) -> None:
    was = _shown(actor, product_id)
    stored = files.store(actor, name=f"{made.digest}.webp", media_type="image/webp", content=made.large, right=NOBODY) if made else None
    ProductPicture.objects.update_or_create(portal_id=actor.portal_id, product_id=product_id, origin=origin, defaults={
        "digest": made.digest if made else "", "thumbnail": made.small if made else b"", "file": stored, "sha256": stored.sha256 if stored else "", "marker": marker, "wanted": ""})
    _show(actor, product_id, was)


def _drop(actor: Actor, product_id: int, origin: str) -> bool:
    was = _shown(actor, product_id)
    gone, _each = ProductPicture.objects.filter(portal_id=actor.portal_id, product_id=product_id, origin=origin).delete()
    _show(actor, product_id, was)
    return bool(gone)


def _shown(actor: Actor, product_id: int) -> tuple[str, str]:
    """Return origin and digest of the picture that is to be shown, with the product locked."""
    Product.objects.select_for_update().get(portal_id=actor.portal_id, pk=product_id)
    found = dict(ProductPicture.objects.filter(portal_id=actor.portal_id, product_id=product_id).exclude(digest="").values_list("origin", "digest"))
    return next(((origin, found[origin]) for origin in _ORDER if origin in found), ("", ""))


def _show(actor: Actor, product_id: int, was: tuple[str, str]) -> None:
    """Let the product know which of its pictures is shown."""
    origin, digest = _shown(actor, product_id)
    if (origin, digest) != was:
        Product.objects.filter(portal_id=actor.portal_id, pk=product_id).update(picture=digest)
        product = Product.objects.get(portal_id=actor.portal_id, pk=product_id)
        record(actor, facts.PictureChanged(product_id=product_id), subject=ref("catalog.product", product_id), text=product.sku, changes={"picture": (was[0], origin)})

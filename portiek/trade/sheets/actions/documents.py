"""Documents of products as staff keep them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.files import actions as files
from portiek.foundation.files.permissions import NOBODY
from portiek.foundation.files.rules import clean_name
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.errors import UNKNOWN_PRODUCTS
from portiek.trade.catalog.models import Product
from portiek.trade.sheets import errors, facts, permissions, rules
from portiek.trade.sheets.actions.pictures import show_pictures
from portiek.trade.sheets.models import ProductDocument
from portiek.ui import format


@dataclass(frozen=True)
class Content:
    """A file as it was given; it can be read from any place in it."""

    name: str
    size: int
    file: IO[bytes]


@action(permissions.MANAGE)
def add_document(actor: Actor, *, product: Product, also: Sequence[str] = (), kind: str, language: str, title: str, version: str, valid_from: date, content: Content) -> list[ProductDocument]:
    """Keep a file as a document of a product, and of others by number, all or none: a new version where one of that kind, language and title is there. Raises Refused."""
    found = catalog.products_by_sku(actor, also)
    if unknown := [sku for sku in also if sku not in found]:
        raise Refused(UNKNOWN_PRODUCTS, field="also", codes=", ".join(unknown[:10]))
    if content.size > rules.MOST_BYTES:
        raise Refused(errors.SIZE, field="file")
    name = clean_name(content.name)
    content.file.seek(0)
    try:
        media_type = rules.media_type(name, content.file.read(16))
    except ValueError as problem:
        raise Refused(f"sheets.{problem}", field="file") from None
    content.file.seek(0)
    stored = files.store(actor, name=name, media_type=media_type, content=content.file, right=NOBODY)
    rows = []
    # In one order, so that two who do this at once wait for each other.
    for _key, item in sorted({item.pk: item for item in [product, *found.values()]}.items()):
        row = ProductDocument(portal_id=actor.portal_id, product=item, key=secrets.token_urlsafe(32), kind=ProductDocument.Kind(kind), language=language, title=title, version=version, valid_from=valid_from, added_at=timezone.now(),
                              file=stored, name=stored.name, media_type=stored.media_type, size=stored.size, sha256=stored.sha256)
        if not _put(actor, row):
            raise Refused(errors.SAME, field="file")
        rows.append(row)
    _show(actor, rows)
    return rows


def _show(actor: Actor, rows: Sequence[ProductDocument]) -> None:
    """Let products show the picture that came or went."""
    if ids := [row.product_id for row in rows if row.kind == ProductDocument.Kind.PICTURE]:
        show_pictures(actor, product_ids=ids)


def _put(actor: Actor, row: ProductDocument) -> bool:
    """Let a version count in the place of the one that did; return False where its bytes are those of that one. Raises Refused."""
    Product.objects.select_for_update().get(pk=row.product_id)
    there = ProductDocument.objects.filter(portal_id=actor.portal_id, product_id=row.product_id)
    if row.pk is None and there.count() >= rules.MOST:
        raise Refused(errors.MOST, most=rules.MOST)
    same = there.filter(kind=row.kind, language=row.language, title=row.title)
    was = same.filter(is_current=True).first()
    if was is not None:
        if was.from_erp and not row.from_erp:
            raise Refused(errors.OF_ERP)
        if was.sha256 and was.sha256 == row.sha256 and was.pk != row.pk:
            return False
        if was.valid_from > row.valid_from and not row.from_erp:
            raise Refused(errors.OLDER, field="valid_from", day=format.full_day(was.valid_from))
        ProductDocument.objects.filter(pk=was.pk).update(is_current=False, is_news=False)
    row.is_current = True
    # Whoever bought it hears of a safety data sheet that takes the place of another one, also where the one before was withdrawn.
    row.is_news = row.kind == ProductDocument.Kind.SAFETY and (was is not None or same.filter(state__in=("ready", "link")).exclude(pk=row.pk).exists())
    row.save()
    record(actor, facts.DocumentAdded(document_id=row.pk, product_id=row.product_id), subject=ref("catalog.product", row.product_id), text=f"{row} ({row.language})" if row.language else str(row),
           changes={"version": (_said(was), _said(row)), **({"valid_from": (was.valid_from, row.valid_from)} if was else {})})
    return True


def _said(row: ProductDocument | None) -> str:
    return "" if row is None else row.version or row.name or row.source


@action(permissions.MANAGE)
def remove_document(actor: Actor, *, document: ProductDocument) -> None:
    """Take away a version that staff put there; the one before it counts again. Raises Refused for one of the ERP."""
    Product.objects.select_for_update().get(pk=document.product_id)
    if document.from_erp:
        raise Refused(errors.OF_ERP)
    record(actor, facts.DocumentRemoved(document_id=document.pk, product_id=document.product_id), subject=ref("catalog.product", document.product_id), text=f"{document} ({document.language})" if document.language else str(document),
           changes={"version": (_said(document), "")})
    was_current = ProductDocument.objects.filter(pk=document.pk, is_current=True).exists()
    same = ProductDocument.objects.filter(portal_id=actor.portal_id, product_id=document.product_id, kind=document.kind, language=document.language, title=document.title, state__in=("ready", "link")).exclude(pk=document.pk)
    ProductDocument.objects.filter(pk=document.pk).delete()
    before = same.order_by("-valid_from", "-pk").first() if was_current else None
    if before is not None:
        ProductDocument.objects.filter(pk=before.pk).update(is_current=True)
    _show(actor, [document])


@action(permissions.VIEW)
def note_download(actor: Actor, *, document: ProductDocument) -> None:
    """Record that somebody fetched a document: that it was supplied."""
    record(actor, facts.DocumentDownloaded(document_id=document.pk), party_id=actor.party_id, subject=ref("catalog.product", document.product_id), text=document.name)

"""Documents as the ERP or a catalogue names them: asked for where they are, fetched by a job, kept as a link where they may not be fetched."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterable

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.egress import is_callable
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.foundation.files import actions as files
from portiek.foundation.files.permissions import NOBODY
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.records import Applied, Problem
from portiek.trade.sheets import facts, permissions, rules
from portiek.trade.sheets.actions.documents import _put, _show
from portiek.trade.sheets.models import ProductDocument
from portiek.trade.sheets.records import DocumentsRecord, SheetRecord

Identity = tuple[str, str, str]


@action(permissions.MANAGE)
def apply_documents(actor: Actor, *, records: Iterable[DocumentsRecord]) -> Applied:
    """Bring up to date which documents the ERP says that products have: of each product that is named the whole. A version counts when it has been fetched; what is no longer said, counts no longer. What staff brought in stays."""
    items, today, now = {item.product: item for item in records}, timezone.localdate(), timezone.now()
    products = {str(key): pk for key, pk in Product.objects.filter(portal_id=actor.portal_id, external_id__in=items).values_list("external_id", "pk")}
    there: dict[int, dict[Identity, list[ProductDocument]]] = {}
    for row in ProductDocument.objects.filter(portal_id=actor.portal_id, product_id__in=products.values(), from_erp=True).order_by("-pk"):
        there.setdefault(row.product_id, {}).setdefault((row.kind, row.language, row.title), []).append(row)
    new: list[ProductDocument] = []
    dropped: list[int] = []
    ended: list[int] = []
    unpictured: set[int] = set()
    touched: set[int] = set()
    for key, product_id in products.items():
        wanted, had = _told_apart(items[key].documents), there.get(product_id, {})
        for identity, said in wanted.items():
            rows = had.get(identity, [])
            # The newest row is the last thing that was said of it; one that had counted and was withdrawn is said anew.
            last = next(iter(rows), None)
            if last is not None and (last.source, last.version) == (said.source, said.version) and said.valid_from in (None, last.valid_from) and (last.is_current or last.state != ProductDocument.State.READY):
                continue
            dropped += [row.pk for row in rows if not row.is_current and row.state in (ProductDocument.State.ASKED, ProductDocument.State.MISSING)]
            is_there = is_callable(said.source)
            new.append(ProductDocument(portal_id=actor.portal_id, product_id=product_id, key=secrets.token_urlsafe(32), kind=identity[0], language=identity[1], title=identity[2], version=said.version, valid_from=said.valid_from or today, added_at=now, from_erp=True,
                                       source=said.source, state=ProductDocument.State.ASKED if is_there else ProductDocument.State.MISSING, problem="" if is_there else "address"))
            touched.add(product_id)
        for identity, rows in had.items():
            if identity not in wanted and (left := [row for row in rows if row.is_current or row.state in (ProductDocument.State.ASKED, ProductDocument.State.MISSING)]):
                ended += [row.pk for row in left if row.is_current]
                unpictured |= {row.product_id for row in left if row.is_current and row.kind == ProductDocument.Kind.PICTURE}
                dropped += [row.pk for row in left if not row.is_current]
                touched.add(product_id)
    ProductDocument.objects.filter(pk__in=dropped).delete()
    ProductDocument.objects.filter(pk__in=ended).update(is_current=False, is_news=False)
    ProductDocument.objects.bulk_create(new, batch_size=2000)
    if touched:
        record(actor, facts.DocumentsApplied(products=len(touched)))
    if unpictured:
        defer(actor, named("sheets.show_pictures"), product_ids=sorted(unpictured))
    if any(row.state == ProductDocument.State.ASKED for row in new):
        defer(actor, named("sheets.fetch"))
    return Applied(0, len(touched), len(products) - len(touched), tuple(Problem(key, "unknown_product") for key in items if key not in products))


def _told_apart(documents: tuple[SheetRecord, ...]) -> dict[Identity, SheetRecord]:
    """Return documents by what tells them apart; of two of one kind and language without a title the second is called by its file."""
    found: dict[Identity, SheetRecord] = {}
    for said in documents[: rules.MOST // 4]:
        if said.kind in ProductDocument.Kind.values and said.source and len(said.source) <= 1000 and "\0" not in said.source:
            language = said.language if len(said.language) == 2 and said.language.isalpha() else ""
            identity = (said.kind, language.lower(), said.title.strip()[:120])
            if identity in found and found[identity].source != said.source:
                identity = (said.kind, language.lower(), rules.file_name(said.source)[:120])
            found.setdefault(identity, SheetRecord(said.kind, said.source, identity[2], identity[1], said.version.strip()[:40], said.valid_from))
    return found


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


def _asked(actor: Actor, key: int) -> ProductDocument | None:
    return ProductDocument.objects.select_for_update().filter(portal_id=actor.portal_id, pk=key, state=ProductDocument.State.ASKED).first()


@action(None)
def keep_fetched(actor: Actor, *, key: int, name: str, media_type: str, content: bytes) -> None:
    """Keep what was fetched: a new version, or the one that counts where the bytes are the same. Only the portal itself."""
    _only_system(actor)
    row = _asked(actor, key)
    if row is None:
        return
    same = ProductDocument.objects.filter(portal_id=actor.portal_id, product_id=row.product_id, kind=row.kind, language=row.language, title=row.title, is_current=True, sha256=hashlib.sha256(content).hexdigest())
    if same.update(source=row.source, version=row.version, valid_from=row.valid_from, from_erp=True):
        row.delete()
        return
    stored = files.store(actor, name=name, media_type=media_type, content=io.BytesIO(content), right=NOBODY)
    row.file, row.name, row.media_type, row.size, row.sha256 = stored, stored.name, stored.media_type, stored.size, stored.sha256
    row.state, row.problem = ProductDocument.State.READY, ""
    _count(actor, row)
    _show(actor, [row])


@action(None)
def keep_link(actor: Actor, *, key: int, problem: str) -> None:
    """Keep an address as a link: it is there, and may not be fetched. Only the portal itself."""
    _only_system(actor)
    row = _asked(actor, key)
    if row is not None:
        row.state, row.problem = ProductDocument.State.LINK, problem
        _count(actor, row)


def _count(actor: Actor, row: ProductDocument) -> None:
    try:
        _put(actor, row)
    except Refused as refused:
        row.state, row.problem = ProductDocument.State.MISSING, refused.code.rpartition(".")[2]
        row.is_current = row.is_news = False
        row.save()


@action(None)
def note_unfetched(actor: Actor, *, key: int, problem: str, for_good: bool) -> None:
    """Note that something could not be had: for good, or for now. Only the portal itself."""
    _only_system(actor)
    row = _asked(actor, key)
    if row is not None:
        row.tries += 1
        row.problem = problem
        if for_good or row.tries >= rules.MOST_TRIES:
            row.state = ProductDocument.State.MISSING
        row.save(update_fields=["tries", "problem", "state"])


@action(permissions.MANAGE)
def fetch_again(actor: Actor, *, document: ProductDocument) -> bool:
    """Have something fetched again that could not be had. Return False for an address that may not be called."""
    if document.state != ProductDocument.State.MISSING or not is_callable(document.source):
        return False
    ProductDocument.objects.filter(pk=document.pk, state=ProductDocument.State.MISSING).update(state=ProductDocument.State.ASKED, tries=0, problem="")
    defer(actor, named("sheets.fetch"))
    return True

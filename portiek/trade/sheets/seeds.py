"""Documents of what the cast buys: a foam with two versions of its safety data sheet, boards and screws with their papers."""

from __future__ import annotations

import io
from datetime import timedelta

import typst
from django.utils import timezone

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.trade.catalog import queries as catalog
from portiek.trade.sheets import actions
from portiek.trade.sheets.models import ProductDocument
from portiek.trade.sheets.records import DocumentsRecord, SheetRecord

# Who of the staff, article number, kind, language, title, version, days ago.
DOCUMENTS = [
    ("olga", "PU-750", "safety", "nl", "", "4.0", 900), ("olga", "PU-750", "safety", "nl", "", "5.1", 12), ("olga", "PU-750", "safety", "en", "", "5.1", 12), ("olga", "PU-750", "manual", "nl", "", "", 900),
    ("olga", "GP-125-2600", "performance", "nl", "", "DoP 2023-118", 700), ("olga", "GP-125-2600", "manual", "nl", "Wanden plaatsen", "", 700), ("olga", "SS-3535", "performance", "nl", "", "DoP 35-2024", 400), ("otto", "BT-KB-15", "certificate", "nl", "KIWA-certificaat", "K7304", 300),
]  # fmt: skip
# What a catalogue of a supplier named, and nobody can fetch.
NAMED = ("olga", "GB-50", SheetRecord("manual", "handleiding_gaasband.pdf", language="nl"))
PAPER = '#set page(margin: 3cm)\n#set text(lang: "nl")\n#text(18pt, weight: "bold", sys.inputs.title)\n\n#sys.inputs.product\n\nVersie: #sys.inputs.version'


def _paper(title: str, product: str, version: str) -> bytes:
    made: bytes = typst.compile(PAPER.encode(), sys_inputs={"title": title, "product": product, "version": version or "1"}, ignore_system_fonts=True)
    return made


def seed(size: str) -> None:
    """Bring the documents in where there are none."""
    for who in ("olga", "otto"):
        actor = getattr(Cast(), who)
        with scope(actor):
            if ProductDocument.objects.filter(portal_id=actor.portal_id).exists():
                continue
            wanted = [item for item in DOCUMENTS if item[0] == who]
            products = catalog.products_by_sku(actor, [item[1] for item in wanted])
            for _who, sku, kind, language, title, version, days in wanted:
                if sku in products:
                    paper = _paper(title or str(ProductDocument.Kind(kind).label), products[sku].name, version)
                    actions.add_document(actor, product=products[sku], kind=kind, language=language, title=title, version=version, valid_from=timezone.localdate() - timedelta(days=days), content=actions.Content(f"{sku}-{kind}-{language}.pdf", len(paper), io.BytesIO(paper)))
            if who == NAMED[0]:
                actions.apply_documents(actor, records=[DocumentsRecord(str(item.external_id), (NAMED[2],)) for item in catalog.products_by_sku(actor, [NAMED[1]]).values()])

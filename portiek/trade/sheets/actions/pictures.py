"""The picture among the documents of a product: the first one that counts is shown with the product."""

from __future__ import annotations

from collections.abc import Iterable

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.files import queries as files
from portiek.trade.catalog import actions as catalog
from portiek.trade.sheets import permissions, queries


@action(permissions.MANAGE)
def show_pictures(actor: Actor, *, product_ids: Iterable[int]) -> None:
    """Let products show the first picture among their documents, or none of them where there is none any more."""
    first = queries.first_pictures(actor, ids := sorted(set(product_ids)))
    for product_id in ids:
        row = first.get(product_id)
        try:
            content = files.content(actor, row.sha256).read_bytes() if row else b""
        except NotFound:
            content = b""
        catalog.take_picture(actor, product_id=product_id, content=content, marker=row.sha256 if row else "")

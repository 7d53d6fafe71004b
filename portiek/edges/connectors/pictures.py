"""Pictures of products as the ERP has them: fetched after the records, a few a round."""

from __future__ import annotations

import logging
import secrets
import time

from portiek.core.db import scope
from portiek.edges.connectors import actions, contract, pulling, queries
from portiek.edges.connectors.documents import LEASE
from portiek.edges.connectors.sessions import Session
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog.models import ProductPicture
from portiek.trade.catalog.picture import MAX_BYTES

logger = logging.getLogger("portiek.connectors")
A_ROUND = 50


def fetch_pictures(session: Session, *, until: float | None = None) -> int:
    """Fetch pictures that the ERP has and that are not here yet; return how many were settled. One that cannot be had is asked for once."""
    if "image" not in session.capabilities.documents.get("product", ()):
        return 0
    actor, token = session.actor, secrets.token_hex(8)
    with scope(actor):
        feed = queries.feed(actor, session.connection, "product")
        # Who reads the products fetches their pictures: two workers would fetch each one twice.
        if feed.paused_at or not queries.without_picture(actor, session.connection, 1) or actions.take_feed(actor, feed=feed, token=token, seconds=LEASE) is None:
            return 0
        wanted = queries.without_picture(actor, session.connection, A_ROUND)
    try:
        return _fetch_all(session, wanted, until)
    finally:
        with scope(actor):
            actions.release_feed(actor, feed=feed, token=token)


def _fetch_all(session: Session, wanted: list[ProductPicture], until: float | None) -> int:
    settled = 0
    for row in wanted:
        if (until is not None and time.monotonic() >= until) or not session.has_room(for_order=False):
            break
        content = b""
        try:
            content = _fetch(session, str(row.product.external_id))
        except Exception as problem:
            code, text, _after = pulling.as_error(problem)
            if code in ("unreachable", "denied"):
                break
            logger.info("no picture of product %s: %s", row.product.external_id, text)
        with scope(session.actor):
            catalog.keep_fetched_picture(session.actor, key=row.pk, marker=row.wanted, content=content)
        settled += 1
    return settled


def _fetch(session: Session, external_id: str) -> bytes:
    blob = session.counted(lambda connector: connector.document("product", external_id, "image"))
    if not isinstance(blob, contract.Blob) or not isinstance(blob.content, bytes) or len(blob.content) > MAX_BYTES:
        raise contract.ConnectorError("not a picture", code="gone")
    return blob.content

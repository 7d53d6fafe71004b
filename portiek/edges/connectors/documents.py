"""The ERP's own papers: fetched after the records, newest first, a few a round, so that thousands of PDFs hold up no first load."""

from __future__ import annotations

import logging
import secrets
import time

from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.edges.connectors import actions, contract, pulling, queries
from portiek.edges.connectors.sessions import Session
from portiek.settlement.invoicing import actions as invoicing
from portiek.settlement.invoicing.models import Invoice

logger = logging.getLogger("portiek.connectors")
A_ROUND = 20
# As an entity of what is known: invoices of which there is no paper to be had.
PAPERLESS = "invoice.pdf"
MAX_BYTES = 20 * 1024 * 1024
# How long a round may take before another worker goes on.
LEASE = 300.0


def fetch_missing(session: Session, *, until: float | None = None) -> int:
    """Fetch PDFs of invoices that have none; return how many came. One that the ERP does not have is asked for once."""
    if "pdf" not in session.capabilities.documents.get("invoice", ()):
        return 0
    actor, token = session.actor, secrets.token_hex(8)
    with scope(actor):
        feed = queries.feed(actor, session.connection, "invoice")
        # Whether any is missing is asked before the feed is taken: its reader would wait for nothing.
        if feed.paused_at or not queries.without_paper(actor, session.connection, 1):
            return 0
        # Who reads the invoices fetches their papers: two workers would fetch each one twice.
        if actions.take_feed(actor, feed=feed, token=token, seconds=LEASE) is None:
            return 0
        # Asked again: another may have fetched them until now.
        wanted = queries.without_paper(actor, session.connection, A_ROUND)
    try:
        return _fetch_all(session, wanted, until)
    finally:
        with scope(actor):
            actions.release_feed(actor, feed=feed, token=token)


def _fetch_all(session: Session, wanted: list[Invoice], until: float | None) -> int:
    fetched = 0
    for invoice in wanted:
        if (until is not None and time.monotonic() >= until) or not session.has_room(for_order=False):
            break
        try:
            _fetch(session, invoice)
            fetched += 1
        except Exception as problem:
            code, text, _after = pulling.as_error(problem)
            if code in ("unreachable", "denied"):
                break
            key = str(invoice.external_id)
            logger.info("no paper of invoice %s: %s", key, problem.code if isinstance(problem, Refused) else text)
            with scope(session.actor):
                actions.remember_paperless(session.actor, connection_id=session.connection.pk, entity=PAPERLESS, external_id=key)
    return fetched


def _fetch(session: Session, invoice: Invoice) -> None:
    blob = session.counted(lambda connector: connector.document("invoice", str(invoice.external_id), "pdf"))
    if not isinstance(blob, contract.Blob) or not isinstance(blob.content, bytes) or len(blob.content) > MAX_BYTES:
        raise contract.ConnectorError("not a document", code="gone")
    with scope(session.actor):
        invoicing.attach_pdf(session.actor, invoice=invoice, content=blob.content)

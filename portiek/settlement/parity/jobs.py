"""Each night what was confirmed and invoiced in the last days is held to the ERP's figures, some documents at a time."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import every, job
from portiek.settlement.parity import actions, queries
from portiek.settlement.parity.models import Cause

DAYS = timedelta(days=7)
BATCH = 2000


def check_all(actor: Actor, now: datetime, batch: int = BATCH) -> None:
    """Check the orders and invoices of the last days, each set of them in a scope of its own."""
    for document in Cause.Document.values:
        with scope(actor, read_only=True):
            keys = queries.to_check(actor, document, since=now - DAYS)
        counts: Counter[str] = Counter()
        for start in range(0, len(keys), batch):
            with scope(actor):
                counts.update(actions.check_documents(actor, document=document, keys=keys[start : start + batch], now=now))
        with scope(actor):
            actions.finish_check(actor, document=document, counts=counts, since=now - DAYS, began=now)


@every("40 3 * * *", name="parity.nightly", queue="slow", scoped=False)
def nightly(actor: Actor) -> None:
    """Check at night, when the ERP's orders and invoices of the day are in."""
    check_all(actor, timezone.now())


@job(name="parity.check", queue="slow", scoped=False, lock=lambda arguments: "parity", once=lambda arguments: "parity", retries=1)
def check(actor: Actor) -> None:
    """Check now: somebody asked."""
    check_all(actor, timezone.now())


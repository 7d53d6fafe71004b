"""Bringing webhooks to their receivers: many at once, each receiver's own messages one after the other, so that one who hangs holds up nobody else."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.egress import Courier, EgressRefused, Late, Unreachable
from portiek.edges.api import actions, messages, rules
from portiek.edges.api.actions.deliveries import Batch
from portiek.edges.api.models import WebhookDelivery

logger = logging.getLogger("portiek.webhooks")
# Receivers at once; of those whose last try failed fewer, so that however many hang there is room for the others.
AT_ONCE, SHAKY = 24, 8
# One receiver with an endless queue makes room for others now and then.
STRETCH = 60.0


def send_due(actor: Actor, *, seconds: float = 50.0, monotonic: Callable[[], float] = time.monotonic) -> int:
    """Bring what is due until nothing is, or the time is over; return how many turns receivers got. Opens its own scopes; call it outside one."""
    until, turns = monotonic() + seconds, 0
    busy: dict[Future[None], bool] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as pool:
        while True:
            busy = {turn: shaky for turn, shaky in busy.items() if not turn.done()}
            shaky = sum(busy.values())
            taken = _taken(actor, AT_ONCE - SHAKY - (len(busy) - shaky), SHAKY - shaky) if monotonic() < until else []
            busy.update({pool.submit(_turn, actor, webhook, monotonic): is_shaky for webhook, is_shaky in taken})
            turns += len(taken)
            if not busy:
                return turns
            wait(busy, timeout=0.25, return_when=FIRST_COMPLETED)


def _release() -> None:
    """Give the connection back to the pool: more receivers are served at once than there are connections."""
    if not connection.in_atomic_block:  # tests keep one transaction open
        connection.close()


def _taken(actor: Actor, sound: int, shaky: int) -> list[tuple[int, bool]]:
    with scope(actor):
        found = actions.take_endpoints(actor, sound=sound, shaky=shaky)
    _release()
    return found


def _turn(actor: Actor, webhook: int, monotonic: Callable[[], float]) -> None:
    """Give one receiver its turn, in a thread; what goes wrong is its own affair: the lease runs out and it is tried again."""
    try:
        serve(actor, webhook, until=monotonic() + STRETCH, monotonic=monotonic)
    except Exception:
        logger.exception("webhook %s broke off", webhook)
    finally:
        _release()


def serve(actor: Actor, webhook: int, *, until: float, monotonic: Callable[[], float] = time.monotonic) -> None:
    """Bring one receiver its messages, oldest first, until there are none, one fails or the time is over. The database waits for nobody meanwhile."""
    going = True
    while going:
        with scope(actor):
            batch = actions.take_batch(actor, webhook=webhook)
        if batch is None:
            return
        with scope(batch.maker, read_only=True):
            allowed = {row.pk for row in batch.rows if messages.may_see(batch.maker, row.event, row.subject)}
        _release()
        outcomes = _bring(batch, [row for row in batch.rows if row.pk in allowed], until, monotonic)
        with scope(actor):
            dropped = [row for row in batch.rows if row.pk not in allowed]
            going = actions.settle(actor, webhook=webhook, outcomes=outcomes, dropped=dropped, stay=monotonic() < until)


def _bring(batch: Batch, rows: list[WebhookDelivery], until: float, monotonic: Callable[[], float]) -> list[tuple[WebhookDelivery, rules.Outcome]]:
    outcomes = []
    with Courier(batch.webhook.url, seconds=settings.WEBHOOK_SECONDS) as courier:
        for row in rows:
            outcome = _brought(courier, row, batch.secrets, monotonic)
            outcomes.append((row, outcome))
            if outcome.code or monotonic() >= until:
                break
    return outcomes


def _brought(courier: Courier, row: WebhookDelivery, secrets: list[str], monotonic: Callable[[], float]) -> rules.Outcome:
    began = monotonic()
    try:
        reply = courier.post(row.body.encode(), messages.headers(row.key, timezone.now(), row.body, secrets))
    except Late:
        return rules.Outcome("timeout", milliseconds=_since(began, monotonic))
    except EgressRefused:
        return rules.Outcome("address")
    except Unreachable:
        # Not why: a receiver's owner is not told what our network looks like.
        return rules.Outcome("unreachable", milliseconds=_since(began, monotonic))
    code = "" if rules.taken(reply.status_code) else "status"
    return rules.Outcome(code, reply.status_code, _since(began, monotonic), rules.shortened(reply.content), reply.headers.get("retry-after", ""))


def _since(began: float, monotonic: Callable[[], float]) -> int:
    return int((monotonic() - began) * 1000)

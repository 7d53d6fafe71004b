"""What the API does by the clock, and the postman of its webhooks."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import defer, every, job
from portiek.edges.api import actions, delivery, queries


@every("50 2 * * *", name="api.forget_answers", queue="slow")
def forget_answers(actor: Actor) -> None:
    """Each night: answers to requests with an Idempotency-Key are forgotten when their term is over, by default a week."""
    actions.forget_answers(actor, now=timezone.now())


@job(name="api.send_webhooks", scoped=False, retries=1, lock=lambda arguments: f"webhooks:{arguments['of']}")
def send_webhooks(actor: Actor, *, of: int) -> None:
    """Bring a portal's webhooks that are due to their receivers; one such job a portal, so that receivers who hang take one place of the worker."""
    delivery.send_due(actor)


@every("* * * * * */15", name="api.webhooks_due")
def webhooks_due(actor: Actor) -> None:
    """Wake the postman for what is to be tried again, or was left behind by a worker that died."""
    if queries.is_due(actor):
        defer(actor, send_webhooks, of=actor.portal_id)


@every("55 2 * * *", name="api.drop_old_deliveries", queue="slow")
def drop_old_deliveries(actor: Actor) -> None:
    """Each night: the log of webhooks is removed when its term is over, by default 30 days."""
    actions.drop_old_deliveries(actor, now=timezone.now())


@every("40 * * * *", name="api.drop_old_tokens", queue="slow")
def drop_old_tokens(actor: Actor) -> None:
    """Each hour: tokens of clients that ended are removed."""
    actions.drop_old_tokens(actor, before=timezone.now())

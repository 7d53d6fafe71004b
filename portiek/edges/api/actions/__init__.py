"""Every write about keys and webhooks."""

from portiek.edges.api.actions.answers import forget_answers
from portiek.edges.api.actions.deliveries import drop_old_deliveries, queue_events, queue_period, settle, take_batch, take_endpoints
from portiek.edges.api.actions.keys import create_key, revoke_key
from portiek.edges.api.actions.webhooks import (
    change_webhook,
    create_webhook,
    pause_webhook,
    remove_webhook,
    replay_delivery,
    replay_period,
    resume_webhook,
    rotate_secret,
    send_test,
)

__all__ = [
    "change_webhook",
    "create_key",
    "create_webhook",
    "drop_old_deliveries",
    "forget_answers",
    "pause_webhook",
    "queue_events",
    "queue_period",
    "remove_webhook",
    "replay_delivery",
    "replay_period",
    "resume_webhook",
    "revoke_key",
    "rotate_secret",
    "send_test",
    "settle",
    "take_batch",
    "take_endpoints",
]

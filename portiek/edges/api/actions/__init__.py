"""Every write about keys, tokens and webhooks."""

from portiek.edges.api.actions.answers import forget_answers
from portiek.edges.api.actions.deliveries import drop_old_deliveries, queue_events, queue_period, settle, take_batch, take_endpoints
from portiek.edges.api.actions.keys import create_key, drop_old_tokens, end_old_secret, issue_token, note_outside, renew_key, revoke_key, revoke_token, set_networks, take_over_key
from portiek.edges.api.actions.merging import end_keys_of, end_webhooks_of
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
    "drop_old_tokens",
    "end_keys_of",
    "end_old_secret",
    "end_webhooks_of",
    "forget_answers",
    "issue_token",
    "note_outside",
    "pause_webhook",
    "queue_events",
    "queue_period",
    "remove_webhook",
    "renew_key",
    "replay_delivery",
    "replay_period",
    "resume_webhook",
    "revoke_key",
    "revoke_token",
    "rotate_secret",
    "send_test",
    "set_networks",
    "settle",
    "take_batch",
    "take_endpoints",
    "take_over_key",
]

"""Webhooks: set up, changed, paused, tested, sent again and taken away, by people and by programs of theirs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core import egress, events
from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, word
from portiek.core.facts import Fact, record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.sealing import seal
from portiek.edges.api import facts, messages, permissions, rules
from portiek.edges.api.models import WebhookDelivery, WebhookEndpoint

ADDRESS = word("api.webhook-address", _("This address cannot be called. It must begin with https:// and be on the public internet."))
NO_EVENTS = word("api.webhook-no-events", _("Choose at least one event, or nothing is ever sent."))
LACKING = word("api.webhook-lacking", _("You have no right to see what these events are about: {events}."))
FULL = word("api.webhook-full", _("There are {number} webhooks already, and there can be no more. Remove one first."))
PERIOD = word("api.webhook-period", _("Choose a period that ends after it begins, and begins at most {days} days ago."))
STATE = word("api.webhook-state", _("Somebody changed this webhook meanwhile. Look at what it is now."))


@action(permissions.APIKEY_MANAGE)
def create_webhook(actor: Actor, *, name: str, url: str, events: Sequence[str], signing: str = messages.SHARED) -> tuple[WebhookEndpoint, str]:
    """Set up an address for the actor's own company and return it with its signing secret, which is shown once: what both sides share, or (`signing` v1a) the public key to check with. Raises Refused."""
    _check(actor, url, events)
    most = rules.ENDPOINTS if actor.party_id else rules.ENDPOINTS_OF_PORTAL
    if WebhookEndpoint.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id).exclude(state=WebhookEndpoint.State.REMOVED).count() >= most:  # type: ignore[misc]
        raise Refused(FULL, number=most)
    key = secrets.token_urlsafe(15)
    secret, public = messages.new_secret(signing)
    made = WebhookEndpoint.objects.create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, key=key, name=name, url=url, events=_ordered(events), secret=seal(secret, messages.place_of(key)),
                                          public_key=public)
    _record(actor, made, facts.WebhookCreated(webhook_id=made.pk, url=url))
    return made, public or secret


@action(permissions.APIKEY_MANAGE)
def change_webhook(actor: Actor, *, webhook: str, name: str, url: str, events: Sequence[str]) -> None:
    """Change what a webhook of the own company is called, where it goes and what it tells; who does so answers for it from now on. Raises Refused and NotFound."""
    found = _locked(actor, webhook, own=True)
    _check(actor, url, events)
    found.name, found.url, found.events, found.user_id = name, url, _ordered(events), actor.user_id
    found.save(update_fields=["name", "url", "events", "user"])
    _record(actor, found, facts.WebhookChanged(webhook_id=found.pk, url=url))


@action(permissions.APIKEY_MANAGE)
def pause_webhook(actor: Actor, *, webhook: str) -> None:
    """Send nothing for now; what happens is kept waiting. Raises NotFound."""
    found = _locked(actor, webhook)
    if found.state == WebhookEndpoint.State.ACTIVE:
        found.state = WebhookEndpoint.State.PAUSED
        found.save(update_fields=["state"])
        _record(actor, found, facts.WebhookPaused(webhook_id=found.pk))


@action(permissions.APIKEY_MANAGE)
def resume_webhook(actor: Actor, *, webhook: str) -> None:
    """Let a webhook of the own company go on with what waits; who does so answers for it from now on. Raises Refused and NotFound."""
    found = _locked(actor, webhook, own=True)
    if found.state in (WebhookEndpoint.State.PAUSED, WebhookEndpoint.State.DISABLED):
        _check(actor, found.url, found.events)
        found.state, found.reason, found.user_id, found.failures, found.failing_since, found.next_at = WebhookEndpoint.State.ACTIVE, "", actor.user_id, 0, None, timezone.now()
        found.save(update_fields=["state", "reason", "user", "failures", "failing_since", "next_at"])
        _record(actor, found, facts.WebhookResumed(webhook_id=found.pk))
        _send(actor)


@action(permissions.APIKEY_MANAGE)
def rotate_secret(actor: Actor, *, webhook: str) -> str:
    """Give a webhook of the own company a new signing secret and return it, or the public key of it; for a day the old one signs too. Raises Refused and NotFound."""
    found = _locked(actor, webhook, own=True)
    secret, public = messages.new_secret(messages.ASYMMETRIC if found.public_key else messages.SHARED)
    found.old_secret, found.old_until, found.secret, found.public_key = found.secret, timezone.now() + rules.ROTATION, seal(secret, messages.place_of(found.key)), public
    found.save(update_fields=["old_secret", "old_until", "secret", "public_key"])
    _record(actor, found, facts.WebhookSecretRotated(webhook_id=found.pk))
    return public or secret


@action(permissions.APIKEY_MANAGE)
def remove_webhook(actor: Actor, *, webhook: str) -> None:
    """Take a webhook away, with its secrets and what still waits; its log stays for a month. Raises NotFound."""
    found = _locked(actor, webhook)
    WebhookDelivery.objects.filter(endpoint=found, state=WebhookDelivery.State.WAITING).update(state=WebhookDelivery.State.DROPPED, error="removed", done_at=timezone.now())
    found.state, found.secret, found.old_secret, found.next_at = WebhookEndpoint.State.REMOVED, "", "", None
    found.save(update_fields=["state", "secret", "old_secret", "next_at"])
    _record(actor, found, facts.WebhookRemoved(webhook_id=found.pk))


@action(permissions.APIKEY_MANAGE)
def send_test(actor: Actor, *, webhook: str) -> None:
    """Send an event that says nothing but that it is a test. Raises Refused and NotFound."""
    found = _active(actor, webhook)
    now = timezone.now()
    body = messages.body(messages.TEST, now, {"webhook": found.key})
    WebhookDelivery.objects.create(portal_id=found.portal_id, party_id=found.party_id, endpoint=found, key=messages.new_key(), event=messages.TEST, body=body, queued_at=now, next_at=now)
    _wake(actor, found, now)


@action(permissions.APIKEY_MANAGE)
def replay_delivery(actor: Actor, *, webhook: str, delivery: str) -> None:
    """Send one event again, under the id it had. Raises Refused and NotFound."""
    found = _active(actor, webhook)
    row = WebhookDelivery.objects.select_for_update().filter(endpoint=found, key=delivery).first()
    if row is None:
        raise NotFound
    now = timezone.now()
    row.state, row.tries, row.queued_at, row.next_at, row.done_at, row.error = WebhookDelivery.State.WAITING, 0, now, now, None, ""
    row.save(update_fields=["state", "tries", "queued_at", "next_at", "done_at", "error"])
    _wake(actor, found, now)


@action(permissions.APIKEY_MANAGE)
def replay_period(actor: Actor, *, webhook: str, since: datetime, until: datetime) -> None:
    """Ask to send the events of a period again, and those that were missed while the webhook was off. A job does it. Raises Refused and NotFound."""
    found = _active(actor, webhook)
    if rules.why_not_period(since, until, timezone.now()):
        raise Refused(PERIOD, field="since", days=rules.REPLAY_DAYS)
    _record(actor, found, facts.WebhookReplayAsked(webhook_id=found.pk, since=since.isoformat(), until=until.isoformat()))


def _check(actor: Actor, url: str, wanted: Sequence[str]) -> None:
    """Refuse an address or events that this actor cannot choose. Raises Refused."""
    if len(url) > rules.URL_LENGTH or not egress.is_callable(url):
        raise Refused(ADDRESS, field="url")
    if not wanted:
        raise Refused(NO_EVENTS, field="events")
    known = events.events()
    if lacking := [name for name in wanted if name not in known or not messages.may_choose(actor, known[name])]:
        raise Refused(LACKING, field="events", events=", ".join(lacking))


def _ordered(wanted: Sequence[str]) -> list[str]:
    return sorted(set(wanted))


def _locked(actor: Actor, key: str, *, own: bool = False) -> WebhookEndpoint:
    """Lock a webhook of the actor's company; staff also reach those of parties, except to do what only the company itself can answer for (`own`).

    A program reaches those alone of which it may see every event: with another one it could have the rest sent elsewhere.
    """
    found = WebhookEndpoint.objects.select_for_update().filter(portal_id=actor.portal_id, key=key).exclude(state=WebhookEndpoint.State.REMOVED)
    if own or not actor.is_staff:
        found = found.filter(party_id=actor.party_id)  # type: ignore[misc]
    row = found.first()
    if row is None or not messages.may_handle(actor, row.events):
        raise NotFound
    return row


def _active(actor: Actor, key: str) -> WebhookEndpoint:
    found = _locked(actor, key)
    if found.state != WebhookEndpoint.State.ACTIVE:
        raise Refused(STATE)
    return found


def _wake(actor: Actor, webhook: WebhookEndpoint, now: datetime) -> None:
    """Let the queue be looked at now, also while the receiver is left alone after a failure: somebody asks for it."""
    webhook.next_at = now
    webhook.save(update_fields=["next_at"])
    _send(actor)


def _send(actor: Actor) -> None:
    defer(actor, named("api.send_webhooks"), of=actor.portal_id)


def _record(actor: Actor, webhook: WebhookEndpoint, happened: Fact) -> None:
    record(actor, happened, party_id=webhook.party_id, subject=ref("api.webhook", webhook.pk), text=webhook.name)

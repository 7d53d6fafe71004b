"""The queue of webhooks: filled from facts, taken receiver by receiver, settled. Only the portal itself."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.events import Event, facts_of, of_fact
from portiek.core.facts import About, Fact, load, record
from portiek.core.jobs import defer, named
from portiek.core.models import FactRow
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.core.sealing import unseal
from portiek.edges.api import facts, messages, queries, rules
from portiek.edges.api.models import WebhookDelivery, WebhookEndpoint
from portiek.foundation.notifications.post import link
from portiek.foundation.parties.models import Party, Portal

# Messages that one worker brings to one receiver before he looks again who is next, and how long he has it to himself.
BATCH = 20
LEASE = timedelta(seconds=180)
State = WebhookDelivery.State


@dataclass(frozen=True)
class Batch:
    """What is to be brought to one receiver now, in whose name, signed by which secrets."""

    webhook: WebhookEndpoint
    maker: Actor
    secrets: list[str]
    rows: list[WebhookDelivery]


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def queue_events(actor: Actor, *, happened: Sequence[tuple[Fact, About]]) -> int:
    """Put events in the queue of every webhook that is told of them; return how many. A second time changes nothing."""
    _only_system(actor)
    pairs = [(found, fact, about) for fact, about in happened if (found := of_fact(fact.name))]
    names = {found.name for found, _fact, _about in pairs}
    told = [WebhookEndpoint.State.ACTIVE, WebhookEndpoint.State.PAUSED]
    webhooks = list(WebhookEndpoint.objects.select_for_update().filter(portal_id=actor.portal_id, state__in=told, events__overlap=sorted(names)).order_by("pk")) if names else []
    made = _made(actor, webhooks, pairs)
    WebhookDelivery.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    _wake(actor, [item.endpoint_id for item in made])
    return len(made)


@action(None)
def queue_period(actor: Actor, *, webhook: int, since: datetime, until: datetime) -> int:
    """Put the events of a period in a webhook's queue once more, under the ids they had; return how many, at most the 10,000 oldest."""
    _only_system(actor)
    found = WebhookEndpoint.objects.select_for_update().filter(portal_id=actor.portal_id, pk=webhook, state=WebhookEndpoint.State.ACTIVE).first()
    if found is None:
        return 0
    rows = FactRow.objects.filter(portal_id=actor.portal_id, at__gte=since, at__lt=until, name__in=facts_of(found.events))
    if found.party_id:
        rows = rows.filter(Q(party_id=found.party_id) | Q(party__isnull=True))
    pairs = [(event, load(row), About.of(row)) for row in rows.order_by("at", "id")[: rules.REPLAYED] if (event := of_fact(row.name))]
    now = timezone.now()
    again = WebhookDelivery.objects.filter(endpoint=found, fact_id__in=[about.fact_id for _event, _fact, about in pairs]).exclude(state=State.WAITING)
    again.update(state=State.WAITING, tries=0, queued_at=now, next_at=now, done_at=None, error="")
    made = _made(actor, [found], pairs)
    WebhookDelivery.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    _wake(actor, [found.pk])
    return len(made)


def _made(actor: Actor, webhooks: Sequence[WebhookEndpoint], pairs: Iterable[tuple[Event, Fact, About]]) -> list[WebhookDelivery]:
    if not webhooks:
        return []
    pairs, now, portal = list(pairs), timezone.now(), Portal.objects.get(pk=actor.portal_id)
    numbers = dict(Party.objects.filter(pk__in={about.party_id for _event, _fact, about in pairs if about.party_id}).values_list("pk", "number"))
    made = []
    for event, fact, about in pairs:
        path = event.address(about.text)
        whole = messages.data(event, fact, text=about.text, party=numbers.get(about.party_id or 0, ""), link=link(portal, f"/api/v1{path}") if path else "")
        for webhook in webhooks:
            if event.name not in webhook.events or not _concerns(webhook, event, about):
                continue
            # Of what concerns the whole portal a party learns that it happened, and where to ask; not how much.
            said = whole if about.party_id or webhook.party_id is None else {"url": link(portal, f"/api/v1{event.path}")} if event.path else {}
            made.append(
                WebhookDelivery(
                    portal_id=actor.portal_id, party_id=webhook.party_id, endpoint=webhook, key=messages.new_key(), fact_id=about.fact_id, event=event.name, subject=about.subject,
                    text=about.text if about.party_id or webhook.party_id is None else "", body=messages.body(event.name, about.at, said), queued_at=now, next_at=now,
                )
            )  # fmt: skip
    return made


def _concerns(webhook: WebhookEndpoint, event: Event, about: About) -> bool:
    return webhook.party_id is None or webhook.party_id == about.party_id or (about.party_id is None and event.everyone)


def _wake(actor: Actor, webhooks: Iterable[int]) -> None:
    """Let queues that were empty be looked at; one that is being worked on, or left alone after a failure, has its moment already."""
    if WebhookEndpoint.objects.filter(pk__in=set(webhooks), next_at__isnull=True).update(next_at=Now()):
        defer(actor, named("api.send_webhooks"), of=actor.portal_id)


@action(None)
def take_endpoints(actor: Actor, *, sound: int, shaky: int) -> list[tuple[int, bool]]:
    """Take receivers whose turn it is for a while alone, longest waiting first: at most so many sound ones, and so many whose last try failed. Return (id, is shaky)."""
    _only_system(actor)
    due = WebhookEndpoint.objects.filter(Q(leased_until__isnull=True) | Q(leased_until__lt=Now()), portal_id=actor.portal_id, state=WebhookEndpoint.State.ACTIVE, next_at__lte=Now())
    due = due.order_by("next_at", "pk").select_for_update(skip_locked=True)
    taken = [(row.pk, False) for row in due.filter(failures=0)[:sound]] if sound > 0 else []
    taken += [(row.pk, True) for row in due.filter(failures__gt=0)[:shaky]] if shaky > 0 else []
    WebhookEndpoint.objects.filter(pk__in=[pk for pk, _shaky in taken]).update(leased_until=Now() + LEASE)
    return taken


@action(None)
def take_batch(actor: Actor, *, webhook: int) -> Batch | None:
    """Return what is to be brought to a receiver now, oldest first; None, and its turn ends, when there is nothing or nobody answers for it any more."""
    _only_system(actor)
    found = WebhookEndpoint.objects.select_for_update().get(pk=webhook)
    now = timezone.now()
    waiting = WebhookDelivery.objects.filter(endpoint=found, state=State.WAITING)
    waiting.filter(queued_at__lt=now - rules.GIVEN_UP).update(state=State.FAILED, error="too-late", done_at=now)
    rows = list(waiting.filter(next_at__lte=now).order_by("id")[:BATCH]) if found.state == WebhookEndpoint.State.ACTIVE else []
    maker = queries.maker(actor, party_id=found.party_id, user_id=found.user_id) if rows else None
    if rows and maker is not None:
        old = [found.old_secret] if found.old_until and found.old_until > now else []
        found.leased_until = now + LEASE
        found.save(update_fields=["leased_until"])
        return Batch(found, maker, [unseal(secret, messages.place_of(found.key)) for secret in [found.secret, *old]], rows)
    if rows:
        _switch_off(actor, found, "owner")
    found.leased_until, found.next_at = None, waiting.aggregate(first=Min("next_at"))["first"]
    found.save(update_fields=["leased_until", "next_at", "state", "reason"])
    return None


@action(None)
def settle(actor: Actor, *, webhook: int, outcomes: Sequence[tuple[WebhookDelivery, rules.Outcome]], dropped: Sequence[WebhookDelivery] = (), stay: bool = True) -> bool:
    """Note what came of each try, and when the receiver is tried again; return whether to go on with it now, which `stay` asks for."""
    _only_system(actor)
    found = WebhookEndpoint.objects.select_for_update().get(pk=webhook)
    now, last = timezone.now(), None
    for row, outcome in outcomes:
        last = outcome
        _note(row, outcome, now)
        if outcome.code:
            found.failures, found.failing_since = found.failures + 1, found.failing_since or now
        else:
            found.failures, found.failing_since, found.last_ok_at = 0, None, now
    for row in dropped:
        row.state, row.error, row.done_at = State.DROPPED, "not-allowed", now
    fields = ["state", "tries", "next_at", "done_at", "status", "milliseconds", "error", "answer"]
    WebhookDelivery.objects.bulk_update([row for row, _outcome in outcomes] + list(dropped), fields)
    failed = last is not None and bool(last.code)
    if failed and last is not None:
        reason = rules.why_off(last.status, found.failing_since, now)
        if reason and found.state == WebhookEndpoint.State.ACTIVE:
            _switch_off(actor, found, reason)
        first = WebhookDelivery.objects.filter(endpoint=found, state=State.WAITING).aggregate(first=Min("next_at"))["first"]
        found.next_at = max(first, now + rules.rest(found.failures, last.retry_after)) if first else None
    if failed or not stay:
        found.leased_until = None
    found.save(update_fields=["failures", "failing_since", "last_ok_at", "next_at", "leased_until", "state", "reason"])
    return stay and not failed


def _note(row: WebhookDelivery, outcome: rules.Outcome, now: datetime) -> None:
    row.tries, row.status, row.milliseconds, row.error, row.answer = row.tries + 1, outcome.status, outcome.milliseconds, outcome.code, outcome.answer
    wait = rules.next_try(row.tries, random.random()) if outcome.code else None  # noqa: S311
    if wait is None:
        row.state, row.done_at = State.FAILED if outcome.code else State.DELIVERED, now
    else:
        row.next_at = now + wait


def _switch_off(actor: Actor, webhook: WebhookEndpoint, reason: str) -> None:
    webhook.state, webhook.reason = WebhookEndpoint.State.DISABLED, reason
    record(actor, facts.WebhookDisabled(webhook_id=webhook.pk, reason=reason), party_id=webhook.party_id, subject=ref("api.webhook", webhook.pk), text=webhook.name)


@action(None)
def drop_old_deliveries(actor: Actor, *, now: datetime) -> int:
    """Remove what was sent or given up and whose time is over, and webhooks that were taken away and have no log any more; return how many messages."""
    _only_system(actor)
    count, _per = over(actor, "api.deliveries", now=now).delete()
    empty = ~Exists(WebhookDelivery.objects.filter(endpoint=OuterRef("pk")))
    WebhookEndpoint.objects.filter(empty, portal_id=actor.portal_id, state=WebhookEndpoint.State.REMOVED).delete()
    return count


__all__ = ["Batch", "drop_old_deliveries", "queue_events", "queue_period", "settle", "take_batch", "take_endpoints"]

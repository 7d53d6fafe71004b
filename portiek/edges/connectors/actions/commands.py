"""Writes of the outbox: what is to be done in the ERP, who does it now, how it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.edges.connectors import errors, facts, permissions, rules, sealed
from portiek.edges.connectors.about import of_command, only_the_portal
from portiek.edges.connectors.models import Command, Connection

State = Command.State
def _over(command: Command) -> None:
    """End a command: no secret stays in what is over."""
    command.done_at = timezone.now()
    command.payload = sealed.readable(command.payload)


NOT_CANCELLED = {"is-done": errors.IS_DONE, "under-way": errors.UNDER_WAY, "maybe-done": errors.MAYBE_DONE}


@action(None)
def queue_command(
    actor: Actor, *, connection: Connection, key: str, kind: str, aggregate: str, payload: dict[str, Any], problem: str = "", base_version: str = ""
) -> tuple[Command, bool]:
    """Put a command in the outbox, in the transaction of what asks for it, once per key and kind; return it and whether it is new.

    `problem`: why it cannot be sent as it is; a person must mend that first.
    """
    only_the_portal(actor)
    now = timezone.now()
    made, fresh = Command.objects.get_or_create(
        portal_id=actor.portal_id,
        connection=connection,
        key=key,
        kind=kind,
        defaults={
            "aggregate": aggregate,
            "payload": payload,
            "base_version": base_version,
            "created_at": now,
            "next_try_at": now,
            "state": State.NEEDS_HUMAN if problem else State.QUEUED,
            "code": "unmapped" if problem else "",
            "text": problem[:1000],
        },
    )
    if fresh:
        record(actor, facts.CommandQueued(command_id=made.pk, kind=kind), **of_command(made))
        if problem:
            record(actor, facts.CommandStuck(command_id=made.pk, code="unmapped"), **of_command(made))
    return made, fresh


@action(None)
def rewrite_command(actor: Actor, *, command: Command, payload: dict[str, Any], problem: str) -> Command:
    """Make a command anew from what it is about; only for one that never reached the ERP."""
    only_the_portal(actor)
    locked = Command.objects.select_for_update().get(pk=command.pk)
    if locked.maybe_done or locked.external_id or locked.state != State.QUEUED:
        return locked
    locked.payload = payload
    if problem:
        locked.state, locked.code, locked.text = State.NEEDS_HUMAN, "unmapped", problem[:1000]
        record(actor, facts.CommandStuck(command_id=locked.pk, code="unmapped"), **of_command(locked))
    locked.save(update_fields=["payload", "state", "code", "text"])
    return locked


@action(None)
def take_writer(actor: Actor, *, connection: Connection, token: str, seconds: float) -> bool:
    """Become the one who writes to an ERP for so many seconds, or stay it; False: somebody else is.

    Longer than the ERP's longest commit: what a killed writer left behind is then done or never will be.
    """
    only_the_portal(actor)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=Now()) | Q(lease_token=token)
    return bool(Connection.objects.filter(free, pk=connection.pk).update(lease_token=token, lease_until=Now() + timedelta(seconds=seconds)))


@action(None)
def release_writer(actor: Actor, *, connection: Connection, token: str) -> None:
    """Let another write."""
    only_the_portal(actor)
    Connection.objects.filter(pk=connection.pk, lease_token=token).update(lease_token="", lease_until=None)


def _takeable(connection: Connection) -> Any:
    """Return the commands that may be sent: due, not under way, and the first of what they are about."""
    earlier = Command.objects.open().filter(connection=connection, aggregate=OuterRef("aggregate"), pk__lt=OuterRef("pk"))
    return (
        Command.objects.filter(
            Q(taken_until__isnull=True) | Q(taken_until__lt=Now()),
            connection=connection,
            state__in=[State.QUEUED, State.FAILED, State.SENT],
            next_try_at__lte=Now(),
        )
        .filter(~Exists(earlier))
        .order_by("pk")
    )


@action(None)
def take_command(actor: Actor, *, connection: Connection, token: str, seconds: float) -> Command | None:
    """Take the oldest command that may be sent and mark it as under way. One that a dead worker left is looked for before it is sent."""
    only_the_portal(actor)
    if not take_writer(actor, connection=connection, token=token, seconds=seconds):
        return None
    found: Command | None = _takeable(connection).select_for_update().first()
    if found is None:
        return None
    if found.state == State.SENT:
        found.maybe_done = True
    found.state = State.SENT
    found.tries += 1
    found.taken_until = timezone.now() + timedelta(seconds=seconds)
    found.save(update_fields=["state", "tries", "taken_until", "maybe_done"])
    return found


@action(None)
def settle_command(actor: Actor, *, command: Command, outcome: rules.Outcome, external_id: str = "", number: str = "") -> Command | None:
    """Keep what a try led to; None when the command was taken over by another worker meanwhile, and then nothing is kept."""
    only_the_portal(actor)
    locked = Command.objects.select_for_update().get(pk=command.pk)
    if locked.tries != command.tries or locked.state != State.SENT:
        return None
    locked.state = State(outcome.state)
    locked.code, locked.text = outcome.code[:60], outcome.text.replace("\0", "")[:1000]
    locked.taken_until = None
    locked.next_try_at = timezone.now() + timedelta(seconds=outcome.wait)
    locked.maybe_done = outcome.maybe_done and locked.state != State.ACKNOWLEDGED
    locked.external_id, locked.number = external_id[:64] or locked.external_id, number[:64] or locked.number
    if outcome.fault:
        locked.faults += 1
    if not outcome.counts:
        locked.tries -= 1
    if locked.state == State.ACKNOWLEDGED:
        _over(locked)
        record(actor, facts.CommandAcknowledged(command_id=locked.pk, number=locked.number), **of_command(locked))
    elif locked.state == State.NEEDS_HUMAN:
        record(actor, facts.CommandStuck(command_id=locked.pk, code=locked.code), **of_command(locked))
    locked.save(update_fields=["state", "code", "text", "taken_until", "next_try_at", "maybe_done", "external_id", "number", "faults", "tries", "done_at", "payload"])
    return locked


@action(None)
def drop_command(actor: Actor, *, command: Command, reason: str) -> Command:
    """Strike a command that no longer makes sense, such as a change of what is otherwise by now; one that the ERP has or may have stays."""
    only_the_portal(actor)
    locked = Command.objects.select_for_update().get(pk=command.pk)
    if rules.why_not_cancel(locked.state, maybe_done=locked.maybe_done) is None:
        locked.state, locked.cancel_reason = State.CANCELLED, reason[:200]
        _over(locked)
        locked.save(update_fields=["state", "cancel_reason", "done_at", "payload"])
    return locked


@action(None)
def hurry_commands(actor: Actor, *, connection: Connection) -> None:
    """Let what waits for its next try go now: a person stands by, or a test."""
    only_the_portal(actor)
    Command.objects.filter(connection=connection, state__in=[State.QUEUED, State.FAILED, State.SENT], taken_until__isnull=True).update(next_try_at=Now())


@action(permissions.MANAGE)
def retry_command(actor: Actor, *, command: Command) -> Command:
    """Send a stuck command again. Raises Refused when it is not stuck any more."""
    locked = Command.objects.select_for_update().get(pk=command.pk)
    if locked.state not in (State.NEEDS_HUMAN, State.FAILED):
        raise Refused(errors.NOT_STUCK, key=locked.key)
    locked.state, locked.code, locked.text, locked.tries, locked.faults = State.QUEUED, "", "", 0, 0
    locked.next_try_at = timezone.now()
    locked.save(update_fields=["state", "code", "text", "tries", "faults", "next_try_at"])
    record(actor, facts.CommandRetried(command_id=locked.pk), **of_command(locked))
    return locked


@action(permissions.MANAGE)
def cancel_command(actor: Actor, *, command: Command, reason: str) -> Command:
    """Give a command up, with the reason; what it was about hears of it. Raises Refused when the ERP has it, or may have it."""
    locked = Command.objects.select_for_update().get(pk=command.pk)
    if problem := rules.why_not_cancel(locked.state, maybe_done=locked.maybe_done):
        raise Refused(NOT_CANCELLED[problem], key=locked.key)
    locked.state, locked.cancel_reason = State.CANCELLED, reason[:200]
    _over(locked)
    locked.save(update_fields=["state", "cancel_reason", "done_at", "payload"])
    record(actor, facts.CommandCancelled(command_id=locked.pk, reason=reason[:200]), **of_command(locked))
    return locked

"""Messages on devices: switched on and off by each for himself, at the gate; gathered, taken out and settled by the portal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.egress import is_callable
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.core.sealing import seal
from portiek.core.sessions import token_hash
from portiek.foundation.notifications import facts, push, queries, rules
from portiek.foundation.notifications.kinds import DIGEST
from portiek.foundation.notifications.models import Device, Notification, Push

CLAIM = timedelta(minutes=5)
AT_ONCE = 48


def _person(actor: Actor) -> int:
    if actor.kind != "auth" or not actor.user_id:
        raise Forbidden("whose device it is is the person himself")
    return actor.user_id


def _system(actor: Actor) -> None:
    if actor.kind != "system":
        raise Refused("notifications-system")


@action(None)
def add_device(actor: Actor, *, subscription: str, session_id: int, name: str) -> Device:
    """Let messages come to the browser of this session of the person of the gate; whoever had it before has it no longer. `subscription`: the JSON that the browser made.

    Raises Refused for what no browser makes, an address that may not be called, and beyond ten devices.
    """
    user_id, address = _person(actor), push.taken(subscription)
    if not is_callable(address["endpoint"]):
        raise Refused("notifications-device")
    key = token_hash(address["endpoint"])
    Device.objects.filter(key=key).delete()
    Device.objects.filter(session_id=session_id, user_id=user_id).delete()
    if len(queries.devices(actor)) >= rules.MOST_DEVICES:
        raise Refused("notifications-devices-many")
    sealed = seal(json.dumps(address), rules.place_of_device(key))
    made = Device.objects.create(portal_id=actor.portal_id, user_id=user_id, session_id=session_id, key=key, address=sealed, name=name[:120], made_at=timezone.now())
    record(actor, facts.DeviceAdded(user_id=user_id, device_id=made.pk), subject=ref("accounts.user", user_id), text=actor.name)
    return made


@action(None)
def renew_device(actor: Actor, *, endpoint: str, subscription: str, session_id: int) -> None:
    """Take the new address that a browser gave its device by itself. The old one is the proof: nobody but the browser knows it. Raises NotFound without it."""
    found = next((row for row in queries.devices(actor) if bytes(row.key) == token_hash(endpoint) and row.session_id == session_id), None)
    if found is None:
        raise NotFound
    add_device(actor, subscription=subscription, session_id=session_id, name=found.name)


@action(None)
def remove_device(actor: Actor, *, device_id: int) -> None:
    """Let no more messages come to a device of the person of the gate. Raises NotFound."""
    found = queries.device(actor, device_id)
    Device.objects.filter(pk=found.pk).delete()
    record(actor, facts.DeviceRemoved(user_id=_person(actor), device_id=found.pk), subject=ref("accounts.user", actor.user_id), text=actor.name)


@action(None)
def try_device(actor: Actor, *, device_id: int, party_id: int | None) -> None:
    """Send a message to a device of the person of the gate, to see whether it comes in, in the name of the company he acts for. Raises NotFound."""
    found, now = queries.device(actor, device_id), timezone.now()
    # Without RETURNING: the gate puts in what it may not look at.
    Push.objects.bulk_create([_made(actor, found, user_id=_person(actor), party_id=party_id, now=now)], ignore_conflicts=True)
    defer(actor, named("notifications.send_pushes"), of=actor.portal_id)


def _made(actor: Actor, device: Device, *, user_id: int, party_id: int | None, now: datetime, kind: str = "", subject: str = "", items: Sequence[int] = ()) -> Push:
    return Push(portal_id=actor.portal_id, party_id=party_id, user_id=user_id, device_id=device.pk, device_name=device.name, kind=kind, subject=subject, items=list(items), created_at=now, next_at=now)


@action(None)
def gather_pushes(actor: Actor, *, user_id: int, now: datetime) -> int:
    """Put all that is due to one person on his devices in one message a company, most urgent first; return how many messages that makes. Only as the portal itself.

    Left out is what he saw at the bell meanwhile, what a task no longer asks, and what a company tells in which he has no place any more.
    """
    _system(actor)
    rows = list(Notification.objects.filter(portal_id=actor.portal_id, user_id=user_id, push_at__lte=now).order_by("pk").select_for_update(skip_locked=True, of=("self",))[:200])
    by_party: dict[int | None, list[Notification]] = {}
    for row in queries.still_worth(actor, user_id, rows):
        by_party.setdefault(row.party_id, []).append(row)
    made = [
        _made(actor, device, user_id=user_id, party_id=party_id, now=now, kind=found[0].kind if len(found) == 1 else DIGEST, subject=found[0].subject if len(found) == 1 else "", items=[row.pk for row in found])
        for party_id, found in by_party.items()
        for device in queries.devices_now(actor, user_id, party_id)
    ]  # fmt: skip
    Push.objects.bulk_create(made)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(push_at=None)
    if made:
        defer(actor, named("notifications.send_pushes"), of=actor.portal_id)
    return len(made)


@action(None)
def take_pushes(actor: Actor, *, now: datetime) -> list[tuple[Push, push.Parcel]]:
    """Take what is due to devices, for five minutes alone, written as it is right now. What nobody is to hear any more is dropped, and kept as that. Only as the portal itself."""
    _system(actor)
    rows = list(Push.objects.filter(portal_id=actor.portal_id, state=Push.State.WAITING, next_at__lte=now).order_by("next_at").select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    taken = []
    for row in rows:
        device = next((item for item in queries.devices_now(actor, row.user_id, row.party_id) if item.pk == row.device_id), None)
        parcel = push.parcel(actor, row, device, now) if device and row.created_at + rules.PUSH_DAY > now else None
        row.tries, row.next_at, row.state = row.tries + 1, now + CLAIM, Push.State.WAITING if parcel else Push.State.DROPPED
        if parcel:
            taken.append((row, parcel))
    Push.objects.bulk_update(rows, ["tries", "next_at", "state"])
    return taken


@action(None)
def settle_pushes(actor: Actor, *, outcomes: Sequence[tuple[Push, push.Outcome]], now: datetime) -> None:
    """Note how messages went, and when to try again; a device that takes none any more is forgotten. Only as the portal itself."""
    _system(actor)
    for row, outcome in outcomes:
        again = rules.next_push(row.tries, row.created_at, now, outcome.retry_after) if outcome.what == "again" else None
        row.error = outcome.error
        if again is not None:
            row.next_at = again
        else:
            row.state = {"sent": Push.State.SENT, "ended": Push.State.ENDED}.get(outcome.what, Push.State.FAILED)
            row.sent_at = now if outcome.what == "sent" else None
    Push.objects.bulk_update([row for row, _outcome in outcomes], ["error", "next_at", "state", "sent_at"])
    Device.objects.filter(portal_id=actor.portal_id, pk__in=[row.device_id for row, outcome in outcomes if outcome.what == "ended"]).delete()
    Device.objects.filter(portal_id=actor.portal_id, pk__in=[row.device_id for row, outcome in outcomes if outcome.what == "sent"]).update(used_at=now)


@action(None)
def drop_old_pushes(actor: Actor, *, now: datetime) -> int:
    """Remove the messages to devices whose time is over, and the devices of sessions that ended; return how many. Only the portal itself."""
    _system(actor)
    left, _per = Device.objects.filter(portal_id=actor.portal_id, pk__in=queries.left_devices(actor)).delete()
    count, _per = over(actor, "notifications.push", now=now).delete()
    return int(left) + int(count)

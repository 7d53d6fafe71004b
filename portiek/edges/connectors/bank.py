"""An account that four eyes accepted, on its way to the ERP; and what the outbox means for who accepted it. Runs in the transaction of the change."""

from __future__ import annotations

from typing import Any

from portiek.core.actor import Actor
from portiek.core.refs import ref
from portiek.edges.connectors import actions, kinds, sealed, wording
from portiek.edges.connectors.models import Command, Connection
from portiek.foundation.banking import permissions, queries
from portiek.foundation.banking.actions import REF
from portiek.foundation.banking.models import BankChange
from portiek.foundation.tasks import actions as tasks

KIND = "set_account"


def key_of(change_id: int) -> str:
    """Return the key under which the ERP gets a change."""
    return f"B-{change_id}"


def _payload(actor: Actor, change: BankChange) -> tuple[dict[str, Any], str]:
    """Return the payload of a change, its numbers sealed, and why it cannot be sent (empty: it can)."""
    party, before = change.party, queries.account_before(actor, change)
    number, replaced = queries.whole_number(actor, change), queries.whole_number(actor, before) if before else ""
    payload = {"change": change.pk, "party": party.external_id or "", "holder": change.holder, "iban": change.mask, **({"replaces": before.mask} if before else {}),
               sealed.KEY: sealed.closed(actor.portal_id, KIND, key_of(change.pk), {"iban": number, "replaces": replaced if replaced != number else ""})}
    if queries.last_counted(actor, party_id=party.pk) != change.pk:
        return payload, wording.newer_account()
    return payload, "" if party.external_id else wording.unknown("party", f"{party.number} {party.name}")


def queue(actor: Actor, change_id: int, connection: Connection) -> Command:
    """Put an account that counts from now on in the outbox, once; what waited there for an earlier one of the party is struck."""
    change = queries.change(actor, change_id)
    payload, problem = _payload(actor, change)
    about = ref("parties.party", change.party_id)
    for command in Command.objects.open().filter(connection=connection, kind=KIND, aggregate=about).exclude(key=key_of(change.pk)).order_by("pk"):
        stuck(actor, actions.drop_command(actor, command=command, reason=wording.newer_account()))
    command, _fresh = actions.queue_command(actor, connection=connection, key=key_of(change.pk), kind=KIND, aggregate=about, payload=payload, problem=problem)
    stuck(actor, command)
    return command


def stuck(actor: Actor, command: Command) -> None:
    """Ask who accepts accounts for what needs a person, and end the asking when it no longer does."""
    change = queries.change(actor, int(command.payload["change"]))
    if command.state == Command.State.NEEDS_HUMAN:
        tasks.ask(actor, kind=kinds.ACCOUNT_STUCK, subject=ref(REF, change.pk), right=permissions.DECIDE, about_id=change.party_id,
                  values={"party": change.party.name, "mask": change.mask, "cause": command.text or wording.cause(command.code)})
    else:
        tasks.settle(actor, kind=kinds.ACCOUNT_STUCK, subject=ref(REF, change.pk))


def retried(actor: Actor, command: Command) -> Command:
    """Staff sent it again: what it says is made anew when the ERP never saw it."""
    payload, problem = _payload(actor, queries.change(actor, int(command.payload["change"])))
    return actions.rewrite_command(actor, command=command, payload=payload, problem=problem)

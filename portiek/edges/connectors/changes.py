"""An accepted change of a party's data on its way to the ERP, and what the outbox means for its proposal. Runs in the transaction of the change."""

from __future__ import annotations

from typing import cast

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.refs import ref
from portiek.edges.connectors import actions, contract, wording
from portiek.edges.connectors.models import Command, Connection
from portiek.foundation.parties.models import Party
from portiek.foundation.proposals import actions as proposals
from portiek.foundation.proposals import queries
from portiek.foundation.proposals.models import Proposal

KIND = "change_party"


def queue(actor: Actor, proposal_id: int, connection: Connection) -> Command | None:
    """Put an accepted proposal in the outbox, once; None when it no longer waits for the ERP."""
    found = queries.proposal(actor, proposal_id)
    if found.state != Proposal.State.ACCEPTED:
        return None
    try:
        row = queries.row_of(actor, found.subject, found.subject_id)
    except NotFound:
        proposals.mark_outdated(actor, proposal_id=found.pk, current=None)
        return None
    party = found.party.external_id or ""
    external_id = party if isinstance(row, Party) else row.external_id or ""
    wanted = contract.ChangeParty(party, found.subject, external_id, found.old, found.new)
    problem = "" if party and external_id else wording.unknown("party", f"{found.party.number} {found.party.name}")
    command, _fresh = actions.queue_command(
        actor, connection=connection, key=f"W-{found.pk}", kind=KIND, aggregate=ref(proposals.REF, found.pk), payload=wanted.as_payload(), problem=problem
    )
    stuck(actor, command)
    return command


def _proposal_id(command: Command) -> int | None:
    """Return the proposal a command is about, or None when it is about something else."""
    kind, _, key = command.aggregate.partition(":")
    return int(key) if kind == proposals.REF and key.isdigit() else None


def written(actor: Actor, command: Command) -> None:
    """The ERP has it."""
    if (key := _proposal_id(command)) is not None:
        proposals.mark_written(actor, proposal_id=key)


def overtaken(actor: Actor, command: Command, current: contract.Change) -> Command:
    """Somebody changed the field in the ERP meanwhile: the proposal is over, and so is the command."""
    key = _proposal_id(command)
    if key is None:
        return command
    wanted = contract.ChangeParty.from_payload(command.payload)
    now = wanted.current(cast("contract.PartyRecord", current.data)) if current.data is not None else None
    proposals.mark_outdated(actor, proposal_id=key, current=now)
    return actions.drop_command(actor, command=command, reason=wording.cause("conflict"))


def drop(actor: Actor, proposal_id: int) -> None:
    """The proposal is over: what waits for it in the outbox too."""
    for command in Command.objects.open().filter(aggregate=ref(proposals.REF, proposal_id)).order_by("pk"):
        actions.drop_command(actor, command=command, reason=wording.over())


def stuck(actor: Actor, command: Command) -> None:
    """The ERP did not take it: the proposal says why, and asks staff."""
    key = _proposal_id(command)
    if key is not None and command.state == Command.State.NEEDS_HUMAN:
        proposals.mark_failed(actor, proposal_id=key, cause=command.text or wording.cause(command.code))


def retried(actor: Actor, command: Command) -> None:
    """Staff sent it again."""
    if (key := _proposal_id(command)) is not None and command.state == Command.State.QUEUED:
        proposals.mark_waiting(actor, proposal_id=key)


def given_up(actor: Actor, command: Command) -> None:
    """Staff gave it up: the party reads the reason."""
    if (key := _proposal_id(command)) is not None:
        proposals.give_up(actor, proposal_id=key, reason=command.cancel_reason)

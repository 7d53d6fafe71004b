"""Writing to an ERP: one command at a time, oldest first, looked for before it is sent again."""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from portiek.core.db import scope
from portiek.core.sealing import Unsealable
from portiek.edges.connectors import actions, contract, effects, pulling, records, rules, sealed
from portiek.edges.connectors.models import Command
from portiek.edges.connectors.sessions import Session

logger = logging.getLogger("portiek.connectors")
# Room for the calls of one command, on top of the ERP's longest commit.
CALLS = 180.0


def push_due(session: Session, *, until: float, monotonic: Callable[[], float] = time.monotonic) -> int:
    """Send what may be sent until nothing is left, the time is over or the ERP is down; return how many were tried.

    Opens its own scopes; call it outside one. A worker that is killed leaves its lease: the next waits it out and looks before it sends.
    """
    actor, connection, token, tried = session.actor, session.connection, secrets.token_hex(8), 0
    seconds = session.longest_commit + CALLS
    while session.has_room(for_order=True):
        with scope(actor):
            command = actions.take_command(actor, connection=connection, token=token, seconds=seconds)
            if command is not None:
                effects.sent(actor, command)
        if command is None:
            break
        tried += 1
        outcome, answer = _attempt(session, command)
        # What the ERP says may repeat what it was told.
        outcome = replace(outcome, text=sealed.hidden(command, outcome.text)) if outcome.code != "sealed" else outcome
        reached = _settle(session, command, outcome, answer)
        if not reached or monotonic() >= until:
            break
    with scope(actor):
        actions.release_writer(actor, connection=connection, token=token)
    return tried


Answer = contract.Done | contract.Rejected | contract.NeedsDecision | contract.Conflict | None


def _attempt(session: Session, command: Command) -> tuple[rules.Outcome, Answer]:
    """Look whether the ERP has it, send it if not, and say what that led to. Never raises."""
    try:
        payload = sealed.opened(command)
    except Unsealable:
        return rules.Outcome("needs_human", "sealed"), None
    asked = contract.Command(command.kind, command.key, command.aggregate, command.external_id or None, command.base_version or None, payload)
    capability = session.capabilities.commands.get(command.kind)
    chance, maybe_done = random.random(), command.maybe_done  # noqa: S311
    if capability is None:
        answer = contract.Rejected("unsupported", f"this ERP has no {command.kind}", fault=True)
        return rules.outcome(answer, command.tries, chance), answer
    try:
        if command.maybe_done or not capability.has_idempotency:
            found = session.counted(lambda connector: connector.find(asked))
            if found is not None and found.complete:
                done = contract.Done(found.external_id, found.version, found.number, found.data)
                return rules.outcome(done, command.tries, chance), done
            if found is None and command.maybe_done and command.code == "pending":
                return rules.outcome(contract.Pending(""), command.tries, chance), None
            # Seen with our own eyes: it is not there.
            maybe_done = found is not None
        result = session.counted(lambda connector: connector.push(asked))
        outcome = rules.outcome(result, command.tries, chance)
    except contract.ConnectorError as problem:
        code, text, after = pulling.as_error(problem)
        if code in ("unreachable", "denied"):
            wait = max(after or 0.0, rules.backoff(1, chance))
            return rules.Outcome("failed", code, text, wait, maybe_done=maybe_done, reached=False, counts=False), None
        return rules.outcome_of_fault(text, command.faults + 1, chance), None
    except Exception as problem:
        # The words of a problem may hold what was opened.
        logger.error("connection %s: command %s broke the connector (%s)", session.connection.pk, command.pk, type(problem).__name__, exc_info=sealed.KEY not in command.payload)
        code, text, _after = pulling.as_error(problem)
        if code == "unreachable":
            return rules.outcome(contract.Retry(0.0, True, text), command.tries, chance), None
        return rules.outcome_of_fault(text, command.faults + 1, chance), None
    if outcome.maybe_done and outcome.code == "unsure":
        # What timed out may still be on its way in: looking sooner would find nothing and send a second one.
        outcome = rules.Outcome(outcome.state, outcome.code, outcome.text, max(outcome.wait, session.longest_commit), True, outcome.reached, outcome.counts)
    elif maybe_done and outcome.state != "acknowledged" and outcome.code == "unreachable":
        outcome = rules.Outcome(outcome.state, outcome.code, outcome.text, outcome.wait, True, outcome.reached, outcome.counts)
    return outcome, result if isinstance(result, contract.Done | contract.Rejected | contract.NeedsDecision | contract.Conflict) else None


def _settle(session: Session, command: Command, outcome: rules.Outcome, answer: Answer) -> bool:
    """Keep the outcome, what the ERP made of it and what it means for the order, in one transaction; return whether to go on."""
    actor, connection = session.actor, session.connection
    external_id = str(getattr(answer, "external_id", None) or "")
    number = str(getattr(answer, "number", "") or "")
    if len(external_id) > records.MAX_ID or "\0" in external_id + number:
        outcome, external_id, number, answer = rules.outcome_of_fault("an id that cannot be kept", command.faults + 1, 0.5), "", "", None
    with scope(actor):
        settled = actions.settle_command(actor, command=command, outcome=outcome, external_id=external_id, number=number)
        if settled is not None:
            effects.settled(actor, settled, answer)
    with scope(actor):
        if outcome.reached:
            actions.note_answer(actor, connection=connection)
            return True
        actions.note_failure(actor, connection=connection, text=outcome.text)
        return False

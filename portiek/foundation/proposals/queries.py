"""Every read of proposals."""

from __future__ import annotations

from collections.abc import Sequence

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import NotFound
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.ownership import MODELS, Row
from portiek.foundation.proposals.models import Acceptance, Proposal, ProposalQuerySet

NEWEST = ("-id",)
COUNT_TO = 100


def proposals(actor: Actor, *, state: str = "", party_id: int | None = None, care: bool = False) -> ProposalQuerySet:
    """Return the proposals an actor sees: staff those of every party, a party its own. `care`: of whom he looks after."""
    found = Proposal.objects.select_related("party")
    if state == "open":
        found = found.open()
    elif state:
        found = found.filter(state=state)
    if party_id is not None:
        found = found.filter(party_id=party_id)
    return found.filter(party_id__in=accounts.own_parties(actor)) if care else found


def proposal(actor: Actor, key: int) -> Proposal:
    """Return one proposal. Raises NotFound."""
    found = Proposal.objects.select_related("party").filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def open_about(actor: Actor, *, subject: str, keys: Sequence[int]) -> dict[tuple[int, str], Proposal]:
    """Return what is under way about parties, addresses or contacts, by id and field."""
    return {(row.subject_id, row.field): row for row in Proposal.objects.open().filter(subject=subject, subject_id__in=list(keys))}


def row_of(actor: Actor, subject: str, key: int) -> Row:
    """Return the party, address or contact that a proposal is about; a party finds its own alone. Raises NotFound."""
    model = MODELS[subject]
    found = model.objects.filter(pk=key)
    if actor.party_id is not None:
        found = found.filter(**{"pk" if model is Party else "party_id": actor.party_id})
    if model is not Party:
        found = found.filter(is_active=True)
    row = found.first()
    if row is None:
        raise NotFound
    return row


def at_once(actor: Actor) -> set[tuple[str, str]]:
    """Return the fields that are accepted by rule, as (subject, field)."""
    return set(Acceptance.objects.values_list("subject", "field"))


def counting(actor: Actor) -> Counting:
    """Say how to count what waits for staff, up to a hundred."""
    return Counting(f"SELECT count(*) FROM (SELECT FROM proposals_proposal WHERE portal_id = %s AND state = 'proposed' LIMIT {COUNT_TO}) t", (actor.portal_id,))

"""Every write about proposals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.ownership import MODELS, Owned, Row, field_of, fields_of, lengths, owner_of, subject_of, values_of
from portiek.foundation.proposals import errors as _words  # noqa: F401  registers the words of what is refused
from portiek.foundation.proposals import facts, permissions, rules
from portiek.foundation.proposals.models import Acceptance, Proposal

State = Proposal.State
REF = "proposals.proposal"


@dataclass(frozen=True)
class Sent:
    """What became of a form: fields that were changed at once, and proposals that were made."""

    changed: int
    proposed: tuple[Proposal, ...]


def _told(actor: Actor, fact: Fact, proposal: Proposal) -> None:
    record(actor, fact, party_id=proposal.party_id, subject=ref(REF, proposal.pk), text=proposal.label)


def _own(actor: Actor, row: Row) -> int:
    """Return the party of a row; a stranger's does not exist for a party."""
    party_id = row.pk if isinstance(row, Party) else row.party_id
    if actor.party_id != party_id:
        raise NotFound
    return party_id


def _checked(item: Owned, values: Mapping[str, str]) -> dict[str, str]:
    """Return what may be proposed as it is kept. Raises Refused for another shape than the field's."""
    if set(values) - set(item.columns) or not all(isinstance(value, str) for value in values.values()):
        raise Refused("proposal-field", field=item.key)
    found = {name: " ".join(values[name].replace("\0", " ").split()) for name in values}
    for name, length in lengths(item).items():
        if len(found.get(name, "")) > length:
            raise Refused("proposal-too-long", field=name, length=length)
        if name in found and not found[name] and name in item.needed:
            raise Refused("proposal-empty", field=name)
    return found


@action(permissions.PROPOSE)
def send(actor: Actor, row: Row, *, values: Mapping[str, str], note: str = "") -> Sent:
    """Take what somebody filled in about his own company: his own fields change at once, of the others a change is proposed.

    `values` by column, only what he changed. Raises Refused for a column that is neither, and when a change of the field is under way already.
    """
    subject = subject_of(row)
    _own(actor, row)
    owned = {name: item for item in fields_of(subject) for name in item.columns}
    if stranger := next((name for name in values if name not in owned or not (owned[name].may_propose or owned[name].owner == "party")), None):
        raise Refused("proposal-field", field=stranger)
    own = {name: value for name, value in values.items() if owned[name].owner == "party"}
    if own:
        parties.change_own(actor, row, values=own)
    made = []
    for item in fields_of(subject):
        asked = {name: values[name] for name in item.columns if name in values}
        if asked and item.owner != "party" and (proposal := propose(actor, row, field=item.key, values=asked, note=note)):
            made.append(proposal)
    return Sent(len(own), tuple(made))


@action(permissions.PROPOSE)
def propose(actor: Actor, row: Row, *, field: str, values: Mapping[str, str], note: str = "") -> Proposal | None:
    """Propose another value of one field; None when it has that value. One open proposal for a field: Raises Refused when there is one."""
    subject = subject_of(row)
    item = field_of(subject, field)
    if item is None or not item.may_propose:
        raise Refused("proposal-field", field=field)
    asked = _checked(item, values)
    # The party's own row is what two colleagues who propose the same wait for.
    locked = Party.objects.select_for_update().filter(pk=_own(actor, row)).first()
    found = type(row).objects.filter(pk=row.pk).first()
    if locked is None or found is None:
        raise NotFound
    old = values_of(item, found)
    new = {**old, **asked}
    if old == new:
        return None
    if Proposal.objects.open().about(subject, row.pk).filter(field=field).exists():
        raise Refused("proposal-open", field=item.columns[0])
    made = Proposal.objects.create(portal_id=actor.portal_id, party_id=locked.pk, subject=subject, subject_id=row.pk, label=str(found)[:200], field=field, old=old, new=new, note=rules.first_letters(note),
                                   proposed_by=actor.user_id, proposed_name=actor.name[:120], proposed_at=timezone.now())
    _told(actor, facts.ProposalMade(proposal_id=made.pk, field=f"{subject}.{field}"), made)
    return made


def _locked(proposal_id: int) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).select_related("party").filter(pk=proposal_id).first()
    if found is None:
        raise NotFound
    return found


def _to_decide(proposal: Proposal) -> Proposal:
    found = _locked(proposal.pk)
    if found.state != State.PROPOSED:
        raise Refused("proposal-decided")
    return found


def _end(found: Proposal, state: State, **more: object) -> None:
    found.state, found.ended_at = state, timezone.now()
    for name, value in more.items():
        setattr(found, name, value)
    found.save(update_fields=["state", "ended_at", *more])


@action(permissions.PROPOSE)
def withdraw(actor: Actor, *, proposal: Proposal) -> Proposal:
    """Take a proposal of one's own party back. Raises Refused once it was decided."""
    if actor.party_id != proposal.party_id:
        raise NotFound
    # What is decided the database does not give a party to change: then none is found.
    found = Proposal.objects.select_for_update().filter(pk=proposal.pk).first()
    if found is None or found.state != State.PROPOSED:
        raise Refused("proposal-decided")
    _end(found, State.WITHDRAWN, decided_name=actor.name[:120])
    _told(actor, facts.ProposalWithdrawn(proposal_id=found.pk), found)
    return found


@action(permissions.MANAGE)
def accept(actor: Actor, *, proposal: Proposal) -> Proposal:
    """Accept a proposal: a field of the administration waits for it, another is written at once.

    What got another value meanwhile is overtaken instead; look at the state of what is returned. Raises Refused when it was decided already.
    """
    found = _to_decide(proposal)
    row = MODELS[found.subject].objects.select_for_update().get(pk=found.subject_id)
    item = field_of(found.subject, found.field)
    if item is None:
        raise Refused("proposal-field")
    if after := rules.meanwhile(found.state, found.old, found.new, values_of(item, row)):
        _overtake(actor, found, after, values_of(item, row))
        return found
    found.decided_name, found.decided_at, found.by_rule = actor.name[:120], timezone.now(), actor.kind == "system"
    found.state = State.ACCEPTED
    found.save(update_fields=["state", "decided_name", "decided_at", "by_rule"])
    _told(actor, facts.ProposalAccepted(proposal_id=found.pk, by_rule=found.by_rule), found)
    if owner_of(item, row) != "erp":
        parties.write_field(actor, row, field=found.field, values=found.new)
        _end(found, State.WRITTEN)
        _told(actor, facts.ProposalWritten(proposal_id=found.pk), found)
    return found


@action(permissions.MANAGE)
def refuse(actor: Actor, *, proposal: Proposal, reason: str) -> Proposal:
    """Refuse a proposal, or give up one that the administration did not take, with the reason that the party reads."""
    found = _locked(proposal.pk)
    if found.state not in (State.PROPOSED, State.FAILED):
        raise Refused("proposal-decided")
    _end(found, State.REFUSED, reason=rules.first_letters(reason), decided_name=actor.name[:120], decided_at=timezone.now())
    _told(actor, facts.ProposalRefused(proposal_id=found.pk), found)
    return found


def _overtake(actor: Actor, found: Proposal, after: rules.Meanwhile, current: Mapping[str, str]) -> None:
    _end(found, State(after or ""), current=dict(current))
    _told(actor, facts.ProposalWritten(proposal_id=found.pk) if after == "written" else facts.ProposalOutdated(proposal_id=found.pk), found)


@action(None)
def compare(actor: Actor, *, party_ids: Collection[int]) -> None:
    """Look again at what is under way of parties whose data changed: what has the proposed value is done, what has a third is overtaken. System only."""
    _only_the_portal(actor)
    for found in Proposal.objects.open().select_for_update().filter(party_id__in=list(party_ids)).order_by("pk"):
        row, item = MODELS[found.subject].objects.filter(pk=found.subject_id).first(), field_of(found.subject, found.field)
        if row is None or item is None:
            continue
        current = values_of(item, row)
        if after := rules.meanwhile(found.state, found.old, found.new, current):
            _overtake(actor, found, after, current)


@action(None)
def mark_written(actor: Actor, *, proposal_id: int) -> None:
    """The administration has the proposed value. System only."""
    _only_the_portal(actor)
    found = _locked(proposal_id)
    if found.state in (State.ACCEPTED, State.FAILED):
        _end(found, State.WRITTEN, cause="")
        _told(actor, facts.ProposalWritten(proposal_id=found.pk), found)


@action(None)
def mark_failed(actor: Actor, *, proposal_id: int, cause: str) -> None:
    """The administration did not take it: staff see why; the next try may. System only."""
    _only_the_portal(actor)
    found = _locked(proposal_id)
    if found.state == State.ACCEPTED:
        found.state, found.cause = State.FAILED, rules.first_letters(cause)
        found.save(update_fields=["state", "cause"])
        _told(actor, facts.ProposalFailed(proposal_id=found.pk), found)


@action(None)
def give_up(actor: Actor, *, proposal_id: int, reason: str) -> None:
    """Staff gave up handing it to the administration, with a reason. System only."""
    _only_the_portal(actor)
    found = _locked(proposal_id)
    if found.state in (State.ACCEPTED, State.FAILED):
        _end(found, State.REFUSED, reason=rules.first_letters(reason))
        _told(actor, facts.ProposalRefused(proposal_id=found.pk), found)


@action(None)
def mark_waiting(actor: Actor, *, proposal_id: int) -> None:
    """What failed is on its way to the administration again. System only."""
    _only_the_portal(actor)
    Proposal.objects.filter(pk=proposal_id, state=State.FAILED).update(state=State.ACCEPTED, cause="")


@action(None)
def mark_outdated(actor: Actor, *, proposal_id: int, current: Mapping[str, str] | None) -> None:
    """The administration has another value than the one that was to be changed. System only."""
    _only_the_portal(actor)
    found = _locked(proposal_id)
    if found.state in rules.OPEN:
        _end(found, State.OUTDATED, current=dict(current) if current else None)
        _told(actor, facts.ProposalOutdated(proposal_id=found.pk), found)


def _only_the_portal(actor: Actor) -> None:
    if actor.kind != "system":
        raise Forbidden("the portal itself does this")


@action(permissions.MANAGE)
def set_rules(actor: Actor, *, at_once: Collection[tuple[str, str]]) -> None:
    """Choose the fields whose proposals are accepted by rule; the others wait for staff."""
    wanted = {(item.subject, item.key) for pair in at_once if (item := field_of(*pair)) and item.may_propose}
    now = {(row.subject, row.field): row for row in Acceptance.objects.select_for_update().order_by("pk")}
    Acceptance.objects.bulk_create([Acceptance(portal_id=actor.portal_id, subject=subject, field=field, set_by=actor.name[:120], set_at=timezone.now()) for subject, field in sorted(wanted - now.keys())],
                                   ignore_conflicts=True)
    Acceptance.objects.filter(pk__in=[row.pk for pair, row in now.items() if pair not in wanted]).delete()
    for subject, field in sorted(wanted ^ now.keys()):
        record(actor, facts.RuleChanged(field=f"{subject}.{field}", at_once=(subject, field) in wanted), text=f"{subject}.{field}")

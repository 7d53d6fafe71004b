"""What follows from a proposal: who is asked, who is told, what a rule accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to, reacts_together_to
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.foundation.parties.facts import PartyChanged
from portiek.foundation.proposals import actions, facts, permissions, queries
from portiek.foundation.proposals.models import Proposal
from portiek.foundation.proposals.wording import field_label, said
from portiek.foundation.tasks.actions import ask, settle
from portiek.foundation.tasks.kinds import task_kind


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("proposals:detail", args=[subject.rpartition(":")[2]])


topic("proposals", _("Company details"), 60)
DECIDE = task_kind(
    "proposals.proposal_decide",
    title=_("{party} proposes another {field}"),
    detail=_("{old} becomes {new}. Asked by {name}."),
    action=_("Look at it"),
    icon="pencil",
    url=_url,
    mail="now",
    label=_("A customer or supplier proposes a change of its data"),
    several=_("{count} changes of data wait for you"),
    right=permissions.MANAGE,
    audience="staff",
)
FAILED = task_kind(
    "proposals.proposal_failed",
    title=_("The administration did not take another {field} of {party}"),
    detail=_("{cause}"),
    action=_("Look at it"),
    icon="triangle-alert",
    tone="stop",
    url=_url,
    label=_("The administration did not take a change"),
    several=_("{count} changes were not taken by the administration"),
    right=permissions.MANAGE,
    audience="staff",
)
WRITTEN = message_kind(
    "proposals.proposal_written",
    title=_("Your change has been taken over: {field}"),
    body=_("{field} is now {new}."),
    url=_url,
    action=_("See the change"),
    icon="circle-check",
    label=_("A change that you proposed is taken over"),
    several=_("{count} changes are taken over"),
    right=permissions.PROPOSE,
    mail="daily",
)
REFUSED = message_kind(
    "proposals.proposal_refused",
    title=_("Your change was not taken over: {field}"),
    body=_("{field} stays {old}. The reason: {reason}"),
    url=_url,
    action=_("See the change"),
    icon="circle-x",
    label=_("A change that you proposed is refused"),
    several=_("{count} changes are refused"),
    right=permissions.PROPOSE,
)
OUTDATED = message_kind(
    "proposals.proposal_outdated",
    title=_("Your change has been overtaken: {field}"),
    body=_("{field} got another value meanwhile: {current}. Is that not right? Then propose it again."),
    url=_url,
    action=_("See the change"),
    icon="git-compare",
    label=_("A change that you proposed is overtaken"),
    several=_("{count} changes are overtaken"),
    right=permissions.PROPOSE,
)


def _values(proposal: Proposal) -> dict[str, Any]:
    return {"party": proposal.party.name, "field": str(field_label(proposal)), "old": said(proposal.old), "new": said(proposal.new), "name": proposal.proposed_name, "reason": proposal.reason,
            "current": said(proposal.current or {}), "cause": proposal.cause}


def _tell(actor: Actor, kind: str, about: About, proposal: Proposal) -> None:
    whom: dict[str, Any] = {"user_ids": [proposal.proposed_by]} if proposal.proposed_by else {"right": permissions.PROPOSE}
    notify(actor, kind=kind, subject=about.subject, party_id=proposal.party_id, values=_values(proposal), event=f"fact:{about.fact_id}:{kind}", **whom)


def _settle(actor: Actor, about: About) -> None:
    settle(actor, kind=DECIDE, subject=about.subject)
    settle(actor, kind=FAILED, subject=about.subject)


@reacts_to(facts.ProposalMade)
def decide_or_ask(actor: Actor, fact: facts.ProposalMade, about: About) -> None:
    """Accept by rule what the portal accepts by rule; ask staff about the rest."""
    found = queries.proposal(actor, fact.proposal_id)
    if found.state != Proposal.State.PROPOSED:
        return
    if (found.subject, found.field) in queries.at_once(actor):
        actions.accept(actor, proposal=found)
    else:
        ask(actor, kind=DECIDE, subject=about.subject, right=permissions.MANAGE, values=_values(found), about_id=found.party_id)


@reacts_to(facts.ProposalAccepted, facts.ProposalWithdrawn)
def stop_asking(actor: Actor, fact: facts.ProposalAccepted | facts.ProposalWithdrawn, about: About) -> None:
    """Staff need not look any more."""
    settle(actor, kind=DECIDE, subject=about.subject)


@reacts_to(facts.ProposalWritten, facts.ProposalRefused, facts.ProposalOutdated)
def tell_proposer(actor: Actor, fact: facts.ProposalWritten | facts.ProposalRefused | facts.ProposalOutdated, about: About) -> None:
    """Tell the one who proposed it how it ended."""
    _settle(actor, about)
    kind = {facts.ProposalWritten: WRITTEN, facts.ProposalRefused: REFUSED, facts.ProposalOutdated: OUTDATED}[type(fact)]
    _tell(actor, kind, about, queries.proposal(actor, fact.proposal_id))


@reacts_to(facts.ProposalFailed)
def ask_to_help(actor: Actor, fact: facts.ProposalFailed, about: About) -> None:
    """Ask staff to look at what the administration did not take."""
    found = queries.proposal(actor, fact.proposal_id)
    if found.state == Proposal.State.FAILED:
        ask(actor, kind=FAILED, subject=about.subject, right=permissions.MANAGE, values=_values(found), about_id=found.party_id)


@reacts_together_to(PartyChanged)
def compare(actor: Actor, changed: list[tuple[PartyChanged, About]]) -> None:
    """Look again at what is under way of a party whose data changed."""
    actions.compare(actor, party_ids={fact.party_id for fact, _about in changed})

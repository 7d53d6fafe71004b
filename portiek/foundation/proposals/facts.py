"""What is recorded about proposals."""

from portiek.core.facts import Fact, fact


@fact("proposals.proposal.made", public=True)
class ProposalMade(Fact):
    """A party proposed a change of a field that it does not own."""

    proposal_id: int
    field: str


@fact("proposals.proposal.accepted", public=True)
class ProposalAccepted(Fact):
    """A proposal was accepted, by staff or by rule, and goes to the administration."""

    proposal_id: int
    by_rule: bool


@fact("proposals.proposal.refused", public=True)
class ProposalRefused(Fact):
    """Staff refused a proposal, with a reason."""

    proposal_id: int


@fact("proposals.proposal.withdrawn", public=True)
class ProposalWithdrawn(Fact):
    """The party took its proposal back."""

    proposal_id: int


@fact("proposals.proposal.written", public=True)
class ProposalWritten(Fact):
    """The field has the proposed value."""

    proposal_id: int


@fact("proposals.proposal.failed")
class ProposalFailed(Fact):
    """The administration did not take an accepted proposal."""

    proposal_id: int


@fact("proposals.proposal.outdated", public=True)
class ProposalOutdated(Fact):
    """The field got another value meanwhile, so the proposal is over."""

    proposal_id: int


@fact("proposals.rule.changed")
class RuleChanged(Fact):
    """Staff chose whether a field is accepted by rule."""

    field: str
    at_once: bool

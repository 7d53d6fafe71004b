"""What is recorded about people."""

from portiek.core.facts import Fact, fact


@fact("accounts.user.logged_in")
class LoggedIn(Fact):
    """Somebody came in."""

    user_id: int
    by: str


@fact("accounts.user.log_in_failed")
class LogInFailed(Fact):
    """Somebody tried to come in as an existing user and failed."""

    user_id: int
    by: str


@fact("accounts.company.switched")
class CompanySwitched(Fact):
    """Somebody went on to act for another company of his."""

    user_id: int


@fact("accounts.user.changed")
class UserChanged(Fact):
    """Somebody changed his own name, language or password; `what` says which."""

    user_id: int
    what: str


@fact("accounts.email.change_asked")
class EmailChangeAsked(Fact):
    """Somebody asked for another e-mail address."""

    user_id: int


@fact("accounts.email.help_asked")
class EmailHelpAsked(Fact):
    """Somebody proved his new address and reads the old one no longer: who manages people is to confirm it."""

    user_id: int


@fact("accounts.email.changed")
class EmailChanged(Fact):
    """Somebody has another e-mail address, proved at both ends, or (`confirmed`) confirmed by who manages people."""

    user_id: int
    confirmed: bool


@fact("accounts.email.change_ended")
class EmailChangeEnded(Fact):
    """A wish for another e-mail address ended; `by` says who ended it: the person, the old address, or who manages people."""

    user_id: int
    by: str


@fact("accounts.email.put_back")
class EmailPutBack(Fact):
    """The old address stopped a change that had been done: the person has it again, and what was added to his log-in since is gone."""

    user_id: int


@fact("accounts.membership.granted", public=True)
class MembershipGranted(Fact):
    """A user got a place with a role."""

    user_id: int
    role: str


@fact("accounts.invitation.sent")
class InvitationSent(Fact):
    """Somebody was invited."""

    invitation_id: int


@fact("accounts.invitation.accepted")
class InvitationAccepted(Fact):
    """An invitation was used."""

    invitation_id: int
    user_id: int


@fact("accounts.invitation.revoked")
class InvitationRevoked(Fact):
    """An invitation was withdrawn."""

    invitation_id: int


@fact("accounts.membership.changed", public=True)
class MembershipChanged(Fact):
    """A user's role, branch or order limit changed."""

    user_id: int
    role: str


@fact("accounts.membership.ended", public=True)
class MembershipEnded(Fact):
    """A user lost his place."""

    user_id: int


@fact("accounts.along.started")
class AlongStarted(Fact):
    """Somebody of the staff began to look along as a user (`mode` look) or to work on his behalf (act)."""

    user_id: int
    mode: str


@fact("accounts.along.ended")
class AlongEnded(Fact):
    """He stopped."""

    user_id: int
    mode: str


@fact("accounts.role.made")
class RoleMade(Fact):
    """Somebody made a role."""

    role_id: int


@fact("accounts.role.changed")
class RoleChanged(Fact):
    """Somebody changed what a role may; `given` and `taken` are the rights, separated by spaces."""

    role_id: int
    given: str
    taken: str


@fact("accounts.role.removed")
class RoleRemoved(Fact):
    """Somebody removed a role; who had it got `instead` (0: nobody had it)."""

    role_id: int
    instead: int


@fact("accounts.ceiling.changed")
class CeilingChanged(Fact):
    """The portal changed which rights its parties (of one `kind`, or one party) can have at all; `withheld` are the rights it keeps from them."""

    kind: str
    withheld: str


@fact("accounts.membership.restored", public=True)
class MembershipRestored(Fact):
    """A user got his place back."""

    user_id: int


@fact("accounts.provider.added")
class ProviderAdded(Fact):
    """A way to log in with an account of elsewhere was set up."""

    provider_id: int
    kind: str


@fact("accounts.provider.changed")
class ProviderChanged(Fact):
    """The settings of a provider changed; `what` names them."""

    provider_id: int
    what: str


@fact("accounts.provider.switched")
class ProviderSwitched(Fact):
    """A provider was put into use or out of it, which ends what was opened through it."""

    provider_id: int
    is_active: bool


@fact("accounts.provider.checked")
class ProviderChecked(Fact):
    """A provider was tried; `problem` is empty when it works."""

    provider_id: int
    problem: str


@fact("accounts.identity.linked")
class IdentityLinked(Fact):
    """An account of elsewhere was linked to a user; `by` mail: at his first log-in through a provider that lets him in alone."""

    user_id: int
    provider_id: int
    by: str = ""


@fact("accounts.identity.ended")
class IdentityEnded(Fact):
    """An account of elsewhere lets a user in no longer."""

    user_id: int
    provider_id: int


@fact("accounts.factor.added")
class FactorAdded(Fact):
    """Somebody added a second step to his log-in; `kind` says which."""

    user_id: int
    kind: str


@fact("accounts.factor.removed")
class FactorRemoved(Fact):
    """Somebody removed a second step of his log-in; `kind` says which."""

    user_id: int
    kind: str


@fact("accounts.recovery_codes.made")
class RecoveryCodesMade(Fact):
    """Somebody had recovery codes made; earlier ones ended."""

    user_id: int


@fact("accounts.recovery_code.used")
class RecoveryCodeUsed(Fact):
    """Somebody came in with a recovery code; so many are left."""

    user_id: int
    left: int


@fact("accounts.factors.reset")
class FactorsReset(Fact):
    """Somebody who manages people let a user set up his log-in anew, and said why; `password`: that one went too."""

    user_id: int
    password: bool


@fact("accounts.policy.changed")
class LoginPolicyChanged(Fact):
    """The portal or a party changed how its people come in: the ways, of whom a second step is asked, from which day."""

    audience: str
    ways: list[str]
    second_step: str
    since: str
    # Through this provider alone; 0: as the ways say.
    provider_id: int = 0


@fact("accounts.policy.lifted")
class PolicyLifted(Fact):
    """Staff let the people of a party come in without the provider that it asks for, and said why."""

    provider_id: int
    reason: str


@fact("accounts.emergency.named")
class EmergencyNamed(Fact):
    """Somebody decided which administrators of the staff come in without the provider in an emergency."""

    user_ids: list[int]


@fact("accounts.emergency.entered")
class EmergencyEntered(Fact):
    """A named administrator of the staff came in by password and `step`, while staff come in through a provider alone."""

    user_id: int
    step: str
    browser: str
    network: str


@fact("accounts.team.changed")
class TeamChanged(Fact):
    """A team of the staff was made, or got another name or other people."""

    team_id: int


@fact("accounts.team.removed")
class TeamRemoved(Fact):
    """A team of the staff was taken away."""

    team_id: int


@fact("accounts.card.changed")
class CardChanged(Fact):
    """How a member of staff is shown to parties changed."""

    user_id: int


@fact("accounts.manager.changed")
class ManagerChanged(Fact):
    """Somebody else, or another team, looks after a party."""

    party_id: int


@fact("accounts.parties.handed_over")
class PartiesHandedOver(Fact):
    """All that one of the staff looked after went to a colleague."""

    user_id: int
    to_user_id: int
    count: int


@fact("accounts.mandate.taken")
class MandateTaken(Fact):
    """Somebody began to act for a company on the mandate that it gave to his own."""

    user_id: int
    relation_id: int


@fact("accounts.absence.set")
class AbsenceSet(Fact):
    """Somebody is away for some days; `deputy_id` (0: nobody) stands in for him."""

    user_id: int
    deputy_id: int


@fact("accounts.absence.ended")
class AbsenceEnded(Fact):
    """Somebody is back before his time, or does not go."""

    user_id: int

"""Tables of people: who they are, what they may do and how they came in."""

from portiek.foundation.accounts.models.absence import Absence
from portiek.foundation.accounts.models.addresses import EmailChange
from portiek.foundation.accounts.models.elsewhere import Identity, Provider, SpentProof
from portiek.foundation.accounts.models.entering import Attempt, Credential, LoginCode, Session
from portiek.foundation.accounts.models.factors import Authenticator, HalfLogin, Passkey, RecoveryCode, SpentChallenge
from portiek.foundation.accounts.models.people import AccountManager, Birthday, StaffCard, Team, TeamMember, User
from portiek.foundation.accounts.models.policy import EmergencyAccess, LoginPolicy
from portiek.foundation.accounts.models.provisioning import ScimGroup, ScimMember, ScimToken, ScimUser
from portiek.foundation.accounts.models.roles import Ceiling, Invitation, Membership, Period, Role

__all__ = [
    "Absence", "AccountManager", "Attempt", "Authenticator", "Birthday", "Ceiling", "Credential", "EmailChange", "EmergencyAccess", "HalfLogin", "Identity", "Invitation", "LoginCode", "LoginPolicy", "Membership", "Passkey",
    "Period", "Provider", "RecoveryCode", "Role", "ScimGroup", "ScimMember", "ScimToken", "ScimUser", "Session", "SpentChallenge", "SpentProof", "StaffCard", "Team", "TeamMember", "User",
]

"""Every write about people, by noun: people and roles, coming in, colleagues, invitations."""

from portiek.foundation.accounts.actions.entering import (
    Entered,
    Halfway,
    ask_code,
    change_password,
    end_other_sessions,
    end_session,
    end_session_of,
    enter_by_code,
    enter_by_password,
    extend_session,
    make_code,
    sweep,
    switch_company,
)
from portiek.foundation.accounts.actions.factors import add_authenticator, make_recovery_codes, prove, remove_authenticator, reset_factors, set_up_authenticator
from portiek.foundation.accounts.actions.inviting import accept_invitation, invite, make_invitation_token, resend_invitation, revoke_invitation
from portiek.foundation.accounts.actions.members import change_membership, end_membership, restore_membership
from portiek.foundation.accounts.actions.passkeys import add_passkey, enter_by_passkey, prove_by_passkey, remove_passkey
from portiek.foundation.accounts.actions.people import (
    change_me,
    choose_language,
    create_user,
    grant_membership,
    make_roles,
    set_account_manager,
    set_card,
    set_password,
)
from portiek.foundation.accounts.actions.policy import set_party_policy, set_portal_policy
from portiek.foundation.accounts.actions.roles import change_role, make_role, remove_role, set_ceiling
from portiek.foundation.accounts.actions.stepping import enter_by_app, enter_by_recovery_code

__all__ = [
    "Entered", "Halfway", "accept_invitation", "add_authenticator", "add_passkey", "ask_code", "change_me", "change_membership", "change_password", "change_role",
    "choose_language", "create_user", "end_membership", "end_other_sessions", "end_session", "end_session_of", "enter_by_app", "enter_by_code", "enter_by_passkey", "enter_by_password",
    "enter_by_recovery_code", "extend_session", "grant_membership", "invite", "make_code", "make_invitation_token", "make_recovery_codes", "make_role", "make_roles", "prove",
    "prove_by_passkey", "remove_authenticator", "remove_passkey", "remove_role", "resend_invitation", "reset_factors", "restore_membership", "revoke_invitation",
    "set_account_manager", "set_card", "set_ceiling", "set_party_policy", "set_password", "set_portal_policy", "set_up_authenticator", "sweep", "switch_company",
]

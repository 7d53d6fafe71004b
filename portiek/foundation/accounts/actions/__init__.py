"""Every write about people, by noun: people and roles, coming in, colleagues, invitations."""

from portiek.foundation.accounts.actions.along import go_along, look_as_role, stop_along
from portiek.foundation.accounts.actions.entering import (
    Entered,
    ask_code,
    change_password,
    end_other_sessions,
    end_session,
    enter_by_code,
    enter_by_password,
    extend_session,
    make_code,
    sweep,
    switch_company,
)
from portiek.foundation.accounts.actions.inviting import accept_invitation, invite, make_invitation_token, resend_invitation, revoke_invitation
from portiek.foundation.accounts.actions.members import change_membership, end_membership, restore_membership
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
from portiek.foundation.accounts.actions.roles import change_role, make_role, remove_role, set_ceiling

__all__ = [
    "Entered", "accept_invitation", "ask_code", "change_me", "change_membership", "change_password", "change_role", "choose_language", "create_user", "end_membership",
    "end_other_sessions", "end_session", "enter_by_code", "enter_by_password", "extend_session", "go_along", "grant_membership", "invite", "look_as_role", "make_code",
    "make_invitation_token", "make_role", "make_roles", "remove_role", "resend_invitation", "restore_membership", "revoke_invitation", "set_account_manager", "set_card", "set_ceiling",
    "set_password", "stop_along", "sweep", "switch_company",
]

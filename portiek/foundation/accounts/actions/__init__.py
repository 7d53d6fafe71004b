"""Every write about people, by noun: people and roles, coming in, colleagues, invitations."""

from portiek.foundation.accounts.actions.elsewhere import accept_elsewhere, enter_elsewhere, link_elsewhere, may_try_elsewhere, note_failure, unlink_elsewhere
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
    choose_time_zone,
    create_user,
    grant_membership,
    make_roles,
    mark_mail,
    set_account_manager,
    set_card,
    set_password,
)
from portiek.foundation.accounts.actions.providers import add_provider, ask_check, change_provider, keep_keys, note_check, switch_provider
from portiek.foundation.accounts.actions.provisioning import (
    change_group,
    change_provisioned,
    make_scim_token,
    map_group,
    provision_group,
    provision_user,
    remove_group,
    remove_provisioned,
    revoke_scim_token,
)
from portiek.foundation.accounts.actions.roles import change_role, make_role, remove_role, set_ceiling

__all__ = [
    "Entered", "accept_elsewhere", "accept_invitation", "add_provider", "ask_check", "ask_code", "change_group", "change_me", "change_membership", "change_password",
    "change_provider", "change_provisioned", "change_role", "choose_language", "choose_time_zone", "create_user", "end_membership", "end_other_sessions", "end_session",
    "enter_by_code", "enter_by_password", "enter_elsewhere", "extend_session", "grant_membership", "invite", "keep_keys", "link_elsewhere", "make_code", "make_invitation_token",
    "make_role", "make_roles", "make_scim_token", "map_group", "mark_mail", "may_try_elsewhere", "note_check", "note_failure", "provision_group", "provision_user", "remove_group",
    "remove_provisioned", "remove_role", "resend_invitation", "restore_membership", "revoke_invitation", "revoke_scim_token", "set_account_manager", "set_card", "set_ceiling",
    "set_password", "sweep", "switch_company", "switch_provider", "unlink_elsewhere",
]

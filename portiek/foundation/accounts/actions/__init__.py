"""Every write about people, by noun: people and roles, coming in, colleagues, invitations."""

from portiek.foundation.accounts.actions.addresses import (
    ask_email_change,
    cancel_email_change,
    changed_letter,
    confirm_email_for,
    lose_old_address,
    mail_codes_again,
    make_email_codes,
    prove_email,
    refuse_email_for,
    stop_email_change,
)
from portiek.foundation.accounts.actions.along import go_along, look_as_role, stop_along
from portiek.foundation.accounts.actions.caring import change_team, hand_over_parties, keep_card, make_team, remove_team, set_card, set_care
from portiek.foundation.accounts.actions.elsewhere import accept_elsewhere, enter_elsewhere, link_elsewhere, may_try_elsewhere, note_failure, unlink_elsewhere
from portiek.foundation.accounts.actions.entering import (
    Entered,
    Halfway,
    act_on_mandate,
    ask_code,
    change_password,
    end_other_sessions,
    end_session,
    end_session_of,
    enter_by_code,
    enter_by_password,
    extend_session,
    make_code,
    may_try,
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
    choose_time_zone,
    create_user,
    grant_membership,
    make_roles,
    mark_mail,
    set_password,
)
from portiek.foundation.accounts.actions.policy import set_party_policy, set_portal_policy
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
from portiek.foundation.accounts.actions.roles import change_role, make_role, remove_role, set_ceiling, set_features
from portiek.foundation.accounts.actions.stepping import enter_by_app, enter_by_recovery_code

__all__ = [
    "Entered", "Halfway", "accept_elsewhere", "accept_invitation", "act_on_mandate", "add_authenticator", "add_passkey", "add_provider", "ask_check", "ask_code", "ask_email_change", "cancel_email_change", "change_group",
    "change_me", "change_membership", "change_password", "change_provider", "change_provisioned", "change_role", "change_team", "changed_letter", "choose_language", "choose_time_zone", "confirm_email_for", "create_user",
    "end_membership", "end_other_sessions", "end_session", "end_session_of", "enter_by_app", "enter_by_code", "enter_by_passkey", "enter_by_password",
    "enter_by_recovery_code", "enter_elsewhere", "extend_session", "go_along", "grant_membership", "hand_over_parties", "invite", "keep_card", "keep_keys", "link_elsewhere", "look_as_role", "lose_old_address", "mail_codes_again", "make_code", "make_email_codes",
    "make_invitation_token", "make_recovery_codes", "make_role", "make_roles", "make_scim_token", "make_team", "map_group", "mark_mail", "may_try", "may_try_elsewhere", "note_check",
    "note_failure", "prove", "prove_by_passkey", "prove_email", "provision_group", "provision_user", "refuse_email_for", "remove_authenticator", "remove_group", "remove_passkey", "remove_provisioned",
    "remove_role", "remove_team", "resend_invitation", "reset_factors", "restore_membership", "revoke_invitation", "revoke_scim_token", "set_card", "set_care", "set_ceiling", "set_features",
    "set_party_policy", "set_password", "set_portal_policy", "set_up_authenticator", "stop_along", "stop_email_change", "sweep", "switch_company", "switch_provider", "unlink_elsewhere",
]

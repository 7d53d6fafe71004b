"""Every write about people, by noun: people and roles, coming in, colleagues, invitations."""

from portiek.foundation.accounts.actions.entering import (
    Entered,
    ask_code,
    end_other_sessions,
    end_session,
    enter_by_code,
    enter_by_password,
    extend_session,
    make_code,
    sweep,
    switch_company,
)
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

__all__ = [
    "Entered", "ask_code", "change_me", "choose_language", "create_user", "end_other_sessions", "end_session", "enter_by_code", "enter_by_password", "extend_session",
    "grant_membership", "make_code", "make_roles", "set_account_manager", "set_card", "set_password", "sweep", "switch_company",
]

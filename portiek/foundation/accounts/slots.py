"""The people of a party on its page, its first administrator on the form that makes it, and colleagues in the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.pages import Request, part
from portiek.foundation.accounts import actions, permissions, queries
from portiek.foundation.accounts.forms import EmailField
from portiek.foundation.parties.models import Party

FIRST_ROLE = {"supplier": "supplier-sales", "person": "person"}


class FirstAdministrator:
    """Who comes in first at a new customer: invited in the same transaction."""

    def fields(self, actor: Actor) -> dict[str, forms.Field]:
        """Return the fields of the person; without an address nobody is invited yet."""
        return {"accounts_name": forms.CharField(label=_("Name of the first administrator"), max_length=120, required=False),
                "accounts_email": EmailField(label=_("E-mail address of the first administrator"), required=False, help_text=_("Gets a mail with a link to come in."))}

    def apply(self, actor: Actor, party: Party, data: Mapping[str, Any]) -> None:
        """Invite the person."""
        email = data.get("accounts_email")
        if not email:
            return
        code = FIRST_ROLE.get(party.kind, "admin")
        role = next((role for role in queries.roles_to_give(actor, party_id=party.pk) if role.code == code), None)
        if role is None:
            raise NotFound
        actions.invite(actor, email=email, name=data.get("accounts_name") or party.name, role=role, party=party, language=party.language)


def _users(request: Request, *, party: Party) -> str:
    return part(request, "accounts/people.html", {**queries.people(request.actor, party_id=party.pk), "party": party})


slots.fill("parties.detail.tabs", key="users", label=_("Users"), order=10, right=permissions.USER_MANAGE, render=_users)
slots.fill("parties.create.fields", key="accounts", order=10, right=permissions.USER_MANAGE, render=FirstAdministrator)
nav.place("colleagues", _("Colleagues & rights"), icon="users", url="accounts:colleagues", right=permissions.USER_MANAGE, audience="party", group="company", order=70)
nav.place("staff", _("Colleagues & rights"), icon="users", url="accounts:colleagues", right=permissions.PORTAL_MANAGE, audience="staff", group="setup", order=930)
nav.place("login-policy", _("Log-in"), icon="shield-check", url="accounts:portal-policy", right=permissions.PORTAL_MANAGE, audience="staff", group="setup", order=935)

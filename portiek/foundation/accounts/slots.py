"""The people of a party on its page, its first administrator on the form that makes it, and colleagues in the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portiek.core import nav, slots, steps
from portiek.core.actor import Actor
from portiek.core.checks import checked
from portiek.core.errors import NotFound
from portiek.core.events import event
from portiek.core.features import tell_withheld
from portiek.core.pages import Request, part
from portiek.foundation.accounts import actions, facts, permissions, queries
from portiek.foundation.accounts.forms import EmailField
from portiek.foundation.accounts.models import Invitation, Membership
from portiek.foundation.accounts.views import caring, colleagues
from portiek.foundation.parties.models import Contact, Party, Unit
from portiek.foundation.parties.permissions import MANAGE as PARTY_MANAGE
from portiek.foundation.parties.permissions import VIEW as PARTY_VIEW
from portiek.ui.fields import SHOWN

FIRST_ROLE = {"supplier": "supplier-admin", "person": "person"}


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
    return part(request, "accounts/people.html", {**colleagues.shown_people(request, party.pk), "party": party, "may_roles": request.actor.may(permissions.ROLE_MANAGE),
                                                  "list_ways": slots.rendered("list.ways", request, what="people", party=party)})


def _people_of(request: Request, *, party: Party, unit: Unit) -> str:
    found = queries.people_of_unit(request.actor, unit=unit)
    return part(request, "accounts/of_unit.html", {"people": found[:queries.MOST_OF_UNIT], "more": len(found) > queries.MOST_OF_UNIT}) if found else ""


def _checks(request: Request, *, party: Party) -> str:
    return part(request, "accounts/checks.html", {"checks": checked(request.actor, party), "party": party})


def _withheld(actor: Actor, right: str) -> bool:
    return right in queries.withheld(actor, party_id=actor.party_id)


def _helpers(request: Request) -> str | None:
    names = queries.managers(request.actor)
    return _("Ask it of who manages the people of your company: %(names)s.") % {"names": ", ".join(names)} if names else None


def _access_of(request: Request, *, party: Party, contacts: list[Contact]) -> dict[int, tuple[str, Any]]:
    known = queries.access_by_email(request.actor, party_id=party.pk, emails=[contact.email for contact in contacts])
    return {contact.pk: colleagues.access_in_words(known.get(contact.email.lower())) for contact in contacts}


def _of_contact(request: Request, *, party: Party, contact: Contact) -> str:
    row = queries.access_by_email(request.actor, party_id=party.pk, emails=[contact.email]).get(contact.email.lower())
    roles = list(queries.giveable(request.actor, party_id=party.pk).order_by(*queries.GIVEN_FIRST)[:SHOWN + 1]) if contact.email and row is None else []
    action = reverse("accounts:invite-to", args=[party.number]) if request.actor.is_staff else reverse("accounts:invite")
    return part(request, "accounts/of_contact.html", {"contact": contact, "place": row if isinstance(row, Membership) else None, "status": colleagues.access_in_words(row), "action": action,
                                                      "roles": [(role.pk, role.label) for role in roles], "many": len(roles) > SHOWN, "asked": isinstance(row, Invitation)})


def _care(request: Request, *, party: Party) -> str:
    """Show staff who looks after a party, with the form to change it."""
    care = queries.looking_after(request.actor, party.pk)
    return part(request, "accounts/care.html", {"party": party, "care": care, "form": caring.care_form(request, care) if request.actor.may(PARTY_MANAGE) else None})


def _contact(request: Request, *, party: Party) -> str:
    """Show a party who looks after it."""
    care = queries.looking_after(request.actor, party.pk)
    return part(request, "accounts/contact.html", {"care": care}) if care.card or care.team else ""


slots.fill("parties.detail.tabs", key="care", label=_("Account manager"), order=15, right=PARTY_VIEW, render=_care)
slots.fill("parties.mine.panels", key="care", order=10, render=_contact)
slots.fill("parties.list.filters", key="care", label=_("My customers"), render=lambda request: queries.own_parties(request.actor))
nav.place("teams", _("Teams"), icon="contact", url="accounts:teams", right=permissions.PORTAL_MANAGE, audience="staff", group="setup", order=932)
slots.declare("accounts.login.below", "Below the log-in page, for who has no access yet: render(request) returns HTML.")
slots.declare("accounts.colleague.panels", "A panel on the page of a colleague: render(request, row=Membership) returns HTML.")
slots.declare("accounts.who.panels", "A panel under the people who can see an object: render(request, sight=Sight, staff=whether the people of the staff are shown) returns HTML, \"\" for nothing.")
slots.declare("accounts.me.panels", "A panel beside one's own account: render(request) returns HTML.")
tell_withheld(_withheld)
slots.fill("shell.helpers", key="managers", render=_helpers)
slots.fill("parties.unit.panels", key="people", label=_("People"), order=10, right=permissions.USER_MANAGE, render=_people_of)
slots.fill("parties.contact.panels", key="access", order=10, right=permissions.USER_MANAGE, render=_of_contact)
slots.fill("parties.contacts.column", key="access", label=_("Access"), order=10, right=permissions.USER_MANAGE, render=_access_of)
slots.fill("parties.detail.tabs", key="users", label=_("Users"), order=10, right=permissions.USER_MANAGE, render=_users)
slots.fill("parties.detail.tabs", key="check", label=_("Access check"), order=12, right=PARTY_VIEW, render=_checks)
slots.fill("parties.create.fields", key="accounts", order=10, right=permissions.USER_MANAGE, render=FirstAdministrator)
nav.place("colleagues", _("Colleagues & rights"), icon="users", url="accounts:colleagues", right=permissions.USER_MANAGE, audience="party", group="company", order=70)
nav.place("roles", _("Roles"), icon="shield-check", url="accounts:roles", right=permissions.ROLE_MANAGE, audience="party", group="company", order=71)
nav.place("staff-roles", _("Roles"), icon="shield-check", url="accounts:roles", right=permissions.ROLE_MANAGE, audience="staff", group="setup", order=931)
nav.place("features", _("Features"), icon="power", url="accounts:features-all", right=permissions.ROLE_MANAGE, audience="staff", group="setup", order=932)
nav.place("staff", _("Colleagues & rights"), icon="users", url="accounts:colleagues", right=permissions.PORTAL_MANAGE, audience="staff", group="setup", order=930)
nav.place("elsewhere", _("Log in elsewhere"), icon="log-in", url="accounts:providers", right=permissions.SSO_MANAGE, audience="party", group="company", order=75)
nav.place("elsewhere-staff", _("Log in elsewhere"), icon="log-in", url="accounts:providers", right=permissions.SSO_MANAGE, audience="staff", group="setup", order=935)
nav.place("login-policy", _("Log-in"), icon="shield-check", url="accounts:portal-policy", right=permissions.PORTAL_MANAGE, audience="staff", group="setup", order=935)

event("membership.granted", _("Somebody got access"), facts.MembershipGranted, right=permissions.USER_MANAGE, text="name")
event("membership.changed", _("Somebody got another role or limit"), facts.MembershipChanged, right=permissions.USER_MANAGE, text="name")
event("membership.ended", _("Somebody's access ended"), facts.MembershipEnded, right=permissions.USER_MANAGE, text="name")
event("membership.restored", _("Somebody got access again"), facts.MembershipRestored, right=permissions.USER_MANAGE, text="name")

def _staff(actor: Actor) -> steps.Stand:
    here, asked = queries.memberships(actor, party_id=None).filter(is_active=True).count(), len(queries.invitations(actor, party_id=None))
    return steps.Stand(here + asked > 1, ngettext("One colleague, %(asked)s invited", "%(here)s colleagues, %(asked)s invited", here) % {"here": here, "asked": asked})


steps.step("staff", _("Your colleagues"), _("Who helps customers, and with which rights."), url="accounts:colleagues", right=permissions.PORTAL_MANAGE, order=20, stand=_staff)

"""Opening a portal: the record, its roles, and the invitation of who sets it up."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.foundation.accounts import actions, queries
from portiek.foundation.notifications.post import link
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.installation import create_portal

HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def opened(*, host: str, name: str, email: str, administrator: str, language: str = "nl") -> str:
    """Make a portal and return the link for its first administrator; for a host that is there, a fresh link while nobody came in.

    Raises RuntimeError for a host or address that is none, and when somebody is in already.
    """
    host, email = host.lower(), email.lower()
    if not HOST.fullmatch(host):
        raise RuntimeError(f"{host} is no host name: give it without https:// and without a port")
    try:
        validate_email(email)
    except ValidationError:
        raise RuntimeError(f"{email} is no e-mail address") from None
    known = next((number for number, _language, taken in ask("portals") if taken == host), None)
    number = known or create_portal(slug=_slug(host), name=name[:120], host=host, language=language, email=email)
    actor = Actor.system(number, language)
    with scope(actor):
        roles = {role.code: role for role in queries.roles_to_give(actor, party_id=None)}
        if not roles:
            actions.make_roles(actor)
            roles = {role.code: role for role in queries.roles_to_give(actor, party_id=None)}
        if queries.memberships(actor, party_id=None).exists():
            raise RuntimeError(f"somebody manages {host} already: ask in others there, under colleagues")
        invitation = next((row for row in queries.invitations(actor, party_id=None) if row.email == email and row.state == "open"), None)
        invitation = invitation or actions.invite(actor, email=email, name=administrator[:120], role=roles["staff-admin"], party=None, language=language)
        made = actions.make_invitation_token(actor, invitation_id=invitation.pk)
        assert made is not None, "the invitation was just open"
        return link(parties.portal(actor), reverse("accounts:accept", args=[made[1]]))


def _slug(host: str) -> str:
    return host.replace(".", "-")[:40].strip("-")

"""Who can see one object, and why oneself does or a colleague does not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import NotFound
from portiek.core.pages import Request, page, render
from portiek.core.sight import Sight, sight
from portiek.foundation.accounts import permissions, queries
from portiek.foundation.accounts import wording as words
from portiek.foundation.accounts.models import LoginPolicy
from portiek.foundation.accounts.views.colleagues import neighbours
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party


@page(None, "GET", scoped=False)
def who(request: Request, reference: str) -> HttpResponse:
    """Say why oneself sees an object and, to who manages people, who and what else does, who does not, and at which link it breaks."""
    gate = Actor.gate(request.actor.portal_id)
    with scope(gate, read_only=True):
        of_portal = queries.policies(gate, party_id=None)
    with scope(request.actor, read_only=True):
        return _who(request, reference, of_portal)


def _who(request: Request, reference: str, of_portal: dict[str, LoginPolicy]) -> HttpResponse:
    actor, number = request.actor, request.GET.get("of", "").strip()[:20].replace("\0", "")
    asked = parties.party(actor, number) if actor.is_staff and number else None
    found = sight(actor, reference, asked.pk if asked else None)
    if found is None:
        raise NotFound
    party = parties.party_by_id(actor, found.party_id) if found.party_id else None
    own = queries.own_chain(actor, found)
    company = request.portal.name if actor.is_staff or party is None else party.name
    values: dict[str, Any] = {
        "sight": found, "mine": words.why(own, own.chains[0], company=company) if own.chains else [], "people": None, "party": party, "between": [], "panels": [],
        "staff_rights": [words.said(way.right) for way in found.staff if way.right and not actor.is_staff],
        "on_mandate": [], "withholds": not actor.is_staff and any(way.right for way in found.ways), "ask": [] if actor.may(permissions.USER_MANAGE) or actor.mandate_id else queries.managers(actor),
    }  # fmt: skip
    if actor.may(permissions.USER_MANAGE) and party is not None:
        values["on_mandate"] = [(item, words.why_on_mandate(item, company=party.name)) for item in queries.seeing_on_mandate(actor, found)]
    if actor.may(permissions.USER_MANAGE):
        values |= _people(request, found, party)
        staff = values["staff"]
        own_policy = queries.policy_of(actor, party_id=found.party_id) if found.party_id and not staff else None
        values |= {"between": words.between(of_portal["staff" if staff else "party"], own_policy), "panels": slots.rendered("accounts.who.panels", request, sight=found, staff=staff)}
    return render(request, "accounts/who.html", values)


def _people(request: Request, found: Sight, party: Party | None) -> dict[str, Any]:
    """Return the list of people of one side, who can see it or who cannot, each with his chain in words."""
    actor, portal = request.actor, request.portal.name
    staff = actor.is_staff and (party is None or request.GET.get("side") == "staff")
    sees, search = request.GET.get("show") != "not", request.GET.get("q", "").strip()[:100].replace("\0", "")
    seen = queries.seeing(actor, found, staff=staff, sees=sees, search=search, after=request.GET.get("after"), before=request.GET.get("before"))
    company = portal if staff or party is None else party.name
    number = request.GET.get("of", "").strip()[:20].replace("\0", "") if actor.is_staff else ""
    of, side = {"of": number} if number else {}, {"side": "staff"} if staff and party else {}
    kept = {**of, **side, **({"q": search} if search else {})}
    return {
        "staff": staff,
        "people": [(chain, words.why_not(seen, chain, found, company=company, portal=portal) if chain.broken else words.why(seen, chain, company=company), _mend(request, chain, found, party)) for chain in seen.chains],
        "chips": [(_("Can see it"), "?" + urlencode(kept), sees, None), (_("Cannot see it"), "?" + urlencode({**kept, "show": "not"}), not sees, None)],
        "sides": [(party.name, "?" + urlencode(of), not staff, None), (portal, "?" + urlencode({**of, "side": "staff"}), staff, None)] if actor.is_staff and party is not None else [],
        "sees": sees, "search": search, "hidden": {**side, **({} if sees else {"show": "not"})}, "of": number, "company": company, "choose": actor.is_staff and (found.party_id is None or bool(number)),
        **neighbours(seen.page, {**kept, **({} if sees else {"show": "not"})}),
    }  # fmt: skip


def _mend(request: Request, chain: queries.Chain, found: Sight, party: Party | None) -> tuple[str, str] | None:
    """Return where this actor can mend the link that lacks, or None."""
    actor = request.actor
    if not chain.broken or chain.person.user_id == actor.user_id or chain.broken in ("company", "nobody", "named"):
        return None
    if chain.broken == "closed":
        return (_("To the assortments"), found.mend_url) if found.mend_url else None
    if chain.broken == "ceiling":
        if not actor.is_staff or party is None or not actor.may(permissions.ROLE_MANAGE):
            return None
        kinds = {"kind": party.kind, "portal": "all"}
        return _("To the ceiling"), reverse("accounts:ceiling", args=[kinds[chain.withheld_by]]) if chain.withheld_by in kinds else reverse("accounts:ceiling-of", args=[party.number])
    if chain.place is None:
        return None
    return (_("Give access again") if chain.broken == "gone" else _("Give another role")), reverse("accounts:colleague", args=[chain.place.pk])

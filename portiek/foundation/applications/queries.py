"""Every read about requests for an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import NotFound
from portiek.foundation.accounts.models import Membership
from portiek.foundation.applications import rules
from portiek.foundation.applications.links import opened
from portiek.foundation.applications.models import Application, Door
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party

NEWEST = ("-id",)
COUNT_TO = 100
OPEN = (Application.State.ASKED, Application.State.NEEDS_INFO)
MOST_HINTS = 5


def is_open(actor: Actor) -> bool:
    """Whether the portal takes requests."""
    return not Door.objects.filter(portal_id=actor.portal_id, is_open=False).exists()


def applications(actor: Actor, *, state: str = "") -> QuerySet[Application]:
    """Return the requests whose address is proved; staff alone see any. Order: NEWEST."""
    if not actor.is_staff:
        return Application.objects.none()
    found = Application.objects.filter(portal_id=actor.portal_id).exclude(state=Application.State.UNPROVED)
    return found.filter(state=state) if state else found


def application(actor: Actor, key: int) -> Application:
    """Return one request whose address is proved. Raises NotFound."""
    found = applications(actor).select_related("given").filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def application_of(actor: Actor, token: str) -> Application:
    """Return the request of a private link. Only at the gate. Raises NotFound."""
    found = Application.objects.filter(portal_id=actor.portal_id, pk=opened(actor.portal_id, token)).exclude(state=Application.State.UNPROVED).first()
    if found is None:
        raise NotFound
    return found


@dataclass
class Hint:
    """A party that the asker may belong to already, and why."""

    party: Party
    why: list[str] = field(default_factory=list)


def hints(actor: Actor, found: Application) -> list[Hint]:
    """Return the parties that look like the asker's, the likeliest first: by number, by who has the address, by its domain. For staff alone."""
    if not actor.is_staff:
        return []
    known: dict[int, Hint] = {}

    def note(party: Party, why: str) -> None:
        known.setdefault(party.pk, Hint(party)).why.append(why)

    for party in parties.alike(actor, {"coc_number": found.coc_number, "vat_number": found.vat_number}):
        note(party, _("the same number"))
    places = Membership.objects.select_related("party").filter(portal_id=actor.portal_id, is_active=True, party__isnull=False)
    for place in places.filter(user__email=found.email).order_by("pk")[:MOST_HINTS]:
        note(place.party, _("%(email)s has access already") % {"email": found.email})  # type: ignore[arg-type]
    domain = rules.telling_domain(found.email)
    if domain:
        for party in Party.objects.filter(portal_id=actor.portal_id, email__iendswith=f"@{domain}").order_by("name", "pk")[:MOST_HINTS]:
            note(party, _("mail at %(domain)s") % {"domain": domain})
        for place in places.filter(user__email__endswith=f"@{domain}").order_by("party", "pk").distinct("party")[:MOST_HINTS]:
            note(place.party, _("people at %(domain)s") % {"domain": domain})  # type: ignore[arg-type]
    return sorted(known.values(), key=lambda hint: -len(hint.why))[:MOST_HINTS]


def others(actor: Actor, found: Application) -> list[Application]:
    """Return other requests that are not decided yet, of the same address or company number."""
    same: QuerySet[Any] = applications(actor).filter(state__in=OPEN).exclude(pk=found.pk)
    wanted = same.filter(email=found.email)
    if found.coc_number:
        wanted |= same.filter(coc_number=found.coc_number)
    return list(wanted.order_by(*NEWEST)[:MOST_HINTS])


def counting(actor: Actor) -> Counting:
    """Say how to count what waits for staff, up to a hundred."""
    return Counting(f"SELECT count(*) FROM (SELECT FROM applications_application WHERE portal_id = %s AND state = 'asked' LIMIT {COUNT_TO}) t", (actor.portal_id,))

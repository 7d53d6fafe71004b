"""How long things are kept in this portal, and legal holds that beat it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from portiek.core import retention
from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.merging import Deed
from portiek.core.models import Hold, Kept
from portiek.core.refs import ref
from portiek.foundation.accounts.models import User
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import errors as errors
from portiek.foundation.audit import facts, queries
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import MERGE

HOLD = "audit.hold"


@action(PORTAL_MANAGE)
def set_terms(actor: Actor, *, days: Mapping[str, int]) -> None:
    """Choose for how many days things are kept, within their bounds. Raises Refused beyond them."""
    now, changes = retention.days_of(actor), {}
    for term in retention.terms():
        wanted = days.get(term.key, now[term.key])
        if not term.least <= wanted <= term.most:
            raise Refused("retention-bounds", field=term.key, least=term.least, most=term.most)
        if wanted != now[term.key]:
            Kept.objects.update_or_create(portal_id=actor.portal_id, key=term.key, defaults={"days": wanted})
            changes[str(term.label)] = (now[term.key], wanted)
    if changes:
        record(actor, facts.RetentionChanged(terms=len(changes)), text=str(len(changes)), changes=changes)


@action(PORTAL_MANAGE)
def place_hold(actor: Actor, *, whom: str, reason: str, until: date | None = None) -> Hold:
    """Keep all that is known of a party (by its number) or of a person (by his address), whatever terms and erasures say. Raises Refused for nobody."""
    text, why = whom.strip(), " ".join(reason.replace("\0", " ").split())[:500]
    if not why:
        raise Refused("erasure-reason", field="reason")
    made = Hold(portal_id=actor.portal_id, reason=why, until=until, placed_at=timezone.now(), placed_by=actor.name[:120])
    if "@" in text:
        user = User.objects.filter(portal_id=actor.portal_id, email=text.lower()).first()
        name = user.name if user else queries.name_behind(actor, text.lower())
        if name is None:
            raise Refused("audit-package-nobody", field="whom")
        made.user_id, made.email, made.name = user.pk if user else None, text.lower(), name[:200]
    else:
        found = Party.objects.select_related("merged_into").filter(portal_id=actor.portal_id, number=text).first()
        if found is None:
            raise Refused("hold-nobody", field="whom")
        party = found.merged_into or found
        made.party_id, made.name = party.pk, party.name
    made.save()
    record(actor, facts.HoldPlaced(hold_id=made.pk), subject=ref(HOLD, made.pk), text=made.name)
    return made


@action(PORTAL_MANAGE)
def end_hold(actor: Actor, *, key: int) -> None:
    """End a legal hold: from the next night on terms count again. Raises NotFound for one that ended."""
    found = Hold.objects.select_for_update().filter(portal_id=actor.portal_id, pk=key, ended_at=None).first()
    if found is None:
        raise NotFound
    found.ended_at, found.ended_by = timezone.now(), actor.name[:120]
    found.save(update_fields=["ended_at", "ended_by"])
    record(actor, facts.HoldEnded(hold_id=found.pk), subject=ref(HOLD, found.pk), text=found.name)


@action(MERGE)
def copy_holds(actor: Actor, deed: Deed) -> None:
    """Let the legal holds on a party hold for the one to which its rows go, too. Called inside the deed."""
    name = Party.objects.values_list("name", flat=True).get(pk=deed.target)
    for row in retention.holds(actor).filter(party_id=deed.source).order_by("pk"):
        made = Hold.objects.create(portal_id=actor.portal_id, party_id=deed.target, name=name, reason=row.reason, until=row.until, placed_at=timezone.now(), placed_by=row.placed_by)
        record(actor, facts.HoldPlaced(hold_id=made.pk), subject=ref(HOLD, made.pk), text=name)

"""The chain: made longer by a job, checked by another; no action waits for it."""

from __future__ import annotations

import secrets
from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.facts import record
from portiek.core.models import FactRow
from portiek.core.refs import ref
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import facts, queries, rules
from portiek.foundation.audit.models import Chain, Check, Link
from portiek.foundation.notifications import actions as notifications
from portiek.foundation.tasks import actions as tasks

BROKEN = "audit.chain_broken"
SEAL = "audit.chain_sealed"
CHECKS_KEPT = 400


def _only_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound


@action(None)
def link_facts(actor: Actor, *, now: datetime, after: int, limit: int) -> int | None:
    """Give facts that have none their place in the chain; return the number of the last, None when no more wait. Only the portal itself, one at a time.

    Those of one run share `now`: what joins a later run than its moment asks for is seen by the check.
    """
    _only_system(actor)
    chain = Chain.objects.select_for_update().filter(portal_id=actor.portal_id).first() or _begin(actor, now)
    rows = queries.unlinked(actor, after=max(after, chain.floor), limit=limit)
    if rows:
        moment, links = rules.moment(now), []
        position, digest = chain.position, bytes(chain.digest)
        for row in rows:
            who_salt, what_salt = secrets.token_bytes(16), secrets.token_bytes(16)
            who, what = rules.words_digest(who_salt, row.user_name), rules.words_digest(what_salt, [row.text, row.changes])
            position += 1
            previous, digest = digest, rules.link_digest(digest, position, moment, queries.fixed(actor, row), who, what)
            links.append(Link(portal_id=actor.portal_id, party_id=row.party_id, position=position, fact_id=row.pk, linked_at=now, who=who, what=what, who_salt=who_salt, what_salt=what_salt,
                              previous=previous, digest=digest))
        Link.objects.bulk_create(links)
        chain.position, chain.digest, chain.linked_at = position, digest, now
        chain.floor = queries.settled(actor, after=chain.floor, until=rows[-1].pk, before=now - rules.LATE)
        chain.save(update_fields=["position", "digest", "linked_at", "floor"])
    return rows[-1].pk if len(rows) == limit else None


def _begin(actor: Actor, now: datetime) -> Chain:
    last = FactRow.objects.filter(portal_id=actor.portal_id).order_by("-pk").values_list("pk", flat=True).first() or 0
    return Chain.objects.create(portal_id=actor.portal_id, began_at=now, began_id=last, digest=rules.genesis(actor.portal_id, rules.moment(now), last), linked_at=now)


@action(None)
def keep_check(actor: Actor, *, found: queries.Found, began_at: datetime, ended_at: datetime) -> Check:
    """Keep what a check found, and let who manages the portal know when something is not as it was sealed. Only the portal itself."""
    _only_system(actor)
    made = Check.objects.create(portal_id=actor.portal_id, began_at=began_at, ended_at=ended_at, places=found.places, seal=found.seal, problem=found.problem, position=found.position,
                                fact_id=found.fact_id)
    old = list(Check.objects.filter(portal_id=actor.portal_id).order_by("-pk").values_list("pk", flat=True)[CHECKS_KEPT:])
    Check.objects.filter(pk__in=old).delete()
    subject = ref("audit.chain", actor.portal_id)
    if found.problem:
        record(actor, facts.ChainBroken(problem=found.problem, position=found.position or 0, fact_id=found.fact_id or 0), subject=subject, text=str(found.position or ""))
        tasks.ask(actor, kind=BROKEN, subject=subject, right=PORTAL_MANAGE, values={"position": found.position or found.fact_id or 0})
    else:
        record(actor, facts.ChainChecked(places=found.places, seal=found.seal), subject=subject, text=str(found.places))
        tasks.settle(actor, kind=BROKEN, subject=subject)
        if found.seal and Chain.objects.filter(portal_id=actor.portal_id, is_mailed=True).exists():
            notifications.notify(actor, kind=SEAL, right=PORTAL_MANAGE, values={"seal": found.seal, "places": found.places}, event=f"check:{made.pk}", bell=False)
    return made


@action(PORTAL_MANAGE)
def mail_seal(actor: Actor, *, mailed: bool) -> None:
    """Choose whether each night's seal is mailed to who manages the portal."""
    chain = Chain.objects.select_for_update().filter(portal_id=actor.portal_id).first()
    if chain is None:
        raise NotFound
    if chain.is_mailed != mailed:
        record(actor, facts.SealMailChosen(mailed=mailed), subject=ref("audit.chain", actor.portal_id), changes={"seal_mailed": (chain.is_mailed, mailed)})
        chain.is_mailed = mailed
        chain.save(update_fields=["is_mailed"])

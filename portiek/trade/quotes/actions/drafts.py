"""What is typed and not sent yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.retention import over
from portiek.trade.quotes import permissions, queries, rules
from portiek.trade.quotes.models import PARTY, STAFF, Draft, Quote


@action(permissions.REQUEST)
def keep_request(actor: Actor, *, key: str, sent: Mapping[str, str], now: datetime) -> Draft:
    """Keep a request as far as it was typed, for who types it alone. Raises Refused for one that says nothing, or one too many."""
    if not actor.party_id:
        raise NotFound
    return _kept(actor, actor.party_id, key[:64], 0, rules.kept(sent, rules.ASKING), now)


@action(permissions.MANAGE)
def keep_offer(actor: Actor, *, quote: Quote, version: int, sent: Mapping[str, str], now: datetime) -> Draft:
    """Keep an offer as far as it was typed, for who types it alone. `version`: the newest one of the quote as it was seen. Raises Refused as keep_request does."""
    found = queries.quote_by_id(actor, quote.pk)
    if found is None:
        raise NotFound
    return _kept(actor, found.party_id, found.number, version, rules.kept(sent, rules.OFFERING), now)


@action(permissions.REQUEST)
def keep_counter(actor: Actor, *, quote: Quote, version: int, sent: Mapping[str, str], now: datetime) -> Draft:
    """Keep a counter-proposal as far as it was typed, for who types it alone. `version`: the newest one of the quote as it was seen. Raises Refused as keep_request does."""
    found = queries.quote_by_id(actor, quote.pk)
    if found is None or found.party_id != actor.party_id:
        raise NotFound
    return _kept(actor, found.party_id, found.number, max(version, 1), rules.kept(sent, rules.ASKING), now)


def _kept(actor: Actor, party_id: int, key: str, version: int, values: Mapping[str, str], now: datetime) -> Draft:
    mine = Draft.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id)
    if not values:
        raise Refused("quotes.empty", field="what-0")
    if not mine.filter(party_id=party_id, key=key).exists() and mine.count() >= rules.MOST_DRAFTS:
        raise Refused("quotes.too_many_drafts", most=rules.MOST_DRAFTS)
    made, _new = Draft.objects.update_or_create(portal_id=actor.portal_id, party_id=party_id, user_id=actor.user_id, key=key, defaults={"side": STAFF if actor.is_staff else PARTY, "version": version, "values": values, "changed_at": now})
    return made


@action(None)
def drop_draft(actor: Actor, *, key: str) -> None:
    """Throw away a draft of one's own. Raises NotFound."""
    found = queries.draft(actor, key)
    if found is None:
        raise NotFound
    found.delete()


@action(None)
def drop_old_drafts(actor: Actor, *, now: datetime) -> int:
    """Remove drafts that nobody worked on any more. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = over(actor, "quotes.drafts", now=now).delete()
    return count


def _sent(actor: Actor, key: str) -> None:
    """Remove the draft of what its writer sends, within the action that sends it."""
    Draft.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id, key=key).delete()

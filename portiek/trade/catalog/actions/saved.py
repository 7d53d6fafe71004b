"""Searches that people keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.trade.catalog import errors, permissions, rules
from portiek.trade.catalog.models import Category, SavedSearch
from portiek.trade.catalog.queries.saved import newest_row


@action(permissions.VIEW)
def save_search(actor: Actor, *, name: str, words: str, category: Category | None, narrowed: Sequence[str], stocked: bool, often: str, now: datetime) -> SavedSearch:
    """Keep a search by a name of one's own; one of that name becomes this one. Raises Refused for a search that asks nothing, or when there are too many; NotFound for who acts for no party."""
    if actor.party_id is None or not actor.user_id:
        raise NotFound
    if not (words or category or narrowed or stocked):
        raise Refused(errors.NOTHING_TO_SAVE)
    mine = SavedSearch.objects.filter(party_id=actor.party_id, user_id=actor.user_id)
    if not mine.filter(name=name).exists() and mine.count() >= rules.MOST_SAVED:
        raise Refused(errors.SAVED_MOST, field="name", most=rules.MOST_SAVED)
    values = {"words": words, "category": category, "narrowed": [*narrowed], "stocked": stocked, "often": SavedSearch.Often(often), "looked_at": now, "seen": newest_row(actor)}
    made, _new = SavedSearch.objects.update_or_create(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, name=name, defaults=values)
    return made


@action(permissions.VIEW)
def set_how_often(actor: Actor, *, search: SavedSearch, often: str, now: datetime) -> None:
    """Say how often one hears of what is new in a search; what came before this moment is not new."""
    if search.often != often:
        SavedSearch.objects.filter(pk=search.pk, user_id=actor.user_id).update(often=SavedSearch.Often(often), looked_at=now, seen=newest_row(actor))


@action(permissions.VIEW)
def drop_search(actor: Actor, *, search: SavedSearch) -> None:
    """Keep a search no longer."""
    SavedSearch.objects.filter(pk=search.pk, user_id=actor.user_id).delete()


@action(None)
def looked(actor: Actor, *, search: SavedSearch, seen: int, now: datetime) -> None:
    """Remember that a search was looked at, up to which row of the assortments. System only."""
    if actor.kind != "system":
        raise Forbidden(permissions.MANAGE)
    SavedSearch.objects.filter(portal_id=actor.portal_id, pk=search.pk).update(seen=seen, looked_at=now)

"""Telling who keeps a search what is new in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind
from portiek.trade.catalog import actions, permissions
from portiek.trade.catalog.queries.saved import new_in, newest_row


def _saved_url(subject: str, values: Mapping[str, Any]) -> str:
    return f"{reverse('catalog:list')}?{values['query']}"


NEW_IN_SEARCH = message_kind(
    "catalog.new_in_search",
    title=_("New in “{name}”: {count}"),
    body=_("Products that came into your assortment and fit the search “{name}” that you keep: {count}."),
    url=_saved_url,
    action=_("Look at the search"),
    icon="search",
    label=_("Something is new in a search that you keep"),
    several=_("{count} of your saved searches have something new"),
    right=permissions.VIEW,
)


def tell_new(actor: Actor, *, now: datetime) -> None:
    """Tell who keeps a search how many products are new in it; one in which nothing is new is only remembered as looked at."""
    seen = newest_row(actor)
    for row, count in list(new_in(actor, now=now)):
        if count:
            notify(actor, kind=NEW_IN_SEARCH, party_id=row.party_id, user_ids=[row.user_id], values={"name": row.name, "count": count, "query": urlencode(row.query)}, event=f"saved-search:{row.pk}:{seen}")
        actions.looked(actor, search=row, seen=seen, now=now)

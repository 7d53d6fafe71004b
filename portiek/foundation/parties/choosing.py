"""What forms offer to choose from: other companies."""

from __future__ import annotations

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.foundation.parties import queries
from portiek.foundation.parties.models import Party
from portiek.ui.fields import Choice, Choices


def parties(actor: Actor, *, kind: str = "", besides: Party | None = None) -> Choices:
    """Offer the parties, of one kind and but one where those are named, by name; searched as the list is."""

    def among(words: str = "") -> QuerySet[Party]:
        return queries.parties(actor, search=words, kind=kind).exclude(pk=besides.pk if besides else 0).order_by(*queries.BY_NAME)

    def shown(row: Party) -> Choice:
        return (row.number, row.name, " · ".join(part for part in (row.number, row.city or "") if part))  # type: ignore[attr-defined]

    def one(value: str) -> Choice | None:
        return next((shown(row) for row in among().filter(number=value)[:1]), None) if "\0" not in value else None

    return Choices(lambda words, most: [shown(row) for row in among(words.replace("\0", ""))[:most]], one, lambda value: queries.party(actor, value))

"""Colleagues on offer in a form: found by name, with who is away and who stands in for him."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.foundation.accounts import queries
from portiek.foundation.accounts.models import Absence, User
from portiek.ui.fields import Choice, Choices
from portiek.ui.format import day


def away_in_words(row: Absence | None) -> str:
    """Say until when somebody is away and who stands in; nothing for who is there."""
    if row is None:
        return ""
    values = {"day": day(row.last_day), "name": row.deputy.name if row.deputy else ""}
    return (_("Away until %(day)s, %(name)s stands in") if row.deputy else _("Away until %(day)s")) % values


def people(actor: Actor, *, party_id: int | None, right: str = "", besides: int = 0) -> Choices:
    """Offer the people of a company (None: the staff) who have access; `right`: those who hold it, `besides`: not this one. Two statements for what is shown."""

    def worded(rows: list[User]) -> list[Choice]:
        away = queries.away(actor, party_id=party_id, user_ids=[row.pk for row in rows])
        return [(str(row.pk), row.name, away_in_words(away.get(row.pk))) for row in rows]

    def find(words: str, most: int) -> list[Choice]:
        return worded(list(queries.colleagues(actor, party_id=party_id, right=right, besides=besides, search=words).order_by(*queries.PEOPLE_BY_NAME)[:most]))

    def one(value: str) -> Choice | None:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
        return next(iter(worded(list(queries.colleagues(actor, party_id=party_id, right=right, besides=besides).filter(pk=number)))), None)

    return Choices(find, one)

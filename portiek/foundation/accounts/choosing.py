"""What forms offer to choose from: colleagues, with who is away and who stands in, and roles that one may give."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.foundation.accounts import queries
from portiek.foundation.accounts.models import Absence, Role, User
from portiek.ui.fields import Choice, Choices
from portiek.ui.format import day


def away_in_words(row: Absence | None) -> str:
    """Say until when somebody is away and who stands in; nothing for who is there."""
    if row is None:
        return ""
    values = {"day": day(row.last_day), "name": row.deputy.name if row.deputy else ""}
    return (_("Away until %(day)s, %(name)s stands in") if row.deputy else _("Away until %(day)s")) % values


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def people(actor: Actor, *, party_id: int | None, right: str = "", besides: int = 0, among: Collection[int] | None = None) -> Choices:
    """Offer the people of a company (None: the staff) who have access; `right`: those who hold it, `besides`: not this one, `among`: of these alone. Two statements for what is shown."""

    def offered(words: str = "") -> QuerySet[User]:
        found = queries.colleagues(actor, party_id=party_id, right=right, besides=besides, search=words).order_by(*queries.PEOPLE_BY_NAME)
        return found if among is None else found.filter(pk__in=among)

    def worded(rows: list[User]) -> list[Choice]:
        away = queries.away(actor, party_id=party_id, user_ids=[row.pk for row in rows])
        return [(str(row.pk), row.name, away_in_words(away.get(row.pk))) for row in rows]

    def find(words: str, most: int) -> list[Choice]:
        return worded(list(offered(words)[:most]))

    def one(value: str) -> Choice | None:
        return next(iter(some([value])), None)

    def some(values: Sequence[str]) -> list[Choice]:
        return worded(list(offered().filter(pk__in=[_number(value) for value in values])))

    return Choices(find, one, some=some)


def roles(actor: Actor, *, party_id: int | None) -> Choices:
    """Offer the roles that an actor may give in a company (None: among the staff)."""
    return _roles(lambda words: queries.giveable(actor, party_id=party_id, search=words))


def roles_instead(actor: Actor, of: Role) -> Choices:
    """Offer the roles that people can get in the place of one that is removed."""
    return _roles(lambda words: queries.giveable_instead(actor, of, search=words))


def _roles(found: Callable[[str], QuerySet[Role]]) -> Choices:
    def row(value: str) -> Role | None:
        return found("").filter(pk=_number(value)).first()

    def one(value: str) -> Choice | None:
        role = row(value)
        return (str(role.pk), role.label, role.meant_for) if role else None

    return Choices(lambda words, most: [(str(role.pk), role.label, role.meant_for) for role in found(words).order_by(*queries.GIVEN_FIRST)[:most]], one, row)

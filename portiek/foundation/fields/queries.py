"""Every read of fields and of what is filled in. Row security decides which of them exist for a party."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.subjects import Subject

# Kinds of which a list can show one value alone.
NARROWING = (Field.Kind.CHOICE, Field.Kind.YES_NO)
YES_NO = ("yes", "no")


def fields(actor: Actor, subject: str) -> list[Field]:
    """Return the fields in use on one kind of object that the actor may see, in their order."""
    return list(Field.objects.of(subject).filter(portal_id=actor.portal_id))


def to_ask(actor: Actor, subject: str) -> QuerySet[Field]:
    """Return the fields that a party fills in itself, to be read or counted."""
    return Field.objects.of(subject).filter(portal_id=actor.portal_id, visibility=Field.Visibility.FILL)


def asked(actor: Actor, subject: str) -> list[Field]:
    """Return the fields that a party fills in itself."""
    return list(to_ask(actor, subject))


def to_fill(actor: Actor, subject: Subject) -> list[Field]:
    """Return the fields that this actor may fill in on an object: staff all of them, others what is meant for them where the object's own page asks it."""
    if actor.is_staff:
        return fields(actor, subject.key) if actor.may(subject.right) else []
    return asked(actor, subject.key) if subject.fills and actor.may(subject.fills) else []


def check_may_fill(actor: Actor, subject: Subject, row: Any) -> None:
    """Raise NotFound for another's object and where parties fill in nothing, Forbidden for who lacks the right over it."""
    right = subject.right if actor.is_staff else subject.fills
    if not actor.is_staff and (not right or subject.party_of(row) != actor.party_id):
        raise NotFound
    if not actor.may(right):
        raise Forbidden(right)


def every(actor: Actor) -> list[Field]:
    """Return every field of the portal, also those that ended: a few dozen at most."""
    return list(Field.objects.filter(portal_id=actor.portal_id).order_by("position", "pk"))


def field(actor: Actor, key: int) -> Field:
    """Return one field. Raises NotFound."""
    found = Field.objects.filter(portal_id=actor.portal_id, pk=key).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Filled:
    """A field of an object with what it says."""

    field: Field
    value: str

    @property
    def over(self) -> bool:
        """Whether the field ended: staff alone read on in it."""
        return self.field.ended_at is not None


def filled(actor: Actor, subject: Subject, keys: Collection[int]) -> dict[int, list[Filled]]:
    """Return what is filled in on objects that the actor has in hand, in the order of the fields: one statement, however many. Fields that ended come last, for staff alone."""
    found: dict[int, list[Filled]] = {}
    rows = subject.values.objects.filter(**{f"{subject.holder}_id__in": list(keys)}).select_related("field") if keys else ()
    for row in rows:
        found.setdefault(getattr(row, f"{subject.holder}_id"), []).append(Filled(row.field, row.value))
    return {key: sorted(items, key=lambda item: (item.over, item.field.position, item.field.pk)) for key, items in found.items()}


def values(actor: Actor, subject: Subject, row: Any) -> dict[str, str]:
    """Return what is filled in on one object, by the name of the field."""
    return {item.field.key: item.value for item in filled(actor, subject, [row.pk]).get(row.pk, [])}


@dataclass(frozen=True)
class Narrowing:
    """How a list of staff can be narrowed by what is filled in: the choices, the chosen one, and the ids that it leaves (None: all)."""

    options: list[tuple[Field, str]]
    chosen: str
    among: QuerySet[Any] | None


def narrowing(actor: Actor, subject: Subject, wanted: str) -> Narrowing:
    """Say how a list can be narrowed; `wanted` is `key:value` as it was asked, anything else is nothing. For staff alone."""
    if not actor.is_staff:
        return Narrowing([], "", None)
    options = [(item, value) for item in fields(actor, subject.key) if item.kind in NARROWING for value in (item.choices if item.kind == Field.Kind.CHOICE else YES_NO)]
    chosen = next(((item, value) for item, value in options if f"{item.key}:{value}" == wanted), None)
    if chosen is None:
        return Narrowing(options, "", None)
    found = subject.values.objects.filter(portal_id=actor.portal_id, field=chosen[0], value=chosen[1]).values(f"{subject.holder}_id")
    return Narrowing(options, wanted, found)

"""Every write of fields and of what is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.fields import facts, permissions, queries, rules
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.reading import read
from portiek.foundation.fields.subjects import Subject
from portiek.foundation.fields.wording import said
from portiek.foundation.parties.models import Portal

REF = "fields.field"
SETTLED = ("label", "label_en", "help", "help_en", "choices", "required", "visibility", "position")


def _told(actor: Actor, happened: Fact, found: Field, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, happened, subject=ref(REF, found.pk), text=found.label, changes=changes)


def _choices(kind: str, given: Sequence[str]) -> list[str]:
    """Return the choices of a field as they are kept. Raises Refused for too few or too many."""
    if kind != Field.Kind.CHOICE:
        return []
    found = rules.options("\n".join(given))
    if not 2 <= len(found) <= rules.MOST_CHOICES:
        raise Refused("field-choices", field="choices", most=rules.MOST_CHOICES)
    return found


def _room(actor: Actor, subject: str) -> list[str]:
    """Return the names that fields on a kind of object have, ended ones too. Raises Refused when no more can be in use."""
    # One after the other: two at once would be given one name, or be one too many.
    Portal.objects.select_for_update().get(pk=actor.portal_id)
    if Field.objects.of(subject).filter(portal_id=actor.portal_id).count() >= rules.MOST:
        raise Refused("field-most", most=rules.MOST)
    return list(Field.objects.filter(portal_id=actor.portal_id, subject=subject).values_list("key", flat=True))


@action(permissions.MANAGE)
def make_field(actor: Actor, *, subject: Subject, label: str, kind: str, visibility: str = Field.Visibility.STAFF, choices: Sequence[str] = (), required: bool = False, position: int = 0, label_en: str = "", help: str = "",
               help_en: str = "") -> Field:
    """Make a field; its name for machines is made of the label. Raises Refused when there are too many, and for a choice without choices."""
    kept = _choices(kind, choices)
    key = rules.key_of(label, _room(actor, subject.key))
    made = Field.objects.create(portal_id=actor.portal_id, subject=subject.key, key=key, label=rules.plain(label)[:80], label_en=rules.plain(label_en)[:80], help=rules.plain(help)[:200], help_en=rules.plain(help_en)[:200],
                                kind=Field.Kind(kind), choices=kept, required=required, visibility=Field.Visibility(visibility), position=position)
    _told(actor, facts.FieldMade(field_id=made.pk, subject=subject.key), made)
    return made


def _locked(field: Field) -> Field:
    found = Field.objects.select_for_update().filter(pk=field.pk).first()
    if found is None:
        raise NotFound
    return found


@action(permissions.MANAGE)
def change_field(actor: Actor, *, field: Field, label: str, visibility: str, choices: Sequence[str] = (), required: bool = False, position: int = 0, label_en: str = "", help: str = "", help_en: str = "") -> Field:
    """Change everything of a field but its kind and its name for machines. A choice that is taken away stays where it was chosen before."""
    found = _locked(field)
    wanted = {"label": rules.plain(label)[:80], "label_en": rules.plain(label_en)[:80], "help": rules.plain(help)[:200], "help_en": rules.plain(help_en)[:200], "choices": _choices(found.kind, choices), "required": required,
              "visibility": Field.Visibility(visibility), "position": position}
    changes = {name: (_told_as(getattr(found, name)), _told_as(wanted[name])) for name in SETTLED if getattr(found, name) != wanted[name]}
    if changes:
        for name, value in wanted.items():
            setattr(found, name, value)
        found.save(update_fields=SETTLED)
        _told(actor, facts.FieldChanged(field_id=found.pk), found, changes)
    return found


def _told_as(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


@action(permissions.MANAGE)
def end_field(actor: Actor, *, field: Field) -> Field:
    """End a field: nobody fills it in any more, no party sees it, and staff go on reading what was filled in. One that ended already is fine."""
    found = _locked(field)
    if found.ended_at is None:
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        _told(actor, facts.FieldEnded(field_id=found.pk), found)
    return found


@action(permissions.MANAGE)
def resume_field(actor: Actor, *, field: Field) -> Field:
    """Take an ended field up again, with all that was filled in. Raises Refused when there are too many."""
    _room(actor, field.subject)
    found = _locked(field)
    if found.ended_at is not None:
        found.ended_at = None
        found.save(update_fields=["ended_at"])
        _told(actor, facts.FieldResumed(field_id=found.pk), found)
    return found


@action(None)
def fill(actor: Actor, *, subject: Subject, row: Any, values: Mapping[str, str]) -> int:
    """Fill in fields of one object, "" takes out what is there; return how many are other than before.

    Staff by their right over the object; a party its own, where its page asks it. Raises Refused for what does not fit, Forbidden, and NotFound for another's.
    """
    queries.check_may_fill(actor, subject, row)
    if type(row).objects.select_for_update().filter(pk=row.pk).first() is None:
        raise NotFound
    known = {item.key: item for item in queries.to_fill(actor, subject)}
    old = queries.values(actor, subject, row)
    # What stays as it is fits, also a choice that is no longer offered.
    wanted = read(list(known.values()), {key: value for key, value in values.items() if key not in known or value != old.get(key, "")}, needed=False)
    changed = [known[key] for key, value in wanted.items() if old.get(key, "") != value]
    _keep(actor, subject, row, {item: wanted[item.key] for item in changed})
    for internal in (False, True):
        told = [item for item in changed if (item.visibility == Field.Visibility.STAFF) is internal]
        if told:
            record(actor, facts.ValueChanged(subject=subject.key, count=len(told)), party_id=None if internal else subject.party_of(row), subject=ref(subject.ref, row.pk), text=subject.number_of(row),
                   changes={item.label: (said(item, old.get(item.key, "")), said(item, wanted[item.key])) for item in told})
    return len(changed)


@action(None)
def attach(actor: Actor, *, subject: Subject, row: Any, values: Mapping[str, str]) -> None:
    """Put what a party filled in on an object that it is making now; the object's own fact tells of it. `values` were read before.

    Of a field that was closed meanwhile nothing is kept.
    """
    if actor.party_id is None or subject.party_of(row) != actor.party_id:
        raise NotFound
    known = {item.key: item for item in queries.asked(actor, subject.key)} if values else {}
    _keep(actor, subject, row, {known[key]: value for key, value in values.items() if key in known and value})


def _keep(actor: Actor, subject: Subject, row: Any, values: Mapping[Field, str]) -> None:
    """Write values of one object; its row is held, or not there for others yet."""
    own = {"portal_id": actor.portal_id, f"{subject.holder}_id": row.pk}
    if (party_id := subject.party_of(row)) is not None:
        own["party_id"] = party_id
    if gone := [item.pk for item, value in values.items() if not value]:
        subject.of(row).filter(field_id__in=gone).delete()
    there = {kept.field_id: kept for kept in subject.of(row).filter(field_id__in=[item.pk for item in values])} if values else {}
    for item, value in values.items():
        if value and item.pk in there:
            there[item.pk].value = value
            there[item.pk].save(update_fields=["value"])
    subject.values.objects.bulk_create([subject.values(field=item, value=value, **own) for item, value in values.items() if value and item.pk not in there])

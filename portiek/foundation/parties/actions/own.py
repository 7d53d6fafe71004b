"""What is written of a party's own data: by itself where it owns the field, and where nobody outside the portal does."""

from __future__ import annotations

from collections.abc import Mapping

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties import facts, permissions
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.ownership import Row, field_of, fields_of, owner_of, subject_of


@action(permissions.PROPOSE)
def change_own(actor: Actor, row: Row, *, values: Mapping[str, str]) -> None:
    """Change what the party itself owns of its data, at once. Raises Refused for a field of somebody else."""
    found = type(row).objects.select_for_update().filter(pk=row.pk).first()
    if found is None or actor.party_id != _party_of(found):
        raise NotFound
    own = {name for item in fields_of(subject_of(found)) if item.owner == "party" for name in item.columns}
    if stranger := next((name for name in values if name not in own), None):
        raise Refused("field-of-the-erp", field=stranger)
    different = [name for name, value in values.items() if getattr(found, name) != value]
    for name in different:
        setattr(found, name, values[name])
    if different:
        found.save(update_fields=different)
        _changed(actor, found)


@action(permissions.MANAGE)
def write_field(actor: Actor, row: Row, *, field: str, values: Mapping[str, str]) -> None:
    """Write a field that was agreed upon, of what the administration does not know. Raises Refused for a field of the administration."""
    item = field_of(subject_of(row), field)
    if item is None or set(values) != set(item.columns) or owner_of(item, row) == "erp":
        raise Refused("field-of-the-erp", field=field)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    _changed(actor, row)


def _party_of(row: Row) -> int:
    return row.pk if isinstance(row, Party) else row.party_id


def _changed(actor: Actor, row: Row) -> None:
    party_id = _party_of(row)
    record(actor, facts.PartyChanged(party_id=party_id), party_id=party_id, subject=ref("parties.party", party_id), text=str(row))

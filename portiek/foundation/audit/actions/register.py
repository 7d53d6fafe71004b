"""What the portal's own people add to the register of processing."""

from __future__ import annotations

from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit import facts
from portiek.foundation.audit.models import OwnProcessing, Register

AT_MOST = 200


def _changed(actor: Actor, what: str, text: str, changes: dict[str, tuple[Any, Any]]) -> None:
    record(actor, facts.RegisterChanged(what=what), subject=ref("audit.register", actor.portal_id), text=text, changes=changes)


@action(PORTAL_MANAGE)
def keep_register(actor: Actor, *, values: dict[str, str]) -> None:
    """Keep what goes for every line: who guards data, who gets them, how they are secured."""
    row, _made = Register.objects.get_or_create(portal_id=actor.portal_id)
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    if changes:
        Register.objects.filter(pk=row.pk).update(**values)
        _changed(actor, "head", "", changes)


@action(PORTAL_MANAGE)
def add_processing(actor: Actor, *, values: dict[str, str]) -> OwnProcessing:
    """Add a line of one's own. Raises Refused when there are 200."""
    if OwnProcessing.objects.filter(portal_id=actor.portal_id).count() >= AT_MOST:
        raise Refused("register-many")
    made = OwnProcessing.objects.create(portal_id=actor.portal_id, **values)
    _changed(actor, "added", made.label, {name: ("", value) for name, value in values.items() if value})
    return made


@action(PORTAL_MANAGE)
def change_processing(actor: Actor, *, key: int, values: dict[str, str]) -> None:
    """Change a line of one's own. Raises NotFound."""
    row = _locked(actor, key)
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    if changes:
        OwnProcessing.objects.filter(pk=row.pk).update(**values)
        _changed(actor, "changed", values["label"], changes)


@action(PORTAL_MANAGE)
def remove_processing(actor: Actor, *, key: int) -> None:
    """Take a line of one's own off the register. Raises NotFound."""
    row = _locked(actor, key)
    row.delete()
    _changed(actor, "removed", row.label, {})


def _locked(actor: Actor, key: int) -> OwnProcessing:
    row = OwnProcessing.objects.select_for_update().filter(portal_id=actor.portal_id, pk=key).first()
    if row is None:
        raise NotFound
    return row

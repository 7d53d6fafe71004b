"""What people write about the tree of a party. Every change of its shape holds the whole tree, so that two moves never make a loop."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.parties import facts, permissions, rules
from portiek.foundation.parties.models import Party, Unit

FIELDS = ("kind", "name", "code", "branch_number", "delivery_address", "invoice_address")


def _own(actor: Actor, party_id: int) -> None:
    if actor.party_id is not None and actor.party_id != party_id:
        raise NotFound


def _locked(actor: Actor, party_id: int) -> dict[int, Unit]:
    """Hold every unit of a party, in order, until the transaction ends. The party's own row stays free: its orders count there."""
    return {row.pk: row for row in Unit.objects.select_for_update().filter(portal_id=actor.portal_id, party_id=party_id).order_by("pk")}


@dataclass(frozen=True)
class Tree:
    """Every unit of a party by its id, held until the transaction ends: for many changes at once, each of which keeps it as the database has it."""

    party_id: int
    rows: dict[int, Unit]


@action(permissions.UNIT_MANAGE)
def hold_tree(actor: Actor, *, party: Party) -> Tree:
    """Hold the tree of a party for `add_unit` and `change_unit` in this transaction."""
    _own(actor, party.pk)
    return Tree(party.pk, _locked(actor, party.pk))


def _held(actor: Actor, party_id: int, tree: Tree | None) -> dict[int, Unit]:
    if tree is not None and tree.party_id != party_id:
        raise NotFound
    return tree.rows if tree is not None else _locked(actor, party_id)


def _above(tree: Mapping[int, Unit], parent: Unit | None) -> Unit | None:
    if parent is None:
        return None
    found = tree.get(parent.pk)
    if found is None:
        raise NotFound
    return found


def _record(actor: Actor, happened: Fact, unit: Unit) -> None:
    record(actor, happened, party_id=unit.party_id, subject=ref("parties.unit", unit.pk), text=unit.name)


def _check_addresses(party_id: int, values: Mapping[str, Any]) -> None:
    for name in ("delivery_address", "invoice_address"):
        address = values.get(name)
        if address is not None and address.party_id != party_id:
            raise NotFound


@action(permissions.UNIT_MANAGE)  # type: ignore[arg-type]
def add_unit(actor: Actor, *, party: Party, name: str, kind: str = Unit.Kind.BRANCH, parent: Unit | None = None, tree: Tree | None = None, **more: Any) -> Unit:
    """Add a branch, department or project to a party, perhaps inside another one; `more` are further FIELDS, `tree` what `hold_tree` holds. Raises Refused when the name is taken there or the tree too deep."""
    _own(actor, party.pk)
    _check_addresses(party.pk, more)
    rows = _held(actor, party.pk, tree)
    above = _above(rows, parent)
    if problem := rules.why_not_under(None, above.path if above else (), ended=above is not None and not above.is_active):
        raise Refused(problem, field="parent")
    try:
        with transaction.atomic():
            made = Unit.objects.create(portal_id=actor.portal_id, party=party, name=name, kind=kind, parent=above, **{key: more[key] for key in FIELDS if key in more})
    except IntegrityError:
        raise Refused("unit-taken", field="name", name=name) from None
    made.path = [*(above.path if above else ()), made.pk]
    made.place = rules.place_of(above.place if above else "", name, made.pk)
    made.save(update_fields=["path", "place"])
    rows[made.pk] = made
    _record(actor, facts.UnitAdded(unit_id=made.pk), made)
    return made


def _placed(tree: Mapping[int, Unit], top: Unit) -> list[Unit]:
    """Write path and place of a unit and of all below it anew, each after the one it stands in; return them."""
    rows = sorted((row for row in tree.values() if top.pk in row.path), key=lambda row: len(row.path))
    for row in rows:
        above = tree[row.parent_id] if row.parent_id else None
        row.path, row.place = [*(above.path if above else ()), row.pk], rules.place_of(above.place if above else "", row.name, row.pk)
    return rows


@action(permissions.UNIT_MANAGE)
def change_unit(actor: Actor, *, unit: Unit, parent: Unit | None, values: Mapping[str, Any], tree: Tree | None = None) -> Unit:
    """Give a unit other FIELDS and another place in the tree, with all below it; `tree` is what `hold_tree` holds. Raises Refused for a loop, a tree too deep and a name that is taken there."""
    _own(actor, unit.party_id)
    _check_addresses(unit.party_id, values)
    rows = _held(actor, unit.party_id, tree)
    above = _above(rows, parent)
    if unit.pk not in rows:
        raise NotFound
    found = copy(rows[unit.pk])  # what is refused leaves no trace in a tree that is held
    different = [name for name in FIELDS if name in values and getattr(found, name) != values[name]]
    before, moved = found.parent_id, found.parent_id != (above and above.pk)
    if moved:
        height = max(len(row.path) for row in rows.values() if found.pk in row.path) - found.depth
        if problem := rules.why_not_under(found.pk, above.path if above else (), height=height, ended=above is not None and not above.is_active):
            raise Refused(problem, field="parent")
    for name in different:
        setattr(found, name, values[name])
    found.parent = above
    try:
        with transaction.atomic():
            if different or moved:
                found.save(update_fields=[*different, "parent"])
    except IntegrityError:
        raise Refused("unit-taken", field="name", name=found.name) from None
    rows[found.pk] = found
    if moved or "name" in different:
        Unit.objects.bulk_update(_placed(rows, found), ["path", "place"], batch_size=500)
    if different:
        _record(actor, facts.UnitChanged(unit_id=found.pk), found)
    if moved:
        _record(actor, facts.UnitMoved(unit_id=found.pk, from_id=before, to_id=above.pk if above else None), found)
    return found


@action(permissions.UNIT_MANAGE)
def end_unit(actor: Actor, *, unit: Unit) -> None:
    """Take a unit and all below it out of use: nobody can be put there any more. Who is there, and what was ordered there, stays."""
    _own(actor, unit.party_id)
    tree = _locked(actor, unit.party_id)
    if unit.pk not in tree:
        raise NotFound
    if tree[unit.pk].is_active:
        Unit.objects.filter(portal_id=actor.portal_id, pk__in=[row.pk for row in tree.values() if unit.pk in row.path]).update(is_active=False)
        _record(actor, facts.UnitEnded(unit_id=unit.pk), tree[unit.pk])


@action(permissions.UNIT_MANAGE)
def restore_unit(actor: Actor, *, unit: Unit) -> None:
    """Take a unit into use again, without what stands below it. Raises Refused when the one above is over."""
    _own(actor, unit.party_id)
    tree = _locked(actor, unit.party_id)
    found = tree.get(unit.pk)
    if found is None:
        raise NotFound
    if found.parent_id and not tree[found.parent_id].is_active:
        raise Refused("unit-over")
    if not found.is_active:
        found.is_active = True
        found.save(update_fields=["is_active"])
        _record(actor, facts.UnitRestored(unit_id=found.pk), found)

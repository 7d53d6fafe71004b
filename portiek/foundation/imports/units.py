"""The organisation of one company, brought in from a spreadsheet; a row may stand under one of an earlier row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.foundation.imports import rules
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, checked, importable
from portiek.foundation.imports.parties import code
from portiek.foundation.parties import actions, permissions
from portiek.foundation.parties.forms import UnitForm
from portiek.foundation.parties.models import Party, Unit

SORTS = {"branch": ("branch", "vestiging", "filiaal"), "department": ("department", "afdeling"), "project": ("project",)}
COLUMNS = [
    Column("name", gettext_lazy("Name"), True, also=("naam", "vestiging", "afdeling", "project"), example="Inkoop"),
    Column("kind", gettext_lazy("Kind"), hint=gettext_lazy("Empty: a branch."), also=("soort", "type"), example="afdeling", choices=["vestiging", "afdeling", "project"]),
    Column("parent", gettext_lazy("Part of"), hint=gettext_lazy("Name or code of the one above, which may stand in an earlier row. Empty: the whole company."), also=("onderdeel van", "hoort bij", "boven", "parent"), example="Zwolle"),
    Column("code", gettext_lazy("Code"), hint=gettext_lazy("Your own short name for it, such as a cost centre or project number. By its code a row finds the one that it changes, else by name and place."), also=("kostenplaats", "projectnummer"), example="100"),
    Column("branch_number", gettext_lazy("Branch number"), hint=gettext_lazy("Of the Chamber of Commerce: twelve figures."), also=("vestigingsnummer",)),
]


class Held:
    """The tree of a company, held for all rows of a batch, with its units in use by every name they go by."""

    def __init__(self, tree: actions.Tree) -> None:
        self.tree = tree
        self.named: dict[str, dict[int, Unit]] = {}
        for unit in tree.rows.values():
            if unit.is_active:
                self.add(unit)

    def add(self, unit: Unit) -> None:
        """Have a unit found by its name and its code."""
        for key in self._keys(unit):
            self.named.setdefault(key, {})[unit.pk] = unit

    def drop(self, unit: Unit) -> None:
        """Have a unit found no more by what it was called."""
        for key in self._keys(unit):
            self.named[key].pop(unit.pk, None)

    @staticmethod
    def _keys(unit: Unit) -> list[str]:
        return [f"name {rules.bare(unit.name)}", *([f"code {rules.bare(unit.code)}"] if unit.code else [])]

    def called(self, kind: str, text: str) -> list[Unit]:
        """Return the units of a name or a code, in any spelling, in the order of the tree."""
        return sorted(self.named.get(f"{kind} {rules.bare(text)}", {}).values(), key=lambda unit: (unit.place, unit.pk))


def _begin(actor: Actor, party: Party) -> Held:
    return Held(actions.hold_tree(actor, party=party))


def _above(about: Held, text: str) -> Unit | None:
    if not text:
        return None
    found = about.called("code", text) or about.called("name", text)
    if len(found) != 1:
        raise Wrong([("parent", _("There are several of this name; give the code.") if found else _("There is no branch, department or project of this name or code."))])
    return found[0]


def _take(actor: Actor, party: Party, about: Held, given: Mapping[str, str]) -> Outcome:
    """Add a branch, department or project; one of the same code, or of the same name in the same place, is changed."""
    values, problems = dict(given), list[tuple[str, str]]()
    code(values, "kind", SORTS, problems)
    above = _above(about, values.get("parent", ""))
    found = next((unit for unit in about.called("code", values["code"]) if unit.code == values["code"]), None) if values.get("code") else None
    found = found or next((unit for unit in about.called("name", values["name"]) if unit.name == values["name"] and ("parent" not in values or unit.parent_id == (above.pk if above else None))), None)
    # Of addresses the file says nothing.
    form = UnitForm({**{name: value for name, value in values.items() if name != "parent"}, "kind": values.get("kind") or (found.kind if found else "branch"), "parent": ""}, units=[], addresses=[])
    read = checked(form, more=problems)
    wanted: dict[str, Any] = {name: read[name] for name in ("name", "kind", "code", "branch_number") if name in values}
    if found is None:
        about.add(actions.add_unit(actor, party=party, parent=above, tree=about.tree, **wanted))
        return "new"
    if "kind" in wanted and not given["kind"]:
        del wanted["kind"]
    if "parent" not in values:
        above = about.tree.rows[found.parent_id] if found.parent_id else None
    if (above.pk if above else None) == found.parent_id and all(getattr(found, name) == value for name, value in wanted.items()):
        return "same"
    changed = actions.change_unit(actor, unit=found, parent=above, values=wanted, tree=about.tree)
    about.drop(found)
    about.add(changed)
    return "changed"


def _back(actor: Actor, party: Party | None) -> str:
    return reverse("parties:tab", args=[party.number, "units"]) if actor.is_staff and party else reverse("parties:my-units")


importable("units", gettext_lazy("Branches, departments and projects"), gettext_lazy("The organisation of a company: what is not there yet is added, what is there gets its name and place."),
           right=permissions.UNIT_MANAGE, places=["party"], columns=lambda actor, party: COLUMNS, begin=_begin, take=_take,
           same=lambda values: (values.get("code") and f"code {values['code']}") or f"{rules.bare(values.get('parent', ''))} {rules.bare(values.get('name', ''))}", back=_back, together=True, order=50)  # fmt: skip

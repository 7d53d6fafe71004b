"""Contacts of a company, brought in from a spreadsheet: people who need not be users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.foundation.imports import rules
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, checked, importable
from portiek.foundation.parties import actions, permissions, queries
from portiek.foundation.parties.forms import ContactForm
from portiek.foundation.parties.models import Contact, Party, Unit

COLUMNS = [
    Column("name", gettext_lazy("Name"), True, also=("naam", "contactpersoon", "volledige naam", "contact"), example="Henk Post"),
    Column("role", gettext_lazy("Function"), also=("functie", "rol", "function"), example="Planning"),
    Column("email", gettext_lazy("E-mail address"), hint=gettext_lazy("By his address a row finds the contact that it changes, else by his name."), also=("e-mail", "email", "mail", "emailadres"), example="planning@bakker.example"),
    Column("phone", gettext_lazy("Telephone"), also=("telefoon", "telefoonnummer", "mobiel", "phone"), example="038 123 45 67"),
    Column("unit", gettext_lazy("Branch"), hint=gettext_lazy("Name or code of the branch, department or project. Empty: the whole company."), also=("vestiging", "afdeling", "unit")),
    Column("note", gettext_lazy("Note"), also=("notitie", "opmerking", "note")),
]


@dataclass(frozen=True)
class Gathered:
    """The units of a company, for every row."""

    units: Sequence[Unit]


def _unit(units: Sequence[Unit], text: str) -> Unit | None:
    if not text:
        return None
    wanted = rules.bare(text)
    found = [unit for unit in units if wanted == rules.bare(unit.code)] or [unit for unit in units if wanted == rules.bare(unit.name)]
    if len(found) != 1:
        raise Wrong([("unit", _("There are several of this name; give the code.") if found else _("There is no branch, department or project of this name or code."))])
    return found[0]


def _known(actor: Actor, party: Party, read: Mapping[str, Any]) -> Contact | None:
    """Return the contact that a row is about: by his address, else by his name where no other address stands in the way."""
    there = queries.contacts(actor, party=party)
    by_address = there.filter(email__iexact=read["email"]).first() if read["email"] else None
    by_name = [row for row in there.filter(name__iexact=read["name"])[:10] if not read["email"] or not row.email]
    return by_address or (by_name[0] if len(by_name) == 1 else None)


def _take(actor: Actor, party: Party, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Add a contact, or give one that is there what his row says."""
    read = checked(ContactForm({name: text for name, text in values.items() if name != "unit"}, units=[]))
    wanted: dict[str, Any] = {name: read[name] for name in ("name", "role", "email", "phone", "note") if name in values}
    wanted |= {"email": wanted["email"].lower()} if "email" in wanted else {}
    wanted |= {"unit": _unit(about.units, values["unit"])} if "unit" in values else {}
    found = _known(actor, party, read)
    if found is None:
        actions.add_contact(actor, party=party, **wanted)
        return "new"
    if all(getattr(found, name) == value for name, value in wanted.items()):
        return "same"
    actions.change_contact(actor, contact=found, values={**({"unit": found.unit} if "unit" not in wanted else {}), **wanted})
    return "changed"


def _back(actor: Actor, party: Party) -> str:
    return reverse("parties:tab", args=[party.number, "contacts"]) if actor.is_staff else reverse("parties:my-contacts")


importable("contacts", gettext_lazy("Contacts"), gettext_lazy("People of a company who need not log in: who is not there yet is added, who is there gets what his row says."),
           right=permissions.CONTACT_MANAGE, places=["party"], columns=lambda actor, party: COLUMNS, begin=lambda actor, party: Gathered(list(queries.units(actor, party=party))), take=_take,
           same=lambda values: values.get("email", "").casefold() or rules.bare(values.get("name", "")), back=_back, order=45)

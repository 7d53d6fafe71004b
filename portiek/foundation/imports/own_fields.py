"""What is filled in in the portal's own fields, brought in from a spreadsheet: on companies here, on other things by the module that owns them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, wording
from portiek.foundation.fields import actions, queries
from portiek.foundation.fields.parties import PARTY
from portiek.foundation.fields.subjects import Subject
from portiek.foundation.fields.wording import expected
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, importable

# What a field is called among the columns, so that it never meets the number.
OWN = "own-"


def _wrong(refused: Refused) -> Wrong:
    """Return what is wrong in each column; its heading says of which field it is."""
    said = {"field-wrong": _("This does not fit. Expected: %(expected)s."), "field-required": _("Fill this in.")}
    return Wrong([(f"{OWN}{item.field}", said[item.code] % item.values if item.code in said else wording(item)) for item in refused.parts or (refused,)])


def own_fields(key: str, label: Any, lead: Any, *, subject: Subject, number: Column, none: Any, back: Callable[[], str], order: int) -> None:
    """Register the own fields of one kind of object as something that can be brought in: a row an object, found by its `number`; `none` says that there is no such one, with {number}."""

    def columns(actor: Actor, party: Any) -> list[Column]:
        fields = queries.to_fill(actor, subject)
        return [number, *(Column(f"{OWN}{item.key}", item.name, hint=expected(item), also=(item.key, item.label, item.label_en), choices=item.choices) for item in fields)]

    def take(actor: Actor, party: None, about: None, values: Mapping[str, str]) -> Outcome:
        try:
            row = subject.find(actor, values[number.name])
        except NotFound:
            raise Wrong([(number.name, str(none).format(number=values[number.name]))]) from None
        try:
            return "changed" if actions.fill(actor, subject=subject, row=row, values={name.removeprefix(OWN): text for name, text in values.items() if name.startswith(OWN)}) else "same"
        except Refused as refused:
            raise _wrong(refused) from refused

    importable(key, label, lead, right=subject.right, places=["portal"], columns=columns, begin=lambda actor, party: None, take=take, same=lambda values: values.get(number.name, ""),
               back=lambda actor, party: back(), order=order)


own_fields("party-fields", gettext_lazy("Own fields of customers and suppliers"), gettext_lazy("A column for each own field of the portal. An empty cell takes out what was filled in; a column that is not there changes nothing."),
           subject=PARTY, number=Column("number", gettext_lazy("Number"), True, also=("nummer", "klantnummer", "debiteurnummer", "relatienummer", "customer number"), example="10042"),
           none=gettext_lazy("There is no company with the number {number}."), back=lambda: reverse("parties:list"), order=15)

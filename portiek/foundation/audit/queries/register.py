"""The register of processing (GDPR art. 30): what the program does with data of people, from the marks on its fields, and what the portal's own people added."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portiek.core import retention
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.personal import processings
from portiek.foundation.audit.models import OwnProcessing, Register


@dataclass(frozen=True)
class Line:
    """One line of the register in words; `key`: of a line that the portal added, None of one of the program."""

    label: str
    purpose: str
    ground: str
    persons: str
    data: str
    term: str
    receivers: str
    key: int | None = None


def register(actor: Actor) -> Register:
    """Return what goes for every line; an unsaved one where nothing was filled in yet."""
    return Register.objects.filter(portal_id=actor.portal_id).first() or Register(portal_id=actor.portal_id)


def register_lines(actor: Actor) -> list[Line]:
    """Return every line in the language of the moment: the program's first, then the portal's own by name."""
    days = retention.days_of(actor)
    made = [Line(str(item.label), str(item.purpose), str(item.ground), str(item.persons), ", ".join(item.data()), _with_terms(str(item.term), item.key, days), str(item.receivers)) for item in processings()]
    own = OwnProcessing.objects.filter(portal_id=actor.portal_id).order_by("label", "pk")
    return made + [Line(row.label, row.purpose, row.ground, row.persons, row.data, row.term, row.receivers, row.pk) for row in own]


def _with_terms(said: str, key: str, days: dict[str, int]) -> str:
    """Add to what a module says of its term how many days this portal chose."""
    chosen = [_("%(what)s: %(days)s days") % {"what": item.label, "days": days[item.key]} for item in retention.terms() if item.processing == key]
    return " ".join([said, *(f"{item}." for item in chosen)])


def own_processing(actor: Actor, key: int) -> OwnProcessing:
    """Return one line that the portal added. Raises NotFound."""
    row = OwnProcessing.objects.filter(portal_id=actor.portal_id, pk=key).first()
    if row is None:
        raise NotFound
    return row

"""Where imports stand: a button beside each list that can be filled so, the menu of staff, the log."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import Request, part
from portiek.foundation.audit.words import fact_group, fact_words
from portiek.foundation.imports import contacts as contacts
from portiek.foundation.imports import own_fields as own_fields
from portiek.foundation.imports import parties as parties
from portiek.foundation.imports import people as people
from portiek.foundation.imports import units as units
from portiek.foundation.imports.kinds import fits, kinds
from portiek.foundation.parties.permissions import MANAGE


def _button(request: Request, *, what: str, party: Any) -> str | None:
    """Offer to fill a list from a spreadsheet, to who may."""
    found = next((item for item in kinds() if item.key == what), None)
    if found is None or not request.actor.may(found.right) or not fits(found, request.actor, party):
        return None
    return part(request, "imports/button.html", {"url": reverse("imports:new-of", args=[what, party.number]) if request.actor.is_staff and party else reverse("imports:new", args=[what])})


slots.fill("list.ways", key="imports", order=10, render=_button)
nav.place("imports", _("Import"), icon="file-up", url="imports:list", right=MANAGE, audience="staff", group="setup", order=940)
fact_group("imports", _("Spreadsheets"))
fact_words("imports.import.asked", _("{user} brought in the spreadsheet {text}"), icon="file-up")
fact_words("imports.import.tried", _("The spreadsheet {text} was looked at"), icon="file-check")
fact_words("imports.import.carried_out", _("The spreadsheet {text} was carried out: {new} new, {changed} changed, {refused} refused"), icon="file-check", tone="ok")
fact_words("imports.import.dropped", _("{user} put the spreadsheet {text} away"), icon="file-x")

"""Where fields stand: the menu of staff, the page of a party, the page of one's own company, the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import Request
from portiek.foundation.audit.words import change_words, fact_group, fact_words
from portiek.foundation.fields import permissions, queries
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.parties import PARTY
from portiek.foundation.fields.shown import panel
from portiek.foundation.fields.wording import narrowings
from portiek.foundation.parties.permissions import VIEW


def _of_party(request: Request, *, party: Any) -> Any:
    return panel(request, PARTY, party, party.number, always=True)


def _mine(request: Request, *, party: Any) -> Any:
    return panel(request, PARTY, party, party.number)


def _narrow(request: Request) -> Any:
    found = queries.narrowing(request.actor, PARTY, request.GET.get("own", "")[:200])
    return ("own", _("Own fields"), narrowings(found), found.chosen, found.among) if found.options else None


slots.fill("parties.detail.tabs", key="fields", label=_("Own fields"), right=VIEW, order=65, render=_of_party)
slots.fill("parties.mine.panels", key="fields", order=20, render=_mine)
slots.fill("parties.list.choices", key="fields", right=VIEW, order=10, render=_narrow)
nav.place("fields", _("Own fields"), icon="list-checks", url="fields:list", right=permissions.MANAGE, audience="staff", group="setup", order=61)

fact_group("fields", _("Own fields"))
fact_words("fields.field.made", _("{user} made the field {text}"), icon="list-checks")
fact_words("fields.field.changed", _("{user} changed the field {text}"), icon="pencil")
fact_words("fields.field.ended", _("{user} ended the field {text}"), icon="circle-x")
fact_words("fields.field.resumed", _("{user} took the field {text} up again"), icon="undo-2")
fact_words("fields.value.changed", _("{user} filled in own fields of {text}"), icon="pencil")
for _name, _label in (("label_en", _("Name in English")), ("help", _("Explanation")), ("help_en", _("Explanation in English")), ("choices", _("What can be chosen")), ("required", _("Has to be filled in")), ("position", _("Place in the row"))):
    change_words(_name, _label)
change_words("visibility", _("For whom"), dict(Field.Visibility.choices))

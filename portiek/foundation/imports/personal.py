"""What imports keep of one person: the spreadsheets that he brought in, for a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import goes, mention
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.foundation.imports.models import Import


def _brought(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return [{"at": row.asked_at, "name": row.name, "rows": row.total, "state": row.get_state_display()} for row in Import.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")]


part("imports.brought", _("Spreadsheets that you brought in"), order=65, collect=_brought, columns={"at": _("When"), "name": _("File"), "rows": _("Rows"), "state": _("Status")})

processing("imports.brought", _("Spreadsheets that are brought in"), order=66, purpose=_("Bringing in many people, companies or addresses at once, after a look at what would come of it."),
           ground=_("Performance of a contract (GDPR art. 6(1)(b))."), persons=_("Users; who stands in a spreadsheet"), term=_("A week; what was taken from it stays where it belongs."),
           fields={"imports.Import": {"user": _("Who did it"), "name": _("File")}, "imports.ImportRow": {"cells": _("What stood in the file"), "problems": _("What stood in the file")}})
not_personal("names of columns, and why a file cannot be read", "imports.Import.columns", "imports.Import.unknown", "imports.Import.problem")

goes("imports.ImportRow", user=("of__user",), order=10)
goes("imports.Import", user=("user",), order=20)
mention("imports.Import", "name")
mention("imports.ImportRow", "cells", "problems")
term("imports.brought", _("Spreadsheets that somebody brought in, and their rows"), days=7, least=1, most=90, processing="imports.brought", party="party_id", user="user_id", old=lambda actor, before: Import.objects.filter(portal_id=actor.portal_id, asked_at__lt=before))

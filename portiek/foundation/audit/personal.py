"""What the log keeps of one person: what he did, and what was done to him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.personal import Person, part
from portiek.foundation.audit import queries
from portiek.foundation.audit.queries import Wanted


def _rows(actor: Actor, wanted: Wanted) -> Iterable[Mapping[str, Any]]:
    before: int | None = None
    while rows := queries.batch(actor, wanted, before=before, size=1000):
        for row in rows:
            item = queries.entry(actor, row)
            yield {"at": item.at, "text": item.text, "changes": "; ".join(f"{label}: {old} → {new}" for label, old, new in item.changes), "who": item.who, "company": item.party}
        before = rows[-1].pk


def _did(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return _rows(actor, Wanted(user_id=person.user_id))


def _about(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return _rows(actor, Wanted(about_id=person.user_id))


COLUMNS = {"at": _("When"), "text": _("What"), "changes": _("Changed"), "who": _("Who"), "company": _("Company")}
part("audit.did", _("What you did, from the log"), order=60, collect=_did, columns=COLUMNS)
part("audit.about", _("What was done with your account, from the log"), order=61, collect=_about, columns=COLUMNS)

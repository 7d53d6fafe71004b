"""What the log keeps of one person: what he did, and what was done to him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, goes, mention, nameless, stays
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.foundation.audit import queries
from portiek.foundation.audit.models import Erasure, Export, Package
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


def _erasures(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Erasure.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return [{"asked_at": row.asked_at, "email": row.email, "state": row.get_state_display(), "answer": row.answer, "ended_at": row.ended_at} for row in rows]


part("audit.erasures", _("Your requests to be erased"), order=62, collect=_erasures,
     columns={"asked_at": _("Asked"), "email": _("E-mail address"), "state": _("Status"), "answer": _("Answer"), "ended_at": _("Ended")})
COLUMNS = {"at": _("When"), "text": _("What"), "changes": _("Changed"), "who": _("Who"), "company": _("Company")}
part("audit.did", _("What you did, from the log"), order=60, collect=_did, columns=COLUMNS)
part("audit.about", _("What was done with your account, from the log"), order=61, collect=_about, columns=COLUMNS)

processing("audit.log", _("The log"), order=70, purpose=_("Being able to show who did what, for customers, auditors and the security of the portal."), ground=_("Legitimate interest, and the duty to secure data (GDPR art. 6(1)(f) and 32)."),
           persons=_("Everybody who does something in the portal"), term=_("As long as the portal; files of it and copies of own data a week."), receivers=_("Administrators of the company that it is about."),
           fields={"core.FactRow": {"user_id": _("What somebody did, and when"), "by_user_id": _("What somebody did, and when"), "user_name": _("Name"), "by_name": _("Name"), "text": _("What somebody did, and when"), "changes": _("What changed"), "payload": _("What somebody did, and when")},
                   "audit.Erasure": {"user": _("Who asked to be erased"), "email": _("E-mail address"), "name": _("Name"), "words": _("Name"), "pattern": _("Name"), "why": _("Notes"), "answer": _("Notes"), "proposed_name": _("Name"), "confirmed_name": _("Name"), "ended_name": _("Name")},
                   "core.Hold": {"user_id": _("Who is kept by a legal hold"), "email": _("E-mail address"), "name": _("Name"), "reason": _("Notes"), "placed_by": _("Name"), "ended_by": _("Name")},
                   "audit.Package": {"user": _("Copies of own data"), "asked_by": _("Name"), "name": _("Copies of own data")}, "audit.Export": {"user": _("Files of the log"), "wanted": _("Files of the log")}})
not_personal("a name of the program, a reference or a digest", "audit.Erasure.digest", "audit.Erasure.parties", "audit.Erasure.plan", "audit.Erasure.result", "core.FactRow.name", "core.FactRow.subject", "core.ReactionDone", "core.Kept", "audit.Check", "audit.OwnProcessing", "audit.Register")

goes("audit.Package", user=("user",), order=20)
goes("audit.Export", user=("user",), order=20)
mention("audit.Package", "asked_by")
mention("audit.Export", "wanted")
nameless("core.Hold", {"name": NAMELESS, "email": ""}, user=("user_id",), email=("email",))
mention("core.Hold", "reason", "placed_by", "ended_by")
mention("audit.Erasure", "why", "answer", "proposed_name", "confirmed_name", "ended_name")
stays("core.FactRow", "payload", ground=_("Numbers and codes alone, without names: so the log stays provable."), user=("user_id", "by_user_id"))
term("audit.exports", _("Files of the log that somebody asked for"), days=7, least=1, most=90, processing="audit.log", party="party_id", user="user_id", old=lambda actor, before: Export.objects.filter(portal_id=actor.portal_id, asked_at__lt=before))
term("audit.packages", _("Copies of a person's own data"), days=7, least=1, most=30, processing="audit.log", user="user_id", old=lambda actor, before: Package.objects.filter(portal_id=actor.portal_id, asked_at__lt=before))

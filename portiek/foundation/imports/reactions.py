"""Who brought a spreadsheet in is told when it waits for him, was carried out, or cannot be taken: it may take minutes."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.foundation.imports import facts
from portiek.foundation.imports.models import Import
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic


def _url(subject: str, values: Any) -> str:
    return reverse("imports:detail", args=[subject.rpartition(":")[2]])


topic("imports", _("Spreadsheets"), 70)
READY = message_kind("imports.import_ready", title=_("{name} has been looked at"), body=_("{count} rows were tried, and nothing was changed yet. Look at what comes of them and confirm."), url=_url, action=_("Look at it"), icon="file-check",
                     label=_("A spreadsheet has been looked at and waits for you"), several=_("{count} spreadsheets wait for you"), mail="daily")
DONE = message_kind("imports.import_done", title=_("{name} was carried out"), body=_("{new} new, {changed} changed, {refused} refused. The report says why."), url=_url, action=_("See the report"), icon="circle-check",
                    label=_("A spreadsheet was carried out"), several=_("{count} spreadsheets were carried out"), mail="daily")
UNREADABLE = message_kind("imports.import_unreadable", title=_("{name} cannot be taken"), body=_("{problem}"), url=_url, action=_("Look at it"), icon="circle-x", label=_("A spreadsheet cannot be taken"),
                          several=_("{count} spreadsheets cannot be taken"), mail="daily")


@reacts_to(facts.ImportTried, facts.ImportCarriedOut)
def tell_who_asked(actor: Actor, fact: facts.ImportTried | facts.ImportCarriedOut, about: About) -> None:
    """Tell the one who brought it in, in the company he did it for; nobody else."""
    found = Import.objects.filter(portal_id=actor.portal_id, pk=fact.import_id).first()
    if found is None:
        return
    values: dict[str, Any]
    if isinstance(fact, facts.ImportCarriedOut):
        kind, values = DONE, {"new": fact.new, "changed": fact.changed, "refused": fact.refused}
    elif found.problem:
        kind, values = UNREADABLE, {"problem": found.problem}
    else:
        kind, values = READY, {"count": found.total}
    notify(actor, kind=kind, subject=about.subject, party_id=None if found.as_staff else found.party_id, user_ids=[found.user_id], values={"name": found.name, **values}, event=f"fact:{about.fact_id}:{kind}")

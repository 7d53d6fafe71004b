"""Where bank accounts stand: the page of one's own company, the menu of staff, the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import Request, part
from portiek.foundation.audit.words import fact_words
from portiek.foundation.banking import permissions, queries


def _mine(request: Request, *, party: Any) -> Any:
    if party.kind == "person" or (request.actor.mandate_id and not request.actor.may(permissions.VIEW)):
        return None
    actor, found = request.actor, queries.account(request.actor, party_id=party.pk)
    under_way = queries.changes(actor, party_id=party.pk).filter(ended_at=None).first()
    if found is None and under_way is None and not actor.may(permissions.MANAGE):
        return None
    values = {"account": found, "number": queries.number_of(actor, found) if found else "", "under_way": under_way, "may": actor.may(permissions.MANAGE)}
    return part(request, "banking/mine.html", values)


slots.declare("banking.change.panels", "More about a change of a bank account: render(request, change=BankChange) returns HTML of a panel, or None.")
slots.fill("parties.mine.panels", key="banking", order=60, render=_mine)
nav.place("banking", _("Bank accounts"), icon="landmark", url="banking:list", right=permissions.DECIDE, audience="staff", order=26)
nav.belongs("banking:list", "parties-mine")

fact_words("banking.change.asked", _("{user} asked for the bank account {text}"), icon="landmark", tone="wait")
fact_words("banking.change.confirmed", _("{user} confirmed the bank account {text}"), icon="landmark")
fact_words("banking.change.accepted", _("{user} accepted the bank account {text}"), icon="landmark")
fact_words("banking.change.refused", _("{user} refused the bank account {text}"), icon="circle-x", tone="stop")
fact_words("banking.change.stopped", _("{user} stopped the change to the bank account {text}"), icon="circle-x", tone="stop")
fact_words("banking.account.changed", _("The bank account {text} counts from now on"), icon="circle-check", tone="ok")
fact_words("banking.cooling.changed", _("{user} made the cooling-off of bank accounts {hours} hours"), icon="settings")

"""Where proposals stand: the menu of staff, the page of one's own company, the page of a party, the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import Request, part
from portiek.foundation.audit.words import fact_words
from portiek.foundation.proposals import permissions, queries
from portiek.foundation.proposals.wording import field_label, parts, status


def _way(request: Request, *, party: Any) -> Any:
    return part(request, "proposals/way.html", {"waiting": queries.proposals(request.actor, state="open", party_id=party.pk).count()})


def _of_address(request: Request, *, address: Any) -> Any:
    if request.actor.is_staff:
        return None
    waiting = next(iter(queries.open_about(request.actor, subject="address", keys=[address.pk]).values()), None)
    return part(request, "proposals/address.html", {"address": address, "waiting": waiting})


def _of_contact(request: Request, *, contact: Any) -> Any:
    if request.actor.is_staff:
        return None
    waiting = next(iter(queries.open_about(request.actor, subject="contact", keys=[contact.pk]).values()), None)
    return part(request, "proposals/contact.html", {"contact": contact, "waiting": waiting})


def _of_party(request: Request, *, party: Any) -> Any:
    found = queries.proposals(request.actor, party_id=party.pk).order_by("-pk")[:50]
    rows = [{"proposal": row, "field": field_label(row), "parts": parts(row), "status": status(row)} for row in found]
    return part(request, "proposals/of_party.html", {"rows": rows, "party": party})


slots.fill("parties.mine.details", key="proposals", right=permissions.PROPOSE, order=10, render=_way)
slots.fill("parties.address.erp", key="proposals", right=permissions.PROPOSE, order=10, render=_of_address)
slots.fill("parties.contact.erp", key="proposals", right=permissions.PROPOSE, order=10, render=_of_contact)
slots.fill("parties.detail.tabs", key="proposals", label=_("Proposed changes"), right=permissions.VIEW, order=70, render=_of_party)
nav.place("proposals", _("Proposals"), icon="pencil", url="proposals:list", right=permissions.MANAGE, audience="staff", order=25, count=queries.counting)
nav.belongs("proposals:list", "parties-mine")
nav.belongs("proposals:list", "parties-me")

fact_words("proposals.proposal.made", _("{user} proposed a change of {text}"), icon="pencil", tone="wait")
fact_words("proposals.proposal.accepted", _("{user} accepted a change of {text}"), icon="check")
fact_words("proposals.proposal.refused", _("{user} refused a change of {text}"), icon="circle-x", tone="stop")
fact_words("proposals.proposal.withdrawn", _("{user} withdrew a change of {text}"), icon="undo-2")
fact_words("proposals.proposal.written", _("A change of {text} was taken over"), icon="circle-check", tone="ok")
fact_words("proposals.proposal.failed", _("The administration did not take a change of {text}"), icon="triangle-alert", tone="stop")
fact_words("proposals.proposal.outdated", _("A change of {text} was overtaken by another value"), icon="git-compare", tone="wait")
fact_words("proposals.rule.changed", _("{user} changed what is accepted by itself: {text}"), icon="settings")

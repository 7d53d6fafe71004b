"""Who buys hears of his price letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.facts import About, reacts_to
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.trade.letters import facts, queries
from portiek.trade.pricing.permissions import VIEW


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("letters:copy", args=[values["key"]])


topic("letters", _("Price letters"), 30)
LETTER = message_kind(
    "letters.letter",
    title=_("Prices change on {day}"),
    body=_("{title}. The letter shows what changes for you, and what it would have meant in the last twelve months."),
    url=_url,
    action=_("Read the price letter"),
    icon="mail-open",
    label=_("A price letter came"),
    several=_("{count} price letters came"),
    right=VIEW,
    mail="daily",
)


@reacts_to(facts.LetterReceived)
def tell(actor: Actor, fact: facts.LetterReceived, about: About) -> None:
    """Tell all who see prices at the party."""
    try:
        found = queries.copy(actor, fact.copy_id)
    except NotFound:
        return
    values = {"key": found.pk, "title": found.said(found.party.language)[0], "day": found.effective_on}
    notify(actor, kind=LETTER, subject=about.subject, party_id=found.party_id, right=VIEW, values=values, event=f"fact:{about.fact_id}")

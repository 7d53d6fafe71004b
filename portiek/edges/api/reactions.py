"""Public facts become webhooks; who set one up is told when it is switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.events import events
from portiek.core.facts import About, Fact, reacts_to, reacts_together_to
from portiek.core.facts import facts as all_facts
from portiek.edges.api import actions, facts, permissions, queries
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic

WHY = {
    "gone": _("The receiver answered that it is gone for good (410)."),
    "failing": _("Nothing came through for five days."),
    "owner": _("Whoever set it up no longer has access."),
}


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("api:webhook", args=[values["key"]])


topic("api", _("Own programs"), 88)
LABELS = {"gone": _("A webhook was switched off: its receiver is gone"), "failing": _("A webhook was switched off: its receiver kept failing"), "owner": _("A webhook was switched off: nobody answers for it")}
DISABLED = {
    reason: message_kind(
        f"api.webhook_{reason}",
        title=_("The webhook {name} was switched off"),
        body=text,
        url=_url,
        action=_("Look at it"),
        icon="webhook",
        label=LABELS[reason],
        right=permissions.APIKEY_MANAGE,
        audience="both",
    )
    for reason, text in WHY.items()
}


@reacts_together_to(*(all_facts()[name] for item in events().values() for name in item.facts))
def queue_events(actor: Actor, happened: Sequence[tuple[Fact, About]]) -> None:
    """Put what happened in the queue of every webhook that is told of it."""
    actions.queue_events(actor, happened=happened)


@reacts_to(facts.WebhookReplayAsked)
def queue_period(actor: Actor, fact: facts.WebhookReplayAsked, about: About) -> None:
    """Send the events of a period again."""
    actions.queue_period(actor, webhook=fact.webhook_id, since=datetime.fromisoformat(fact.since), until=datetime.fromisoformat(fact.until))


@reacts_to(facts.WebhookDisabled)
def tell_disabled(actor: Actor, fact: facts.WebhookDisabled, about: About) -> None:
    """Tell everybody of the company who may mend it."""
    found = queries.webhook_by_id(actor, fact.webhook_id)
    if found is not None:
        values = {"name": found.name, "key": found.key}
        notify(actor, kind=DISABLED[fact.reason], subject=about.subject, party_id=found.party_id, right=permissions.APIKEY_MANAGE, values=values, event=f"fact:{about.fact_id}")

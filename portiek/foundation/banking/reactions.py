"""Who is asked and who is warned: everybody who manages people of the party hears of each step at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.foundation.accounts.permissions import USER_MANAGE
from portiek.foundation.banking import facts, permissions, queries
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.foundation.tasks.actions import ask, settle
from portiek.foundation.tasks.kinds import task_kind


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("banking:detail", args=[subject.rpartition(":")[2]])


topic("banking", _("Bank accounts"), 65)
CONFIRM = task_kind("banking.change_confirm", title=_("Confirm the new bank account of your company"), detail=_("{name} asked for {mask}. Look whether that is right before you confirm."),
                    action=_("Look at it"), icon="landmark", url=_url, mail="now", label=_("A bank account waits for your confirmation"), right=permissions.MANAGE)  # fmt: skip
ACCEPT = task_kind("banking.change_accept", title=_("{party} has another bank account"), detail=_("{mask}, asked by {name} and confirmed by {second}. Call a known number before you accept."),
                   action=_("Look at it"), icon="landmark", url=_url, mail="now", label=_("A bank account of a customer or supplier waits for you"), right=permissions.DECIDE, audience="staff")  # fmt: skip
ASKED = message_kind("banking.change_asked", title=_("Another bank account was asked for {party}"),
                     body=_("{name} asked for the bank account {mask}. A second colleague must confirm it.\n\nIf this was not you or a colleague, stop it at once: with the button below, or by calling us."),
                     url=_url, action=_("Look at it, or stop it"), icon="landmark", label=_("Another bank account was asked for your company"), right=USER_MANAGE, urgent=True, obliged=True)  # fmt: skip
ACCEPTED = message_kind("banking.change_accepted", title=_("The bank account of {party} changes"),
                        body=_("The bank account {mask} counts from {moment}. It was asked by {name} and confirmed by {second}.\n\nIf this was not you or a colleague, stop it at once: with the button below, or by calling us."),
                        url=_url, action=_("Look at it, or stop it"), icon="landmark", label=_("The bank account of your company is going to change"), right=USER_MANAGE, urgent=True, obliged=True)  # fmt: skip
ENDED = message_kind("banking.change_ended", title=_("The bank account of {party} stays as it was"), body=_("The change to {mask} was stopped by {who}: {reason}"), url=_url, action=_("See the change"), icon="circle-x", label=_("A change of the bank account was stopped"), right=USER_MANAGE, urgent=True, obliged=True)
DONE = message_kind("banking.change_done", title=_("The bank account of {party} has changed"), body=_("From now on {mask} counts. If that is not right, call us at once."), url=_url, action=_("See the change"), icon="circle-check", label=_("The bank account of your company has changed"), right=USER_MANAGE, urgent=True, obliged=True)
TOLD = {facts.ChangeAsked: ASKED, facts.ChangeAccepted: ACCEPTED, facts.ChangeRefused: ENDED, facts.ChangeStopped: ENDED, facts.AccountChanged: DONE}


@reacts_to(facts.ChangeAsked, facts.ChangeConfirmed, facts.ChangeAccepted, facts.ChangeRefused, facts.ChangeStopped, facts.AccountChanged)
def go_on(actor: Actor, fact: Any, about: About) -> None:
    """Ask the next in line and warn the party."""
    found = queries.change(actor, fact.change_id)
    values = {"party": found.party.name, "mask": found.mask, "name": found.asked_name, "second": found.confirmed_name, "moment": found.effective_at, "who": found.ended_name, "reason": found.reason}
    settle(actor, kind=CONFIRM, subject=about.subject)
    settle(actor, kind=ACCEPT, subject=about.subject)
    if isinstance(fact, facts.ChangeAsked) and found.state == "asked":
        ask(actor, kind=CONFIRM, subject=about.subject, party_id=found.party_id, right=permissions.MANAGE, values=values)
    if isinstance(fact, facts.ChangeConfirmed) and found.state == "confirmed":
        ask(actor, kind=ACCEPT, subject=about.subject, right=permissions.DECIDE, values=values, about_id=found.party_id)
    if kind := TOLD.get(type(fact)):
        notify(actor, kind=kind, subject=about.subject, party_id=found.party_id, right=USER_MANAGE, values=values, event=f"fact:{about.fact_id}:{kind}")

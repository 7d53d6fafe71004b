"""Who is asked to help a person with his own account: somebody who manages the people of his company, or staff."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.foundation.accounts import facts as accounts
from portiek.foundation.accounts import queries as people
from portiek.foundation.accounts.permissions import USER_MANAGE
from portiek.foundation.audit import facts, queries
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind
from portiek.foundation.tasks.actions import ask, settle
from portiek.foundation.tasks.kinds import task_kind

EXPORT_READY = message_kind("audit.export_ready", label=_("A file of the log is ready"), title=_("Your file of the log is ready"), body=_("It stands ready for a week. Only you can fetch it."), action=_("Fetch it"), icon="download", mail="off",
                            url=lambda subject, values: reverse("audit:exports"))  # fmt: skip
ADDRESS = task_kind("accounts.email_confirm", label=_("A colleague reads the old e-mail address no longer"), title=_("Confirm another e-mail address of {name}"),
                    detail=_("The new address has been proved; the old one is lost. Make sure that it is really this person."), action=_("Look at it"), icon="mail", mail="now", audience="both",
                    right=USER_MANAGE, url=lambda subject, values: reverse("accounts:colleague-email", args=[values["place"]]))  # fmt: skip


@reacts_to(accounts.EmailHelpAsked)
def ask_who_manages(actor: Actor, fact: Any, about: About) -> None:
    """Ask who may confirm: a colleague where the person has one company and somebody else manages its people, staff otherwise."""
    places = people.places_of(actor, user_id=fact.user_id)
    if not places:
        return
    companies = {place.party_id for place in places}
    helped = next(iter(companies)) if len(companies) == 1 and people.managers_beside(actor, party_id=places[0].party_id, user_id=fact.user_id) else None
    ask(actor, kind=ADDRESS, subject=about.subject, party_id=helped, right=USER_MANAGE, values={"name": about.text, "place": places[0].pk})


@reacts_to(accounts.EmailChanged, accounts.EmailChangeEnded, accounts.EmailChangeAsked, accounts.EmailPutBack)
def settle_help(actor: Actor, fact: Any, about: About) -> None:
    """Nobody need confirm any more."""
    settle(actor, kind=ADDRESS, subject=about.subject)


@reacts_to(facts.ExportReady)
def tell_export(actor: Actor, fact: facts.ExportReady, about: About) -> None:
    """Tell who asked for a file of the log that it is ready: he alone can fetch it."""
    found = queries.export_made(actor, fact.export_id)
    if found is not None:
        notify(actor, kind=EXPORT_READY, subject=about.subject, party_id=found.party_id, user_ids=[found.user_id], event=f"fact:{about.fact_id}:{EXPORT_READY}")

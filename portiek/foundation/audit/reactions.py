"""Who is asked to help a person with his own account, and who decides about an erasure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import About, reacts_to
from portiek.foundation.accounts import actions as account_actions
from portiek.foundation.accounts import facts as accounts
from portiek.foundation.accounts import queries as people
from portiek.foundation.accounts.permissions import PORTAL_MANAGE, USER_MANAGE
from portiek.foundation.audit import actions, facts, queries
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind
from portiek.foundation.tasks.actions import ask, settle
from portiek.foundation.tasks.kinds import task_kind

EXPORT_READY = message_kind("audit.export_ready", label=_("A file of the log is ready"), title=_("Your file of the log is ready"), body=_("It stands ready for a week. Only you can fetch it."), action=_("Fetch it"), icon="download", mail="off",
                            url=lambda subject, values: reverse("audit:exports"))  # fmt: skip
ADDRESS = task_kind("accounts.email_confirm", label=_("A colleague reads the old e-mail address no longer"), title=_("Confirm another e-mail address of {name}"),
                    detail=_("The new address has been proved; the old one is lost. Make sure that it is really this person."), action=_("Look at it"), icon="mail", mail="now", audience="both",
                    right=USER_MANAGE, url=lambda subject, values: reverse("accounts:colleague-email", args=[values["place"]]))  # fmt: skip


@reacts_to(accounts.MembershipChanged, accounts.MembershipEnded)
def settle_guest(actor: Actor, fact: Any, about: About) -> None:
    """Whether his access goes on has been answered."""
    actions.settle_guest(actor, user_id=fact.user_id, party_id=about.party_id, today=timezone.localdate())


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


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("audit:erasure", args=[subject.rpartition(":")[2]])


# Without a name: what is asked here outlives the person.
DECIDE = task_kind("audit.erasure_decide", label=_("Somebody asks to be erased"), title=_("Somebody asks to be erased (no. {number})"), detail=_("Look at the plan and propose it, or refuse it with a reason. The law gives you a month."),
                   action=_("Look at the plan"), icon="trash-2", mail="now", audience="staff", right=PORTAL_MANAGE, url=_url)  # fmt: skip
CONFIRM = task_kind("audit.erasure_confirm", label=_("The erasing of a person waits for a second colleague"), title=_("Confirm the erasing of a person (no. {number})"), detail=_("A colleague looked at the plan. Whoever proposed it cannot confirm it."),
                    action=_("Look at the plan"), icon="trash-2", mail="now", audience="staff", right=PORTAL_MANAGE, url=_url)  # fmt: skip


@reacts_to(facts.ErasureAsked, facts.ErasureProposed, facts.ErasureConfirmed, facts.ErasureRefused, facts.ErasureWithdrawn)
def go_on(actor: Actor, fact: Any, about: About) -> None:
    """Ask the next of the staff; end access as soon as two agreed."""
    found = queries.erasure(actor, fact.erasure_id)
    for kind in (DECIDE, CONFIRM):
        settle(actor, kind=kind, subject=about.subject)
    waits = {"asked": DECIDE, "proposed": CONFIRM}.get(found.state)
    if waits:
        ask(actor, kind=waits, subject=about.subject, right=PORTAL_MANAGE, values={"number": found.pk}, due_at=found.due_at)
    if found.state == "confirmed" and found.user_id:
        try:
            with transaction.atomic():
                account_actions.end_places(actor, user_id=found.user_id)
        except Refused:
            # Somebody else lost his place at the same moment, so that nobody would be left: it waits again.
            actions.put_back_erasure(actor, erasure_id=found.pk)
            ask(actor, kind=CONFIRM, subject=about.subject, right=PORTAL_MANAGE, values={"number": found.pk}, due_at=found.due_at)


@reacts_to(facts.ExportReady)
def tell_export(actor: Actor, fact: facts.ExportReady, about: About) -> None:
    """Tell who asked for a file of the log that it is ready: he alone can fetch it."""
    found = queries.export_made(actor, fact.export_id)
    if found is not None:
        notify(actor, kind=EXPORT_READY, subject=about.subject, party_id=found.party_id, user_ids=[found.user_id], event=f"fact:{about.fact_id}:{EXPORT_READY}")

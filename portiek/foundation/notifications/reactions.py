"""What is told because of what happened below: a task, a mandate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.foundation.accounts.facts import AbsenceSet, EmergencyEntered, PolicyLifted
from portiek.foundation.accounts.permissions import PORTAL_MANAGE, USER_MANAGE
from portiek.foundation.accounts.queries import absence_of, user
from portiek.foundation.notifications import actions
from portiek.foundation.notifications.facts import AddressTried, MailSentAgain
from portiek.foundation.notifications.kinds import DEPUTY, QUESTION, TASK, message_kind, topic
from portiek.foundation.notifications.queries import recipients
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.facts import PartyMerged, PartySplit, RelationBegun, RelationConfirmed, RelationEnded, RelationFound, RelationOver
from portiek.foundation.parties.permissions import MANDATE_MANAGE
from portiek.foundation.tasks import queries as tasks
from portiek.foundation.tasks.actions import ask, settle
from portiek.foundation.tasks.facts import TaskAsked, TaskEscalated, TaskHandedOver, TaskReminded, TaskTurned
from portiek.foundation.tasks.kinds import kinds, task_kind
from portiek.foundation.tasks.models import Task


def _mandate(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("parties:my-mandate", args=[subject.rpartition(":")[2]])


topic("parties", _("Mandates"), 66)
MANDATE_ASKED = task_kind("parties.relation_confirm", title=_("{company} asks for a mandate"), detail=_("Asked by {name}. Confirm it only if you know this company and have agreed on it."), action=_("Look at it"), icon="handshake", url=_mandate, mail="now",
                          label=_("Another company asks for a mandate"), right=MANDATE_MANAGE)
MANDATE_BEGUN = message_kind("parties.relation_begun", title=_("The mandate with {company} counts"), body=_("{name} confirmed it. Not right? End it with one click: from then on nobody acts on it."), url=_mandate, action=_("Look at it, or end it"), icon="handshake",
                             label=_("A mandate was confirmed"), right=MANDATE_MANAGE, urgent=True, obliged=True)
EMERGENCY = message_kind("accounts.emergency_entered", title=_("{name} came in without the provider"), body=_("Staff log in with an account of elsewhere alone. {name} is named for emergencies and came in by password and a second step, with {browser}, network {network}.\n\nIs nothing wrong with the provider, or was this not {name}? Then act at once: end the log-in and choose another password."),
                         url=lambda subject, values: reverse("accounts:portal-policy"), action=_("To how people log in"), icon="shield-alert", label=_("An administrator came in without the provider"), right=PORTAL_MANAGE, audience="staff", urgent=True, obliged=True)
LIFTED = message_kind("accounts.policy_lifted", title=_("Your colleagues come in without {provider} again"), body=_("{name} of {portal} let the people of your company come in by code or password again, for this reason: {reason}\n\nDid nobody of you ask for this? Tell us at once. You can turn it on again when {provider} works."),
                      url=lambda subject, values: reverse("accounts:policy"), action=_("To how colleagues log in"), icon="shield-alert", label=_("The portal let colleagues in without your provider"), right=USER_MANAGE, urgent=True, obliged=True)
MANDATE_OVER = message_kind("parties.relation_over", title=_("The mandate with {company} is over"), body=_("{name} ended it. From now on nobody acts on it."), url=_mandate, action=_("See the mandate"), icon="circle-x", label=_("A mandate was ended"), right=MANDATE_MANAGE)


@reacts_to(RelationFound, RelationConfirmed, RelationEnded, RelationBegun, RelationOver)
def tell_of_mandate(actor: Actor, fact: RelationFound | RelationConfirmed | RelationEnded | RelationBegun | RelationOver, about: About) -> None:
    """Ask the other side to confirm a mandate; tell a side that did not do it itself that it counts or is over."""
    row = parties.relation(actor, fact.relation_id, party_id=about.party_id or 0)
    values = {"company": (row.agent_name if row.giver_id == about.party_id else row.giver_name) or about.text, "name": row.asked_name}
    if isinstance(fact, RelationFound):
        ask(actor, kind=MANDATE_ASKED, subject=about.subject, party_id=about.party_id, right=MANDATE_MANAGE, values=values)
        return
    settle(actor, kind=MANDATE_ASKED, subject=about.subject)
    if isinstance(fact, RelationBegun | RelationOver) or about.kind == "staff":
        over = isinstance(fact, RelationEnded | RelationOver)
        actions.notify(actor, kind=MANDATE_OVER if over else MANDATE_BEGUN, subject=about.subject, party_id=about.party_id, right=MANDATE_MANAGE, values={**values, "name": row.ended_name if over else row.confirmed_name}, event=f"fact:{about.fact_id}:told")


def _people(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("accounts:colleagues")


def _mine(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("parties:mine")


MERGED = message_kind("parties.merged", title=_("{company} is now part of {into}"), body=_("Your company is served as {into} from now on. You log in as you always did; your orders and invoices came along. What you may do there is what your role says."), url=_mine, action=_("See the company"), icon="building",
                       label=_("Your company became part of another one"), urgent=True, obliged=True)
SPLIT = message_kind("parties.split", title=_("You now work for {into}"), body=_("What was your part of {company} is served as {into}, a company of its own. You log in as you always did; its orders came along, invoices until now stay with {company}."), url=_mine, action=_("See the company"), icon="building",
                     label=_("Your part of a company became a company of its own"), urgent=True, obliged=True)
GREW = message_kind("parties.grew", title=_("{company} is now part of your company"), body=_("Its people, orders and invoices came along. Look at who may do what."), url=_people, action=_("See the people"), icon="building", label=_("Another company became part of yours"), right=USER_MANAGE, urgent=True)


@reacts_to(PartyMerged, PartySplit)
def tell_of_merge(actor: Actor, fact: PartyMerged | PartySplit, about: About) -> None:
    """Tell the people who went where they are now, and those who manage people of the company that grew."""
    merged = isinstance(fact, PartyMerged)
    went = parties.merge_between(actor, source_id=fact.from_id, target_id=fact.party_id) if isinstance(fact, PartyMerged) else parties.merge_between(actor, source_id=fact.party_id, target_id=fact.to_id)
    values = {"company": went.source.name, "into": went.target.name if went.target else ""}
    actions.notify(actor, kind=MERGED if merged else SPLIT, subject=about.subject, party_id=went.target_id, user_ids=went.people, values=values, event=f"fact:{about.fact_id}:went")
    if merged:
        there = [item.user_id for item in recipients(actor, party_id=went.target_id, right=USER_MANAGE) if item.user_id not in went.people]
        actions.notify(actor, kind=GREW, subject=about.subject, party_id=went.target_id, user_ids=there, values=values, event=f"fact:{about.fact_id}:grew")


@reacts_to(TaskAsked, TaskReminded, TaskHandedOver, TaskTurned)
def mail_task(actor: Actor, fact: TaskAsked | TaskReminded | TaskHandedOver | TaskTurned, about: About) -> None:
    """Tell by mail, as he chose, who is asked something, with one link to it; the list of tasks is its bell. What is said again can wait for the daily mail."""
    task = Task.objects.open().filter(pk=fact.task_id).first() if fact.kind in kinds() else None
    if task is None:
        return
    if isinstance(fact, TaskHandedOver):
        actions.withdraw(actor, kind=f"{TASK}{task.kind}", subject=task.subject)
    if task.turn == Task.Turn.ASKER:
        actions.notify(actor, kind=QUESTION, subject=task.subject, user_ids=[task.asked_by_id], values={"title": task.values.get("title", ""), "task": task.pk}, event=f"fact:{about.fact_id}")
        return
    _tell(actor, task, f"fact:{about.fact_id}", right=task.right, user_ids=tasks.whom(actor, task), later=isinstance(fact, TaskReminded), about=task.about_id)


@reacts_to(TaskEscalated)
def mail_above(actor: Actor, fact: TaskEscalated, about: About) -> None:
    """Tell those above who is asked that it is late for long."""
    task = Task.objects.open().filter(pk=fact.task_id).first() if fact.kind in kinds() else None
    if task is not None:
        _tell(actor, task, f"fact:{about.fact_id}", right=fact.right, user_ids=None, later=True)


def _tell(actor: Actor, task: Task, event: str, *, right: str, user_ids: list[int] | None, later: bool, about: int | None = None) -> None:
    actions.notify(
        actor,
        kind=f"{TASK}{task.kind}",
        subject=task.subject,
        party_id=task.party_id,
        right=right,
        user_ids=user_ids,
        values={**task.values, "due": timezone.localdate(task.due_at) if task.due_at else None},
        event=event,
        bell=False,
        later=later,
        about=about,
    )


@reacts_to(AbsenceSet)
def tell_deputy(actor: Actor, fact: AbsenceSet, about: About) -> None:
    """Tell who stands in for whom, and until when."""
    row = absence_of(actor, party_id=about.party_id, user_id=fact.user_id) if fact.deputy_id else None
    if row is not None and row.deputy_id == fact.deputy_id:
        values = {"name": about.text, "first": row.first_day, "last": row.last_day}
        actions.notify(actor, kind=DEPUTY, subject=about.subject, party_id=about.party_id, user_ids=[fact.deputy_id], values=values, event=f"fact:{about.fact_id}")


@reacts_to(EmergencyEntered)
def tell_of_emergency(actor: Actor, fact: EmergencyEntered, about: About) -> None:
    """Tell every administrator of the portal that one of them came in without the provider, also him whose name was used."""
    actions.notify(actor, kind=EMERGENCY, subject=about.subject, right=PORTAL_MANAGE, values={"name": about.text, "browser": fact.browser or "?", "network": fact.network or "?"}, event=f"fact:{about.fact_id}")


@reacts_to(PolicyLifted)
def tell_of_lifted_policy(actor: Actor, fact: PolicyLifted, about: About) -> None:
    """Tell the administrators of a party that staff let its people in without its provider, and why."""
    actions.notify(actor, kind=LIFTED, subject=about.subject, party_id=about.party_id, right=USER_MANAGE, values={"provider": about.text, "name": user(actor, about.user_id).name, "reason": fact.reason}, event=f"fact:{about.fact_id}")


@reacts_to(AddressTried, MailSentAgain)
def mail_again(actor: Actor, fact: AddressTried | MailSentAgain, about: About) -> None:
    """Mail a person again who says that his address works, or of whom staff says so; what staff was asked about it is done."""
    if fact.user_id:
        actions.works_again(actor, user_id=fact.user_id, tried=isinstance(fact, AddressTried))
    settle(actor, kind=actions.BOUNCED_TASK, subject=about.subject)

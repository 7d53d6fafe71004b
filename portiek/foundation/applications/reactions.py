"""What follows from a request for an account: staff are asked, the asker is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.facts import About, reacts_to
from portiek.foundation.applications import facts, letters, permissions, queries
from portiek.foundation.applications.links import token_of
from portiek.foundation.applications.models import Application
from portiek.foundation.notifications.actions import mail_now
from portiek.foundation.notifications.kinds import topic
from portiek.foundation.tasks.actions import ask, settle
from portiek.foundation.tasks.kinds import task_kind


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("applications:detail", args=[subject.rpartition(":")[2]])


topic("applications", _("Requests for an account"), 65)
DECIDE = task_kind(
    "applications.application_decide",
    title=_("{company} asks for an account"),
    detail=_("{name}, {email}."),
    action=_("Look at it"),
    icon="user-plus",
    url=_url,
    mail="now",
    label=_("A company asks for an account"),
    several=_("{count} companies ask for an account"),
    right=permissions.DECIDE,
    audience="staff",
)


def _found(actor: Actor, key: int) -> Application | None:
    try:
        return queries.application(actor, key)
    except NotFound:
        return None  # forgotten meanwhile


def _mail(actor: Actor, found: Application, kind: str, text: str = "") -> None:
    values = {"name": found.name, "company": found.company, "text": text, "url": reverse("applications:state", args=[token_of(actor.portal_id, found.pk)])}
    mail_now(actor, to=found.email, kind=kind, language=found.language, values=values)


@reacts_to(facts.ApplicationAsked, facts.ApplicationAnswered)
def ask_staff(actor: Actor, fact: facts.ApplicationAsked | facts.ApplicationAnswered, about: About) -> None:
    """Ask staff to decide; tell the asker once that his request has arrived."""
    found = _found(actor, fact.application_id)
    if found is None or found.state != Application.State.ASKED:
        return
    ask(actor, kind=DECIDE, subject=about.subject, right=permissions.DECIDE, values={"company": found.company, "name": found.name, "email": found.email})
    if isinstance(fact, facts.ApplicationAsked):
        _mail(actor, found, letters.RECEIVED)


@reacts_to(facts.ApplicationAskedBack, facts.ApplicationApproved, facts.ApplicationRejected)
def tell_asker(actor: Actor, fact: facts.ApplicationAskedBack | facts.ApplicationApproved | facts.ApplicationRejected, about: About) -> None:
    """Staff need not look any more; the asker hears what is asked, or why not. Who is approved gets an invitation instead."""
    settle(actor, kind=DECIDE, subject=about.subject)
    found = _found(actor, fact.application_id)
    if found is None:
        return
    if isinstance(fact, facts.ApplicationAskedBack) and found.talk:
        _mail(actor, found, letters.QUESTION, next(item["text"] for item in reversed(found.talk) if item["staff"]))
    if isinstance(fact, facts.ApplicationRejected):
        _mail(actor, found, letters.REJECTED, found.reason)

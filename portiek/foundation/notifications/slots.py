"""The bell in the bar, and the delivery log in the menu."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from portiek.core import mail, nav, slots, steps
from portiek.core.actor import Actor
from portiek.core.pages import part
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.notifications import actions, permissions, queries, shown
from portiek.foundation.notifications.deadlines import MOST, Deadline, source
from portiek.foundation.notifications.kinds import DEPUTY, DIGEST, QUESTION, TASK, TRIED, message_kind, topic
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import queries as tasks
from portiek.foundation.tasks.kinds import task_kind
from portiek.foundation.tasks.models import Task
from portiek.foundation.tasks.permissions import ASK
from portiek.foundation.tasks.shown import worded
from portiek.ui.format import day


def _bell(request: Any) -> SimpleNamespace:
    return SimpleNamespace(url=reverse("notifications:list"), count=queries.counting(request.actor))


def _panel(request: Any) -> str:
    return part(request, "notifications/panel.html", {"fails": request.member.mail_fails, "email": request.member.email})


def _went(request: Any, *, task: Task) -> str:
    """Show staff when what it asked of a party really went out by mail."""
    if not request.actor.is_staff or task.party_id is None:
        return ""
    return part(request, "notifications/went.html", {"rows": queries.went(request.actor, kind=f"{TASK}{task.kind}", subject=task.subject)})


def _of_party(request: Any, *, party: Party) -> str:
    rows = [(mail, shown.name_of(mail.kind)) for mail in queries.mails(request.actor, party_id=party.pk).rows]
    return part(request, "notifications/of_party.html", {"rows": rows, "party": party})


def _due_tasks(actor: Actor, since: datetime, until: datetime) -> list[Deadline]:
    rows = tasks.tasks(actor).open().filter(due_at__gte=since, due_at__lte=until).order_by("ranks_at", "pk")[:MOST]
    shown = [(row, worded(row)) for row in rows]
    # A title is markup already, for the list; here without its marks.
    return [Deadline(f"task-{row.pk}", Markup(item.title).striptags(), item.detail, item.url, row.due_at, row.asked_at) for row, item in shown]  # type: ignore[arg-type]  # noqa: S704


slots.fill("shell.inbox", key="notifications", render=_bell)
nav.place("mails", _("Sent mail"), icon="mail-check", url="notifications:mails", right=permissions.MAIL_VIEW, order=940, audience="staff", group="setup")

nav.place("texts", _("Texts of mails"), icon="pencil", url="notifications:texts", right=PORTAL_MANAGE, order=946, audience="staff", group="setup")
nav.place("standards", _("What people hear of"), icon="bell-ring", url="notifications:standards", right=PORTAL_MANAGE, order=945, audience="staff", group="setup")
slots.fill("accounts.me.panels", key="notifications", order=20, render=_panel)
source("tasks", right=None, find=_due_tasks)
topic("accounts", _("Your account"), 5)

message_kind(
    DIGEST, title=_("What happened at {portal}"), body="", url=lambda subject, values: reverse("notifications:list"), icon="bell", label=_("Several messages in one mail"), audience="both"
)

message_kind(
    TRIED,
    title=_("Your address works"),
    body=_("{portal} mails you again. Everything that happened meanwhile is in the portal."),
    url=lambda subject, values: reverse("notifications:list"),
    label=_("Your address works"),
    audience="both",
    obliged=True,
)
task_kind(
    actions.BOUNCED_TASK,
    title=_("Mail to {email} comes back"),
    detail=_("{cause}"),
    action=_("Look"),
    icon="mail-x",
    tone="stop",
    url=lambda subject, values: f"{reverse('notifications:mails')}?{urlencode({'q': values['email']})}",
    label=_("Mail to somebody comes back"),
    several=_("Mail to {count} addresses comes back"),
    right=permissions.MAIL_VIEW,
    audience="staff",
)
message_kind(
    QUESTION,
    title=_("Question about: {title}"),
    body=_("Who you asked this has a question. Until you answer, the deadline stands still and the days count on your side."),
    url=lambda subject, values: reverse("tasks:detail", args=[values["task"]]),
    action=_("Answer"),
    icon="circle-help",
    label=_("A question about what you asked"),
    right=ASK,
    audience="staff",
)
message_kind(
    DEPUTY,
    title=_("You stand in for {name}"),
    body=_("{name} is away from {first} until {last}. What is asked of {name} on these days comes to you, as far as your own rights go."),
    url=lambda subject, values: reverse("tasks:list"),
    action=_("See what waits"),
    icon="user-check",
    label=_("You stand in for a colleague"),
    audience="both",
)
topic("tasks", _("Tasks"), 30)
topic("notifications", _("Mail"), 80)
slots.fill("tasks.detail.panels", key="mail", render=_went)
slots.fill("parties.detail.tabs", key="mail", label=_("Mail"), order=90, right=permissions.MAIL_VIEW, render=_of_party)

# What the modules below this one mail: their words, this postman. What such a mail held is erased once it is sent.
for letter in mail.letters().values():
    message_kind(letter.kind, label=letter.label, title=letter.subject, body=letter.body, action=letter.action, url=lambda subject, values: str(values.get("url", "")), secret=True)
mail.carried_by(actions.mail_now)


def _mailed(actor: Actor) -> steps.Stand:
    sent = queries.last_sent(actor)
    return steps.Stand(sent is not None, _("Last mail taken by the server: %(day)s") % {"day": day(sent)} if sent else "")


steps.step("mail", _("Mail goes out"), _("The first invitation shows whether the mail server takes mail."), url="notifications:mails", right=permissions.MAIL_VIEW, order=25, stand=_mailed)

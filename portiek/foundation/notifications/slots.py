"""The bell in the bar, and the delivery log in the menu."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import mail, nav, slots, steps
from portiek.core.actor import Actor
from portiek.core.pages import part
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.notifications import actions, permissions, queries, shown
from portiek.foundation.notifications.kinds import DIGEST, TRIED, message_kind, topic
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks.kinds import task_kind
from portiek.ui.format import day


def _bell(request: Any) -> SimpleNamespace:
    return SimpleNamespace(url=reverse("notifications:list"), count=queries.counting(request.actor))


def _panel(request: Any) -> str:
    return part(request, "notifications/panel.html", {"fails": request.member.mail_fails, "email": request.member.email})


def _of_party(request: Any, *, party: Party) -> str:
    rows = [(mail, shown.name_of(mail.kind)) for mail in queries.mails(request.actor, party_id=party.pk).rows]
    return part(request, "notifications/of_party.html", {"rows": rows, "party": party})


slots.fill("shell.inbox", key="notifications", render=_bell)
nav.place("mails", _("Sent mail"), icon="mail-check", url="notifications:mails", right=permissions.MAIL_VIEW, order=940, audience="staff", group="setup")

nav.place("standards", _("What people hear of"), icon="bell-ring", url="notifications:standards", right=PORTAL_MANAGE, order=945, audience="staff", group="setup")
slots.fill("accounts.me.panels", key="notifications", order=20, render=_panel)
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
topic("notifications", _("Mail"), 80)
slots.fill("parties.detail.tabs", key="mail", label=_("Mail"), order=90, right=permissions.MAIL_VIEW, render=_of_party)

# What the modules below this one mail: their words, this postman. What such a mail held is erased once it is sent.
for letter in mail.letters().values():
    message_kind(letter.kind, title=letter.subject, body=letter.body, action=letter.action, url=lambda subject, values: str(values.get("url", "")), secret=True)
mail.carried_by(actions.mail_now)


def _mailed(actor: Actor) -> steps.Stand:
    sent = queries.last_sent(actor)
    return steps.Stand(sent is not None, _("Last mail taken by the server: %(day)s") % {"day": day(sent)} if sent else "")


steps.step("mail", _("Mail goes out"), _("The first invitation shows whether the mail server takes mail."), url="notifications:mails", right=permissions.MAIL_VIEW, order=25, stand=_mailed)

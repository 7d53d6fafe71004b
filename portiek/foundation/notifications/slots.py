"""The bell in the bar, and the delivery log in the menu."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import mail, nav, slots, steps
from portiek.core.actor import Actor
from portiek.foundation.notifications import actions, permissions, queries
from portiek.foundation.notifications.kinds import message_kind
from portiek.ui.format import day


def _bell(request: Any) -> SimpleNamespace:
    return SimpleNamespace(url=reverse("notifications:list"), count=queries.counting(request.actor))


slots.fill("shell.inbox", key="notifications", render=_bell)
nav.place("mails", _("Sent mail"), icon="mail-check", url="notifications:mails", right=permissions.MAIL_VIEW, order=940, audience="staff", group="setup")

# What the modules below this one mail: their words, this postman. What such a mail held is erased once it is sent.
for letter in mail.letters().values():
    message_kind(letter.kind, title=letter.subject, body=letter.body, action=letter.action, url=lambda subject, values: str(values.get("url", "")), secret=True)
mail.carried_by(actions.mail_now)


def _mailed(actor: Actor) -> steps.Stand:
    sent = queries.last_sent(actor)
    return steps.Stand(sent is not None, _("Last mail taken by the server: %(day)s") % {"day": day(sent)} if sent else "")


steps.step("mail", _("Mail goes out"), _("The first invitation shows whether the mail server takes mail."), url="notifications:mails", right=permissions.MAIL_VIEW, order=25, stand=_mailed)

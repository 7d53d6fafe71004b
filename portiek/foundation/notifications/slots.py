"""The bell in the bar, and the delivery log in the menu."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.foundation.notifications import permissions, queries


def _bell(request: Any) -> SimpleNamespace:
    return SimpleNamespace(url=reverse("notifications:list"), count=queries.unread(request.actor))


slots.fill("shell.inbox", key="notifications", render=_bell)
nav.place("mails", _("Sent mail"), icon="mail-check", url="notifications:mails", right=permissions.MAIL_VIEW, order=940, audience="staff", group="setup")

"""Where requests for an account stand: below the log-in page, in the menu of staff, in the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import Request, part
from portiek.foundation.applications import permissions, queries
from portiek.foundation.audit.words import fact_group, fact_words


def _way(request: Request) -> Any:
    return part(request, "applications/way.html") if queries.is_open(request.actor) else None


slots.fill("accounts.login.below", key="applications", order=10, render=_way)
nav.place("applications", _("Requests"), icon="user-plus", url="applications:list", right=permissions.DECIDE, audience="staff", order=24, count=queries.counting)

fact_group("applications", _("Requests for an account"))
fact_words("applications.application.asked", _("{text} asked for an account"), icon="user-plus", tone="wait")
fact_words("applications.application.asked_back", _("{user} asked {text} for more"), icon="message-square")
fact_words("applications.application.answered", _("{text} answered"), icon="message-square")
fact_words("applications.application.approved", _("{user} gave {text} an account"), icon="user-check", tone="ok")
fact_words("applications.application.rejected", _("{user} gave {text} no account"), icon="user-x", tone="stop")
fact_words("applications.door.changed", _("{user} changed whether an account can be asked for"), icon="settings")

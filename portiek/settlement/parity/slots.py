"""The place of parity in the menu, its task, and its facts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav
from portiek.foundation.audit.words import change_words, fact_group, fact_words
from portiek.foundation.notifications.kinds import topic
from portiek.foundation.tasks.kinds import task_kind
from portiek.settlement.parity import permissions, queries
from portiek.settlement.parity.actions import FOUND


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("parity:cause", args=[subject.rpartition(":")[2]])


nav.place("parity", _("Cent check"), icon="scale", url="parity:overview", right=permissions.VIEW, order=831, audience="staff", group="setup", count=queries.trouble)
topic("parity", _("Cent check"), 91)
task_kind(
    FOUND,
    title=_("Figures here and in the ERP differ: {count} times for one cause"),
    detail=_("By at most {largest}. Mend it in the ERP, have the portal calculate as the ERP does, or say why it is known."),
    action=_("Look"),
    icon="scale",
    tone="stop",
    url=_url,
    label=_("Amounts here and in the ERP differ by a cent or more"),
    several=_("{count} causes of differences with the ERP"),
    right=permissions.MANAGE,
    audience="staff",
)
fact_group("parity", _("Cent check"))
fact_words("parity.cause.found", _("The check found {text} differences with the ERP for one cause"), icon="scale", tone="stop")
fact_words("parity.cause.known", _("{user} said that differences with the ERP are known: {text}"), icon="scale", tone="ok")
fact_words("parity.cause.reopened", _("{user} made differences with the ERP an alarm again"), icon="scale")
fact_words("parity.difference.known", _("{user} said that one difference with the ERP is known: {text}"), icon="scale", tone="ok")
change_words("up_to", _("Known up to"))

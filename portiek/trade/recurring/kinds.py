"""What people hear of recurring orders: what comes, what waits for a yes, what was left out, what stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.foundation.tasks.kinds import task_kind
from portiek.trade.orders.permissions import PLACE
from portiek.trade.recurring.permissions import MANAGE


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("recurring:detail", args=[values["key"]])


topic("recurring", _("Recurring orders"), 11)
COMING = message_kind(
    "recurring.order_coming",
    title=_("On {day} we order {name} for you"),
    body=_("{lines}, {amount} incl. VAT. {changes}\n\nYou need not do anything. Until that day you can change this time, skip it or pause."),
    url=_url,
    action=_("See what is ordered"),
    icon="repeat",
    label=_("A recurring order of yours comes"),
    several=_("{count} recurring orders come"),
    right=PLACE,
)
WAITS = task_kind(
    "recurring.order_accept",
    title=_("{name} became dearer: order it on {day}?"),
    detail=_("{amount} incl. VAT. {changes}"),
    action=_("Look and decide"),
    icon="trending-up",
    url=_url,
    mail="now",
    label=_("A recurring order became dearer than you allow"),
    several=_("{count} recurring orders became dearer"),
    right=PLACE,
)
PARTLY = message_kind(
    "recurring.order_partly",
    title=_("Not everything of {name} is ordered"),
    body=_("Order {number} is placed, without these lines: {changes}"),
    url=_url,
    action=_("See the recurring order"),
    icon="repeat",
    label=_("Not everything of a recurring order could be ordered"),
    several=_("Of {count} recurring orders something was left out"),
    right=PLACE,
)
FAILED = message_kind(
    "recurring.order_failed",
    title=_("{name} is not ordered on {day}"),
    body=_("{changes}\n\nThe next time stands as usual. Do you need the goods now? Order them yourself from the page."),
    url=_url,
    action=_("See why"),
    icon="circle-x",
    label=_("A recurring order could not be placed"),
    several=_("{count} recurring orders could not be placed"),
    right=PLACE,
)
STOPPED = message_kind(
    "recurring.order_stopped",
    title=_("The recurring order {name} stopped"),
    body=_("{person} made it and may not place orders any more. Nothing is ordered until a colleague takes it over."),
    url=_url,
    action=_("See the recurring order"),
    icon="circle-pause",
    label=_("A recurring order of a colleague stopped"),
    several=_("{count} recurring orders stopped"),
    right=MANAGE,
)

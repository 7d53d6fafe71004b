"""What orders do by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.jobs import every
from portiek.core.refs import ref
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind
from portiek.trade.orders import actions, queries
from portiek.trade.pricing.permissions import AGREEMENT_VIEW
from portiek.ui import format


@every("25 * * * *", name="orders.expire_approvals")
def expire_approvals(actor: Actor) -> None:
    """Give back orders that waited for approval too long."""
    actions.expire_approvals(actor, now=timezone.now())


@every("* * * * *", name="orders.release_orders")
def release_orders(actor: Actor) -> None:
    """Pass on the orders that can no longer be changed."""
    actions.release_orders(actor, now=timezone.now())


@every("40 2 * * *")
def drop_old_carts(actor: Actor) -> None:
    """Remove carts that were ordered a month ago, those of purchasing systems that did not go back for a week, and lists that nobody worked on for two weeks."""
    actions.drop_old_carts(actor, now=timezone.now())
    actions.drop_old_drafts(actor, now=timezone.now())


AGREEMENT_ENDS = message_kind(
    "orders.agreement_ends",
    title=_("Agreement {name} ends on {day}"),
    body=_("Not taken yet: {left}. After that day the usual prices count."),
    url=lambda subject, values: reverse("pricing:my-agreement", args=[values["number"]]),
    action=_("See the agreement"),
    icon="handshake",
    label=_("An agreement ends with something left of it"),
    several=_("{count} agreements end with something left of them"),
    right=AGREEMENT_VIEW,
    mail="daily",
)
# How many days before its end a party hears that an agreement has something left.
BEFORE_END = (30, 7)


@every("20 5 * * *", name="orders.agreements_end")
def agreements_end(actor: Actor) -> None:
    """Tell parties of agreements that end in a month or a week and are not taken whole."""
    for days in BEFORE_END:
        for found in queries.ending(actor, on=timezone.localdate() + timedelta(days=days)):
            left = ", ".join(f"{format.quantity(quantity, unit)} {label}" for label, quantity, unit in found.lines[:3]) + (" …" if len(found.lines) > 3 else "")
            values = {"name": found.agreement.name, "number": found.agreement.number, "day": found.agreement.valid_until, "left": left}
            notify(actor, kind=AGREEMENT_ENDS, subject=ref("pricing.agreement", found.agreement.pk), party_id=found.agreement.party_id, right=AGREEMENT_VIEW, values=values, event=f"agreement:{found.agreement.pk}:{found.agreement.valid_until}:{days}")

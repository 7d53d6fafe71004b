"""The monitor's place in the menu of staff, with what is stuck as its count."""

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, steps
from portiek.core.actor import Actor
from portiek.edges.connectors import kinds, permissions, queries
from portiek.foundation.audit.words import fact_words

nav.place(
    "connectors",
    _("Connections"),
    icon="plug",
    url="connectors:monitor",
    right=permissions.VIEW,
    order=830,
    audience="staff",
    group="setup",
    count=queries.trouble,
)
__all__ = ["kinds"]

fact_words("connectors.connection.added", _("{user} connected {text}"), icon="plug", tone="ok")
fact_words("connectors.connection.changed", _("{user} changed the settings of {text}"), icon="plug")
fact_words("connectors.connection.check_asked", _("{user} had the connection {text} tried"), icon="plug")
fact_words("connectors.connection.checked", _("The connection {text} was tried"), icon="plug")
fact_words("connectors.connection.paused", _("{user} paused {text}"), icon="pause", tone="wait")
fact_words("connectors.connection.resumed", _("{user} let {text} go on"), icon="play")
fact_words("connectors.connection.lost", _("{text} could not be reached"), icon="plug", tone="stop")
fact_words("connectors.connection.restored", _("{text} could be reached again"), icon="plug", tone="ok")
fact_words("connectors.feed.asked", _("{user} had {text} read"), icon="refresh-cw")
fact_words("connectors.feed.failed", _("Reading from {text} failed"), icon="refresh-cw", tone="stop")
fact_words("connectors.feed.recovered", _("Reading from {text} goes on"), icon="refresh-cw", tone="ok")
fact_words("connectors.feed.loaded", _("Everything of {text} has been read"), icon="refresh-cw", tone="ok")
fact_words("connectors.sweep.stopped", _("Comparing with {text} was stopped: too much was missing"), icon="octagon-alert", tone="stop")
fact_words("connectors.command.queued", _("{text} was handed to the connection with the ERP"), icon="send")
fact_words("connectors.command.acknowledged", _("The ERP has {text}"), icon="check", tone="ok")
fact_words("connectors.command.stuck", _("{text} is stuck on its way to the ERP"), icon="octagon-alert", tone="stop")
fact_words("connectors.command.retried", _("{user} had {text} sent again"), icon="send")
fact_words("connectors.command.cancelled", _("{user} gave up sending {text}"), icon="circle-x", tone="stop")
fact_words("connectors.quarantine.retried", _("{user} had a record of {text} read again"), icon="refresh-cw")
fact_words("connectors.quarantine.dismissed", _("{user} put a record of {text} aside"), icon="archive")


def _connected(actor: Actor) -> steps.Stand:
    first = queries.for_orders(actor)
    return steps.Stand(first is not None and first.checked_at is not None, first.label if first else "")


steps.step("erp", _("Connect the ERP"), _("Products, prices, customers and invoices come from it, orders go to it."), url="connectors:monitor", right=permissions.MANAGE, order=30, stand=_connected)

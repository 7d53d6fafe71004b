"""The monitor's place in the menu of staff, with what is stuck as its count."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots, steps
from portiek.core.actor import Actor
from portiek.core.pages import Request, part
from portiek.edges.connectors import bank, kinds, permissions, queries, wording
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


def _account(request: Request, *, change: Any) -> str | None:
    """Say to staff how an accepted account stands in the ERP."""
    found = queries.command_of(request.actor, bank.KIND, bank.key_of(change.pk)) if request.actor.is_staff else None
    if found is None:
        return None
    values = {"command": found, "words": wording, "may_see": request.actor.may(permissions.VIEW), "may_retry": request.actor.may(permissions.MANAGE) and found.state in ("needs_human", "failed")}
    return part(request, "connectors/account.html", values)


slots.fill("banking.change.panels", key="connectors", order=10, render=_account)

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
fact_words("connectors.file_mapping.saved", _("{user} changed how files of {text} are read"), icon="file-cog")
fact_words("connectors.host_key.confirmed", _("{user} confirmed the key of the SFTP server of {text}"), icon="key-round")
fact_words("connectors.file.came", _("A file came for {text}"), icon="file-down")
fact_words("connectors.file.tried", _("A file for {text} was tried"), icon="file-search")
fact_words("connectors.file.held", _("A file for {text} is held"), icon="octagon-alert", tone="stop")
fact_words("connectors.file.confirmed", _("{user} had a file for {text} taken over"), icon="check")
fact_words("connectors.file.dropped", _("{user} put a file for {text} away"), icon="archive")
fact_words("connectors.file.loaded", _("A file for {text} was taken over"), icon="file-down", tone="ok")
fact_words("connectors.file.retried", _("{user} had rows for {text} tried again"), icon="refresh-cw")
fact_words("connectors.file.mended", _("{user} mended a row of a file for {text}"), icon="pencil")
fact_words("connectors.files.asked", _("{user} had the folder of {text} looked into"), icon="refresh-cw")
fact_words("connectors.files.missing", _("No file came for {text}"), icon="clock-alert", tone="stop")


def _connected(actor: Actor) -> steps.Stand:
    first = queries.for_orders(actor)
    return steps.Stand(first is not None and first.checked_at is not None, first.label if first else "")


steps.step("erp", _("Connect the ERP"), _("Products, prices, customers and invoices come from it, orders go to it."), url="connectors:monitor", right=permissions.MANAGE, order=30, stand=_connected)

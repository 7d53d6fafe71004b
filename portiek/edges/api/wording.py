"""How a webhook and its messages are said on a page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.edges.api.models import WebhookDelivery, WebhookEndpoint

CAUSES = {
    "timeout": gettext_lazy("No whole answer in time"),
    "unreachable": gettext_lazy("Nothing answers at this address"),
    "address": gettext_lazy("This address may not be called"),
    "too-late": gettext_lazy("Its turn did not come within three days"),
    "not-allowed": gettext_lazy("Whoever answers for it may not see this"),
    "removed": gettext_lazy("The webhook was removed"),
}
OFF = {
    "gone": gettext_lazy("Its receiver answered that it is gone for good (410). Change the address or switch it on again."),
    "failing": gettext_lazy("Nothing came through for five days. See to the receiver, then switch it on again and send the missed period anew."),
    "owner": gettext_lazy("Whoever answers for it no longer has access. Switch it on again to answer for it yourself."),
}


def status(webhook: WebhookEndpoint) -> tuple[str, str]:
    """Say how a webhook does: (kind, text)."""
    if webhook.state == WebhookEndpoint.State.ACTIVE:
        return ("wait", _("Receiver fails")) if webhook.failures else ("ok", _("Is on"))
    return "stop" if webhook.state == WebhookEndpoint.State.DISABLED else "rest", webhook.get_state_display()


def state(row: WebhookDelivery) -> tuple[str, str]:
    """Say what became of a message: (kind, text)."""
    kinds = {"delivered": "ok", "failed": "stop", "dropped": "rest"}
    if row.state == WebhookDelivery.State.WAITING and row.tries:
        return "wait", _("Tried again later")
    return kinds.get(row.state, "wait"), row.get_state_display()


def cause(row: WebhookDelivery) -> str:
    """Say why a message was not taken; "" when it was."""
    if row.error == "status":
        return _("Answered {status}").format(status=row.status)
    return str(CAUSES.get(row.error, ""))


def off(webhook: WebhookEndpoint) -> str:
    """Say why the portal switched a webhook off, and what to do; "" when it did not."""
    return str(OFF.get(webhook.reason, "")) if webhook.state == WebhookEndpoint.State.DISABLED else ""

"""Codes of the engine as sentences, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.edges.connectors.models import Command

ENTITIES = {
    "category": gettext_lazy("Categories"),
    "product": gettext_lazy("Products"),
    "price_list": gettext_lazy("Price lists"),
    "party": gettext_lazy("Customers and suppliers"),
    "stock": gettext_lazy("Stock"),
    "order": gettext_lazy("Orders"),
    "shipment": gettext_lazy("Shipments"),
    "invoice": gettext_lazy("Invoices"),
    "payment": gettext_lazy("Payments"),
}
KINDS = {"create_order": gettext_lazy("Order"), "cancel_order": gettext_lazy("Cancellation")}
CAUSES = {
    "rejected": gettext_lazy("The ERP refuses it."),
    "decision": gettext_lazy("The ERP warns, and somebody must decide there."),
    "conflict": gettext_lazy("Somebody changed it in the ERP meanwhile."),
    "fault": gettext_lazy("The connection makes something of it that the ERP does not understand. This needs a technician."),
    "poison": gettext_lazy("It broke the connection several times, so it was put aside. This needs a technician."),
    "broken": gettext_lazy("Something went wrong in the connection; it is tried again."),
    "tries": gettext_lazy("The ERP did not answer clearly, many times. Look in the ERP whether it is there before you do anything."),
    "unsure": gettext_lazy("The answer of the ERP did not come; the portal looks whether it arrived before it sends again."),
    "unreachable": gettext_lazy("The ERP does not answer; it is sent as soon as it does."),
    "denied": gettext_lazy("The ERP refuses the log-in of the connection."),
    "pending": gettext_lazy("The ERP has it and is working on it."),
    "unmapped": gettext_lazy("Something in it is not known in the ERP."),
    "contract": gettext_lazy("The ERP answers with something that cannot be right."),
    "unsupported": gettext_lazy("This ERP cannot do this."),
    "gone": gettext_lazy("The ERP has it no longer."),
}


def cause(code: str) -> str:
    """Return the sentence of a code; the code itself when there is none."""
    return str(CAUSES.get(code, code))


def entity(name: str) -> str:
    """Return the name of an entity for people."""
    return str(ENTITIES.get(name, name))


def kind(name: str) -> str:
    """Return the name of a kind of command for people."""
    return str(KINDS.get(name, name))


def unknown(what: str, name: str) -> str:
    """Return why something cannot be sent, in the portal's language: it is kept with the command."""
    match what:
        case "product":
            return _("Product %(name)s is not known in the ERP.") % {"name": name}
        case "party":
            return _("%(name)s is not known in the ERP.") % {"name": name}
    return _("%(name)s has no lines.") % {"name": name}


STATUS = {"queued": "wait", "sent": "info", "acknowledged": "ok", "failed": "wait", "needs_human": "stop", "cancelled": "rest"}


def status(command: Command) -> tuple[str, str]:
    """Return kind and text of where a command stands."""
    return STATUS[command.state], str(Command.State(command.state).label)

"""Codes of the engine as sentences, in the reader's language."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.edges.connectors.models import Command

ENTITIES = {
    "category": gettext_lazy("Categories"),
    "product": gettext_lazy("Products"),
    "price_list": gettext_lazy("Price lists"),
    "surcharge": gettext_lazy("Surcharges"),
    "floor": gettext_lazy("Minimum prices"),
    "party": gettext_lazy("Customers and suppliers"),
    "agreement": gettext_lazy("Price agreements"),
    "discount": gettext_lazy("Discounts"),
    "stock": gettext_lazy("Stock"),
    "order": gettext_lazy("Orders"),
    "shipment": gettext_lazy("Shipments"),
    "invoice": gettext_lazy("Invoices"),
    "payment": gettext_lazy("Payments"),
}
KINDS = {"create_order": gettext_lazy("Order"), "cancel_order": gettext_lazy("Cancellation"), "change_party": gettext_lazy("Change of data"), "set_account": gettext_lazy("Bank account")}
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
    "sealed": gettext_lazy("What is encrypted in it does not open with the key of this portal. This needs a technician."),
}


# Why a record was put aside, and what to do about it.
_IN_ERP = gettext_lazy("Correct it in the ERP; the change brings it here by itself.")
_AFTER = gettext_lazy("Have that come in first, then read this one again.")
_TECHNICIAN = gettext_lazy("Nothing is wrong with your work. Show this page to the technician of the connection.")
_LATER = gettext_lazy("Read it again later.")
HELD: dict[str, tuple[Any, Any]] = {
    "bad_code": (gettext_lazy("A number or code is missing, is too long, or begins or ends with a space."), _IN_ERP),
    "bad_name": (gettext_lazy("The name is missing or too long."), _IN_ERP),
    "too_long": (gettext_lazy("A text is longer than the portal can keep."), _IN_ERP),
    "not_text": (gettext_lazy("A text holds signs that cannot be kept."), _IN_ERP),
    "bad_quantity": (gettext_lazy("A quantity cannot be right."), _IN_ERP),
    "bad_lead": (gettext_lazy("The lead time cannot be right: it is in working days, a year at most."), _IN_ERP),
    "bad_weight": (gettext_lazy("The weight cannot be right."), _IN_ERP),
    "bad_price": (gettext_lazy("A price or VAT rate cannot be right."), _IN_ERP),
    "bad_days": (gettext_lazy("The last day lies before the first."), _IN_ERP),
    "bad_lines": (gettext_lazy("Some lines of it cannot be taken; the others count."), _IN_ERP),
    "bad_percent": (gettext_lazy("A percentage cannot be right: it lies between 0 and 100 and has at most two decimals."), _IN_ERP),
    "bad_markup": (gettext_lazy("A percentage on top of the cost price cannot be right: it lies between 0 and 9999 and has at most two decimals."), _IN_ERP),
    "amount_of_group": (gettext_lazy("The minimum price of a discount group is a percentage on top of cost prices, and no amount."), _IN_ERP),
    "bad_target": (gettext_lazy("It must be about one article or one discount group."), _IN_ERP),
    "bad_reward": (gettext_lazy("It must name a price or amount, or a percentage, and not both."), _IN_ERP),
    "bad_whose": (gettext_lazy("It must be about one customer or one customer group."), _IN_ERP),
    "double_lines": (gettext_lazy("Two lines have the same place."), _IN_ERP),
    "code_taken": (gettext_lazy("Something else has this code already."), _IN_ERP),
    "sku_taken": (gettext_lazy("Another product has this article number already."), _IN_ERP),
    "number_taken": (gettext_lazy("Something else has this number already."), _IN_ERP),
    "incomplete": (gettext_lazy("The number or the name is missing."), _IN_ERP),
    "unknown_kind": (gettext_lazy("It is not clear whether this is a customer, dealer, supplier or person."), _IN_ERP),
    "not_an_amount": (gettext_lazy("The credit limit cannot be right."), _IN_ERP),
    "not_a_number_of_days": (gettext_lazy("The payment term cannot be right."), _IN_ERP),
    "parts_without_own_id": (gettext_lazy("Two addresses or contacts cannot be told apart."), _TECHNICIAN),
    "unknown_product": (gettext_lazy("It is about a product that the portal does not have."), _AFTER),
    "unknown_party": (gettext_lazy("It is about a customer or supplier that the portal does not have."), _AFTER),
    "unknown_group": (gettext_lazy("It is about a customer group that the portal does not have."), _AFTER),
    "unknown_order": (gettext_lazy("It is about an order that the portal does not have."), _AFTER),
    "unknown_invoice": (gettext_lazy("It is about an invoice that the portal does not have."), _AFTER),
    "unknown_price_list": (gettext_lazy("The customer has a price list that the portal does not have."), _AFTER),
    "unknown_country": (gettext_lazy("It names a country that the portal does not know."), gettext_lazy("Say at the columns of its file which code of two letters it is, or correct it in the ERP.")),
    "other_party": (gettext_lazy("In the portal it belongs to another customer."), _IN_ERP),
    "no_date": (gettext_lazy("The invoice has no date."), _IN_ERP),
    "bad_amount": (gettext_lazy("An amount cannot be right."), _IN_ERP),
    "bad_totals": (gettext_lazy("Net amount and VAT do not add up to the total."), _IN_ERP),
    "bad_sign": (gettext_lazy("An invoice below zero must be a credit note, and the other way round."), _IN_ERP),
    "bad_open": (gettext_lazy("More is open than the invoice amounts to, or something while it is paid."), _IN_ERP),
    "unknown_state": (gettext_lazy("The ERP names a state that the portal does not know."), _TECHNICIAN),
    "refused_by_the_database": (gettext_lazy("It contradicts what the portal has already."), _TECHNICIAN),
    "database": (gettext_lazy("It contradicts what the portal has already."), _TECHNICIAN),
    "shape": (gettext_lazy("Something in it is not as was agreed with the connection."), _TECHNICIAN),
    "mapping": (gettext_lazy("The connection cannot read it."), _TECHNICIAN),
    "unreachable": (CAUSES["unreachable"], _LATER),
    "denied": (CAUSES["denied"], _LATER),
    "gone": (CAUSES["gone"], gettext_lazy("Put it aside.")),
    "unsupported": (CAUSES["unsupported"], _TECHNICIAN),
    "fault": (CAUSES["fault"], _TECHNICIAN),
    "contract": (CAUSES["contract"], _TECHNICIAN),
}


class Held(NamedTuple):
    """Why a record is put aside: what is the matter, what to do, and the details for a technician."""

    what: str
    todo: str
    details: str


def _code(reason: str) -> tuple[str, str]:
    code, _colon, details = reason.partition(": ")
    return code.replace("-", "_"), details


def is_known(reason: str) -> bool:
    """Whether a reason begins with a code that has words."""
    return _code(reason)[0] in HELD


def held(reason: str) -> Held:
    """Put the reason of a quarantine in words; one without a known code is the technician's."""
    code, details = _code(reason)
    what, todo = HELD.get(code, HELD["mapping"])
    return Held(str(what), str(todo), details if code in HELD else reason)


# What the try of a connection says, where the portal itself says it.
NOTES: dict[str, Any] = {
    "sftp.host_key": gettext_lazy("The SFTP server shows a key that nobody confirmed: %(detail)s. Compare it on the page of its files; until then the portal does not log in."),
    "sftp.private": gettext_lazy("%(detail)s is on a private network; the operator of the portal can allow it."),
    "sftp.denied": gettext_lazy("The SFTP server refuses the log-in: %(detail)s"),
    "sftp.unreachable": gettext_lazy("The SFTP server cannot be reached: %(detail)s"),
    "sftp.folder": gettext_lazy("A folder on the SFTP server cannot be used: %(detail)s"),
}


def note(text: str) -> str:
    """Put what the try of a connection says in words; what the ERP says stays as it is."""
    code, _sign, detail = text.partition(": ")
    return str(NOTES[code]) % {"detail": detail} if code in NOTES else text


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


def over() -> str:
    """Return why a change was struck, in the portal's language: it is kept with the command."""
    return _("The proposal is over.")


def newer_account() -> str:
    """Return why an account is not sent, in the portal's language: it is kept with the command."""
    return _("A newer account counts.")


STATUS = {"queued": "wait", "sent": "info", "acknowledged": "ok", "failed": "wait", "needs_human": "stop", "cancelled": "rest"}


def status(command: Command) -> tuple[str, str]:
    """Return kind and text of where a command stands."""
    return STATUS[command.state], str(Command.State(command.state).label)

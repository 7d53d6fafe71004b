"""The roles a portal starts with: read-only, kept up to date with the program. Rights that no module has registered yet are left out when they are made."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext_lazy as _

BUSINESS = ("customer", "dealer")
_BUYER = ("catalog.view", "catalog.own_number", "price.view", "cart.edit", "order.place", "order.view.company", "order.cancel", "quote.request", "quote.view.company", "quote.accept", "budget.view.own", "agreement.view", "file.view")
_SELLER = ("party.view", "party.manage", "application.decide", "address.manage", "contact.manage", "unit.manage", "user.manage", "catalog.view", "price.view", "price.manage", "price.explain", "order.view", "order.manage", "order.cancel", "quote.view", "quote.manage",
           "invoice.view", "invoice.download", "balance.view", "agreement.view", "connector.view", "file.view", "task.ask", "user.look_as", "party.act_for")


@dataclass(frozen=True)
class Archetype:
    """A role that every portal has. `kinds`: which parties it is for (empty: all); `order_limit`: of who has no limit of his own."""

    audience: Literal["party", "staff"]
    name: str
    rights: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    order_limit: Decimal | None = None


ROLES: dict[str, Archetype] = {
    "admin": Archetype("party", "Beheerder", (
        "catalog.view", "catalog.own_number", "price.view", "cart.edit", "list.manage", "recurring.manage", "order.place", "order.view.company", "order.approve", "rule.manage", "budget.view.company", "budget.manage", "order.cancel", "quote.request", "quote.view.company", "quote.accept", "invoice.view", "invoice.download", "balance.view",
        "address.manage", "address.use_oneoff", "contact.manage", "party.propose", "bank.view", "bank.manage", "unit.manage", "user.manage", "role.manage", "sso.manage", "mandate.manage", "mandate.use", "apikey.manage", "task.program", "agreement.view", "audit.view", "file.view"), BUSINESS),
    "buyer": Archetype("party", "Inkoper", _BUYER, BUSINESS),
    "junior": Archetype("party", "Inkoper met fiattering", _BUYER, BUSINESS, Decimal(0)),
    "approver": Archetype("party", "Fiatteur", ("catalog.view", "price.view", "order.view.company", "order.approve", "budget.view.company", "quote.view.company", "file.view"), BUSINESS),
    "finance": Archetype("party", "Financieel", ("party.propose", "bank.view", "bank.manage", "order.view.company", "budget.view.company", "invoice.view", "invoice.download", "balance.view", "price.view", "file.view"), BUSINESS),
    "service": Archetype("party", "Service / monteur", ("catalog.view", "catalog.own_number", "order.view.unit", "file.view"), BUSINESS),
    "viewer": Archetype("party", "Alleen lezen", ("catalog.view", "order.view.company", "file.view")),
    "person": Archetype("party", "Particulier", (
        "catalog.view", "catalog.own_number", "price.view", "cart.edit", "order.place", "order.view.company", "order.cancel", "invoice.view", "invoice.download", "balance.view", "address.manage", "address.use_oneoff", "party.propose", "file.view"),
        ("person",)),
    "supplier-admin": Archetype("party", "Beheerder leverancier", ("address.manage", "contact.manage", "party.propose", "bank.view", "bank.manage", "unit.manage", "user.manage", "role.manage", "sso.manage", "mandate.manage", "mandate.use", "apikey.manage", "task.program", "audit.view", "file.view"), ("supplier",)),
    "supplier-sales": Archetype("party", "Verkoop binnendienst", ("party.propose", "file.view"), ("supplier",)),
    "supplier-field": Archetype("party", "Verkoop buitendienst", ("file.view",), ("supplier",)),
    "supplier-service": Archetype("party", "Servicedesk leverancier", ("file.view",), ("supplier",)),
    "supplier-finance": Archetype("party", "Financiën leverancier", ("bank.view", "bank.manage", "invoice.view", "invoice.download", "balance.view", "file.view"), ("supplier",)),
    "staff-admin": Archetype("staff", "Beheer", (
        "bank.view", "bank.decide", "party.view", "party.manage", "party.merge", "application.decide", "address.manage", "contact.manage", "unit.manage", "user.manage", "role.manage", "catalog.view", "catalog.manage", "price.view", "price.manage", "price.explain", "order.view", "order.manage",
        "order.cancel", "quote.view", "quote.manage", "invoice.view", "invoice.download", "balance.view", "agreement.view", "connector.view", "connector.manage", "parity.view", "parity.manage", "audit.view", "apikey.manage", "sso.manage", "mandate.manage", "task.ask", "task.program", "portal.manage", "mail.view", "file.view",
        "user.look_as", "party.act_for", "field.manage")),
    "staff-sales": Archetype("staff", "Binnendienst", _SELLER),
    "staff-field": Archetype("staff", "Buitendienst", (
        "party.view", "catalog.view", "price.view", "price.explain", "order.view", "quote.view", "invoice.view", "balance.view", "agreement.view", "file.view")),
    "staff-service": Archetype("staff", "Servicedesk", ("party.view", "mail.view", "user.look_as", "catalog.view", "price.view", "order.view", "quote.view", "invoice.view", "invoice.download", "balance.view", "agreement.view", "file.view")),
    "staff-finance": Archetype("staff", "Financiën", ("party.view", "bank.view", "bank.decide", "order.view", "invoice.view", "invoice.download", "balance.view", "parity.view", "parity.manage", "file.view")),
}

# What these are called in the language of the reader, as long as nobody gave them another name.
WORDS = {
    "admin": _("Administrator"),
    "buyer": _("Buyer"),
    "junior": _("Buyer whose orders are approved"),
    "approver": _("Approver"),
    "finance": _("Finance"),
    "service": _("Service / mechanic"),
    "viewer": _("Read only"),
    "person": _("Private person"),
    "supplier-admin": _("Supplier administrator"),
    "supplier-sales": _("Sales office"),
    "supplier-field": _("Sales in the field"),
    "supplier-service": _("Supplier service desk"),
    "supplier-finance": _("Supplier finance"),
    "staff-admin": _("Portal administration"),
    "staff-sales": _("Inside sales"),
    "staff-field": _("Field sales"),
    "staff-service": _("Service desk"),
    "staff-finance": _("Finance department"),
}
# In a word or ten: for whom it is.
MEANT_FOR = {
    "admin": _("Orders, approves, sees invoices and manages colleagues, roles and keys."),
    "buyer": _("Orders up to his own limit and follows the orders of the company."),
    "junior": _("Prepares orders; a colleague approves each of them before it goes out."),
    "approver": _("Approves or rejects what colleagues ask for."),
    "finance": _("Sees orders, invoices, payments and the balance; orders nothing."),
    "service": _("Looks up articles and follows the orders of his branch; sees no prices."),
    "viewer": _("Looks along without changing anything."),
    "person": _("Orders and pays for himself."),
    "supplier-admin": _("Manages the people, roles and data of the supplier."),
    "supplier-sales": _("Answers what we ask from the office."),
    "supplier-field": _("Visits us and looks things up on the way."),
    "supplier-service": _("Helps with complaints, returns and questions."),
    "supplier-finance": _("Follows invoices and payments."),
    "staff-admin": _("Sets up the portal and everything in it."),
    "staff-sales": _("Manages customers with their prices, orders and people."),
    "staff-field": _("Looks up customers, prices and orders on the way."),
    "staff-service": _("Answers questions: sees everything of a customer, changes nothing."),
    "staff-finance": _("Sees orders, invoices and balances."),
}

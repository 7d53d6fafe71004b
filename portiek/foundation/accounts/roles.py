"""The roles a new portal starts with. Rights that no module has registered yet are left out when they are made."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ROLES: dict[str, tuple[str, str, list[str]]] = {
    # code: (audience, name, rights)
    "admin": ("party", "Beheerder", [
        "catalog.view", "catalog.own_number", "price.view", "cart.edit", "order.place", "order.view.company", "order.approve", "order.cancel", "invoice.view", "invoice.download", "balance.view",
        "address.manage", "address.use_oneoff", "unit.manage", "user.manage", "apikey.manage", "agreement.view", "audit.view", "file.view"]),
    "buyer": ("party", "Inkoper", ["catalog.view", "catalog.own_number", "price.view", "cart.edit", "order.place", "order.view.company", "order.cancel", "agreement.view", "file.view"]),
    "approver": ("party", "Fiatteur", ["catalog.view", "price.view", "order.view.company", "order.approve", "file.view"]),
    "finance": ("party", "Financieel", ["order.view.company", "invoice.view", "invoice.download", "balance.view", "price.view", "file.view"]),
    "viewer": ("party", "Alleen lezen", ["catalog.view", "order.view.company", "file.view"]),
    "person": ("party", "Particulier", ["catalog.view", "catalog.own_number", "price.view", "cart.edit", "order.place", "order.view.company", "order.cancel", "invoice.view", "invoice.download", "balance.view",
                                          "address.manage", "address.use_oneoff", "file.view"]),
    "supplier-sales": ("party", "Verkoop binnendienst", ["file.view"]),
    "staff-admin": ("staff", "Beheer", [
        "party.view", "party.manage", "address.manage", "unit.manage", "user.manage", "catalog.view", "catalog.manage", "price.view", "price.manage", "price.explain", "order.view", "order.manage",
        "order.cancel", "invoice.view", "invoice.download", "balance.view", "agreement.view", "connector.view", "connector.manage", "audit.view", "apikey.manage", "portal.manage", "mail.view", "file.view"]),
    "staff-sales": ("staff", "Binnendienst", [
        "party.view", "party.manage", "address.manage", "unit.manage", "user.manage", "catalog.view", "price.view", "price.manage", "price.explain", "order.view", "order.manage", "order.cancel",
        "invoice.view", "invoice.download", "balance.view", "agreement.view", "connector.view", "file.view"]),
    "staff-service": ("staff", "Servicedesk", ["party.view", "mail.view", "catalog.view", "price.view", "order.view", "invoice.view", "invoice.download", "balance.view", "agreement.view", "file.view"]),
    "staff-finance": ("staff", "Financiën", ["party.view", "order.view", "invoice.view", "invoice.download", "balance.view", "file.view"]),
}

# What these are called in the language of the reader, as long as nobody gave them another name.
WORDS = {
    "admin": _("Administrator"),
    "buyer": _("Buyer"),
    "approver": _("Approver"),
    "finance": _("Finance"),
    "viewer": _("Read only"),
    "person": _("Private person"),
    "supplier-sales": _("Sales office"),
    "staff-admin": _("Portal administration"),
    "staff-sales": _("Inside sales"),
    "staff-service": _("Service desk"),
    "staff-finance": _("Finance department"),
}

"""Who owns which field of a party, an address and a contact: the administration (the ERP), the portal, or the party itself.

The one list that pages, proposals, imports and connectors read. A sync writes the first kind only; a party changes the last kind at once and proposes
a change of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from portiek.foundation.parties.models import Address, Contact, Party

Owner = Literal["erp", "portal", "party"]
Row = Party | Address | Contact


@dataclass(frozen=True)
class Owned:
    """One field as people think of it. `columns` hold it; `may_propose`: a party may ask for another value; `needed`: never empty."""

    subject: str
    key: str
    label: Any
    owner: Owner
    columns: tuple[str, ...]
    may_propose: bool = False
    needed: tuple[str, ...] = ()


MODELS: dict[str, type[Row]] = {"party": Party, "address": Address, "contact": Contact}
FIELDS: tuple[Owned, ...] = (
    Owned("party", "number", _("Number"), "erp", ("number",)),
    Owned("party", "name", _("Name"), "erp", ("name",), may_propose=True, needed=("name",)),
    Owned("party", "coc_number", _("Chamber of Commerce number"), "erp", ("coc_number",), may_propose=True),
    Owned("party", "vat_number", _("VAT number"), "erp", ("vat_number",), may_propose=True),
    Owned("party", "email", _("General e-mail address"), "erp", ("email",), may_propose=True),
    Owned("party", "phone", _("Telephone"), "erp", ("phone",), may_propose=True),
    Owned("party", "payment_days", _("Payment term"), "erp", ("payment_days",)),
    Owned("party", "credit_limit", _("Credit limit"), "erp", ("credit_limit",)),
    Owned("party", "is_active", _("Access"), "erp", ("is_active",)),
    Owned("party", "kind", _("Kind"), "portal", ("kind",)),
    *(Owned("party", key, label, "portal", (key,), may_propose=True)
      for key, label in (("branch_number", _("Branch number")), ("rsin", _("RSIN")), ("duns", _("D-U-N-S number")), ("gln", _("GLN")))),
    Owned("party", "language", _("Language of documents"), "party", ("language",)),
    Owned("address", "place", _("Address"), "erp", ("name", "street", "postal_code", "city", "country"), may_propose=True, needed=("street", "city", "country")),
    Owned("address", "use", _("For"), "erp", ("is_invoice", "is_delivery", "is_active")),
    Owned("address", "label", _("Name of this place"), "party", ("label",)),
    Owned("contact", "name", _("Name"), "erp", ("name",), may_propose=True, needed=("name",)),
    Owned("contact", "role", _("Function"), "erp", ("role",), may_propose=True),
    Owned("contact", "email", _("E-mail address"), "erp", ("email",), may_propose=True),
    Owned("contact", "phone", _("Telephone"), "erp", ("phone",), may_propose=True),
    Owned("contact", "is_active", _("Access"), "erp", ("is_active",)),
)
COLUMN_LABELS: dict[str, Any] = {"name": _("Name"), "street": _("Street and number"), "postal_code": _("Postal code"), "city": _("City"), "country": _("Country")}


def fields_of(subject: str) -> list[Owned]:
    """Return the fields of a party, address or contact."""
    return [item for item in FIELDS if item.subject == subject]


def field_of(subject: str, key: str) -> Owned | None:
    """Return one field, or None."""
    return next((item for item in FIELDS if (item.subject, item.key) == (subject, key)), None)


def subject_of(row: Row) -> str:
    """Return what a row is: party, address or contact."""
    return next(name for name, model in MODELS.items() if isinstance(row, model))


def owner_of(item: Owned, row: Row) -> Owner:
    """Return whose a field of this row is: of what the administration does not know, its fields are the portal's."""
    return "portal" if item.owner == "erp" and not row.external_id else item.owner


def values_of(item: Owned, row: Row) -> dict[str, str]:
    """Return a field's columns as text."""
    return {name: "" if getattr(row, name) is None else str(getattr(row, name)) for name in item.columns}


def lengths(item: Owned) -> Mapping[str, int]:
    """Return how long each column may be."""
    model = MODELS[item.subject]
    return {name: getattr(model._meta.get_field(name), "max_length", None) or 40 for name in item.columns}

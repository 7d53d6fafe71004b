"""Decisions about parties. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from portiek.foundation.parties.records import AddressRecord, ContactRecord, PartyRecord, Problem

# The ERP's fields of a party; language, kind, branches and the account manager are the portal's.
ERP_FIELDS = ("number", "name", "vat_number", "coc_number", "email", "phone", "credit_limit", "payment_days", "is_active")
ADDRESS_FIELDS = ("name", "street", "postal_code", "city", "country", "is_invoice", "is_delivery", "is_active")
CONTACT_FIELDS = ("name", "role", "email", "phone", "is_active")
# What WCAG 2.2 asks of words (1.4.3).
LEAST_CONTRAST = 4.5
KINDS = ("customer", "dealer", "supplier", "person")
_LENGTHS = {"external_id": 64, "number": 20, "name": 200, "vat_number": 20, "coc_number": 12, "email": 254, "phone": 40, "version": 64}
_ADDRESS_LENGTHS = {"external_id": 64, "name": 200, "street": 200, "postal_code": 12, "city": 120, "country": 2}
_CONTACT_LENGTHS = {"external_id": 64, "name": 120, "role": 80, "email": 254, "phone": 40}


def owner(field: str, external_id: str | None) -> str:
    """Return whose a field of a party is: "erp" or "portal". A party that the ERP does not know is the portal's whole."""
    return "erp" if external_id and field in ERP_FIELDS else "portal"


def why_not_party(record: PartyRecord) -> Problem | None:
    """Return why a record of the ERP cannot be taken, or None."""
    if not record.external_id or not record.number.strip() or not record.name.strip():
        return Problem(record.external_id, "incomplete", "external_id" if not record.external_id else "number" if not record.number.strip() else "name")
    if record.kind not in KINDS:
        return Problem(record.external_id, "unknown-kind", "kind")
    if record.credit_limit is not None and (not record.credit_limit.is_finite() or abs(record.credit_limit) >= Decimal(10) ** 12):
        return Problem(record.external_id, "not-an-amount", "credit_limit")
    if record.payment_days is not None and not 0 <= record.payment_days <= 3650:
        return Problem(record.external_id, "not-a-number-of-days", "payment_days")
    parts: list[tuple[PartyRecord | AddressRecord | ContactRecord, dict[str, int], str]] = [(record, _LENGTHS, "")]
    parts += [(address, _ADDRESS_LENGTHS, "addresses.") for address in record.addresses]
    parts += [(contact, _CONTACT_LENGTHS, "contacts.") for contact in record.contacts]
    for part, lengths, where in parts:
        for name, length in lengths.items():
            text = getattr(part, name)
            if len(text) > length or "\0" in text:
                return Problem(record.external_id, "too-long" if len(text) > length else "not-text", where + name)
    ids = [address.external_id for address in record.addresses], [contact.external_id for contact in record.contacts]
    if any(not all(found) or len(set(found)) < len(found) for found in ids):
        return Problem(record.external_id, "parts-without-own-id", "addresses" if len(set(ids[0])) < len(ids[0]) or not all(ids[0]) else "contacts")
    return None


def doubles(records: Iterable[PartyRecord]) -> set[str]:
    """Return the external ids of records that share a number with an earlier one of the batch."""
    seen: dict[str, str] = {}
    return {record.external_id for record in records if seen.setdefault(record.number, record.external_id) != record.external_id}


def postal_code(text: str, country: str) -> str | None:
    """Write a postal code as the country does (Dutch: 1234 AB); None when it cannot be one."""
    bare = re.sub(r"\s+", "", text).upper()
    if country != "NL":
        return " ".join(text.upper().split())
    return f"{bare[:4]} {bare[4:]}" if re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", bare) else None

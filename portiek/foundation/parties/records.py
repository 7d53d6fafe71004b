"""What an ERP says about parties, in the words of this module."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """An address of a party; `country` is ISO 3166-1 alpha-2."""

    external_id: str
    street: str
    city: str
    postal_code: str = ""
    country: str = "NL"
    name: str = ""
    is_invoice: bool = False
    is_delivery: bool = True
    active: bool = True


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A person who works for a party."""

    external_id: str
    name: str
    role: str = ""
    email: str = ""
    phone: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A party with all its addresses and contacts: what is not named is gone.

    `version` is the ERP's mark of this state ("": it has none, and the fields are compared). `active` False is a tombstone.
    `payment_days` None: unknown. `credit_limit` in money, None: no limit.
    """

    external_id: str
    number: str
    name: str
    kind: str = "customer"
    language: str = "nl"
    vat_number: str = ""
    coc_number: str = ""
    email: str = ""
    phone: str = ""
    credit_limit: Decimal | None = None
    payment_days: int | None = None
    addresses: tuple[AddressRecord, ...] = field(default=())
    contacts: tuple[ContactRecord, ...] = field(default=())
    active: bool = True
    version: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that was not taken, and why (a code, and the field where it is one)."""

    external_id: str
    code: str
    field: str = ""

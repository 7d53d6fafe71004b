"""Parties with their addresses and contact persons."""

from __future__ import annotations

from collections.abc import Sequence

from portiek.edges.connectors.contract import AddressRecord, ContactRecord, PartyRecord
from portiek.edges.connectors.tryton.client import Row
from portiek.edges.connectors.tryton.lookups import Lookups, identity, text

ADDRESS_FIELDS = ("party_name", "street", "postal_code", "city", "country.code", "invoice", "delivery", "active")
FIELDS = (
    "code",
    "name",
    "active",
    "lang.code",
    "categories",
    "identifiers.type",
    "identifiers.code",
    "email",
    "phone",
    "mobile",
    "credit_limit_amount",
    "customer_payment_term",
    "supplier_payment_term",
    "sale_price_list",
    *(f"addresses.{name}" for name in ADDRESS_FIELDS),
)
# company registers: of the Netherlands, Belgium (the same number as its VAT) and Germany
COMPANY_NUMBERS = ("nl_kvk", "be_vat", "de_handelsregisternummer")


def contacts_of(lookups: Lookups, parties: Sequence[int]) -> dict[int, list[ContactRecord]]:
    """Read the contact persons of parties, by party."""
    fields = [
        "to",
        "from_",
        "from_.name",
        "from_.active",
        "from_.categories",
        "from_.email",
        "from_.phone",
        "from_.mobile",
    ]
    fields += ["from_.contact_mechanisms.type", "from_.contact_mechanisms.name"]
    found: dict[int, list[ContactRecord]] = {}
    for row in lookups.client.rows("party.relation.all", [("to", "in", list(parties))], fields, [("id", "ASC")]):
        person = row["from_."]
        if lookups.kinds.keys() & set(person["categories"] or ()):
            continue  # a company related to a company
        roles = [m["name"] for m in person["contact_mechanisms."] or () if m["type"] == "email" and m["name"]]
        record = ContactRecord(
            external_id=str(row["from_"]),
            name=text(person["name"]),
            role=roles[0] if roles else "",
            email=text(person["email"]),
            phone=text(person["phone"] or person["mobile"]),
            active=bool(person["active"]),
        )
        found.setdefault(row["to"], []).append(record)
    return found


def related(lookups: Lookups, parties: Sequence[int]) -> list[int]:
    """Return the portal's parties that have one of these as a contact person."""
    if not parties or not lookups.kinds:
        return []
    domain = [("from_", "in", list(parties)), ("to.categories", "in", list(lookups.kinds))]
    return [row["to"] for row in lookups.client.rows("party.relation.all", domain, ["to"])]


def address_of(row: Row) -> AddressRecord:
    """Map an address."""
    country = row.get("country.") or {}
    return AddressRecord(
        external_id=str(row["id"]),
        name=text(row["party_name"]),
        street=" ".join(text(row["street"]).split()),
        postal_code=text(row["postal_code"]),
        city=text(row["city"]),
        country=text(country.get("code")),
        is_invoice=bool(row["invoice"]),
        is_delivery=bool(row["delivery"]),
        active=bool(row["active"]),
    )


def party(lookups: Lookups, row: Row, contacts: Sequence[ContactRecord]) -> PartyRecord | None:
    """Map a party; None: in no category of the portal's."""
    kinds = [lookups.kinds[c] for c in row["categories"] or () if c in lookups.kinds]
    if not kinds:
        return None
    numbers = {i["type"]: i["code"] for i in reversed(row["identifiers."] or ())}
    term = row["supplier_payment_term"] if kinds[0] == "supplier" else row["customer_payment_term"]
    price_list = None if kinds[0] == "supplier" else row["sale_price_list"] or lookups.default_price_list
    language = row.get("lang.") or {}
    return PartyRecord(
        external_id=str(row["id"]),
        number=text(row["code"]),
        name=text(row["name"]),
        kind=kinds[0],
        language=text(language.get("code")) or lookups.client.options.language,
        vat_number=text(numbers.get("eu_vat")),
        coc_number=next((numbers[kind] for kind in COMPANY_NUMBERS if numbers.get(kind)), ""),
        email=text(row["email"]),
        phone=text(row["phone"] or row["mobile"]),
        credit_limit=row["credit_limit_amount"],
        payment_days=lookups.terms.get(term) if term else None,
        price_list=identity(price_list),
        addresses=tuple(address_of(a) for a in sorted(row["addresses."] or (), key=lambda a: int(a["id"]))),
        contacts=tuple(contacts),
        active=bool(row["active"]),
    )


def read_parties(lookups: Lookups, ids: Sequence[int]) -> dict[int, PartyRecord | None]:
    """Read parties by id; those outside the portal's categories, or gone, give None."""
    rows = lookups.client.read("party.party", ids, FIELDS)
    contacts = contacts_of(lookups, list(rows))
    return {id_: party(lookups, rows[id_], contacts.get(id_, ())) if id_ in rows else None for id_ in ids}

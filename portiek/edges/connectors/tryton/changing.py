"""Where the ERP keeps what a party may change: names on the party, numbers as identifiers, ways to reach it as contact mechanisms."""

from __future__ import annotations

from portiek.edges.connectors.contract import ChangeParty
from portiek.edges.connectors.tryton.client import Row, TrytonClient
from portiek.edges.connectors.tryton.parties import COMPANY_NUMBERS

MECHANISMS = {"email": ("email",), "phone": ("phone", "mobile")}
PARTS_OF_STREET = ("street_name", "building_name", "building_number", "unit_number", "floor_number", "room_number", "post_box", "private_bag", "post_office")
IDENTIFIERS = {"vat_number": ("eu_vat",), "coc_number": COMPANY_NUMBERS}


class NoPlace(ValueError):
    """The ERP has no field for it, as it is set up."""


def write_change(client: TrytonClient, party: int, change: ChangeParty) -> None:
    """Write the new values of one field. Raises NoPlace, and the client's errors."""
    if change.subject == "address":
        values = address_values(client, change.new)
        client.model("party.address.write", [int(change.external_id)], values)
        return
    # A contact is a party of its own in this ERP.
    whom = int(change.external_id) if change.subject == "contact" else party
    for name, value in change.new.items():
        if name == "name":
            client.model("party.party.write", [whom], {"name": value})
        elif name in MECHANISMS:
            _first(client, "party.contact_mechanism", whom, MECHANISMS[name], "value", value)
        elif name in IDENTIFIERS:
            _first(client, "party.identifier", whom, IDENTIFIERS[name], "code", value)
        elif name == "role":
            _role(client, whom, value)
        else:
            raise NoPlace(f"this ERP has no place for {name}")


def address_values(client: TrytonClient, new: object) -> Row:
    """Return an address, or what changes of one, as the ERP's own fields. Raises NoPlace for an unknown country."""
    values: Row = dict(new)  # type: ignore[call-overload]
    made: Row = {name: values[name] for name in ("postal_code", "city") if name in values}
    if "name" in values:
        made["party_name"] = values["name"]
    if "street" in values:
        # Where its parts are filled in the ERP makes the street of them and lets nobody write it; the portal knows the whole only.
        made |= {"street_unstructured": values["street"], **dict.fromkeys(PARTS_OF_STREET)}
    if "country" in values:
        rows = client.rows("country.country", [("code", "=", values["country"])], [], None, 1)
        if not rows:
            raise NoPlace(f"this ERP knows no country {values['country']}")
        made["country"] = rows[0]["id"]
    return made


def _first(client: TrytonClient, model: str, party: int, types: tuple[str, ...], column: str, value: str) -> None:
    """Write the first of the party's numbers of these types, add one, or take it away when the value is empty."""
    rows = client.rows(model, [("party", "=", party), ("type", "in", list(types))], ["type"], [("sequence", "ASC NULLS FIRST"), ("id", "ASC")])
    # The type that is looked for first counts first, as in the reading.
    found = next((row for kind in types for row in rows if row["type"] == kind), None)
    if found is None and value and types == COMPANY_NUMBERS:
        # Which register a new number is of the portal cannot know, and many a set-up of this ERP has none.
        raise NoPlace("the party has no number of a company register yet: add one in the ERP")
    if found is None and value:
        client.model(f"{model}.create", [{"party": party, "type": types[0], column: value}])
    elif found is not None and value:
        client.model(f"{model}.write", [found["id"]], {column: value})
    elif found is not None:
        client.model(f"{model}.delete", [found["id"]])


def _role(client: TrytonClient, person: int, value: str) -> None:
    rows = client.rows("party.contact_mechanism", [("party", "=", person), ("type", "=", "email")], ["name"], [("sequence", "ASC NULLS FIRST"), ("id", "ASC")])
    found = next((row for row in rows if row["name"]), rows[0] if rows else None)
    if found is None:
        raise NoPlace("the function of a person without an e-mail address has no place in this ERP")
    client.model("party.contact_mechanism.write", [found["id"]], {"name": value})

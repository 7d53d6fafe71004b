"""Changes of a party's data get into a real Tryton server, and never over somebody else's change."""

from __future__ import annotations

import dataclasses

import pytest

from portiek.edges.connectors.contract import ChangeParty, Command, Conflict, Done, PartyRecord, Rejected, Retry
from portiek.edges.connectors.tryton import TrytonConnector
from portiek.edges.connectors.tryton.tests.accidents import LosingHttp
from portiek.edges.connectors.tryton.tests.conftest import Connect

pytestmark = pytest.mark.erp
DE_VRIES = "Kozijnhuis De Vries"


def now(connector: TrytonConnector, external_id: str) -> PartyRecord:
    found = connector.fetch("party", external_id).data
    assert isinstance(found, PartyRecord)
    return found


def change(party: PartyRecord, subject: str = "party", external_id: str = "", **new: str) -> Command:
    wanted = ChangeParty(party.external_id, subject, external_id or party.external_id, {}, new)
    seen = dataclasses.replace(wanted, old=wanted.current(party) or {})
    return Command("change_party", f"W-{party.external_id}", "proposal", payload=seen.as_payload())


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "+31522999888"), ("email", "facturen@devries.example"), ("vat_number", "NL004495445B01"), ("name", "Kozijnhuis De Vries")],
)  # fmt: skip
def test_a_field_of_a_party_is_written_and_found(connector: TrytonConnector, parties: dict[str, PartyRecord], field: str, value: str) -> None:
    party = now(connector, parties[DE_VRIES].external_id)
    command = change(party, **{field: value})
    result = connector.push(command)
    assert isinstance(result, Done) and isinstance(result.data, PartyRecord), result
    assert getattr(result.data, field).replace(" ", "").replace("-", "") == value.replace(" ", "")
    found = connector.find(command)
    assert found is not None and found.complete
    assert isinstance(connector.push(command), Done)


def test_an_address_is_written_whole(connector: TrytonConnector, parties: dict[str, PartyRecord]) -> None:
    party = now(connector, parties[DE_VRIES].external_id)
    address = party.addresses[0]
    result = connector.push(change(party, "address", address.external_id, name=address.name, street="Werkhorst 10", postal_code="7944 AV", city="Meppel", country="NL"))
    assert isinstance(result, Done) and isinstance(result.data, PartyRecord), result
    written = next(item for item in result.data.addresses if item.external_id == address.external_id)
    assert (written.street, written.postal_code, written.city) == ("Werkhorst 10", "7944 AV", "Meppel")


def test_a_contact_is_written(connector: TrytonConnector, parties: dict[str, PartyRecord]) -> None:
    party = next(item for item in parties.values() if item.contacts and item.contacts[0].email)
    contact = now(connector, party.external_id).contacts[0]
    result = connector.push(change(now(connector, party.external_id), "contact", contact.external_id, email="nieuw@contact.example"))
    assert isinstance(result, Done) and isinstance(result.data, PartyRecord), result
    assert next(item for item in result.data.contacts if item.external_id == contact.external_id).email == "nieuw@contact.example"


def test_what_somebody_changed_meanwhile_stays(connector: TrytonConnector, parties: dict[str, PartyRecord]) -> None:
    party = now(connector, parties[DE_VRIES].external_id)
    command = change(dataclasses.replace(party, phone="+31000000000"), phone="+31522111111")
    result = connector.push(command)
    assert isinstance(result, Conflict) and result.current.data == now(connector, party.external_id)
    assert connector.find(command) is None


def test_what_is_gone_or_unknown_is_refused(connector: TrytonConnector, parties: dict[str, PartyRecord]) -> None:
    party = now(connector, parties[DE_VRIES].external_id)
    company = connector.push(change(party, coc_number="12345678"))
    assert isinstance(company, Rejected) and company.code == "no_place" and not company.fault
    for command in (change(dataclasses.replace(party, external_id="999999"), phone="1"), Command("change_party", "W-1", "p", payload={"party": "x"})):
        assert isinstance(connector.push(command), Rejected)


def test_a_lost_answer_is_looked_for(connect: Connect, connector: TrytonConnector, parties: dict[str, PartyRecord]) -> None:
    party = now(connector, parties[DE_VRIES].external_id)
    command = change(party, phone="+31522333444")
    result = connect(LosingHttp("model.party.contact_mechanism.write")).push(command)
    assert isinstance(result, Retry) and result.maybe_done
    found = connector.find(command)
    assert found is not None and found.complete

"""An accepted bank account gets into a real Tryton server, once, and is the one that counts there."""

from __future__ import annotations

import pytest

from portiek.edges.connectors.contract import Command, Done, PartyRecord, Rejected, Retry, SetAccount
from portiek.edges.connectors.tryton import TrytonConnector, bank
from portiek.edges.connectors.tryton.tests.accidents import LosingHttp
from portiek.edges.connectors.tryton.tests.conftest import Connect

pytestmark = pytest.mark.erp
DE_VRIES = "Kozijnhuis De Vries"
FIRST, SECOND, THIRD = "NL91ABNA0417164300", "NL20INGB0001234567", "NL44RABO0123456789"


def command(party: str, iban: str, replaces: str = "") -> Command:
    return Command("set_account", f"B-{party}", f"parties.party:{party}", payload={"party": party, "iban": iban, "holder": "Kozijnhuis De Vries", "replaces": replaces})


def accounts(connector: TrytonConnector, party: str) -> list[str]:
    """Return the numbers of a party in use, the one that counts first."""
    return bank.numbers_of(connector.client, bank.used(connector.client, int(party)))


def test_an_account_counts_and_its_successor_takes_its_place(connector: TrytonConnector, parties: dict[str, PartyRecord]) -> None:
    party = parties[DE_VRIES].external_id
    before = accounts(connector, party)
    first = command(party, FIRST)
    assert connector.find(first) is None
    assert isinstance(connector.push(first), Done)
    # What the ERP had of its own stays, behind it.
    assert accounts(connector, party) == [FIRST, *before]
    found = connector.find(first)
    assert found is not None and found.complete
    assert isinstance(connector.push(first), Done) and accounts(connector, party) == [FIRST, *before]
    second = command(party, SECOND, FIRST)
    assert isinstance(connector.push(second), Done) and accounts(connector, party) == [SECOND, *before]
    assert connector.find(second) is not None and connector.find(first) is None


def test_an_account_of_two_companies_stays_with_the_other(connector: TrytonConnector, parties: dict[str, PartyRecord]) -> None:
    mine, other = (item.external_id for item in list(parties.values())[2:4])
    for party in (mine, other):
        assert isinstance(connector.push(command(party, THIRD)), Done) and accounts(connector, party)[0] == THIRD
    assert isinstance(connector.push(command(mine, "NL69INGB0123456789", THIRD)), Done)
    assert THIRD not in accounts(connector, mine) and accounts(connector, other)[0] == THIRD


def test_what_the_erp_cannot_keep_is_refused(connector: TrytonConnector, parties: dict[str, PartyRecord], connect: Connect) -> None:
    party = parties[DE_VRIES].external_id
    wrong = connector.push(command(party, "NL00ABNA0417164300"))
    assert isinstance(wrong, Rejected) and not wrong.fault, wrong
    gone = connector.push(command("999999", FIRST))
    assert isinstance(gone, Rejected) and gone.code == "gone"
    assert isinstance(connector.push(Command("set_account", "B-1", "x", payload={"party": "x", "iban": FIRST})), Rejected)


@pytest.mark.parametrize("lost", ["model.bank.account.create", "model.bank.account.write"])
def test_a_lost_answer_is_looked_for(connect: Connect, connector: TrytonConnector, parties: dict[str, PartyRecord], lost: str) -> None:
    # Each time another one, so that it is made and put first anew.
    party, iban = parties[DE_VRIES].external_id, {"model.bank.account.create": "NL86INGB0002445588", "model.bank.account.write": "NL39RABO0300065264"}[lost]
    wanted = command(party, iban, accounts(connector, party)[0] if lost.endswith("write") else "")
    result = connect(LosingHttp(lost)).push(wanted)
    assert isinstance(result, Retry) and result.maybe_done
    if not (found := connector.find(wanted)) or not found.complete:
        assert isinstance(connector.push(wanted), Done)
    assert bank.is_set(connector.client, int(party), SetAccount.from_payload(wanted.payload)) and accounts(connector, party).count(iban) == 1

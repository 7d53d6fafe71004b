"""Where the ERP keeps the account of a party: the first in use of those that it owns (module bank)."""

from __future__ import annotations

from portiek.edges.connectors.contract import SetAccount
from portiek.edges.connectors.tryton.client import Row, TrytonClient


def is_set(client: TrytonClient, party: int, wanted: SetAccount) -> bool:
    """Whether a party is paid on this account, and the one that it replaces is put away. Raises the client's errors."""
    numbers = numbers_of(client, used(client, party))
    return bool(numbers) and numbers[0] == wanted.iban and wanted.replaces not in numbers[1:]


def write_account(client: TrytonClient, party: int, wanted: SetAccount) -> None:
    """Make an account the first of a party, going on from where an earlier try ended. Raises the client's errors."""
    found = client.rows("bank.account.number", [("type", "=", "iban"), ("number_compact", "=", wanted.iban)], ["account"], None, 1)
    if not found:
        client.model("bank.account.create", [{"owners": [("add", [party])], "numbers": [("create", [{"type": "iban", "number": wanted.iban}])]}])
    elif found[0]["account"] not in used(client, party):  # known, of somebody else of the same group
        client.model("bank.account.write", [found[0]["account"]], {"owners": [("add", [party])]})
    if wanted.replaces:
        _put_away(client, party, wanted.replaces)
    _put_first(client, party, wanted.iban)


def used(client: TrytonClient, party: int) -> list[int]:
    """Return the accounts of a party in use, the one that counts first."""
    found: list[int] = client.model("party.party.read", [party], ["bank_accounts_used"])[0]["bank_accounts_used"]
    return list(found)


def numbers_of(client: TrytonClient, accounts: list[int]) -> list[str]:
    """Return the IBAN of each account, in the same order; "" for one without."""
    rows = client.rows("bank.account.number", [("account", "in", accounts), ("type", "=", "iban")], ["account", "number_compact"]) if accounts else []
    by_account = {row["account"]: row["number_compact"] for row in rows}
    return [by_account.get(account, "") for account in accounts]


def _put_away(client: TrytonClient, party: int, iban: str) -> None:
    """Take an account out of use that the portal had written before; one that others own too is only no longer this party's."""
    accounts = used(client, party)
    for account, number in zip(accounts, numbers_of(client, accounts), strict=True):
        if number != iban:
            continue
        row: Row = client.model("bank.account.read", [account], ["owners", "numbers"])[0]
        if list(row["owners"]) == [party]:
            client.model("bank.account.write", [account], {"active": False, "numbers": [("write", list(row["numbers"]), {"active": False})]})
        else:
            client.model("bank.account.write", [account], {"owners": [("remove", [party])]})


def _put_first(client: TrytonClient, party: int, iban: str) -> None:
    """Number the accounts of a party in their order, this one first: one without a number would come before it."""
    accounts = used(client, party)
    numbers = dict(zip(accounts, numbers_of(client, accounts), strict=True))
    if accounts and numbers[accounts[0]] == iban:
        return
    for place, account in enumerate(sorted(accounts, key=lambda account: numbers[account] != iban), 1):
        client.model("bank.account.write", [account], {"owners_sequence": place})

"""Rows as the documents say them: the order in a message, a party as a buyer."""

from __future__ import annotations

from portiek.edges.exchange import rules
from portiek.edges.exchange.models import Message
from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.change import read_change
from portiek.edges.exchange.ubl.order import read_order
from portiek.edges.exchange.ubl.tree import parse
from portiek.foundation.parties.models import Party


def document(message: Message) -> ubl.Order:
    """Return the order that a message holds, or what a change says of one."""
    root = parse(message.content.encode())
    return read_change(root).order if message.kind == Message.Kind.CHANGE else read_order(root)


def standing(message: Message) -> ubl.Order:
    """Return the order that a message holds as it stands after what changed it later."""
    return read_order(parse(message.amended.encode())) if message.amended else document(message)


def buyer(party: Party) -> ubl.Party:
    """Return a party as documents name it, with the numbers that it has."""
    codes = tuple(ubl.Code(scheme, getattr(party, name)) for scheme, name in rules.SCHEMES.items() if getattr(party, name))
    return ubl.Party(party.name, codes[0] if codes else None, tuple(code for code in codes if code.scheme == "0088"), party.vat_number, next((code for code in codes if code.scheme == "0106"), None))

"""The calls of a connector: reading pages, writing commands, and the six results of a write."""

from portiek.edges.connectors.contract.calls.connector import Connector, HttpAnswer, HttpClient
from portiek.edges.connectors.contract.calls.orders import NewAddress, NewOrder, NewOrderField, NewOrderLine
from portiek.edges.connectors.contract.calls.parties import ChangeParty, SetAccount
from portiek.edges.connectors.contract.calls.reading import NEVER, Blob, Capabilities, Change, CommandCapability, FeedCapability, Health, Page, Price, PriceLine, Problem
from portiek.edges.connectors.contract.calls.writing import Command, Conflict, ConnectorError, Done, External, NeedsDecision, Pending, Rejected, Result, Retry

__all__ = [
    "NEVER",
    "Blob",
    "Capabilities",
    "Change",
    "ChangeParty",
    "Command",
    "CommandCapability",
    "Conflict",
    "Connector",
    "ConnectorError",
    "Done",
    "External",
    "FeedCapability",
    "Health",
    "HttpAnswer",
    "HttpClient",
    "NeedsDecision",
    "NewAddress",
    "NewOrder",
    "NewOrderField",
    "NewOrderLine",
    "Page",
    "Pending",
    "Price",
    "PriceLine",
    "Problem",
    "Rejected",
    "Result",
    "Retry",
    "SetAccount",
]

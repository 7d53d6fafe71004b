"""Tables of the connection with the ERP. Only the newest state of each feed and record: what happened is in the facts."""

from portiek.edges.connectors.models.connection import Command, CommandQuerySet, Connection, Feed, Freshness, Known, Quarantine
from portiek.edges.connectors.models.files import FileDelivery, FileMapping, FileRecord, FileRow, FileSource

__all__ = ["Command", "CommandQuerySet", "Connection", "Feed", "FileDelivery", "FileMapping", "FileRecord", "FileRow", "FileSource", "Freshness", "Known", "Quarantine"]

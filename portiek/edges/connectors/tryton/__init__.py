"""Tryton 8.2 over JSON-RPC: pulls the shop's records, pushes orders.

Owns: the wire, the mapping from Tryton's models to the canonical records, the expansion of its price lists, cursors.
Never does: store anything, retry a push, decide on a warning, know Django. Tested against a real server
(tests/erp/tryton).
"""

from portiek.edges.connectors.tryton.connector import TrytonConnector
from portiek.edges.connectors.tryton.options import TrytonOptions

__all__ = ["TrytonConnector", "TrytonOptions"]

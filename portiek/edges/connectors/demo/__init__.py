"""A small ERP of our own, and its connector: the example to copy from, and the life behind the demo.

Owns: parties, products, prices, stock, sales, shipments, invoices and payments of one made-up company, in an SQLite file apart from the portal. It
lives by the clock: what is ordered gets accepted, picked, shipped, invoiced and paid; stock moves, prices change, people phone in orders.
Never does: know Django, or look into the portal's tables. The portal reaches it as it reaches any ERP, through the contract.

Where to look when you write a connector: `options.py` what an administrator fills in, `connector.py` the nine calls of the contract.
"""

from portiek.edges.connectors.demo.connector import DemoConnector
from portiek.edges.connectors.demo.options import DemoOptions

__all__ = ["DemoConnector", "DemoOptions"]

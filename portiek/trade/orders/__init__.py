"""From cart to delivery: carts, orders with their four axes, shipments.

Owns: what a party wants, has ordered and got. Records: orders submitted, approved, rejected, cancelled, confirmed, changed, shipped.
Never does: decide a price (pricing), who approves (approvals), talk to an ERP (connectors), make an invoice (invoicing).
"""

"""From cart to delivery: carts, orders with their four axes, approval, shipments.

Owns: what a party wants, has ordered and got. Records: orders submitted, approved, rejected, cancelled, confirmed, changed, shipped.
Never does: decide a price (pricing), talk to an ERP (connectors), make an invoice (invoicing).
"""

"""Whether the portal and the ERP agree to the cent, order by order and invoice by invoice.

Owns: differences with their causes, and how each nightly check went. Records: a cause found, known and open again.
Never does: change an order or invoice (orders, invoicing), decide a price (pricing), or how the portal calculates (who runs the server).
"""

"""What is owed: invoices and payments as the books of the ERP know them.

Owns: invoices, payments, what is outstanding, the reminder in the list of tasks. Records: issued, changed, paid; payment posted.
Never does: make an invoice or book a payment; the ERP leads.
"""

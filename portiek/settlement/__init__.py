"""What follows a sale: invoices, returns, usage, loyalty."""

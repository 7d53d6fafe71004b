"""Pages of punch-out: setting systems up, and what a visit does."""

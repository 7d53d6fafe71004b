"""Pages of the log, and of a person's own data."""

"""Pages about parties, by noun."""

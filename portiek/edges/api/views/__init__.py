"""Pages about what a company's own programs may do, and what they are told."""

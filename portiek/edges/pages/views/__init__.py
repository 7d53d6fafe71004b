"""HTTP in, HTML out: where everyone starts, and how a portal is set up."""

"""Pages of prices, by noun."""

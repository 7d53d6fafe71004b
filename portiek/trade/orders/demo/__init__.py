"""What only the demo has, set by set."""

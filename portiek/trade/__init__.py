"""What is sold: catalogue, prices, orders."""

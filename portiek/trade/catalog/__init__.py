"""What is sold: products, categories, stock, and which party may see which of them.

Owns: products, assortments, own product numbers, search. Records: products and stock applied, own numbers set.
Never does: know a customer's price, hold a cart.
"""

"""What is sold: products, categories, stock, and which party may see which of them.

Owns: products, their attributes and what they lead to, assortments, own product numbers, search with its words. Records: products and stock applied, own numbers set.
Never does: know a customer's price, hold a cart.
"""

"""Quotes: a price asked, offered, negotiated, and ordered as it was agreed.

Owns: quotes with their versions, questions, and the notes of staff. Records: each round, and what became of it. Never does: calculate a price (pricing), approve or place an order (orders).
"""

"""Price letters: what will cost more or less from a day on, and what that does to the twelve months before.

Owns: letters and what each party was told in them. Records: letters made and sent. Never does: set a price (pricing) or count an order (orders).
"""

"""What each party pays: price lists, agreements, discounts, and the one resolver of all channels.

Owns: the price of a product for a party on a day. Records: price lists applied, assigned, agreements made. Never does: add up an order, calculate VAT.
"""

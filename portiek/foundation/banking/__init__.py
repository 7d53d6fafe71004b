"""The bank account of a party, changed by four eyes: a colleague asks, a second one confirms, staff accept, and it takes a day before it counts.

Owns: bank accounts, changes of them, how long the cooling-off is. Records: each step. Never does: pay, let one person do two steps, show a number to who
may not see it.
"""

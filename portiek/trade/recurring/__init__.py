"""Recurring orders: the same again each so many weeks or months, until somebody skips, pauses or ends it.

Owns: what is ordered again, when, and what became of each turn. Records: recurring orders made, changed, skipped, paused, resumed, ended, stopped, taken over; turns that wait, are ordered or fail.
Never does: decide what a line costs, whether it can be ordered or who approves (orders): each turn is an order like any other, of who made it, with his rights of that moment.
"""

"""Electronic ordering: documents of purchasing systems come in as orders, and what became of them goes back.

Owns: the messages that came in, what was found about them, and how the portal takes them. Records: messages taken, refused and answered. Never does: make an order by a way of its own (orders).
"""

"""Portals and their parties: customers, dealers, suppliers, persons, with branches, addresses and contacts.

Owns: who does business with whom. Records: party created and changed. Never does: log people in, know what they buy.
"""

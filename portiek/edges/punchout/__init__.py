"""Punch-out: a customer's purchasing system opens the portal, somebody fills a cart, and the cart goes back to be ordered there (OCI, cXML).

Owns: which systems may come in, and their visits. Records: systems set up and changed, visits begun, given back and ordered. Never does: order (orders, exchange), price (pricing).
"""

"""The portal for machines: keys, the mounted operations of every module, their description.

Owns: API keys. Records: key made and revoked. Never does: hold a query or action of another module.
"""

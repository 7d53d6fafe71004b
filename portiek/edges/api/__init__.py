"""The portal for machines: keys, clients and webhooks, the mounted operations of every module, their description.

Owns: API keys and OAuth clients, their tokens, webhooks and what is sent to them. Records: what people do with these, and a webhook that was switched off. Never does: hold a query or action of another module.
"""

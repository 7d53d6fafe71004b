"""Who did what: screens over the facts of the core, files of them, and the chain that seals them.

Owns: the words of facts, the pages that show them, exports, the chain and its checks. Records: asked for, fetched, checked, broken. Never does: change or remove a fact.
"""

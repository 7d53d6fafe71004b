"""Who did what: screens over the facts of the core.

Owns: the words of facts and the pages that show them. Records: nothing. Never does: change or remove a fact.
"""

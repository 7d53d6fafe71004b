"""What every page shares and where everyone starts: the shell, the home pages, search.

Owns: nothing but places to start. Records: nothing. Never does: know a rule of another module.
"""

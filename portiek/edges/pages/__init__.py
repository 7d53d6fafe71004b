"""What every page shares and where everyone starts: the shell, the home pages, search.

Owns: places to start, and when somebody last looked. Records: nothing. Never does: know a rule of another module.
"""

"""What every page shares and where everyone starts: the shell, the home pages, search.

Owns: places to start, news, and when somebody last looked. Records: news written, changed, ended. Never does: know a rule of another module.
"""

"""One list of what waits for a person: "Waiting for you".

Owns: tasks, each for one user or for everybody with a right. Records: asked and done. Never does: the work itself; a task only points at it.
"""

"""Files as they came in: kept once by their content, handed out as attachments only.

Owns: stored files and their bytes below DATA_DIR/files. Records: stored. Never does: look inside a file, or show one as a page of the portal.
"""

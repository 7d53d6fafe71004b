"""An ERP that speaks in files: CSV, Excel and JSON Lines from a folder, over SFTP or by hand, orders out as files.

Owns: what a file of each kind holds (`fields`), how its columns become records (`mapping`, `building`), reading files that may be hostile (`reader`),
the folder (`folder`, on an SFTP server `remote`), the books that files fill (`books`) and that the feeds are served from (`connector`).
Never does: read a file within a page longer than its first rows, follow a path out of the portal's own folder, or put away what a doubtful file lacks.
"""

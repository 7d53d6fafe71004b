"""Documents of products: safety data sheets, declarations of performance, manuals, in the versions and languages there are of them.

Owns: documents with their versions. Records: versions added, taken away, fetched, told about. Never does: decide what somebody may order (catalog), or keep papers of a company (documents).
"""

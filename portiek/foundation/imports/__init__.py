"""Spreadsheets that people bring in: read, tried row by row, looked at, confirmed, carried out.

Owns: imports and their rows, the registry of what can be brought in, the template and the report of each. Records: brought in, carried out. Never does: write
anything of another module but through its actions, as the person who asked, with his rights of that moment.
"""

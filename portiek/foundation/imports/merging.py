"""Spreadsheets go along with who brought them in."""

from portiek.core.merging import moves

moves("imports.Import")
moves("imports.ImportRow", hangs_on="of", order=60)

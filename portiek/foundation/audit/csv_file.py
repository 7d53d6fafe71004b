"""Cells that a spreadsheet opens without running anything in them."""

from __future__ import annotations

# OWASP: a cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252


def safe_cell(value: str) -> str:
    """Return a cell that is text and never a formula."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) or value.startswith(_FORMULA) else value

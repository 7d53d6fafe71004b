"""Prices brought in from a spreadsheet, by noun; what the administration keeps is refused row by row."""

from portiek.trade.pricing.imports import agreements, floors, groups, lists, surcharges

__all__ = ["agreements", "floors", "groups", "lists", "surcharges"]

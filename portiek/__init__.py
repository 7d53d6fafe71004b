"""Portiek: one shared entrance for customers, dealers and suppliers, each behind a front door of his own."""

__version__ = "0.1.0"

"""Reads the environment, lists the modules lowest first, starts the processes. Never holds a business rule."""

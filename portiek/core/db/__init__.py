"""Scope, row security and the models every table starts from."""

from portiek.core.db.scope import NoScope, current_actor, scope

__all__ = ["NoScope", "current_actor", "scope"]

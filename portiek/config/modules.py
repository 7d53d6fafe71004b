"""The modules, lowest first: the same order as the layers of import-linter."""

from pathlib import Path

_ALL = [
    "portiek.core",
    "portiek.ui",
    "portiek.foundation.parties",
    "portiek.foundation.accounts",
    "portiek.foundation.files",
    "portiek.foundation.tasks",
    "portiek.foundation.notifications",
    "portiek.foundation.audit",
    "portiek.foundation.fields",
    "portiek.foundation.banking",
    "portiek.foundation.proposals",
    "portiek.foundation.applications",
    "portiek.foundation.imports",
    "portiek.trade.catalog",
    "portiek.trade.pricing",
    "portiek.trade.approvals",
    "portiek.trade.orders",
    "portiek.trade.lists",
    "portiek.trade.sheets",
    "portiek.trade.recurring",
    "portiek.trade.letters",
    "portiek.trade.quotes",
    "portiek.settlement.invoicing",
    "portiek.settlement.parity",
    "portiek.edges.connectors",
    "portiek.edges.api",
    "portiek.edges.exchange",
    "portiek.edges.punchout",
    "portiek.edges.pages",
]


def folder(module: str) -> Path:
    """Return the folder of a module."""
    return Path(__file__).resolve().parent.parent.joinpath(*module.split(".")[1:])


# A module whose folder is not there yet is left out, so that the house can be built from the ground up.
MODULES = [name for name in _ALL if (folder(name) / "apps.py").exists()]

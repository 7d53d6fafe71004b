"""Fill an installation: each module's `seeds.py`, lowest first."""

from __future__ import annotations

from importlib import import_module

from portiek.config.modules import MODULES, folder


def seed_all(size: str) -> bool:
    """Run every module's `seed(size)` once; return False when there is data already."""
    from portiek.core.db.gate import ask
    from portiek.core.db.statistics import refresh

    if ask("portals"):
        return False
    for name in MODULES:
        if (folder(name) / "seeds.py").exists():
            import_module(f"{name}.seeds").seed(size)
            refresh()
    return True

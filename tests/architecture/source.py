"""The house as text: modules, files and syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from portiek.config.modules import MODULES, folder

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "portiek"


def files(*names: str) -> Iterator[Path]:
    """Yield the files of every module with one of these names (or in a package of that name), tests and migrations left out."""
    for module in (name for name in MODULES if name not in ("portiek.core", "portiek.ui")):
        for path in sorted(folder(module).rglob("*.py")):
            parts = path.relative_to(folder(module)).parts
            if "tests" in parts or "migrations" in parts:
                continue
            if not names or parts[0].removesuffix(".py") in names:
                yield path


def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(), str(path))


def where(path: Path, node: ast.AST) -> str:
    """Say where something stands."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"

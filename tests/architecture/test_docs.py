"""The reference says what the program is: every setting, command, right, fact, slot, job and connector option has its heading."""

from __future__ import annotations

import pytest

from portiek.config.reference import FOLDER, pages
from tests.architecture.source import ROOT

pytestmark = pytest.mark.no_database


def test_the_reference_is_true():
    stale = []
    for name, text in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            stale.append(name)
    assert not stale, f"docs/reference was behind in {stale}; it was written anew: review and commit it"


def test_links_in_the_docs_lead_somewhere():
    import re

    broken = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} -> {target}")
    assert not broken, broken


def test_every_dependency_has_its_reason():
    import json
    import re
    import tomllib

    python = tomllib.loads((ROOT / "pyproject.toml").read_text())
    node = json.loads((ROOT / "package.json").read_text())
    wanted = {re.match(r"[\w-]+", item)[0] for item in [*python["project"]["dependencies"], *python["dependency-groups"]["dev"]]} | {*node["dependencies"], *node["devDependencies"]}
    rows = [line.split("|")[1] for line in (ROOT / "docs" / "dependencies.md").read_text().splitlines() if line.startswith("| ")]
    told = {name.strip() for row in rows for name in row.split(",")} - {"library", "package"}
    assert told == wanted

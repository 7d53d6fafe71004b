"""What components there are, read from the comment that opens each macro, and the samples that show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "templates" / "ui"
PARTS = {"parts.html": "Parts", "tables.html": "Lists", "forms.html": "Forms", "trade.html": "Trade and figures"}
COMMENT = re.compile(r"^\{# ui\.(?P<name>\w+)(?P<call>\([^#]*?\)): (?P<text>.+?) #\}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Component:
    """One macro: its name, how it is called and what it is."""

    name: str
    call: str
    text: str
    part: str


def components() -> list[Component]:
    """Return every component, in the order of the files."""
    return [
        Component(found["name"], f"ui.{found['name']}{found['call']}", found["text"], part)
        for file, part in PARTS.items()
        for found in COMMENT.finditer((FOLDER / file).read_text())
    ]

"""The one table: what was measured, beside what, and whether the goal is met."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line. `met` None: measured, but no goal."""

    goal: str
    what: str
    measured: str
    reference: str = ""
    ratio: float | None = None
    wanted: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """Whether the goal is met, in one word."""
        return "" if self.met is None else "ok" if self.met else "MISSED"


HEADS = ("goal", "what", "measured", "reference, same run", "ratio", "wanted", "")


def cells(row: Row) -> tuple[str, ...]:
    """Return a row as text."""
    return (row.goal, row.what, row.measured, row.reference, "" if row.ratio is None else f"{row.ratio:.2f}", row.wanted, row.verdict)


def plain(rows: list[Row]) -> str:
    """Return the table for a terminal."""
    lines = [HEADS, *(cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADS))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def markdown(rows: list[Row]) -> str:
    """Return the table for the docs."""
    lines = ["| " + " | ".join(head or "verdict" for head in HEADS) + " |", "|" + "---|" * len(HEADS)]
    return "\n".join([*lines, *("| " + " | ".join(cells(row)) + " |" for row in rows)])


def missed(rows: list[Row]) -> list[str]:
    """Return what misses its goal."""
    return [f"{row.goal} {row.what}" for row in rows if row.met is False]

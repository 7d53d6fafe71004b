"""Where a unit may stand in the tree of its party, and in which order the tree is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

MAX_DEPTH = 6


def why_not_under(unit_id: int | None, above: Sequence[int], *, height: int = 1, ended: bool = False) -> str | None:
    """Return why a unit may not stand under the one whose path is `above` (empty: at the top), or None.

    `height`: how many levels the unit takes with it, itself included; `ended`: whether the one above is no longer in use.
    """
    if unit_id is not None and unit_id in above:
        return "unit-loop"
    if len(above) + height > MAX_DEPTH:
        return "unit-too-deep"
    return "unit-over" if ended else None


def place_of(above: str, name: str, unit_id: int) -> str:
    """Return what sorts a unit: after the one it stands in and before that one's next neighbour, by name without accents or capitals."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign) and sign >= " ")
    # A sign below every letter ends the name, so that "Zwolle" with all in it comes before "Zwolle Noord".
    return f"{above}{bare[:120]}\x02{unit_id}\t"

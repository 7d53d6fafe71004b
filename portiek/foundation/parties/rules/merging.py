"""Whether two parties can become one, and what things are called where both have one."""

from __future__ import annotations

from collections.abc import Collection


def why_not_merge(*, same: bool, source_merged: bool, target_merged: bool, kinds: tuple[str, str], erased: bool, target_active: bool, ring: bool) -> str | None:
    """Return why `source` cannot become part of `target`, or None. `ring`: the target is owned by a company that the source owns."""
    if same:
        return "merge-self"
    if source_merged or target_merged:
        return "merge-merged"
    if kinds[0] != kinds[1]:
        return "merge-kind"
    if erased:
        return "merge-erased"
    if not target_active:
        return "merge-closed"
    return "merge-ring" if ring else None


def free_name(name: str, taken: Collection[str], of: str, longest: int = 120) -> str:
    """Return a name that is not taken, as it is or with whose it was; capitals make no difference."""
    lower = {item.lower() for item in taken}
    if name.lower() not in lower:
        return name
    for number in range(1, 1000):
        tail = f" ({of[:60]})" if number == 1 else f" ({of[:50]} {number})"
        made = name[: longest - len(tail)] + tail
        if made.lower() not in lower:
            return made
    return name

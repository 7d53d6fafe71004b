"""Components that stand on every row of a list, written in Python: a macro's call costs five times what it writes.

The macros of the same name hand over to these, so both are one.
"""

from __future__ import annotations

import functools
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup, escape


def status(kind: str, text: Any) -> Markup:
    """Write where something stands."""
    return Markup(f'<span class="status {escape(kind)}">{escape(text)}</span>')  # noqa: S704 - each part was escaped


def track(done: int, total: int, label: Any = "", busy: bool = True) -> Markup:
    """Write how far something is; the label is read instead of the bars."""
    said = label or _("Step %(done)s of %(total)s") % {"done": done, "total": total}
    return Markup(f'<div class="track" role="img" aria-label="{escape(said)}">{bars(done, total, busy)}</div>')  # noqa: S704 - each part was escaped


@functools.lru_cache(maxsize=512)
def bars(done: int, total: int, busy: bool) -> Markup:
    """Write the bars of a track; a list has one on each row, and they are few."""
    kinds = (' class="done"' if n < done else ' class="now"' if n == done and busy else "" for n in range(total))
    return Markup("".join(f"<i{kind}></i>" for kind in kinds))  # noqa: S704 - made of our own words

"""Rights in words, for people who decide about them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import REACHES
from portiek.core.permissions import base, rights, subject_of

REACH = {"company": gettext_lazy("of the whole company"), "unit": gettext_lazy("of his own branch"), "own": gettext_lazy("only his own")}


def heading(code: str) -> str:
    """Return the heading under which a right is listed."""
    return str(subject_of(code)[1]) or _("Other")


def said(code: str) -> str:
    """Return a granted right in words, with its reach."""
    known = rights().get(base(code))
    if known is None:
        return code
    reach = code.rpartition(".")[2]
    return f"{known.label}: {REACH[reach]}" if base(code) != code and reach in REACHES else str(known.label)


def grouped(granted: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return rights in words under their headings, in the order of the house."""
    found: dict[tuple[int, str], list[str]] = {}
    order = list(rights())
    for code in sorted((code for code in granted if base(code) in rights()), key=lambda code: order.index(base(code))):
        found.setdefault((subject_of(code)[0], heading(code)), []).append(said(code))
    return [(title, lines) for (_place, title), lines in sorted(found.items())]

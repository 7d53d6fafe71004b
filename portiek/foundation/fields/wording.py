"""Fields in words: what one expects, and what is filled in as people read it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portiek.foundation.fields import rules
from portiek.foundation.fields.models import Field
from portiek.ui import format


def expected(field: Field) -> str:
    """Return what a field takes."""
    found = {
        "text": _("text of at most 500 signs"), "number": _("a number, such as 12.5"), "date": _("a date, such as 2026-03-31"), "yes_no": _("yes or no"), "url": _("a web address that begins with https://"),
        "choice": ", ".join(field.choices[:10]) + (" ..." if len(field.choices) > 10 else ""),
    }  # fmt: skip
    return str(found[field.kind])


def said(field: Field, value: str) -> str:
    """Return a value as people read it, in the language of the moment."""
    if field.kind == Field.Kind.YES_NO:
        return {"yes": _("Yes"), "no": _("No")}.get(value, value)
    if field.kind == Field.Kind.NUMBER and (number := rules.number(value)) is not None:
        return format.quantity(number)
    if field.kind == Field.Kind.DATE and (day := rules.day(value)) is not None:
        return format.full_day(day)
    return value


def pairs(found: Any) -> list[tuple[str, str, bool, bool]]:
    """Return fields as a page shows them: name, value, whether it is a web address to follow, whether the field ended."""
    return [(item.field.name, said(item.field, item.value), item.field.kind == Field.Kind.URL and rules.read("url", item.value) == item.value, item.over) for item in found]


def narrowings(found: Any) -> list[tuple[str, str]]:
    """Return how a list can be narrowed, as options of a select."""
    return [(f"{field.key}:{value}", f"{field.name}: {said(field, value)}") for field, value in found.options]

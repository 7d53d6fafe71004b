"""What is filled in, as machines read and send it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from django.utils.translation import gettext_noop as _
from pydantic import Field as About

from portiek.core.api import Schema, one_of
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.queries import Filled


class FieldOut(Schema):
    """A field of the seller's own making with what is filled in. One without a value is not there."""

    key: Annotated[str, About(description=_("Its name, which stays as it is"))]
    label: Annotated[str, About(description=_("What it is called, in the language asked for"))]
    kind: Annotated[str, one_of(Field.Kind.values)]
    value: Annotated[str, About(description=_("As its kind is written: a number with a point, a date as 2026-03-31, `yes` or `no`"))]


def as_data(found: Iterable[Filled]) -> list[Mapping[str, str]]:
    """Return what is filled in as `FieldOut` has it: fields that ended are left out."""
    return [{"key": item.field.key, "label": item.field.name, "kind": item.field.kind, "value": item.value} for item in found if not item.over]

"""What somebody filled in, read against the fields that he may fill in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from portiek.core.errors import Refused
from portiek.foundation.fields import errors as errors
from portiek.foundation.fields import rules
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.wording import expected


def read(known: Collection[Field], given: Mapping[str, str], *, needed: bool, where: str = "") -> dict[str, str]:
    """Return what was filled in as it is kept, by the name of the field. `needed`: what is required has to be there; `where`: what stands before a name in `field` of a refusal.

    Raises Refused with a part for each field that is unknown, does not fit or lacks.
    """
    by_key, found, wrong = {item.key: item for item in known}, {}, []
    for key, text in given.items():
        item = by_key.get(key)
        value = rules.read(item.kind, text, item.choices) if item is not None else None
        if item is None:
            wrong.append(Refused("field-unknown", field=f"{where}{key[:40]}", name=key[:40]))
        elif value is None:
            wrong.append(Refused("field-wrong", field=f"{where}{key}", label=item.name, expected=expected(item)))
        else:
            found[key] = value
    wrong += [Refused("field-required", field=f"{where}{item.key}", label=item.name) for item in known if item.required and not found.get(item.key) and (needed or item.key in found) and item.key not in _named(wrong, where)]
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        raise Refused(wrong[0].code, field=wrong[0].field, parts=wrong, **wrong[0].values)
    return found


def _named(wrong: Sequence[Refused], where: str) -> set[str]:
    return {(item.field or "").removeprefix(where) for item in wrong}

"""Every field that can hold something of a person is marked with what it is kept for, or is said not to: the register of processing is made from the marks."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from portiek.core.db.secure import tenant_models
from portiek.core.personal import processings, said_not_personal

pytestmark = pytest.mark.no_database
# Kinds of field that can hold words about somebody; a date only when it is one of birth.
WORDS = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)


def _names_a_person(field: Any) -> bool:
    return (field.related_model is not None and field.related_model._meta.label == "accounts.User") or field.name.endswith("user_id")


def _asks(field: Any) -> bool:
    """Whether a field must be marked or said not to be personal."""
    words = isinstance(field, WORDS) and not field.choices
    return words or _names_a_person(field) or (isinstance(field, models.DateField) and "birth" in field.name)


def unmarked(found: list[Any], marked: set[str], said: dict[str, str]) -> list[str]:
    """Return the fields of models that are neither."""
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in found
        for field in model._meta.concrete_fields
        if _asks(field) and not {f"{model._meta.label}.{field.name}", f"{model._meta.label}", f"*.{field.name}"} & {*marked, *said}
    )


def _marked() -> set[str]:
    return {f"{label}.{name}" for item in processings() for label, found in item.fields.items() for name in found}


def test_every_field_is_marked_or_said_not_to_be_personal():
    missing = unmarked(tenant_models(), _marked(), said_not_personal())
    assert not missing, "mark them in personal.py of their module: " + ", ".join(missing)


def test_what_names_a_user_is_never_said_to_be_not_personal():
    whole = [model._meta.label for model in tenant_models() if model._meta.label in said_not_personal() and any(_names_a_person(field) for field in model._meta.concrete_fields)]
    assert not whole


def test_every_mark_is_a_field_and_said_once():
    fields = {f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.concrete_fields}
    labels = {model._meta.label for model in apps.get_models()}
    assert not _marked() - fields
    assert not [name for name in said_not_personal() if not name.startswith("*.") and name not in fields | labels]
    assert not _marked() & set(said_not_personal())
    every = [f"{label}.{name}" for item in processings() for label, found in item.fields.items() for name in found]
    assert len(every) == len(set(every))


def test_every_line_says_all_that_the_law_asks():
    """GDPR art. 30(1)(b) to (f)."""
    for item in processings():
        assert all(str(words).strip() for words in (item.label, item.purpose, item.ground, item.persons, item.term)) and item.data(), item.key


def test_a_field_that_nobody_marked_is_found():
    [user] = [model for model in tenant_models() if model._meta.label == "accounts.User"]
    assert unmarked([user], _marked() - {"accounts.User.email"}, said_not_personal()) == ["accounts.User.email"]

"""What happens to every table that names a party when parties become one is said, so that a new module cannot forget it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from portiek.core.db.secure import tenant_models
from portiek.core.merging import Rule, rules

pytestmark = pytest.mark.no_database


def names_a_party(field: Any) -> bool:
    """Whether a column says which party a row is of, or about."""
    return (getattr(field.related_model, "_meta", None) is not None and field.related_model._meta.label == "parties.Party") or field.name == "party_id"


def unsaid(found: list[Any], said: list[Rule]) -> list[str]:
    """Return the columns of models about which no rule says anything."""
    known = {f"{rule.model}.{column}" for rule in said for column in rule.columns}
    return sorted(f"{model._meta.label}.{field.name}" for model in found for field in model._meta.concrete_fields if names_a_party(field) and f"{model._meta.label}.{field.name}" not in known)


def test_every_column_that_names_a_party_has_a_rule():
    missing = unsaid(tenant_models(), rules())
    assert not missing, "say in merging.py of their module what happens when parties merge: " + ", ".join(missing)


def test_a_column_that_nobody_thought_of_is_found():
    [orders] = [model for model in tenant_models() if model._meta.label == "orders.Order"]
    assert unsaid([orders], [rule for rule in rules() if rule.model != "orders.Order"]) == ["orders.Order.party"]


def test_every_rule_is_of_columns_that_are_there():
    for rule in rules():
        model = apps.get_model(rule.model)
        names = {field.name for field in model._meta.concrete_fields}
        used = {*rule.columns, *rule.among.keys(), *(name for columns in rule.once for name in columns), *rule.loses, *([rule.hangs_on] if rule.hangs_on else [])}
        assert {name.removesuffix("__isnull") for name in used} <= names, rule
        assert rule.fate == "moves" or str(rule.says).strip(), f"{rule.model}: say why, or how"


def test_what_hangs_on_another_row_comes_after_it():
    """By the database's own keys: a row and what it refers to within a party are never of two parties."""
    order = {rule.model: rule.order for rule in rules() if rule.fate == "moves" and "party" in rule.columns}
    for rule in rules():
        if rule.hangs_on:
            parent = apps.get_model(rule.model)._meta.get_field(rule.hangs_on).related_model._meta.label
            assert order[parent] < rule.order, rule.model


def test_what_is_unique_within_a_party_is_said_where_it_moves():
    """A uniqueness without the party holds already; one with it must be met by `once`, or by a key that is made by chance."""
    chance = {"orders.Order": {"submit_key"}, "orders.Cart": {"key"}, "orders.Draft": {"key"}, "quotes.Draft": {"key"}, "quotes.Quote": {"submit_key"}, "approvals.Request": {"subject"}, "exchange.Message": {"key", "digest", "order"}}
    for rule in rules():
        model: Any = apps.get_model(rule.model)
        if rule.fate != "moves" or rule.hangs_on:
            continue
        for item in model._meta.constraints:
            if isinstance(item, models.UniqueConstraint) and rule.columns[0] in item.fields:
                rest = set(item.fields) - {"portal", rule.columns[0]}
                assert any(set(columns) == rest for columns in rule.once) or rest & chance.get(rule.model, set()), f"{rule.model}: {item.name}"

"""A person is erased everywhere: a canary is put in each field that can hold something of him, and looked for afterwards in every table and every file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from psycopg import sql

from portiek.config.testing import collected_jobs, run_jobs
from portiek.core import jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.erasing import rules
from portiek.core.personal import processings
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.models import Role, User
from portiek.foundation.audit import actions, queries
from portiek.foundation.audit import jobs as audit_jobs
from portiek.foundation.audit.models import Erasure
from portiek.foundation.parties.models import Party
from tests.stage import furnished

pytestmark = pytest.mark.no_database
NAME, EMAIL = "Kanarie Zwartkop", "kanarie.zwartkop@vogel.example"
# What stays, and is not looked for: each has its ground in the plan that staff and the person see.
STAYS = {
    "parties.Party.number", "parties.Party.vat_number", "parties.Party.coc_number", "notifications.Mail.values", "banking.BankAccount.iban", "banking.BankAccount.tail", "banking.BankAccount.holder",
    "banking.BankChange.iban", "banking.BankChange.tail", "banking.BankChange.holder", "api.WebhookEndpoint.url", "api.WebhookEndpoint.reason", "api.WebhookDelivery.error", "orders.Shipment.tracking",
    "orders.Shipment.tracking_url", "invoicing.Invoice.number", "invoicing.Invoice.reference", "invoicing.Payment.reference", "core.FactRow.payload",
}  # fmt: skip
# Of a fact these are taken out by the log's own function, with the chain; of an erasure by its end.
# What is of a person is of nothing else.
ALONE: dict[str, dict[str, Any]] = {"approvals.Budget": {"cost_centre": "", "unit_id": None}}
BY_THE_LOG = {"core.FactRow.user_name", "core.FactRow.by_name", "core.FactRow.text", "core.FactRow.changes", "audit.Erasure.email", "audit.Erasure.name", "audit.Erasure.words", "audit.Erasure.pattern"}
WORDS = (models.CharField, models.TextField, models.JSONField)


def marked() -> list[tuple[str, Any]]:
    """Return every marked field that holds words, as (its full name, the field)."""
    found = [(f"{label}.{name}", apps.get_model(label)._meta.get_field(name)) for item in processings() for label, fields in item.fields.items() for name in fields]
    return [(name, field) for name, field in found if isinstance(field, WORDS)]


def test_every_marked_field_has_a_rule():
    said = set(BY_THE_LOG)
    for rule in rules():
        names = [field.name for field in apps.get_model(rule.model)._meta.concrete_fields] if rule.fate == "goes" else [*rule.fields, *rule.values]
        said |= {f"{rule.model}.{name}" for name in names}
    assert not sorted(name for name, _field in marked() if name not in said), "say in personal.py of their module what erasing does to them (core/erasing.py)"


def test_what_stays_is_what_we_said():
    assert {f"{rule.model}.{name}" for rule in rules() if rule.fate == "stays" for name in rule.fields} == STAYS


def test_every_rule_speaks_of_columns_that_are_there():
    for rule in rules():
        names = {field.name for field in apps.get_model(rule.model)._meta.get_fields()} | {field.attname for field in apps.get_model(rule.model)._meta.concrete_fields} | {"pk"}
        assert not {column.partition("__")[0] for column in (*rule.user, *rule.contact, *rule.email, *rule.party, *rule.values, *rule.fields)} - names, rule.key


def _canary(full: str, field: Any) -> Any:
    if isinstance(field, models.JSONField):
        inside = {"name": NAME, "deep": [f"mail {EMAIL.upper()} now"]}
        return json.dumps([["x", NAME], inside] if field.default is list else inside)
    value = EMAIL if "email" in full or full.endswith((".to", ".user_name", "Identity.subject")) else NAME
    return value if field.max_length is None or field.max_length >= len(value) else None


def _plant(owner: Any, user_id: int, party_id: int) -> list[str]:
    """Put the canary in a row of every table that is marked; return the fields that hold it now."""
    planted = []
    by_model: dict[str, list[tuple[str, Any]]] = {}
    for full, field in marked():
        by_model.setdefault(full.rpartition(".")[0], []).append((full, field))
    owner.execute("SET session_replication_role = replica")
    for label, fields in by_model.items():
        model = apps.get_model(label)
        table = sql.Identifier(model._meta.db_table)
        users = sorted({column for rule in rules() if rule.model == label for column in rule.user if "__" not in column and column != "pk"})
        columns = {field.column for field in model._meta.concrete_fields}
        owned = [column if column in columns else f"{column}_id" for column in users]
        order = sql.SQL(", ").join([*(sql.SQL("({} = {}) DESC NULLS LAST").format(sql.Identifier(column), user_id) for column in owned), *([sql.SQL("(party_id = {}) DESC NULLS LAST").format(party_id)] if "party_id" in columns else []), sql.SQL("id")])
        mine = {"accounts.User": user_id, "parties.Party": party_id}.get(label)
        key = (mine,) if mine else owner.execute(sql.SQL("SELECT id FROM {} WHERE portal_id = (SELECT portal_id FROM accounts_user WHERE id = %s) ORDER BY {} LIMIT 1").format(table, order), [user_id]).fetchone()
        if key is None:
            continue
        values = {field.column: canary for full, field in fields if full not in STAYS and not full.startswith("audit.Erasure.") and (canary := _canary(full, field)) is not None}
        values |= dict.fromkeys(owned[:1], user_id) | ALONE.get(label, {})
        sets = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in values)
        if values:
            owner.execute(sql.SQL("UPDATE {} SET {} WHERE id = %s").format(table, sets), [*values.values(), key[0]])
            planted += [full for full, field in fields if field.column in values]
    # What goes is his by its user; what books keep is nine years old.
    owner.execute("UPDATE orders_order SET placed_at = placed_at - interval '9 years' WHERE party_id = %s", [party_id])
    owner.execute("UPDATE invoicing_invoice SET invoice_date = invoice_date - interval '9 years' WHERE party_id = %s", [party_id])
    owner.execute("UPDATE parties_address SET party_id = %s WHERE street = %s", [party_id, NAME])
    owner.execute("UPDATE core_hold SET ended_at = now()")  # one that stands would keep him, as it should
    # Sealed as the log has it: what is planted was there when the chain was made.
    owner.execute("DELETE FROM audit_link; DELETE FROM audit_chain; DELETE FROM audit_check")
    owner.execute("SET session_replication_role = origin")
    return planted


def _seen(owner: Any) -> set[str]:
    """Return where the canary is, as table.column."""
    found = set()
    for (table,) in owner.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'").fetchall():
        rows = owner.execute(sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE to_jsonb(t)::text ~* 'kanarie|zwartkop'").format(sql.Identifier(table))).fetchall()
        found |= {f"{table}.{column}" for (row,) in rows for column, value in row.items() if any(word in str(value).lower() for word in ("kanarie", "zwartkop"))}
    return found


def _colleague(cast: Cast) -> Actor:
    """Let a second administrator come to the staff."""
    system = cast.system
    with scope(system):
        user = accounts.create_user(system, email="tweede@vandijk.example", name="Tweede Beheerder")
        accounts.grant_membership(system, user=user, party=None, role=Role.objects.get(code="staff-admin"))
    olga = cast.olga
    return Actor(olga.portal_id, "staff", None, user.pk, user.name, rights=olga.rights)


def test_the_canary_is_nowhere_afterwards():
    with furnished("erasure") as url, collected_jobs(), psycopg.connect(url, autocommit=True) as owner:
        cast = Cast()
        olga, system, els = cast.olga, cast.system, cast.els
        second = _colleague(cast)
        run_jobs()
        planted = _plant(owner, els.user_id, els.party_id)
        jobs.run_now(jobs.jobs()["audit.link"], system.portal_id, {})
        before = _seen(owner)
        assert len(planted) > 80 and len(before) >= 60, (len(planted), sorted(before))
        with scope(olga):
            made = actions.ask_erasure(olga, email=EMAIL, why=f"Belde zelf, {NAME}")
        run_jobs()
        with scope(second):
            actions.confirm_erasure(second, erasure=made)
        run_jobs()
        with scope(system):
            row = Erasure.objects.get(pk=made.pk)
            assert row.state == "confirmed" and row.plan[queries.FACTS] and sum(row.plan.values()) > 60
            Erasure.objects.update(starts_at=timezone.now() - timedelta(seconds=1))
        jobs.run_now(jobs.jobs()["audit.erase"], system.portal_id, {})
        with scope(system):
            assert Erasure.objects.get(pk=made.pk).state == "done"
            assert Party.objects.get(pk=els.party_id).name != NAME and not User.objects.get(pk=els.user_id).is_active
        assert not _seen(owner)
        assert not [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file() and any(word in path.read_bytes().lower() for word in (b"kanarie", b"zwartkop"))]
        # The chain is whole, and says how many places lost their words.
        assert queries.check(system).problem == ""
        assert owner.execute("SELECT count(*) FROM audit_link WHERE erasure_id = %s", [made.pk]).fetchone()[0] >= 1
        [line] = audit_jobs.read_list(audit_jobs.list_of(system.portal_id))
        assert line["user"] == els.user_id and len(line["person"]) == 64

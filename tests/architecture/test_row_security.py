"""The lint of row security finds nothing in the house, and each of its queries finds the flaw planted for it."""

from __future__ import annotations

import os

import psycopg
import pytest

from portiek.config.testing import copy_database
from portiek.core.db.lint import QUERIES, lint

PLANTS = {
    "table without forced row security or policy": "CREATE TABLE loose (id int); GRANT SELECT ON loose TO p_party",
    "view that reads as its owner": "CREATE VIEW peek AS SELECT * FROM parties_party; GRANT SELECT ON peek TO p_party",
    "definer function that bypasses, lacks a search_path or is open to all": "CREATE FUNCTION ctx.open() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    "function that reads the scope with the wrong volatility": "CREATE FUNCTION ctx.cached() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT current_setting('portiek.ctx') $$",
    "foreign key without the party": "ALTER TABLE accounts_membership ADD CONSTRAINT weak FOREIGN KEY (unit_id) REFERENCES parties_unit (id)",
    "foreign key without the portal": "ALTER TABLE accounts_session ADD CONSTRAINT weak FOREIGN KEY (user_id) REFERENCES accounts_user (id)",
    "unique index without the tenant": "CREATE UNIQUE INDEX oracle ON accounts_user (email, id)",
    "the app's role inherits": "GRANT p_staff TO p_app WITH INHERIT TRUE",
    "a role of ours is too strong": "ALTER ROLE p_staff BYPASSRLS",
    "function that forges or reads scopes is open": "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC",
    "right that no person's role may have": "GRANT TRUNCATE ON parties_party TO p_staff",
    "the app may make tables": "GRANT CREATE ON SCHEMA public TO p_app",
    "policy for everyone, or scope read per row": "CREATE POLICY wide ON parties_party USING (true)",
    "tenant table not owned by p_owner": "ALTER TABLE parties_party OWNER TO p_fn",
}


def _owner(url: str = "") -> psycopg.Connection:
    return psycopg.connect(url or os.environ["DATABASE_URL"], autocommit=True)


def test_the_house_has_no_holes():
    with _owner() as owner:
        assert lint(owner) == []


def test_each_query_has_its_plant():
    assert set(PLANTS) == set(QUERIES)


@pytest.mark.parametrize("what", PLANTS)
def test_a_planted_hole_is_found(what):
    if what == "the app's role inherits" and psycopg.connect(os.environ["DATABASE_URL"]).info.server_version < 160000:
        pytest.skip("before PostgreSQL 16 a grant does not say whether it inherits")
    with _owner() as owner:
        owner.execute("BEGIN")
        owner.execute(PLANTS[what])
        found = lint(owner)
        owner.execute("ROLLBACK")
    assert any(line.startswith(what) for line in found), found


def test_the_app_alone_reads_nothing():
    """Without a scope the app's role has no right on any table."""
    from portiek.config.environment import environment

    with psycopg.connect(environment().dsn("p_app"), autocommit=True) as app, _owner() as owner:
        for (table,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'ctx')").fetchall():
            schema = "ctx." if table == "secret" else ""
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(f'SELECT 1 FROM {schema}"{table}" LIMIT 1')


def test_a_copy_of_the_template_is_as_safe():
    url = copy_database("portiek_test_copy")
    with _owner(url) as owner:
        assert lint(owner) == []

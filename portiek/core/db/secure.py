"""Turn each model's tenancy into ownership, grants, policies and composite keys. Runs after every migration; idempotent."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from portiek.core.db.models import PortalModel, Tenant, TenantKey

# Django's own bookkeeping: no role of ours may read it.
CLOSED = ("django_migrations", "django_content_type")


def tenant_models() -> list[type[Tenant]]:
    """Return every concrete model with a tenancy."""
    return [model for model in apps.get_models() if issubclass(model, Tenant)]


def secure(connection: Any, scope_key: str) -> None:
    """Make the database hold what the models say about who sees and writes which row. `connection` is the owner's, in autocommit."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(7310212)")
        connection.execute(_sql("context.sql"))
        connection.execute("DELETE FROM ctx.secret WHERE k <> decode(%s, 'hex')", [scope_key])
        connection.execute("INSERT INTO ctx.secret SELECT decode(%s, 'hex') WHERE NOT EXISTS (SELECT FROM ctx.secret)", [scope_key])
        connection.execute("GRANT USAGE ON SCHEMA public TO p_party, p_staff, p_auth, p_system, p_fn")
        # Before the policies, which may call them.
        for config in apps.get_app_configs():
            for path in sorted((Path(config.path) / "sql").glob("*.sql")) if config.name.startswith("portiek") else ():
                connection.execute(path.read_text())
        _owned(connection)
        for model in tenant_models():
            _rows(connection, model)
        for model in tenant_models():
            _keys(connection, model)
        _queue(connection)


def _sql(name: str) -> str:
    return (Path(__file__).parent / name).read_text()


def _owned(connection: Any) -> None:
    """Say of what a fact is about whether it is, at this moment, the row of the party in scope. Of others it says no more than no."""
    kinds = " ".join(f"WHEN '{model._meta.label_lower}' THEN EXISTS (SELECT FROM public.\"{model._meta.db_table}\" t WHERE t.portal_id = ctx.claim(1, 'party') AND t.party_id = ctx.claim(2, 'party') AND t.id = split_part(subject, ':', 2)::bigint)"
                     for model in tenant_models() if model.log_follows)
    connection.execute(f"""CREATE OR REPLACE FUNCTION ctx.owned(subject text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
        $$ SELECT CASE WHEN subject !~ '^[a-z_]+[.][a-z_]+:[0-9]{{1,18}}$' THEN false ELSE CASE split_part(subject, ':', 1) {kinds} ELSE false END END $$""")
    connection.execute("ALTER FUNCTION ctx.owned OWNER TO p_fn")
    connection.execute("REVOKE ALL ON FUNCTION ctx.owned FROM PUBLIC")
    connection.execute("GRANT EXECUTE ON FUNCTION ctx.owned TO p_party")


def _rows(connection: Any, model: type[Tenant]) -> None:
    """Own, force and police one table."""
    table = f'"{model._meta.db_table}"'
    run = connection.execute
    run(f"ALTER TABLE {table} OWNER TO p_owner")
    run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    run(f"REVOKE ALL ON {table} FROM p_party, p_staff, p_auth, p_system, p_fn, p_app, PUBLIC")
    for policy in ("party", "party_insert", "party_update", "party_delete", "staff", "gate", "fn", "fn_update"):
        run(f"DROP POLICY IF EXISTS {policy} ON {table}")
    staff = f"{model.portal_column} = (SELECT ctx.claim(1, 'staff'))"
    run(f"CREATE POLICY staff ON {table} TO p_staff USING ({staff}) WITH CHECK ({staff})")
    rights = [*(["select"] if model.staff_reads else []), *sorted(model.staff_writes)]
    if rights:
        run(f"GRANT {', '.join(rights)} ON {table} TO p_staff")
    if model.party_reads:
        own = f"{model.party_column} = (SELECT ctx.claim(2, 'party'))"
        portal = f"{model.portal_column} = (SELECT ctx.claim(1, 'party'))"
        sees = model.party_using or (own if model.tenancy == "party" else portal)
        # Writing is never wider than the party's own rows, also where reading is.
        writes = f"{own} AND {portal}" if model.tenancy == "party" else "false"
        if model.party_check:
            own, writes = f"{own} AND ({model.party_before or model.party_check})", f"{writes} AND ({model.party_check})"
        run(f"CREATE POLICY party ON {table} FOR SELECT TO p_party USING ({sees})")
        run(f"GRANT select ON {table} TO p_party")
        if model.party_writes:
            assert model.tenancy == "party", f"{model.__name__}: a party writes rows of its own only"
            # One policy a command: a second one for SELECT would be joined by OR, which costs the index.
            for command in sorted(written.partition(" ")[0] for written in model.party_writes):
                using = "" if command == "insert" else f" USING ({own})"
                check = "" if command == "delete" else f" WITH CHECK ({writes})"
                run(f"CREATE POLICY party_{command} ON {table} FOR {command} TO p_party{using}{check}")
            run(f"GRANT {', '.join(sorted(model.party_writes))} ON {table} TO p_party")
    if model.gate:
        gate = f"{model.portal_column} = (SELECT ctx.claim(1, 'auth'))"
        run(f"CREATE POLICY gate ON {table} TO p_auth USING ({gate}) WITH CHECK ({gate})")
        run(f"GRANT {', '.join(sorted(model.gate))} ON {table} TO p_auth")
    if model.fn_reads:
        run(f"CREATE POLICY fn ON {table} FOR SELECT TO p_fn USING (true)")
        run(f"GRANT select ON {table} TO p_fn")
    elif model.log_follows:
        run(f"CREATE POLICY fn ON {table} FOR SELECT TO p_fn USING (true)")
        run(f"GRANT select (id, portal_id, party_id) ON {table} TO p_fn")
    if model.fn_updates:
        run(f"CREATE POLICY fn_update ON {table} FOR UPDATE TO p_fn USING (true)")
        run(f"GRANT update ({', '.join(model.fn_updates)}) ON {table} TO p_fn")


def _has_party(model: type[models.Model]) -> bool:
    return any(field.name == "party" for field in model._meta.concrete_fields)


def _keys(connection: Any, model: type[Tenant]) -> None:
    """Add the composite constraints of the model's foreign keys."""
    table = model._meta.db_table
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not isinstance(field, models.ForeignKey) or not isinstance(target, type):
            continue
        if field.name == "portal":
            own, other = [field.column], ["id"]
        else:
            if not issubclass(target, PortalModel):
                continue
            own, other = ["portal_id", field.column], ["portal_id", "id"]
            if field.name != "party" and _has_party(model) and _has_party(target):
                own.insert(1, "party_id")
                other.insert(1, "party_id")
            _unique(connection, target._meta.db_table, other)
        name = _name("tfk", table, *own)
        if not _constraint(connection, table, name):
            # With the portal leading, a row and what it points to can never be of two portals.
            connection.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY ({", ".join(own)}) '
                               f'REFERENCES "{target._meta.db_table}" ({", ".join(other)}) DEFERRABLE INITIALLY IMMEDIATE')


def _unique(connection: Any, table: str, columns: list[str]) -> None:
    name = _name("tuq", table, *columns)
    if not _constraint(connection, table, name):
        connection.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE ({", ".join(columns)})')


def _name(kind: str, *parts: str) -> str:
    text = "_".join(parts)
    return f"{kind}_{text[:40]}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _constraint(connection: Any, table: str, name: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass", [name, f'"{table}"']).fetchone())


def _queue(connection: Any) -> None:
    """Give the worker its queue and nobody else a look at it: jobs are deferred through ctx.defer."""
    for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'procrastinate%%'").fetchall():
        connection.execute(f'ALTER TABLE "{table}" OWNER TO p_owner')
        connection.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO p_system, p_fn')
    connection.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO p_system, p_fn")


__all__ = ["TenantKey", "secure", "tenant_models"]
